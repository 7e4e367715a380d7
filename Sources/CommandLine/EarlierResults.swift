internal import Findings
internal import FoundationEssentials
internal import Linux
internal import Supervisor
internal import VerdictStore

/// What earlier runs of a batch found out, for files that are still what they were.
///
/// A file counts as judged where its path, device, inode, size and both time stamps are those of a line that was
/// made under the present policy and engine, by an examination that would end the same again. Changing the bytes of
/// a file changes its second time stamp, which only the kernel can set.
final class EarlierResults: Sendable {
  /// What is needed of a line.
  private struct Entry: Codable {
    let verdict: String
    let formats: [String]
    let rules: [String]
  }

  private struct State {
    var summary = BatchSummary()
    var trouble: String?
  }

  private let table: TemporaryTable
  private let state = Monitor(State())

  init() throws(StoreError) { table = try TemporaryTable() }

  /// Takes a line, if it can hold for a file of today.
  ///
  /// - Parameter waivers: what has one is judged again, since what a waiver does depends on the time.
  func add(_ line: BatchLine, in context: ArtifactObject.Context, _ waivers: WaiverDecisions?) throws {
    guard line.repeatable, line.policy == context.policy, line.engine == context.engine,
      line.waived == nil, line.unwaived == nil, let sha256 = line.sha256, let identity = line.identity,
      waivers?.has(sha256) != true
    else { return }
    let entry = Entry(
      verdict: line.verdict, formats: line.formats, rules: Array(Set(line.findings.map(\.rule))))
    try table.set(Self.key(line.path, identity), to: Array(try JSONEncoder().encode(entry)))
  }

  private static func key(_ path: String, _ identity: String) -> [UInt8] {
    Array(path.utf8) + [0] + Array(identity.utf8)
  }

  /// Whether this file is known; it is counted then.
  func recall(_ file: FileReference) -> Bool {
    // Other paths are written in a way that two of them can share.
    guard let path = String(validating: file.path, as: UTF8.self) else { return false }
    do {
      let key = Self.key(path, try file.identity().text)
      guard let bytes = try table.value(of: key) else { return false }
      let entry = try JSONDecoder().decode(Entry.self, from: Data(bytes))
      guard let verdict = Verdict(name: entry.verdict) else { return false }
      state.withLock { $0.summary.add(verdict, formats: entry.formats, rules: entry.rules) }
      return true
    } catch is SystemCallError {
      // Examining it says what is wrong.
      return false
    } catch {
      state.withLock { $0.trouble = "\(error)" }
      return false
    }
  }

  /// What was recalled.
  var summary: BatchSummary { state.withLock(\.summary) }

  /// Why something could not be recalled that should have been; not escaped.
  var trouble: String? { state.withLock(\.trouble) }
}
