package import ByteParsing
package import Findings
import Formats
package import Policy

/// Judges a package: first by the names of all members, then by those members that say what is run.
///
/// Knows nothing of the archive around them. Whoever does calls ``note(_:)`` with every member, ``settle()``, then
/// ``take(_:_:)`` with the members in which there is an ``interest(in:)``, and ``finish()``. Members are examined as
/// whatever they are all the same: nothing here makes a member's own examination softer.
package struct PackageJudge {
  package let path: [String]
  package let table: GlobalTable
  package private(set) var layout = PackageLayout()
  package private(set) var findings: [Finding] = []
  /// What could not be read, each with the member's name.
  package private(set) var gaps: [(member: String, error: ParseError)] = []
  var record = WheelRecord()
  var names: Set<UInt64> = []
  /// Files that a manifest names, with what it calls them.
  var namedCode: [(file: String, role: String, manifest: String)] = []

  /// Why a member is asked for.
  package enum Interest: Equatable, Sendable {
    case pathFile, startUpModule, modelArchive, requirements, entryPoints, record, digest([UInt8]), recorded
    case handler(String)
  }

  package init(path: [String], table: GlobalTable) {
    self.path = path
    self.table = table
  }

  /// Takes the description of a member.
  package mutating func note(_ member: PackageMember) {
    layout.note(member)
    if names.count < 1 << 20 { names.insert(PackageLayout.hash(member.name)) }
  }

  /// Judges what the names alone tell. Called once, after all members were noted.
  package mutating func settle() {
    layout.finish()
    guard !layout.kinds.isEmpty || !layout.startUpFiles.isEmpty else { return }
    findings += layout.concerns(path: path, table: table)
  }

  /// Whether there is anything to be taken at all.
  package var isPackage: Bool { !layout.kinds.isEmpty || !layout.startUpFiles.isEmpty }

  /// Members that have to be taken before the others: they say what the others should be.
  package func isFirst(_ member: PackageMember) -> Bool {
    switch interest(in: member) {
    case .record?, .modelArchive?: true
    default: false
    }
  }

  /// Why the member should be handed to ``take(_:_:)``; nil where it should not.
  package func interest(in member: PackageMember) -> Interest? {
    guard !member.isFolder else { return nil }
    let base = member.base
    if base.hasSuffix(".pth") { return .pathFile }
    if layout.startUpFiles.contains(member.name) { return .startUpModule }
    if member.name == "MAR-INF/MANIFEST.json" { return .modelArchive }
    if base.hasSuffix(".txt"), base.hasPrefix("requirements") || member.folder.hasSuffix("requirements/") {
      return .requirements
    }
    if EntryPoints.isOne(member) { return .entryPoints }
    if layout.kinds.contains(.wheel), base == "RECORD", member.folder.hasSuffix(".dist-info/") {
      return .record
    }
    if member.name.hasPrefix("blobs/sha256/"), let digest = Self.digest(hexadecimal: base) {
      return .digest(digest)
    }
    if let named = namedCode.first(where: { $0.file == member.name }) { return .handler(named.role) }
    if layout.kinds.contains(.wheel), record.isRead { return .recorded }
    return nil
  }

  private static func digest(hexadecimal text: String) -> [UInt8]? {
    guard text.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text {
      guard let digit = character.hexDigitValue else { return nil }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return bytes
  }

  /// Takes a member's bytes.
  package mutating func take(_ member: PackageMember, _ input: Input) {
    guard let interest = interest(in: member) else { return }
    do {
      try take(member, input, interest)
    } catch {
      gaps.append((member.name, error))
    }
  }

  private mutating func take(_ member: PackageMember, _ input: Input, _ interest: Interest)
    throws(ParseError)
  {
    let place = path + [member.name]
    switch interest {
    case .pathFile:
      // Weights of PyTorch have that ending too.
      guard try Self.isText(input) else { return }
      adopt(PathFile.judge(input, path: place, table: table), member)
    case .startUpModule:
      report(.startUpHook, member.name, "Python imports \(member.base) by itself when it starts.")
      let account = PythonSource.judge(input, role: .startUp, path: place, table: table)
      findings += account.findings.filter { $0.rule.verdict == .deny }
      if let gap = account.gap { gaps.append((member.name, gap)) }
    case .modelArchive: try takeManifest(input, member.name)
    case .requirements: try takeRequirements(input, place)
    case .entryPoints: findings += try EntryPoints.judge(input, path: place, table: table)
    case .record: try record.read(input, folder: "")
    case .digest(let digest):
      guard try SHA256Sum.digest(of: input) != digest else { return }
      report(.blobMismatch, member.name, "\(PythonText.plain(member.name, limit: 120)) has another digest.")
    case .recorded: try takeRecorded(input, member)
    case .handler(let role):
      report(.handlerCode, member.name, "\(PythonText.plain(member.name, limit: 80)) is run as \(role).")
      guard member.base.hasSuffix(".py") else { return }
      let account = PythonSource.judge(input, role: .module, path: place, table: table)
      if let gap = account.gap { gaps.append((member.name, gap)) }
    }
  }

  private mutating func adopt(_ account: PythonSource.Account, _ member: PackageMember) {
    findings += account.findings
    if let gap = account.gap { gaps.append((member.name, gap)) }
  }

  static func isText(_ input: Input) throws(ParseError) -> Bool {
    let head = try input.prefix(4096)
    return !head.isEmpty && !head.contains { $0 < 0x09 || $0 > 0x0D && $0 < 0x20 }
  }

  mutating func report(_ rule: Rule, _ name: String, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(
        rule, at: Location(path: path + [name], offset: 0), detail: detail,
        evidence: evidence.isEmpty ? PythonText.plain(name, limit: 120) : evidence))
  }

  /// Reports what was named and never met.
  package mutating func finish() {
    for named in namedCode where !names.contains(PackageLayout.hash(named.file)) {
      report(
        .handlerMissing, named.manifest,
        "\(PythonText.plain(named.file, limit: 80)), named as \(named.role), is not in the package.")
    }
  }

  // MARK: members that say what is run

  /// `MAR-INF/MANIFEST.json`.
  private mutating func takeManifest(_ input: Input, _ member: String) throws(ParseError) {
    let bytes = try input.bytes(at: 0, count: min(input.count, 1 << 20), "MANIFEST.json")
    let value = try StrictJSON.parse(
      bytes,
      bounds: StrictJSON.Bounds(bytes: 1 << 20, depth: 32, values: 1 << 16, allowsPythonNumbers: true))
    // Of a key that is there twice readers take the one or the other: all count.
    for (key, model) in value.members where key.equals("model") {
      for (key, value) in model.members {
        guard let name = key.string, let file = value.string, !file.isEmpty else { continue }
        noteNamed(name, file, manifest: member)
      }
    }
  }

  private mutating func noteNamed(_ key: String, _ file: String, manifest: String) {
    guard namedCode.count < 64 else { return }
    switch key {
    case "handler":
      let file = file.split(separator: ":").first.map(String.init) ?? file
      guard !TorchServeHandlers.names.contains(file) else { return }
      let isThere = names.contains(PackageLayout.hash(file)) || file.hasSuffix(".py")
      namedCode.append((isThere ? file : "\(file).py", "the handler", manifest))
    case "modelFile": namedCode.append((file, "the model's class", manifest))
    case "requirementsFile": namedCode.append((file, "the list of requirements", manifest))
    default: break
    }
  }

  private mutating func takeRequirements(_ input: Input, _ place: [String]) throws(ParseError) {
    let bytes = try input.bytes(at: 0, count: min(input.count, 1 << 20), "requirements")
    var number = 0
    for line in bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A }) {
      number += 1
      let text = String(decoding: line, as: UTF8.self)
      guard let concern = RequirementLine.concern(text) else { continue }
      findings.append(
        Finding(
          .requirementSource, at: Location(path: place, offset: line.startIndex),
          detail: "Line \(number): \(concern).", evidence: PythonText.plain(text, limit: 160)))
      if findings.count > 4096 { return }
    }
  }

  private mutating func takeRecorded(_ input: Input, _ member: PackageMember) throws(ParseError) {
    switch record.entry(member.name) {
    case .digest(let digest):
      guard input.count <= WheelRecord.checkedBytes, try SHA256Sum.digest(of: input) != digest else {
        return
      }
      report(
        .recordMismatch, member.name,
        "\(PythonText.plain(member.name, limit: 120)) is not what RECORD says.")
    case .unchecked: break
    case nil:
      report(
        .recordUnlisted, member.name, "RECORD does not list \(PythonText.plain(member.name, limit: 120)).")
    }
  }
}

/// Handlers that come with TorchServe.
enum TorchServeHandlers {
  static let names: Set<String> = [
    "image_classifier", "image_segmenter", "object_detector", "text_classifier", "text_handler",
    "vision_handler",
    "base_handler", "densenet_handler", "huggingface_transformers",
  ]
}
