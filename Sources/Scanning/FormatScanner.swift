package import ByteParsing

/// Whether bytes are of a format.
package enum Recognition: Comparable, Sendable {
  case no
  /// Some loader could take them for it: they are examined as that, and as whatever else they may be.
  case possible
  case certain
}

/// One format: recognises bytes by their content, and examines them.
///
/// Every scanner whose recogniser does not say no is run, so a file that is two things is examined as both.
package protocol FormatScanner: SendableMetatype {
  /// The name in reports: `zip`.
  static var format: String { get }

  /// Looks at the beginning and the end; never throws: what cannot be read is not recognised.
  static func recognize(_ head: Head) -> Recognition

  /// Examines `member`, records what it finds in `job`, and gives it the members inside as further work.
  ///
  /// - Throws: where the bytes cannot be read on. What was recorded stays, and the job records the gap.
  static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError)
}

/// What a recogniser looks at.
package struct Head {
  package let input: Input
  /// The first bytes, at most ``Head/size``.
  package let prefix: [UInt8]

  package static let size = 4096

  /// - Throws: what reading the input throws.
  package init(_ input: Input) throws(ParseError) {
    self.input = input
    prefix = try input.prefix(Self.size)
  }

  /// Whether the bytes at `offset` of the prefix are `magic`.
  package func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
    prefix.count - offset >= magic.count && prefix[offset...].starts(with: magic)
  }
}
