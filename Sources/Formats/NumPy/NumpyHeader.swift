package import ByteParsing

/// The header of an array in a `.npy` file (NumPy, `lib/format.py`).
package struct NumpyHeader: Sendable {
  package static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// NumPy's own limit is 10,000 unless pickles are allowed; then there is none.
  private static let lengthLimit = 1 << 20

  /// What an element is: text, or a list of fields.
  package let descriptor: NumpyLiteral
  /// Not negative; empty for one value.
  package let shape: [Int]
  package let isFortran: Bool
  /// Where the data begin.
  package let dataOffset: Int

  /// Reads the header that begins at `offset`.
  ///
  /// - Throws: `.unsupported` for versions after 3.0 and text with escapes; `.malformed` for what NumPy does not write.
  package init(parsing input: Input, at offset: Int) throws(ParseError) {
    dataOffset = try Self.dataOffset(input, at: offset)
    let start = try Self.start(input, at: offset)
    guard dataOffset - start <= Self.lengthLimit else {
      throw ParseError(.limit, at: offset, "bytes of a NumPy header: \(Self.lengthLimit)")
    }
    var bytes = try input.bytes(at: start, count: dataOffset - start, "NumPy header")
    let version = try input.bytes(at: offset + Self.magic.count, count: 1)
    // Versions before 3.0 are Latin-1.
    if version != [3] {
      bytes = Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }
    var parser = NumpyLiteralParser(bytes, base: start)
    guard case .dictionary(let entries) = try parser.parse() else {
      throw ParseError(.malformed, at: start, "header that is no dictionary")
    }
    guard entries.map(\.key).sorted() == ["descr", "fortran_order", "shape"] else {
      throw ParseError(.malformed, at: start, "keys of the header")
    }
    let values = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
    guard let descriptor = values["descr"], case .boolean(let isFortran)? = values["fortran_order"],
      case .tuple(let lengths)? = values["shape"]
    else { throw ParseError(.malformed, at: start, "values of the header") }
    self.descriptor = descriptor
    self.isFortran = isFortran
    var shape: [Int] = []
    for length in lengths {
      guard case .integer(let length) = length else {
        throw ParseError(.malformed, at: start, "shape of the array")
      }
      shape.append(length)
    }
    self.shape = shape
  }

  /// Where the data of the array at `offset` begin: known even where its header cannot be read.
  package static func dataOffset(_ input: Input, at offset: Int) throws(ParseError) -> Int {
    let start = try start(input, at: offset)
    let width = start - offset - magic.count - 2
    let bytes = try input.bytes(at: start - width, count: width, "length of the header")
    let length = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= input.count - start else { throw ParseError(.truncated, at: start, "NumPy header") }
    return start + length
  }

  /// Where the header's text begins: its length takes two bytes in version 1.0 and four after it.
  private static func start(_ input: Input, at offset: Int) throws(ParseError) -> Int {
    let version = try input.bytes(at: offset + magic.count, count: 2, "version of the NumPy format")
    switch version {
    case [1, 0]: return offset + magic.count + 4
    case [2, 0], [3, 0]: return offset + magic.count + 6
    default:
      throw ParseError(.unsupported, at: offset, "version \(version[0]).\(version[1]) of the NumPy format")
    }
  }
}
