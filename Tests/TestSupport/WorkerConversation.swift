internal import Findings
internal import Wire

/// What a worker says in one life, made at random: as an honest one does, or with things wrong in it.
package struct WorkerConversation: Sendable {
  /// Each is one message, the first one `ready` unless that is what is wrong.
  package private(set) var messages: [[UInt8]]
  /// Whether nothing was made wrong.
  package let isHonest: Bool

  package init(using random: inout SeededRandom) {
    messages = Self.honest(&random)
    isHonest = Int.random(in: 0..<4, using: &random) == 0
    guard !isHonest else { return }
    for _ in 0...Int.random(in: 0..<3, using: &random) { damage(&random) }
  }

  // MARK: - What an honest worker says

  private static func honest(_ random: inout SeededRandom) -> [[UInt8]] {
    var messages: [WorkerMessage] = [.ready(WireSamples.layers)]
    var sum = Progress()
    var findings = 0
    var gaps = 0
    for index in 0..<Int.random(in: 0..<6, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: messages.append(.format("format-\(index)"))
      case 1:
        findings += 1
        messages.append(finding(ofRule: rules[Int.random(in: rules.indices, using: &random)], &random))
      case 2:
        gaps += 1
        messages.append(.gap(Gap(at: location(&random), reason: text(&random))))
      default:
        let progress = Self.progress(&random)
        sum.bytes += progress.bytes
        sum.members += progress.members
        sum.opcodes += progress.opcodes
        messages.append(.progress(progress))
      }
    }
    messages.append(.end(Totals(progress: sum, findings: findings, gaps: gaps)))
    return messages.map { $0.encoded() }
  }

  private static let rules = RuleCatalog.all.filter { !RuleCatalog.sandbox.contains($0) }.map(\.id)

  private static let texts = [
    "", "posix.system", "ü€🦄", "a\u{0}\u{1B}[2J\n", String(repeating: "x", count: 300),
  ]

  private static func text(_ random: inout SeededRandom) -> String {
    texts[Int.random(in: texts.indices, using: &random)]
  }

  private static func location(_ random: inout SeededRandom) -> Location {
    let path = (0..<Int.random(in: 0..<3, using: &random)).map { _ in text(&random) }
    return Location(path: path, offset: Bool.random(using: &random) ? nil : 77)
  }

  private static func progress(_ random: inout SeededRandom) -> Progress {
    Progress(
      bytes: Int.random(in: 0..<1 << 40, using: &random), members: Int.random(in: 0..<9, using: &random),
      opcodes: Int.random(in: 0..<1_000, using: &random))
  }

  private static func finding(ofRule rule: String, _ random: inout SeededRandom) -> WorkerMessage {
    .finding(
      FindingFrame(rule: rule, location: location(&random), detail: text(&random), evidence: text(&random)))
  }

  // MARK: - What may be wrong

  private static let longGap =
    WorkerMessage.gap(Gap(at: Location(), reason: String(repeating: "x", count: 4_000))).encoded()
  private static let overflow = WorkerMessage.progress(Progress(bytes: .max, members: 1)).encoded()
  private static let line = WorkerMessage.line(ExplanationLine(.member, "a member")).encoded()

  private mutating func damage(_ random: inout SeededRandom) {
    guard !messages.isEmpty else { return messages.append([]) }
    let place = Int.random(in: messages.indices, using: &random)
    switch Int.random(in: 0..<13, using: &random) {
    case 0: messages.remove(at: place)
    case 1: messages.insert(messages[place], at: Int.random(in: 0...messages.count, using: &random))
    case 2: messages.swapAt(place, Int.random(in: messages.indices, using: &random))
    case 3: messages.insert(Self.invented(&random), at: place)
    case 4: changeBytes(of: place, &random)
    case 5: messages[place].removeLast(Int.random(in: 0...messages[place].count, using: &random))
    case 6: messages[place] += random.bytes(Int.random(in: 1..<5, using: &random))
    case 7:
      let totals = Totals(progress: Self.progress(&random), findings: 0, gaps: 0)
      messages.insert(WorkerMessage.end(totals).encoded(), at: place)
    case 8: messages.insert(Self.line, at: place)
    case 9: messages.insert(Self.overflow, at: place)
    case 10:
      let rule = ["sandbox.violation", "no.such-rule", ""][Int.random(in: 0..<3, using: &random)]
      messages.insert(Self.finding(ofRule: rule, &random).encoded(), at: place)
    case 11:
      // Some are more than a report may have.
      let count = Int.random(in: 1...30, using: &random)
      messages.insert(contentsOf: Array(repeating: Self.longGap, count: count), at: place)
    default: messages.removeSubrange(place...)
    }
  }

  /// Bytes that begin as a message does.
  private static func invented(_ random: inout SeededRandom) -> [UInt8] {
    [UInt8.random(in: 31...39, using: &random)] + random.bytes(Int.random(in: 0..<60, using: &random))
  }

  private mutating func changeBytes(of place: Int, _ random: inout SeededRandom) {
    for _ in 0...Int.random(in: 0..<3, using: &random) where !messages[place].isEmpty {
      let index = Int.random(in: messages[place].indices, using: &random)
      messages[place][index] = UInt8.random(in: 0...255, using: &random)
    }
  }
}
