/// JSON as RFC 8259 defines it and not a byte more: no comments, no byte order mark, no trailing commas,
/// nothing after the value, UTF-8 without overlong forms or surrogates, escapes with whole surrogate pairs.
///
/// Keys that occur twice are kept: two readers that choose differently between them see two documents,
/// and it is for the caller to say what that means. Time and memory are linear in the input and
/// bounded by ``Bounds``; nothing recurses.
package enum StrictJSON {
  /// What a document may have at most.
  package struct Bounds: Sendable {
    /// Bytes of the whole text. Never more than 4 GiB - 1, whatever is asked for.
    package var bytes: Int
    /// Arrays and objects inside each other.
    package var depth: Int
    /// Values, each key counted too.
    package var values: Int
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's json module writes and reads them.
    package var allowsPythonNumbers: Bool

    package init(
      bytes: Int = 16 << 20, depth: Int = 64, values: Int = 4 << 20, allowsPythonNumbers: Bool = false
    ) {
      self.bytes = bytes
      self.depth = depth
      self.values = values
      self.allowsPythonNumbers = allowsPythonNumbers
    }
  }

  /// Reads one document.
  ///
  /// - Throws: `.truncated` where the text ends inside the value, `.limit` where a bound is passed,
  ///   `.malformed` otherwise. Offsets count from the first of `bytes`.
  package static func parse(
    _ bytes: [UInt8], bounds: Bounds = Bounds()
  ) throws(ParseError) -> JSONValue {
    guard bytes.count <= min(bounds.bytes, Int(UInt32.max)) else {
      throw ParseError(.limit, at: 0, "JSON text of \(bytes.count) bytes, limit \(bounds.bytes)")
    }
    var parser = JSONParser(bytes: bytes, bounds: bounds)
    let nodes = try parser.parse()
    return JSONValue(document: JSONDocument(bytes: bytes, nodes: nodes), index: 0)
  }
}

/// A value of the text: where it stands, and where the next one does. Containers come before what they
/// contain, the keys of an object before their values.
struct JSONNode: Sendable {
  enum Kind: UInt8, Sendable {
    case null, `true`, `false`, number, plainString, escapedString, array, object
  }

  var kind: Kind
  /// The first byte; of a string, its opening quote.
  var start: UInt32
  /// One past the last byte.
  var end: UInt32
  /// The index of the first node that is not inside this one.
  var next: UInt32
}

/// A text together with its values in the order of the text.
final class JSONDocument: Sendable {
  let bytes: [UInt8]
  let nodes: [JSONNode]

  init(bytes: [UInt8], nodes: [JSONNode]) {
    self.bytes = bytes
    self.nodes = nodes
  }
}
