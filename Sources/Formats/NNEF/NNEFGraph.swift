package import ByteParsing

/// NNEF's graphs as text: a list of operations that a runtime's own code computes.
///
/// Only the words are read: what has no words of NNEF is none, and the labels of variables are the files that a loader opens.
///
/// Source: Khronos NNEF 1.0, section 2 (syntax) and section 6 (container); tract `nnef/src/ast/parse.rs`.
package struct NNEFGraph {
  /// Labels of variables, each with where it stands.
  package private(set) var labels: [(text: [UInt8], offset: Int)] = []

  private let bytes: [UInt8]
  private var position = 0
  private var open: [UInt8] = []
  private var last: [UInt8] = []

  package static let byteLimit = 64 << 20
  private static let depthLimit = 256

  /// Whether the first word is one that only such a graph begins with.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let first = rest.first {
      if first == UInt8(ascii: "#") {
        rest = rest.drop { $0 != 0x0A }
      } else if first == 0x20 || 0x09...0x0D ~= first {
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    if rest.starts(with: "version ".utf8) {
      let number = rest.dropFirst(8).prefix { $0 != UInt8(ascii: ";") }
      return !number.isEmpty && number.count < 16
        && number.allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") }
    }
    guard rest.starts(with: "fragment ".utf8) || rest.starts(with: "extension ".utf8) else { return false }
    return rest.prefix(512).contains(UInt8(ascii: ";")) || rest.prefix(512).contains(UInt8(ascii: "("))
  }

  /// Reads every word.
  ///
  /// - Throws: `.malformed` for what NNEF has no word for, and for brackets that do not close; `.limit`.
  package init(parsing input: Input) throws(ParseError) {
    guard input.count <= Self.byteLimit else {
      throw ParseError(.limit, at: 0, "NNEF graph of \(input.count) bytes, limit \(Self.byteLimit)")
    }
    bytes = try input.bytes(at: 0, count: input.count)
    while position < bytes.count { try readWord() }
    guard open.isEmpty else { throw ParseError(.truncated, at: bytes.count, "NNEF brackets") }
  }

  private mutating func readWord() throws(ParseError) {
    let byte = bytes[position]
    switch byte {
    case 0x20, 0x09...0x0D: position += 1
    case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    case UInt8(ascii: "'"), UInt8(ascii: "\""): try readText(byte)
    case UInt8(ascii: "_"), 0x30...0x39, 0x41...0x5A, 0x61...0x7A: readName()
    default: try readSign(byte)
    }
  }

  private mutating func readName() {
    let start = position
    while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
    last = Array(bytes[start..<min(position, start + 64)])
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || 0x30...0x39 ~= byte
      || 0x61...0x7A ~= byte | 0x20 && byte >= 0x41
  }

  private mutating func readText(_ quote: UInt8) throws(ParseError) {
    let start = position
    position += 1
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      guard bytes[position] >= 0x20 else {
        throw ParseError(.malformed, at: position, "control character in a text of NNEF")
      }
      text.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else { throw ParseError(.truncated, at: start, "text of NNEF") }
    position += 1
    if last.elementsEqual("label".utf8) { labels.append((text, start)) }
    last = []
  }

  private static let pairs: [UInt8: UInt8] = [
    UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "["): UInt8(ascii: "]"),
    UInt8(ascii: "{"): UInt8(ascii: "}"),
  ]

  private static let signs = Set("=,;:<>+-*/^!&|?.@".utf8)

  private mutating func readSign(_ byte: UInt8) throws(ParseError) {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      guard open.count < Self.depthLimit else {
        throw ParseError(.limit, at: position, "NNEF brackets deeper than \(Self.depthLimit)")
      }
      open.append(byte)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard let opening = open.popLast(), Self.pairs[opening] == byte else {
        throw ParseError(.malformed, at: position, "NNEF bracket that nothing opens")
      }
    case _ where Self.signs.contains(byte): break
    default: throw ParseError(.malformed, at: position, "a character that NNEF does not have")
    }
    // An equals sign stands between a label's name and its text.
    if byte != UInt8(ascii: "=") { last = [] }
    position += 1
  }
}

/// NNEF's tensors: a header of 128 bytes and the elements.
///
/// Source: Khronos NNEF 1.0, section 5.3 ("Tensor File Format").
package enum NNEFTensor {
  package static let magic: [UInt8] = [0x4E, 0xEF]
  package static let headerSize = 128

  /// Where the elements end by what the header says of them.
  ///
  /// - Throws: `.malformed` for more dimensions than the header has room for, `.truncated`.
  package static func end(_ input: Input) throws(ParseError) -> Int {
    var stream = StreamReader(input, at: 4)
    let count = try stream.readInteger(width: 4, "bytes of the tensor")
    let rank = try stream.readInteger(width: 4, "rank of the tensor")
    guard rank <= 8 else { throw ParseError(.malformed, at: 8, "NNEF tensor of rank \(rank)") }
    try stream.skip(headerSize - stream.offset, "header of the tensor")
    try stream.skip(Int(count), "elements of the tensor")
    return stream.offset
  }
}
