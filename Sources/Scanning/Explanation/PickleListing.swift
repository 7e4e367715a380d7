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
  /// The line above the first one that is shown; nil when it has been written.
  private var title: String?
  /// What comes up to here is in the listing of another reading of the pickle already; nil for the first reading.
  private let parting: Int?
  /// Whether what is being read is not shown.
  private(set) var isHidden: Bool

  /// Characters of a line: of one that is reviewed, and of one that somebody has to look at.
  private static let reviewedCharacters = 300
  private static let otherCharacters = 4000

  init(
    _ input: Input, at offset: Int, path: [String], title: String, after parting: Int? = nil,
    _ request: ExplanationRequest
  ) {
    self.path = path
    self.parting = parting
    isHidden = parting != nil
    self.request = request
    start = offset
    opcodes = OpcodeListing(input, at: offset)
    let head = try? input.bytes(at: offset, count: min(2, max(0, input.count - offset)))
    let protocolText =
      if let head, head.count == 2, head[0] == Opcode.proto.rawValue {
        "protocol \(head[1])"
      } else {
        "protocol 0 or 1"
      }
    self.title = "\(title), \(protocolText)"
  }

  /// The lines since they were last taken: the title before the first of them, where another reading may have none, and
  /// at once otherwise.
  mutating func takeLines() -> [ExplanationLine] {
    defer { lines = [] }
    guard let title, parting == nil || !lines.isEmpty else { return lines }
    self.title = nil
    return [ExplanationLine(.pickle, path: path, offset: start, title)] + lines
  }

  // MARK: Effects

  mutating func add(_ effect: Effect, _ remarks: [Remark], _ values: borrowing ValueTable) {
    let variable = text.name(resultOf: effect)
    guard begins(at: effect.offset) else { return }
    listOpcodes(before: effect.offset + 1)
    let worst = remarks.max { $0.verdict < $1.verdict }
    let judgement = worst?.verdict ?? .allow
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
    guard begins(at: offset) else { return }
    listOpcodes(before: offset + 1)
    showRepetitions()
    for remark in remarks { add(remark) }
    let statement = text.statement(result: result, values, characters: Self.reviewedCharacters)
    lines.append(
      ExplanationLine(
        .result, offset: offset, judgement: remarks.map(\.verdict).max(), statement))
  }

  /// Whether what is at an offset is shown.
  private mutating func begins(at offset: Int) -> Bool {
    guard isHidden else { return true }
    guard let parting, offset > parting else { return false }
    isHidden = false
    opcodes.skip(to: offset)
    return true
  }

  /// Something that was said of no effect.
  mutating func add(_ remark: Remark) {
    guard !isHidden else { return }
    showRepetitions()
    explain(remark)
  }

  /// A code object, below the effect that makes it.
  mutating func add(_ code: CodeObject) {
    guard !isHidden else { return }
    lines += CodeListing(code, instructions: request.code || request.opcodes, all: request.all).lines
  }

  mutating func add(skip count: Int) {
    guard !isHidden else { return }
    let offset = opcodes.offset
    opcodes.skip(to: offset + count)
    let line = ExplanationLine(
      .data, offset: request.opcodes ? offset : nil, "# the loader reads the next \(count) bytes itself")
    if request.all || repetitions.shows(.data, of: "", .allow, rule: nil) { lines.append(line) }
  }

  mutating func end(_ result: StreamResult) {
    guard !isHidden else { return }
    listOpcodes(before: result.endOffset)
    showRepetitions()
    switch result.end {
    case .stop: break
    // Another reading nearly always ends so, and nothing is left out of the examination.
    case .stopped(let reason) where parting != nil: addNote("this reading ends here: \(reason)")
    case .broken(let error) where parting != nil:
      addNote("this reading breaks here: \(error.kind.rawValue): \(error.field)")
    case .stopped(let reason): addGap("not read on: \(reason)", at: result.endOffset)
    case .broken(let error):
      listOpcodes(before: error.offset + 1)
      addGap("the stream breaks here: \(error.kind.rawValue): \(error.field)", at: error.offset)
    }
  }

  private mutating func addNote(_ text: String) { lines.append(ExplanationLine(.data, "# \(text)")) }

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
