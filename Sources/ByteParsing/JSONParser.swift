/// Turns a text into nodes. The caller has checked that every offset fits 32 bits.
struct JSONParser {
  let bytes: [UInt8]
  private let bounds: StrictJSON.Bounds
  var position = 0
  private var nodes: [JSONNode] = []
  /// The containers around the cursor, by node index; the innermost last.
  private var open: [Int] = []

  init(bytes: [UInt8], bounds: StrictJSON.Bounds) {
    self.bytes = bytes
    self.bounds = bounds
  }

  /// Reads the whole text; the first node is its value.
  mutating func parse() throws(ParseError) -> [JSONNode] {
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
      throw ParseError(.malformed, at: 0, "a byte order mark")
    }
    repeat {
      let entered = try parseValue()
      if !entered { try leaveContainers() }
    } while !open.isEmpty
    skipSpace()
    guard position == bytes.count else { throw malformed("data after the JSON value") }
    return nodes
  }

  /// Reads a scalar or an empty container; or enters a container as far as its first value, and says so.
  private mutating func parseValue() throws(ParseError) -> Bool {
    skipSpace()
    let start = position
    switch try peek() {
    case UInt8(ascii: "{"): return try enter(.object, until: UInt8(ascii: "}"))
    case UInt8(ascii: "["): return try enter(.array, until: UInt8(ascii: "]"))
    case UInt8(ascii: "\""): try append(skipString(), from: start)
    case UInt8(ascii: "N") where bounds.allowsPythonNumbers: try parseWord("NaN", .number)
    case UInt8(ascii: "I") where bounds.allowsPythonNumbers: try parseWord("Infinity", .number)
    case UInt8(ascii: "-") where bounds.allowsPythonNumbers && follows(UInt8(ascii: "I")):
      try parseWord("-Infinity", .number)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try skipNumber()
      try append(.number, from: start)
    case UInt8(ascii: "t"): try parseWord("true", .true)
    case UInt8(ascii: "f"): try parseWord("false", .false)
    case UInt8(ascii: "n"): try parseWord("null", .null)
    default: throw malformed("a JSON value is expected here")
    }
    return false
  }

  /// Whether the byte after the cursor is this one.
  private func follows(_ byte: UInt8) -> Bool { position + 1 < bytes.count && bytes[position + 1] == byte }

  private mutating func parseWord(_ word: String, _ kind: JSONNode.Kind) throws(ParseError) {
    let start = position
    for expected in word.utf8 {
      guard try peek() == expected else { throw malformed("a JSON value is expected here") }
      position += 1
    }
    try append(kind, from: start)
  }

  /// Passes the opening bracket; and an object's first key, where there is one. False for an empty container,
  /// which is complete.
  private mutating func enter(_ kind: JSONNode.Kind, until close: UInt8) throws(ParseError) -> Bool {
    guard open.count < bounds.depth else {
      throw ParseError(.limit, at: position, "JSON nested deeper than \(bounds.depth)")
    }
    let index = nodes.count
    let start = position
    position += 1
    try append(kind, from: start)
    skipSpace()
    if try peek() == close {
      position += 1
      nodes[index].end = UInt32(position)
      return false
    }
    open.append(index)
    if kind == .object { try parseKey() }
    return true
  }

  /// After a value: passes the comma before the next value, or the brackets of all containers that end here.
  private mutating func leaveContainers() throws(ParseError) {
    while let container = open.last {
      let isObject = nodes[container].kind == .object
      skipSpace()
      let byte = try peek()
      if byte == UInt8(ascii: ",") {
        position += 1
        skipSpace()
        if isObject { try parseKey() }
        return
      }
      guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
        throw malformed(isObject ? "',' or '}' is expected here" : "',' or ']' is expected here")
      }
      position += 1
      nodes[container].end = UInt32(position)
      nodes[container].next = UInt32(nodes.count)
      open.removeLast()
    }
  }

  private mutating func parseKey() throws(ParseError) {
    let start = position
    guard try peek() == UInt8(ascii: "\"") else { throw malformed("a key in quotes is expected here") }
    try append(skipString(), from: start)
    skipSpace()
    guard try peek() == UInt8(ascii: ":") else { throw malformed("':' is expected here") }
    position += 1
  }

  private mutating func append(_ kind: JSONNode.Kind, from start: Int) throws(ParseError) {
    guard nodes.count < min(bounds.values, Int(UInt32.max) - 1) else {
      throw ParseError(.limit, at: start, "more than \(bounds.values) JSON values")
    }
    nodes.append(
      JSONNode(
        kind: kind, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
      default: return
      }
    }
  }

  /// The byte at the cursor.
  func peek() throws(ParseError) -> UInt8 {
    guard position < bytes.count else { throw ParseError(.truncated, at: position, "JSON text") }
    return bytes[position]
  }

  func malformed(_ what: String) -> ParseError { ParseError(.malformed, at: position, what) }
}
