package import Findings
internal import Linux

/// The report of a test, from which `scripts/prove --mutate` takes one rule: a test has to miss it.
///
/// The product knows nothing of it. What the tests have findings from asks here for each of them.
package struct TestedReport: ReportSink {
  /// A file that gets a line for each rule and each test that sees it: the rule's id, a tab, the test's.
  private static let seenPath = Process.environment("LAZARET_SEEN_RULES")
  /// Such a file, of the rules that a test has to do without.
  private static let withoutPath = Process.environment("LAZARET_WITHOUT_RULES")

  private static let without: Set<String> = {
    guard let withoutPath else { return [] }
    do {
      let text = try FileDescriptor.open(withoutPath).readAll(limit: 1 << 26)
      return Set(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
    } catch {
      fatalError("no rules can be taken away: \(error)")
    }
  }()

  private static let seen = Monitor<Set<String>>([])

  package var report = Report()
  private let test: String?

  /// - Parameter test: The test that runs: `Test.current`.
  package init(for test: (some Identifiable)?) { self.test = Self.name(test) }

  private static func name(_ test: (some Identifiable)?) -> String? {
    guard seenPath != nil || withoutPath != nil else { return nil }
    return test.map { "\($0.id)" }
  }

  package mutating func record(_ finding: Finding) {
    if Self.keeps(finding.rule, for: test) { report.record(finding) }
  }

  package mutating func record(format: String) { report.record(format: format) }
  package mutating func record(_ gap: Gap) { report.record(gap) }
  package mutating func record(bytes: Int, members: Int, opcodes: Int) {
    report.record(bytes: bytes, members: members, opcodes: opcodes)
  }

  /// What of findings the test gets, where they do not go through a sink.
  package static func sift(_ findings: [Finding], for test: (some Identifiable)?) -> [Finding] {
    let name = name(test)
    return findings.filter { keeps($0.rule, for: name) }
  }

  private static func keeps(_ rule: Rule, for test: String?) -> Bool {
    guard let test else { return true }
    let line = "\(rule.id)\t\(test)"
    if let seenPath, seen.withLock({ $0.insert(line).inserted }) {
      do {
        // One write, so that lines of tests that run at once do not mix.
        try FileDescriptor.open(seenPath, [.writeOnly, .create, .append], mode: 0o666)
          .write(Array("\(line)\n".utf8))
      } catch {
        fatalError("a rule cannot be noted: \(error)")
      }
    }
    return !without.contains(line)
  }
}
