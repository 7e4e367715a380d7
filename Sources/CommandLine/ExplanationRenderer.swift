internal import Findings

/// Turns an explanation into text as it comes.
protocol ExplanationRenderer {
  /// Before the first line.
  mutating func opening(_ path: [UInt8]) throws -> String
  /// - Parameter line: as a worker words it.
  mutating func line(_ line: ExplanationLine) throws -> String
  /// After the last, when the verdict is known.
  mutating func closing(_ result: ArtifactResult) throws -> String
}

/// For people: a line for each effect, its offset and its judgement before it.
struct TextExplanation: ExplanationRenderer {
  let style: Style
  /// The member whose lines are shown.
  private var member: String?
  /// The offset of the last effect: reasons at the same place follow without it.
  private var effectOffset: Int?
  /// What the lines have shown of the report.
  private var shown: Set<Statement> = []
  private var isEmpty = true
  private var wasMember = false

  /// A finding or a gap, as far as it takes to know it again.
  private struct Statement: Hashable {
    let member: String?
    let offset: Int?
    /// nil for a gap.
    let rule: String?
  }

  private static let offsetWidth = 10
  private static let markWidth = 8

  init(style: Style) { self.style = style }

  func opening(_ path: [UInt8]) -> String { "" }

  mutating func line(_ line: ExplanationLine) -> String {
    let text = line.text.withoutInvisibles
    defer { isEmpty = false }
    switch line.kind {
    case .pickle, .member: return heading(line, text)
    case .finding:
      note(line)
      let isAttached = line.offset == effectOffset && effectOffset != nil
      let reason = "\(line.rule ?? ""): \(text)"
      return isAttached ? row(nil, nil, "    " + reason) : row(line.offset, line.judgement, reason)
    case .gap:
      note(line)
      return row(line.offset, line.judgement, text)
    case .import, .call, .state, .items, .outside, .result:
      effectOffset = line.offset
      return row(line.offset, line.judgement, text)
    case .data, .folded, .cut: return row(line.offset, line.judgement, text)
    case .weightsOnly: return row(nil, nil, "loads under torch weights_only: " + text)
    case .opcode: return row(line.offset, nil, style.dim("    " + text))
    case .code: return row(nil, line.judgement, "    " + text)
    }
  }

  /// The verdict, and what was found where no line could show it.
  func closing(_ result: ArtifactResult) -> String {
    var rest = result
    if var examination = result.examination {
      examination.report.findings.removeAll { isShown($0.location, rule: $0.rule.id) }
      examination.report.coverage.gaps.removeAll { isShown($0.location, rule: nil) }
      rest = ArtifactResult(path: result.path, judgement: .examined(examination))
    }
    let nothing = isEmpty ? "Nothing in it could be explained.\n" : ""
    return nothing + "\n" + TextRenderer(style: style).artifact(rest, index: 0)
  }

  private mutating func heading(_ line: ExplanationLine, _ text: String) -> String {
    // Members without a pickle stand close together.
    let gap = isEmpty || line.kind == .member && wasMember ? "" : "\n"
    wasMember = line.kind == .member
    let location = Location(path: line.path, offset: line.offset)
    member = location.member
    effectOffset = nil
    let name = location.member.map { Escaping.visible($0) } ?? "the file itself"
    if line.kind == .member {
      return gap + (line.path.isEmpty && text.hasPrefix("…") ? "\(text)\n" : "\(name): \(text)\n")
    }
    let place = line.offset.map { "\(name), byte \($0)" } ?? name
    return gap + style.heading("\(place): \(text)") + "\n"
  }

  private mutating func note(_ line: ExplanationLine) {
    shown.insert(Statement(member: member, offset: line.offset, rule: line.rule))
  }

  private func isShown(_ location: Location, rule: String?) -> Bool {
    shown.contains(Statement(member: location.member, offset: location.offset, rule: rule))
  }

  private func row(_ offset: Int?, _ judgement: Verdict?, _ text: String) -> String {
    let number = offset.map(String.init) ?? ""
    let mark = judgement.map(Self.mark) ?? ""
    let shownMark = judgement.map { style.verdict($0, mark) } ?? mark
    return String(repeating: " ", count: max(0, Self.offsetWidth - number.count)) + number + "  "
      + shownMark + String(repeating: " ", count: Self.markWidth - mark.count) + text + "\n"
  }

  private static func mark(_ verdict: Verdict) -> String {
    switch verdict {
    case .allow: "ok"
    case .review: "REVIEW"
    case .incomplete: "GAP"
    case .deny: "DENY"
    }
  }
}
