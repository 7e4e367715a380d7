import Findings
import Linux
import TestSupport

@testable import VerdictStore

/// The file of a store in a directory of the test's own.
final class TemporaryStore: Sendable {
  let place: TemporaryDirectory
  var directory: String { place.path }
  var path: String { directory + "/verdicts.db" }

  init() throws { place = try TemporaryDirectory() }

  func open(create: Bool = true, time: Int64 = 1_700_000_000_000) throws -> VerdictStore {
    try VerdictStore(path: path, create: create, clock: { time })
  }

  /// Changes the file behind the store's back.
  func tamper(_ sql: String) throws {
    let database = try Database(path: path)
    try database.execute("PRAGMA foreign_keys = OFF")
    try database.execute(sql)
  }

  func integer(_ sql: String) throws -> Int64 { try Database(path: path).integer(sql) }
}

enum Sample {
  static let policy = "sha256:" + String(repeating: "p", count: 64)
  static let engine = "0.2.0"

  static func digest(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  static func allowed(_ number: Int = 1, size: Int = 100) -> Examination {
    var report = Report()
    report.formats = ["pytorch-zip", "pickle"]
    report.coverage.bytes = size
    report.coverage.members = 4
    report.coverage.opcodes = 77
    report.coverage.finished = true
    return Examination(
      sha256: digest(number), size: size, report: report, outcome: .finished,
      sandbox: SandboxEvidence(
        role: "scan", filter: "sha256:aa", layers: ["seccomp", "landlock:7"], kernel: "6.1.0"),
      policy: policy, engine: engine, milliseconds: 1.25, repeatable: true, verdict: .allow)
  }

  /// With texts that only an exact store keeps: NUL, quotes, invalid escapes, other planes.
  static func denied(_ number: Int = 2) -> Examination {
    var examination = allowed(number)
    examination.report.findings = [
      Finding(
        .dangerousCall, at: Location(path: ["a\u{0}b", "\"\\\u{1b}[31m", "🦠/x"], offset: 0),
        detail: "calls \u{202E}posix.system", evidence: "posix.system('\u{0}id')"),
      Finding(.unrecognised, at: Location(), detail: "", evidence: ""),
    ]
    examination.report.coverage.gaps = [
      Gap(at: Location(path: [""], offset: 9), reason: "encrypted"), Gap(at: Location(), reason: "cut"),
    ]
    examination.verdict = .deny
    return examination
  }
}

/// A thread that an array can hold.
final class JoinedThread {
  private var thread: Thread?

  init(_ body: @escaping @Sendable () -> Void) throws { thread = try Thread(name: "test", body) }

  func join() { thread.take()?.join() }
}
