import ByteParsing
import Findings
import Formats
import Rules

/// What a PyTorch archive's pickles and programs say of its other members.
struct TorchContents: ArchiveContents {
  let layout: TorchLayout
  let kind: TorchLayout.Kind
  /// Storages that a pickle refers to, by the member's folded name after the root, until they are met.
  /// Keys that differ only in case are one member for PyTorch.
  private var expected: [String: [TorchStorage]] = [:]
  /// Entries that were examined first, by what they tell of the others.
  var examined: Set<Int> = []
  /// Payloads of an exported program by folded name: whether all that describes one says that it is a bare tensor.
  var bareTensors: [String: Bool] = [:]
  /// Modules that the archive brings itself.
  var ownModules: Set<String> = []

  /// Pickles of one archive that are run first. Further ones are examined without their storages.
  private static let firstPickles = 4096

  /// Examines the members that say what the others are: pickles in the root, and programs.
  init(
    _ layout: TorchLayout, kind: TorchLayout.Kind, archive: ZIPArchive, of member: Member,
    in job: inout ScanJob
  ) throws(ParseError) {
    self.layout = layout
    self.kind = kind
    let reader = ZIPMemberReader(archive: archive, path: member.path)
    try examinePrograms(ZIPDirectory(archive), from: reader, of: member, in: &job)
    var directory = ZIPDirectory(archive)
    while let entry = try directory.next() {
      switch layout.role(of: entry.name) {
      case .rootPickle(let prefix, let suffix):
        try run(entry, prefix: prefix, suffix: suffix, from: reader, of: member, in: &job)
      case .mobileBytecode:
        reportBytecode(entry, from: reader, of: member, in: &job)
        try run(entry, prefix: "constants/", suffix: "", from: reader, of: member, in: &job)
      default: continue
      }
    }
  }

  var profile: PickleProfile { kind == .torchScript ? .torchScript : .torch }

  private mutating func run(
    _ entry: ZIPEntry, prefix: String, suffix: String, from reader: ZIPMemberReader, of member: Member,
    in job: inout ScanJob
  ) throws(ParseError) {
    guard examined.count < Self.firstPickles, !job.isStopped, let input = reader.open(entry, in: &job)
    else {
      return
    }
    examined.insert(entry.offset)
    var child = member.child(input, name: entry.shownName, profile: profile)
    child.ownModules = ownModules
    var run = PickleRun(child)
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    job.recorder.record(format: PickleScanner.format)
    if run.next(&job, profile: profile) { try PickleScanner.scanRest(&run, in: &job) }
    for storage in run.storages {
      expected[prefix + storage.key.lowercased() + suffix, default: []].append(storage)
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
    case .payload(let name): return takePayload(name, entry, from: reader, &job)
    case .pickle, .torchFile, .rootPickle, .mobileBytecode: return .examine(profile, .loadable)
    case .native, .packagedSource, .externModules: return .examine(profile, .nothing)
    case .extra: return takeExtra(entry, from: reader, path: path, &job)
    case .formerScript:
      job.gap("TorchScript of before 1.4, described by model.json, is not examined", at: path)
      return .examine(profile, .nothing)
    case .outsideRoot:
      job.recorder.record(
        Finding(
          .torchOutsideRoot, at: Location(path: path, offset: entry.offset),
          detail: "The member is not in the folder that the first one names.",
          evidence: entry.shownName))
      return .examine(profile)
    // Programs were examined first; one that is still here could not be read, and said so.
    case .script, .program, .payloadConfiguration: return .examine(profile, .nothing)
    case .other: return .examine(profile)
    }
  }

  private mutating func takeStorage(
    _ name: String, _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    guard let storages = expected.removeValue(forKey: name) else {
      job.recorder.record(TorchRules.unreferenced(name, path: path))
      return .examine(profile)
    }
    guard let bytes = reader.measure(entry, in: &job) else { return .done }
    job.explainer?.pass(path + [entry.shownName], "\(bytes) bytes of a tensor")
    let location = Location(path: path, offset: entry.offset)
    // The tracer keeps the shapes of its inputs and not their bytes.
    let isShapeOnly = bytes == 0 && name.hasPrefix(TorchLayout.tracedInputs)
    for finding in isShapeOnly
      ? [] : storages.flatMap({ TorchRules.storage($0, bytes: bytes, at: location) })
    {
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
    job.explainer?.pass(path + [entry.shownName], "a line of text")
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    return .done
  }

  /// Bytes of a tensor that is there as it is in memory, a file that the loader unpickles, or what nothing refers to.
  private func takePayload(
    _ name: String, _ entry: ZIPEntry, from reader: ZIPMemberReader, _ job: inout ScanJob
  ) -> MemberDisposition {
    guard let isTensor = bareTensors[name] else { return .examine(profile) }
    guard isTensor else { return .examine(.torchScript, .loadable) }
    guard reader.measure(entry, in: &job) != nil else { return .done }
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    return .done
  }

  /// A file that is kept for the user: text is examined by being text.
  private func takeExtra(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    guard !entry.shownName.lowercased().hasSuffix(".py"), let input = reader.open(entry, in: &job),
      let text = try? input.prefix(TorchRules.extraTextBytes + 1), TorchRules.isPlainText(text)
    else { return .examine(profile) }
    return .examine(profile, .nothing)
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
