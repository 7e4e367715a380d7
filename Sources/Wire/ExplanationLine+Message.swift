internal import ByteParsing
internal import Findings

/// A line of an explanation as fields of a message:
///
/// | field | type |
/// | --- | --- |
/// | kind | u8, the number of the case |
/// | judgement | u8, a verdict's number, or 255 for none |
/// | location | the path is empty but in lines that begin a section |
/// | rule | text, empty for none |
/// | text | text, not empty, without control characters |
extension MessageWriter {
  mutating func append(_ line: ExplanationLine) {
    append(line.kind.number)
    append(line.judgement?.rawValue ?? .max)
    append(Location(path: line.beginsSection ? line.path : [], offset: line.offset))
    append(line.rule ?? "", limit: WireLimit.rule)
    append(line.text.isEmpty ? "…" : line.text, limit: WireLimit.line)
  }
}

extension ByteReader {
  mutating func readExplanationLine() throws(ParseError) -> ExplanationLine {
    let start = offset
    guard let kind = ExplanationLine.Kind(number: try readByte("kind of line")) else {
      throw ParseError(.malformed, at: start, "kind of line")
    }
    let mark = try readByte("judgement")
    let judgement = Verdict(rawValue: mark)
    guard judgement != nil || mark == .max else { throw ParseError(.malformed, at: start, "judgement") }
    let location = try readLocation()
    let rule = try readText(limit: WireLimit.rule, "rule of a line")
    let text = try readText(limit: WireLimit.line, "text of a line")
    let line = ExplanationLine(
      kind, path: location.path, offset: location.offset, judgement: judgement,
      rule: rule.isEmpty ? nil : rule, text)
    // The text would have been escaped on the other side.
    guard !text.isEmpty, line.text == text else {
      throw ParseError(.malformed, at: start, "text of a line")
    }
    guard location.path.isEmpty || line.beginsSection else {
      throw ParseError(.malformed, at: start, "path of a line")
    }
    return line
  }
}

extension ExplanationLine.Kind {
  private static let numbers = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, UInt8($0.offset)) })

  fileprivate var number: UInt8 { Self.numbers[self] ?? .max }

  fileprivate init?(number: UInt8) {
    guard Int(number) < Self.allCases.count else { return nil }
    self = Self.allCases[Int(number)]
  }
}
