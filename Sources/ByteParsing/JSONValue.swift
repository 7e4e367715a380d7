/// One value of a document that ``StrictJSON`` has read. Cheap to copy: it points into the text.
package struct JSONValue: Sendable {
  private let document: JSONDocument
  private let index: Int

  init(document: JSONDocument, index: Int) {
    self.document = document
    self.index = index
  }

  /// The kinds of value JSON has.
  package enum Kind: String, Sendable {
    case null, boolean, number, string, array, object
  }

  private var node: JSONNode { document.nodes[index] }

  package var kind: Kind {
    switch node.kind {
    case .null: .null
    case .true, .false: .boolean
    case .number: .number
    case .plainString, .escapedString: .string
    case .array: .array
    case .object: .object
    }
  }

  /// Where the value begins: bytes from the start of the text.
  package var offset: Int { Int(node.start) }

  /// One past the value's last byte.
  package var endOffset: Int { Int(node.end) }

  /// The line on which the value begins, from 1. Counted anew at each call: for messages.
  package var line: Int {
    document.bytes[..<offset].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
  }

  /// The value as the text writes it: a number with all its digits.
  package var source: String { String(decoding: document.bytes[range], as: UTF8.self) }

  private var range: Range<Int> { Int(node.start)..<Int(node.end) }

  package var boolean: Bool? {
    switch node.kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The number, where it is written without fraction and exponent and fits an `Int`.
  package var integer: Int? {
    guard node.kind == .number else { return nil }
    var result = 0
    let digits = document.bytes[range]
    let negative = digits.first == UInt8(ascii: "-")
    for byte in negative ? digits.dropFirst() : digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      let digit = Int(byte - UInt8(ascii: "0"))
      let (shifted, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        negative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      result = sum
    }
    return result
  }

  /// The string, escapes resolved; nil for another kind. Compare hostile strings by their ``utf8``: two Swift
  /// strings are equal where they only look alike.
  package var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

  /// The string's bytes, escapes resolved; nil for another kind.
  package var utf8: [UInt8]? {
    let node = node
    switch node.kind {
    case .plainString: return Array(document.bytes[Int(node.start) + 1..<Int(node.end) - 1])
    case .escapedString: return resolved(document.bytes[Int(node.start) + 1..<Int(node.end) - 1])
    default: return nil
    }
  }

  /// Whether this is a string of exactly these bytes.
  package func equals(_ text: String) -> Bool {
    let node = node
    switch node.kind {
    case .plainString:
      return document.bytes[Int(node.start) + 1..<Int(node.end) - 1].elementsEqual(text.utf8)
    case .escapedString: return utf8.map { $0.elementsEqual(text.utf8) } ?? false
    default: return false
    }
  }

  /// Resolves escapes, which the parser has found to be whole.
  private func resolved(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "u"):
        var code = popHexadecimal(&rest)
        if 0xd800...0xdbff ~= code {
          rest = rest.dropFirst(2)
          code = 0x10000 + (code - 0xd800) << 10 + (popHexadecimal(&rest) & 0x3ff)
        }
        result += (Unicode.Scalar(code) ?? "\u{fffd}").utf8
      default: result.append(escape)
      }
    }
    return result
  }

  private func popHexadecimal(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 4 | (hexadecimalDigit($1) ?? 0) }
  }

  /// The elements of an array; none for another kind.
  package var elements: JSONElements {
    node.kind == .array ? JSONElements(document: document, inside: index) : JSONElements(document: document)
  }

  /// The keys and values of an object in the order of the text, those that occur twice twice; none for
  /// another kind.
  package var members: some Sequence<(key: JSONValue, value: JSONValue)> {
    JSONMembers(
      elements: node.kind == .object
        ? JSONElements(document: document, inside: index) : JSONElements(document: document))
  }

  /// Whether it is an array or object without anything inside.
  package var isEmpty: Bool {
    (node.kind == .array || node.kind == .object) && Int(node.next) == index + 1
  }

  /// Whether it is a string without a character.
  package var isEmptyText: Bool { node.kind == .plainString && node.end - node.start == 2 }

  /// Every value under a key of exactly these bytes, in the order of the text.
  package func all(_ key: String) -> [JSONValue] {
    members.filter { $0.key.equals(key) }.map(\.value)
  }

  /// The first value under a key of exactly these bytes.
  package func first(_ key: String) -> JSONValue? { members.first { $0.key.equals(key) }?.value }
}

/// The values directly inside a container, one after the other.
package struct JSONElements: Sequence, IteratorProtocol {
  private let document: JSONDocument
  private var index: Int
  private let end: Int

  init(document: JSONDocument) {
    self.document = document
    self.index = 0
    self.end = 0
  }

  init(document: JSONDocument, inside container: Int) {
    self.document = document
    self.index = container + 1
    self.end = Int(document.nodes[container].next)
  }

  /// No values.
  package static let none = JSONElements(document: JSONDocument(bytes: [], nodes: []))

  package mutating func next() -> JSONValue? {
    guard index < end else { return nil }
    defer { index = Int(document.nodes[index].next) }
    return JSONValue(document: document, index: index)
  }
}

private struct JSONMembers: Sequence, IteratorProtocol {
  var elements: JSONElements

  mutating func next() -> (key: JSONValue, value: JSONValue)? {
    guard let key = elements.next(), let value = elements.next() else { return nil }
    return (key, value)
  }
}
