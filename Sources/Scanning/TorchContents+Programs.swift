import ByteParsing
import Findings
import Formats
import Rules

// The programs of an archive: TorchScript, exported graphs, packages, compiled code.
extension TorchContents {
  /// Bytes of one document of an exported program.
  private static let documentBytes = 256 << 20

  /// Examines every source and every graph, and says what the archive brings to run.
  mutating func examinePrograms(
    _ entries: ZIPDirectory, from reader: ZIPMemberReader, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    var directory = entries
    var script = ScriptJudge(operators: job.operators, globals: job.globals)
    var sink = job.recorder
    var native: [String] = []
    var extern: [String] = []
    while !job.isStopped, let entry = try directory.next() {
      switch layout.role(of: entry.name) {
      case .script:
        guard
          let source = content(entry, limit: ScriptJudge.sourceBytes, from: reader, of: member, in: &job)
        else { continue }
        do {
          try script.read(source, path: member.path + [entry.shownName], into: &sink)
        } catch {
          job.gap(error, at: member.path + [entry.shownName])
        }
      case .program, .payloadConfiguration:
        try examineDocument(entry, from: reader, of: member, in: &job)
      case .native: native.append(entry.shownName)
      case .packagedSource:
        if let module = layout.module(of: entry.name), ownModules.count < 1 << 16 {
          ownModules.insert(module)
        }
      case .externModules:
        extern = externModules(entry, from: reader, of: member, in: &job)
      default: continue
      }
    }
    script.finish(into: &sink)
    if !native.isEmpty { sink.record(TorchRules.native(native, path: member.path)) }
    if !ownModules.isEmpty {
      sink.record(TorchRules.package(ownModules.sorted(), extern: extern, path: member.path))
    }
  }

  /// The bytes of a member that is examined first; nil with the reason recorded.
  private mutating func content(
    _ entry: ZIPEntry, limit: Int, from reader: ZIPMemberReader, of member: Member, in job: inout ScanJob
  ) -> [UInt8]? {
    guard let input = reader.open(entry, in: &job) else { return nil }
    guard input.count <= limit else {
      job.gap("\(entry.shownName): limit \(limit) bytes", at: member.path, offset: entry.offset)
      return nil
    }
    do {
      let bytes = try input.bytes(at: 0, count: input.count)
      examined.insert(entry.offset)
      job.recorder.record(bytes: 0, members: 1, opcodes: 0)
      return bytes
    } catch {
      job.gap(error, at: member.path)
      return nil
    }
  }

  private mutating func examineDocument(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    guard let text = content(entry, limit: Self.documentBytes, from: reader, of: member, in: &job) else {
      return
    }
    let path = member.path + [entry.shownName]
    let root: JSONValue
    do {
      root = try StrictJSON.parse(
        text,
        bounds: StrictJSON.Bounds(
          bytes: Self.documentBytes, depth: 512, values: 16 << 20, allowsPythonNumbers: true))
    } catch {
      job.gap(error, at: path)
      return
    }
    var program = ExportedProgram(operators: job.operators, path: path)
    var sink = job.recorder
    program.judge(root, into: &sink)
    if layout.role(of: entry.name) == .payloadConfiguration {
      let folder =
        entry.shownName.lowercased().contains("/constants/") ? "data/constants/" : "data/weights/"
      for payload in ExportedProgram.payloads(root) {
        let name = folder + payload.name.lowercased()
        bareTensors[name] = payload.isTensor && bareTensors[name] != false
      }
    }
  }

  private mutating func externModules(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, of member: Member, in job: inout ScanJob
  ) -> [String] {
    guard let bytes = content(entry, limit: 1 << 20, from: reader, of: member, in: &job) else { return [] }
    guard TorchRules.isPlainText(bytes) else {
      job.gap("\(entry.shownName) is no list of modules", at: member.path, offset: entry.offset)
      return []
    }
    return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What the mobile interpreter would run.
  func reportBytecode(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, of member: Member, in job: inout ScanJob
  ) {
    guard let input = reader.open(entry, in: &job) else { return }
    let path = member.path + [entry.shownName]
    job.recorder.record(
      Finding(
        .mobileBytecode, at: Location(path: path),
        detail: "The archive has bytecode for the mobile interpreter."))
    var sink = job.recorder
    let opcodes = MobileBytecode.judge(
      input, operators: job.operators, opcodeLimit: job.budget.opcodesLeft, path: path, into: &sink)
    job.budget.spend(opcodes: opcodes)
  }
}
