import ByteParsing
import Findings
import Formats
import Rules

/// What a PyTorch archive's pickles say of its other members.
struct TorchContents: ArchiveContents {
  private let layout: TorchLayout
  private let kind: TorchLayout.Kind
  /// Storages that a pickle refers to, by the member's folded name after the root, until they are met.
  /// Keys that differ only in case are one member for PyTorch.
  private var expected: [String: [TorchStorage]] = [:]
  /// Entries whose pickles were run first.
  private var examined: Set<Int> = []

  /// Runs `data.pkl` and `constants.pkl`, which say what the others are.
  init(
    _ layout: TorchLayout, kind: TorchLayout.Kind, archive: ZIPArchive, of member: Member,
    in job: inout ScanJob
  ) throws(ParseError) {
    self.layout = layout
    self.kind = kind
    let reader = ZIPMemberReader(archive: archive, path: member.path)
    var directory = ZIPDirectory(archive)
    while let entry = try directory.next() {
      switch layout.role(of: entry.name) {
      case .mainPickle: try run(entry, folder: "data/", from: reader, of: member, in: &job)
      case .constantsPickle: try run(entry, folder: "constants/", from: reader, of: member, in: &job)
      default: continue
      }
    }
  }

  private var profile: PickleProfile { kind == .torchScript ? .torchScript : .torch }

  private mutating func run(
    _ entry: ZIPEntry, folder: String, from reader: ZIPMemberReader, of member: Member,
    in job: inout ScanJob
  ) throws(ParseError) {
    // Members of one name are few in an honest archive; more than these are examined without their storages.
    guard examined.count < 4, !job.isStopped, let input = reader.open(entry, in: &job) else { return }
    examined.insert(entry.offset)
    var run = PickleRun(member.child(input, name: entry.shownName, profile: profile))
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    job.recorder.record(format: PickleScanner.format)
    if run.next(&job, profile: profile) { try PickleScanner.scanRest(&run, in: &job) }
    for storage in run.storages {
      let name = folder + storage.key.lowercased()
      expected[name, default: []].append(storage)
    }
  }

  /// Says what is to be done with a member, having done what can be done at once.
  mutating func take(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    if examined.contains(entry.offset) { return .done }
    switch layout.role(of: entry.name) {
    case .storage(let name): return takeStorage(name, entry, from: reader, path: path, &job)
    case .metadata: return takeMetadata(entry, from: reader, path: path, &job)
    // The archive is reported as one that carries code.
    case .code where kind != .stateDict: return .examine(profile, .nothing)
    case .outsideRoot:
      job.recorder.record(
        Finding(
          .torchOutsideRoot, at: Location(path: path, offset: entry.offset),
          detail: "The member is not in the folder that the first one names.",
          evidence: entry.shownName))
      return .examine(profile)
    default: return .examine(profile)
    }
  }

  private mutating func takeStorage(
    _ name: String, _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    guard let storages = expected.removeValue(forKey: name) else {
      guard kind == .stateDict else { return .examine(profile, .nothing) }
      job.recorder.record(TorchRules.unreferenced(name, path: path))
      return .examine(profile)
    }
    guard let bytes = reader.measure(entry, in: &job) else { return .done }
    let location = Location(path: path, offset: entry.offset)
    for finding in storages.flatMap({ TorchRules.storage($0, bytes: bytes, at: location) }) {
      job.recorder.record(finding)
    }
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    return .done
  }

  private func takeMetadata(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    guard let input = reader.open(entry, in: &job) else { return .done }
    let text = try? input.prefix(TorchLayout.metadataBytes + 1)
    guard let text, TorchLayout.isMetadata(text) else {
      job.recorder.record(
        Finding(
          .torchUnexpectedMetadata, at: Location(path: path, offset: entry.offset),
          detail: "The member is not one short line of text.", evidence: entry.shownName))
      return .examine(profile)
    }
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    return .done
  }

  /// Reports the storages that were never met.
  func finish(_ path: [String], _ job: ScanJob) {
    guard !job.isStopped else { return }
    // A tensor on the meta device has no bytes.
    for storage in expected.values.joined().sorted(by: { $0.offset < $1.offset })
    where storage.location != "meta" {
      job.recorder.record(TorchRules.missing(storage, path: path))
    }
  }
}
