/// One thing in a YAML text.
package struct YAMLEvent: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// The key of a mapping.
    case key
    /// A scalar that is no key: a value, or an item of a list.
    case value
    /// A tag as written: `!!python/object`, `!<tag:…>`.
    case tag
    /// An anchor without its `&`.
    case anchor
    /// An alias without its `*`.
    case alias
    /// `%TAG` or another directive.
    case directive
  }

  package let kind: Kind
  /// Decoded, and cut where it is long.
  package let text: String
  /// The key whose value this is, as it is written; nil for what has none.
  package let key: String?
  /// From 1.
  package let line: Int
  /// Bytes from the start.
  package let offset: Int
  package let column: Int
  /// The column of the innermost block collection around it, as far as that is known; -1 for none.
  package let parent: Int
  /// Flow collections around it.
  package let depth: Int
  /// Whether the text is longer than what is kept.
  package let isCut: Bool
}

/// What a reading of YAML may cost.
package enum YAMLLimits {
  /// Bytes of one file.
  package static let bytes = 16 << 20
  /// Bytes of a scalar that are kept.
  static let scalarBytes = 4096
  /// Flow collections inside each other.
  static let depth = 256
  /// Anchors that are remembered.
  package static let anchors = 65_536
}
