import Findings

/// Counts what is said for the hundredth time, so that what is said once can be found.
///
/// What is denied is always shown.
struct Repetitions {
  private struct Key: Hashable {
    let kind: ExplanationLine.Kind
    /// The name it is about.
    let subject: String
    let judgement: Verdict
    let rule: String?
  }

  private var shown: [Key: Int] = [:]
  private var hidden: [Key: Int] = [:]
  /// The keys of `hidden`, in the order in which they were first hidden.
  private var order: [Key] = []

  /// Names that are counted; effects of further ones are all shown.
  private static let keyLimit = 1 << 16

  /// Whether this one is to be shown; if not, it is counted.
  mutating func shows(
    _ kind: ExplanationLine.Kind, of subject: String, _ judgement: Verdict, rule: String?
  ) -> Bool {
    guard judgement != .deny else { return true }
    let key = Key(kind: kind, subject: subject, judgement: judgement, rule: rule)
    let count = shown[key] ?? 0
    if count < Self.limit(kind, judgement) {
      guard shown.count < Self.keyLimit else { return true }
      shown[key] = count + 1
      return true
    }
    if hidden[key] == nil { order.append(key) }
    hidden[key, default: 0] += 1
    return false
  }

  private static func limit(_ kind: ExplanationLine.Kind, _ judgement: Verdict) -> Int {
    if judgement != .allow { return 20 }
    return kind == .import ? 1 : 5
  }

  /// A sentence for what was not shown since the last call, for each judgement that it got.
  mutating func take() -> [(text: String, judgement: Verdict)] {
    guard !order.isEmpty else { return [] }
    defer {
      hidden = [:]
      order = []
    }
    return Verdict.allCases.compactMap { judgement in
      let parts = order.filter { $0.judgement == judgement }.map { words($0, hidden[$0] ?? 0) }
      guard !parts.isEmpty else { return nil }
      let named = parts.prefix(Self.namedParts).joined(separator: ", ")
      let rest = parts.count > Self.namedParts ? ", and \(parts.count - Self.namedParts) other kinds" : ""
      return ("… \(named)\(rest): \(judgement == .allow ? "all reviewed" : "as above")", judgement)
    }
  }

  private static let namedParts = 6

  private func words(_ key: Key, _ count: Int) -> String {
    let number = "\(Self.grouped(count)) more"
    let plural = count == 1 ? "" : "s"
    return switch key.kind {
    case .import: "\(number) import\(plural) of \(key.subject)"
    case .call: "\(number) call\(plural) of \(key.subject)"
    case .state: "\(number) state\(plural) of \(key.subject) objects"
    case .items: "\(number) time\(plural) items for \(key.subject) objects"
    case .outside: "\(number) \(key.subject)"
    default: "\(number) time\(plural) raw bytes"
    }
  }

  /// Digits in groups of three: `4,812`.
  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
