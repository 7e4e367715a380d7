import ByteParsing
import Findings
import Formats
import Pickle
import Rules

/// The lines of one pickle: its effects as pseudo-Python, what was said of them, and the opcodes between them where
/// they were asked for.
struct PickleListing {
  let path: [String]
  /// Where the pickle begins.
  let start: Int
  let protocolText: String
  /// How many more lines can be shown: more than these need not be made.
  var left = Int.max

  private let request: ExplanationRequest
  private var lines: [ExplanationLine] = []
  private var text = EffectText()
  private var repetitions = Repetitions()
  private var opcodes: OpcodeListing
  /// Reasons that were written out before.
  private var reasons: Set<String> = []
  /// Whether an opcode could not be listed: none after it is.
  private var isBroken = false

  /// Characters of a line: of one that is reviewed, and of one that somebody has to look at.
  private static let reviewedCharacters = 300
  private static let otherCharacters = 4000

  init(_ input: Input, at offset: Int, path: [String], _ request: ExplanationRequest) {
    self.path = path
    self.request = request
    start = offset
    opcodes = OpcodeListing(input, at: offset)
    let head = try? input.bytes(at: offset, count: min(2, max(0, input.count - offset)))
    protocolText =
      if let head, head.count == 2, head[0] == Opcode.proto.rawValue {
        "protocol \(head[1])"
      } else {
        "protocol 0 or 1"
      }
  }

  mutating func takeLines() -> [ExplanationLine] {
    defer { lines = [] }
    return lines
  }

  // MARK: Effects

  mutating func add(_ effect: Effect, _ remarks: [Remark], _ values: borrowing ValueTable) {
    listOpcodes(before: effect.offset + 1)
    let worst = remarks.max { $0.verdict < $1.verdict }
    let judgement = worst?.verdict ?? .allow
    let variable = text.name(resultOf: effect)
    let subject = EffectText.subject(of: effect, values)
    let kind = EffectText.kind(of: effect)
    guard request.all || repetitions.shows(kind, of: subject, judgement, rule: worst?.rule?.id) else {
      return
    }
    showRepetitions()
    let statement = text.statement(
      effect, values, characters: judgement == .allow ? Self.reviewedCharacters : Self.otherCharacters)
    lines.append(
      ExplanationLine(
        kind, offset: effect.offset, judgement: judgement, rule: worst?.rule?.id,
        (variable.map { "\($0) = " } ?? "") + statement))
    for remark in remarks { explain(remark) }
  }

  mutating func add(
    result: SymbolicValue, at offset: Int, _ remarks: [Remark], _ values: borrowing ValueTable
  ) {
    listOpcodes(before: offset + 1)
    showRepetitions()
    for remark in remarks { add(remark) }
    let statement = text.statement(result: result, values, characters: Self.reviewedCharacters)
    lines.append(
      ExplanationLine(
        .result, offset: offset, judgement: remarks.map(\.verdict).max(), statement))
  }

  /// Something that was said of no effect.
  mutating func add(_ remark: Remark) {
    showRepetitions()
    explain(remark)
  }

  /// A code object, below the effect that makes it.
  mutating func add(_ code: CodeObject) {
    lines += CodeListing(code, instructions: request.code || request.opcodes, all: request.all).lines
  }

  mutating func add(skip count: Int) {
    let offset = opcodes.offset
    opcodes.skip(to: offset + count)
    let line = ExplanationLine(
      .data, offset: request.opcodes ? offset : nil, "# the loader reads the next \(count) bytes itself")
    if request.all || repetitions.shows(.data, of: "", .allow, rule: nil) { lines.append(line) }
  }

  mutating func end(_ result: StreamResult) {
    listOpcodes(before: result.endOffset)
    showRepetitions()
    switch result.end {
    case .stop: break
    case .stopped(let reason): addGap("not read on: \(reason)", at: result.endOffset)
    case .broken(let error):
      listOpcodes(before: error.offset + 1)
      addGap("the stream breaks here: \(error.kind.rawValue): \(error.field)", at: error.offset)
    }
  }

  private mutating func addGap(_ reason: String, at offset: Int) {
    lines.append(ExplanationLine(.gap, offset: offset, judgement: .incomplete, reason))
  }

  /// The reason in full where it is new, in one word where it stands further up.
  private mutating func explain(_ remark: Remark) {
    guard let rule = remark.rule else { return addGap(remark.detail, at: remark.offset) }
    let isNew = reasons.insert("\(rule.id): \(remark.detail)").inserted
    lines.append(
      ExplanationLine(
        .finding, offset: remark.offset, judgement: rule.verdict, rule: rule.id,
        isNew ? remark.detail : "as above"))
  }

  private mutating func showRepetitions() {
    for (text, judgement) in repetitions.take() {
      lines.append(ExplanationLine(.folded, judgement: judgement, text))
    }
  }

  // MARK: Opcodes

  /// Lists the opcodes that begin before `limit`.
  private mutating func listOpcodes(before limit: Int) {
    guard request.opcodes, !isBroken else { return }
    do {
      while lines.count <= left, let row = try opcodes.next(before: limit) {
        lines.append(ExplanationLine(.opcode, offset: row.offset, row.text))
      }
    } catch {
      isBroken = true
      lines.append(
        ExplanationLine(
          .opcode, offset: error.offset, "cannot be read: \(error.kind.rawValue): \(error.field)"))
    }
  }
}
