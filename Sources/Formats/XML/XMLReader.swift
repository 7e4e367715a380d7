package import ByteParsing

/// Reads an XML document part by part. Document types are read over and never followed, and no entity is replaced.
///
/// Stricter than a reader has to be: what is not well-formed as far as it is looked at is refused, and so is every encoding that
/// does not write ASCII as ASCII. Namespaces are not resolved.
///
/// Source: W3C, Extensible Markup Language (XML) 1.0, fifth edition.
package struct XMLReader {
  package static let byteLimit = 128 << 20
  private static let nameLimit = 1024
  private static let depthLimit = 4096
  private static let attributeLimit = 4096

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private let bytes: [UInt8]
  private var position: Int
  private var open: [[UInt8]] = []
  private var hasRoot = false
  private var hasDocumentType = false
  /// Whether the element just given has ended with its own tag.
  private var isEmptyElement = false

  /// - Throws: `.limit` for more than ``byteLimit`` bytes; `.unsupported` for other encodings; `.malformed`.
  package init(_ input: Input) throws(ParseError) {
    guard input.count <= Self.byteLimit else {
      throw ParseError(.limit, at: 0, "XML of \(input.count) bytes, limit \(Self.byteLimit)")
    }
    bytes = try input.bytes(at: 0, count: input.count)
    let mark = Self.byteOrderMark
    position = bytes.starts(with: mark) ? mark.count : 0
    if Self.isWide(bytes) { throw ParseError(.unsupported, at: 0, "XML in UTF-16 or UTF-32") }
    if let zero = bytes.firstIndex(of: 0) { throw ParseError(.malformed, at: zero, "NUL in XML") }
    if follows("<?xml"), position + 5 < bytes.count, Self.isBlank(bytes[position + 5]) {
      try readDeclaration()
    }
  }

  package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether the bytes begin as XML of 16 or 32 bits a character does (XML 1.0, appendix F).
  package static func isWide(_ bytes: [UInt8]) -> Bool {
    let opening: [[UInt8]] = [
      [0xFF, 0xFE, 0x3C, 0], [0xFE, 0xFF, 0, 0x3C], [0x3C, 0, 0x3F, 0], [0, 0x3C, 0, 0x3F],
      [0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0], [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x3C],
      // A number in a binary file may look like the first character alone.
      [0x3C, 0, 0, 0, 0x3F, 0, 0, 0], [0, 0, 0, 0x3C, 0, 0, 0, 0x3F],
    ]
    return opening.contains { bytes.starts(with: $0) }
  }

  /// The next part; nil behind the root element and what may follow it.
  ///
  /// - Throws: `.malformed`, `.truncated`, `.limit`.
  package mutating func next() throws(ParseError) -> XMLPart? {
    if isEmptyElement {
      isEmptyElement = false
      open.removeLast()
      return .end
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        if let text = try readText() { return text }
        continue
      }
      if follows("<!--") {
        try skip(past: "-->", "comment")
      } else if follows("<![CDATA[") {
        guard !open.isEmpty else { throw error("CDATA outside the root element") }
        let start = position + 9
        try skip(past: "]]>", "CDATA section")
        return .text(Array(bytes[start..<position - 3]), offset: start)
      } else if follows("<?") {
        return try readInstruction()
      } else if follows("<!DOCTYPE") {
        return try readDocumentType()
      } else if follows("</") {
        return try readEnd()
      } else {
        return try readStart()
      }
    }
    guard open.isEmpty, hasRoot else { throw ParseError(.truncated, at: bytes.count, "XML element") }
    return nil
  }

  private func error(_ field: String) -> ParseError { ParseError(.malformed, at: position, field) }

  private func follows(_ text: StaticString) -> Bool {
    bytes[position...].starts(with: "\(text)".utf8)
  }

  private mutating func skip(past end: StaticString, _ field: String) throws(ParseError) {
    let mark = Array("\(end)".utf8)
    var index = position
    while let found = bytes[index...].firstIndex(of: mark[0]) {
      if bytes[found...].starts(with: mark) {
        position = found + mark.count
        return
      }
      index = found + 1
    }
    throw ParseError(.truncated, at: position, field)
  }

  private mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    return position > start
  }

  private mutating func readName() throws(ParseError) -> [UInt8] {
    let start = position
    while position < bytes.count, Self.isName(bytes[position], isFirst: position == start) { position += 1 }
    guard position > start else { throw error("XML name") }
    guard position - start <= Self.nameLimit else {
      throw ParseError(.limit, at: start, "XML name of \(position - start) bytes, limit \(Self.nameLimit)")
    }
    return Array(bytes[start..<position])
  }

  private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x80..., UInt8(ascii: "_"), UInt8(ascii: ":"): true
    case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
    default: false
    }
  }

  private mutating func readQuoted(_ field: String) throws(ParseError) -> (bytes: [UInt8], offset: Int) {
    guard position < bytes.count,
      bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
    else { throw error(field) }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: bytes[position]) else {
      throw ParseError(.truncated, at: position, field)
    }
    position = end + 1
    return (Array(bytes[start..<end]), start)
  }
}

// What stands between the root's tags, and around it.
extension XMLReader {
  private mutating func readText() throws(ParseError) -> XMLPart? {
    let start = position
    position = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    let text = bytes[start..<position]
    if text.allSatisfy(Self.isBlank) { return nil }
    guard !open.isEmpty else {
      throw ParseError(.malformed, at: start, "characters outside the root element")
    }
    try checkReferences(text)
    return .text(Array(text), offset: start)
  }

  /// Without a document type there are five entities, and numbers.
  private func checkReferences(_ text: ArraySlice<UInt8>) throws(ParseError) {
    guard !hasDocumentType else { return }
    var index = text.startIndex
    while let start = text[index...].firstIndex(of: UInt8(ascii: "&")) {
      let name = text[(start + 1)...].prefix(16).prefix { $0 != UInt8(ascii: ";") }
      let isKnown = ["lt", "gt", "amp", "quot", "apos"].contains { name.elementsEqual($0.utf8) }
      guard isKnown || name.first == UInt8(ascii: "#"), name.endIndex < text.endIndex else {
        throw ParseError(.malformed, at: start, "reference to an unknown entity")
      }
      index = name.endIndex
    }
  }

  private mutating func readDeclaration() throws(ParseError) {
    let start = position
    try skip(past: "?>", "XML declaration")
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let keyword = text.firstRange(of: "encoding") else { return }
    let quoted = text[keyword.upperBound...].drop { " \t\r\n=".contains($0) }
    let name = quoted.dropFirst().prefix { $0 != quoted.first }.lowercased()
    let known = ["utf-8", "utf8", "us-ascii", "ascii", "latin-1", "latin1"]
    guard known.contains(name) || name.hasPrefix("iso-8859-") || name.hasPrefix("windows-125") else {
      throw ParseError(.unsupported, at: start, "XML in \(name.prefix(32))")
    }
  }

  private mutating func readInstruction() throws(ParseError) -> XMLPart {
    let start = position
    position += 2
    let target = try readName()
    guard !target.elementsEqual("xml".utf8) else {
      throw ParseError(.malformed, at: start, "XML declaration that is not at the start")
    }
    try skip(past: "?>", "processing instruction")
    return .instruction(target: target, offset: start)
  }

  private mutating func readDocumentType() throws(ParseError) -> XMLPart {
    guard !hasRoot, !hasDocumentType else { throw error("document type behind the root element's start") }
    hasDocumentType = true
    var type = XMLDocumentType(offset: position)
    position += 9
    guard skipBlanks() else { throw error("document type") }
    _ = try readName()
    _ = skipBlanks()
    for (keyword, count) in [("SYSTEM", 1), ("PUBLIC", 2)]
    where bytes[position...].starts(with: keyword.utf8) {
      position += 6
      for _ in 0..<count {
        _ = skipBlanks()
        _ = try readQuoted("external identifier")
      }
      _ = skipBlanks()
      type.refer(hasPublicName: count == 2)
      break
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
      position += 1
      try readDeclarations(&type)
      _ = skipBlanks()
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { throw error("document type") }
    position += 1
    return .documentType(type)
  }

  private mutating func readDeclarations(_ type: inout XMLDocumentType) throws(ParseError) {
    while position < bytes.count {
      if follows("<!--") {
        try skip(past: "-->", "comment")
      } else if follows("<?") {
        try skip(past: "?>", "processing instruction")
      } else if bytes[position] == UInt8(ascii: "]") {
        position += 1
        return
      } else if bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") {
        _ = try readQuoted("declaration")
      } else {
        // A reference to a parameter entity brings in declarations.
        if follows("<!ENTITY") || bytes[position] == UInt8(ascii: "%") { type.declareEntities() }
        position += 1
      }
    }
    throw ParseError(.truncated, at: position, "document type")
  }

  private mutating func readStart() throws(ParseError) -> XMLPart {
    let start = position
    guard !open.isEmpty || !hasRoot else { throw error("a second root element") }
    position += 1
    let name = try readName()
    var attributes: [(name: [UInt8], value: [UInt8], offset: Int)] = []
    while skipBlanks(), position < bytes.count, Self.isName(bytes[position], isFirst: true) {
      let attribute = try readName()
      _ = skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { throw error("attribute") }
      position += 1
      _ = skipBlanks()
      let value = try readQuoted("attribute")
      guard !value.bytes.contains(UInt8(ascii: "<")) else { throw error("'<' in an attribute") }
      try checkReferences(value.bytes[...])
      guard !attributes.contains(where: { $0.name == attribute }) else { throw error("an attribute twice") }
      attributes.append((attribute, value.bytes, value.offset))
      guard attributes.count <= Self.attributeLimit else {
        throw ParseError(.limit, at: start, "more than \(Self.attributeLimit) attributes")
      }
    }
    isEmptyElement = position < bytes.count && bytes[position] == UInt8(ascii: "/")
    if isEmptyElement { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { throw error("element") }
    position += 1
    guard open.count < Self.depthLimit else {
      throw ParseError(.limit, at: start, "elements nested deeper than \(Self.depthLimit)")
    }
    hasRoot = true
    open.append(name)
    return .start(XMLElement(name: name, offset: start, attributes: attributes))
  }

  private mutating func readEnd() throws(ParseError) -> XMLPart {
    let start = position
    position += 2
    let name = try readName()
    _ = skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">"), open.popLast() == name else {
      throw ParseError(.malformed, at: start, "end of another element")
    }
    position += 1
    return .end
  }
}
