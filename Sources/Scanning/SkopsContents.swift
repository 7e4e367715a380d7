import ByteParsing
import Findings
import Formats
import Rules

/// What the schema.json of a skops file says of the archive's other members.
struct SkopsContents: ArchiveContents {
  static let format = "skops"

  private let schemaOffset: Int
  /// Members that nodes refer to, until they are met.
  private var expected: [String: SkopsFile]

  /// Judges the schema; nil where it is no schema of skops. One that cannot be read is a gap.
  init?(_ schema: ZIPEntry, from reader: ZIPMemberReader, in job: inout ScanJob) {
    guard let input = reader.open(schema, in: &job) else { return nil }
    let path = reader.path + [schema.shownName]
    let root: JSONValue
    do {
      root = try DescribedArchive.json(input)
    } catch {
      job.gap(error, at: path)
      return nil
    }
    guard SkopsJudge.isSchema(root) else { return nil }
    job.recorder.record(format: Self.format)
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    var judge = SkopsJudge(table: job.globals, path: path, evidenceLimit: job.limits.evidenceBytes)
    judge.judge(root)
    for finding in judge.findings { job.recorder.record(finding) }
    schemaOffset = schema.offset
    expected = judge.files
  }

  mutating func take(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    if entry.offset == schemaOffset { return .done }
    switch expected.removeValue(forKey: String(decoding: entry.name, as: UTF8.self)) {
    case .array: return .examine(.plain, .loadable)
    case .bytes: return .examine(.plain, .nothing)
    case .treeNodes(let tree):
      check(tree, entry, from: reader, path: path, &job)
      return .examine(.plain, .loadable)
    case nil:
      job.recorder.record(
        Finding(
          .skopsUnreferencedMember, at: Location(path: path, offset: entry.offset),
          detail: "No node refers to the member.", evidence: entry.shownName))
      return .examine(.plain)
    }
  }

  private func check(
    _ tree: SkopsTree, _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) {
    guard let input = reader.open(entry, in: &job) else { return }
    let location = Location(path: path + [entry.shownName])
    do {
      guard let trouble = try tree.trouble(in: input) else { return }
      job.recorder.record(
        Finding(.forgedNativeState, at: location, detail: "sklearn.tree._tree.Tree: \(trouble)"))
    } catch {
      job.gap(error, at: location.path)
    }
  }

  func finish(_ path: [String], _ job: ScanJob) {
    for name in expected.keys.sorted() {
      job.recorder.record(
        Finding(
          .skopsMissingMember, at: Location(path: path),
          detail: "A node refers to a member that is not there.",
          evidence: ZIPName.shown(Array(name.utf8))))
    }
  }
}
