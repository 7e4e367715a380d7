internal import Digest
internal import Findings
internal import Supervisor

/// Judges a folder as one model, from what came of its files. Reads none of them: what a file says of another was read by
/// the process that examined it, and stands among its findings.
struct PackageJudge {
  /// Files that a model can have.
  static let fileLimit = 200_000

  let folder: PackageFolder
  private var files: [PackageResult.File] = []
  private var numbers: [[UInt8]: Int] = [:]
  /// Folders below the model's, with no slash at the end.
  private var folders: Set<[UInt8]> = []
  /// What a file says of others, with the number of the file.
  private var notes: [(file: Int, note: PackageNote)] = []
  /// Files of which nothing was found but that nobody knows their format.
  private var unrecognised: Set<Int> = []
  /// Files whose bytes are not those that the registry lists.
  private var altered: [Int] = []
  private var isCut = false

  init(_ folder: PackageFolder) { self.folder = folder }

  /// Whether a file of the folder itself names others.
  var hasNotes: Bool { notes.contains { !files[$0.file].path.contains(UInt8(ascii: "/")) } }

  mutating func add(_ result: ArtifactResult) {
    guard files.count < Self.fileLimit else { return isCut = true }
    let names = folder.names(of: result.path)
    let path = names[0]
    let report = result.examination?.report
    let findings = report?.findings ?? []
    let number = files.count
    for name in names { take(name, as: number) }
    files.append(
      PackageResult.File(
        path: path, sha256: result.examination?.sha256, size: result.examination?.size ?? 0,
        verdict: result.verdict, counted: result.verdict, isWaived: result.isWaived,
        rules: findings.decidingRules.map(\.id)))
    if let digest = folder.listing?.digests[result.path], let sha256 = result.examination?.sha256,
      digest != sha256
    {
      altered.append(number)
    }
    // What stands in an archive is not in the folder.
    for finding in findings where finding.location.path.isEmpty {
      if let note = PackageNote(finding) { notes.append((number, note)) }
    }
    let isOnlyUnknown = findings.allSatisfy { $0.rule == .unrecognised }
    if result.verdict == .review, report?.coverage.complete == true, isOnlyUnknown {
      unrecognised.insert(number)
    }
  }

  private mutating func take(_ name: [UInt8], as number: Int) {
    numbers[name] = number
    var parent = name
    while let slash = parent.lastIndex(of: UInt8(ascii: "/")) {
      parent = Array(parent[..<slash])
      guard folders.insert(parent).inserted else { break }
    }
  }

  /// - Throws: where no digest can be made.
  func result() throws -> PackageResult {
    var result = PackageResult(folder: folder, files: files)
    result.findings += folder.listing?.findings ?? []
    result.gaps += folder.listing?.gaps ?? []
    for number in altered {
      result.findings.append(
        Finding(
          .blobMismatch, at: location(number), detail: "The registry's list has another digest for it."),
        upTo: Self.findingLimit)
    }
    if files.isEmpty { result.gaps.append(Gap(at: Location(), reason: "no file of it is here")) }
    if isCut {
      result.gaps.append(Gap(at: Location(), reason: "files of a model: limit \(Self.fileLimit)"))
    }
    for (file, note) in notes {
      switch note {
      case .file(let name): judge(name, of: file, &result)
      case .shard(let shard): judge(shard, of: file, &result)
      case .further:
        result.gaps.append(
          Gap(at: location(file), reason: "it names more files than were listed: they were not looked for"))
      }
    }
    result.files.sort { $0.path.lexicographicallyPrecedes($1.path) }
    result.sha256 = isCut ? nil : try digest(result.files)
    return result
  }

  private func location(_ file: Int) -> Location {
    Location(path: [String(decoding: files[file].path, as: UTF8.self)])
  }

  // MARK: Files that are named

  private func judge(_ name: String, of file: Int, _ result: inout PackageResult) {
    guard let path = resolve(name, from: files[file].path), exists(path) else {
      return result.findings.append(
        Finding(
          .packageFileMissing, at: location(file), detail: "It names a part that is not there.",
          evidence: name),
        upTo: Self.findingLimit)
    }
    guard name.hasSuffix(".py"), let code = numbers[path] else { return }
    result.findings.append(
      Finding(
        .packageOwnCode, at: location(code),
        detail: "The model's code is in the folder; '\(location(file).member ?? "")' names it.",
        evidence: name),
      upTo: Self.findingLimit)
  }

  private static let findingLimit = 256

  /// The path from the model's folder for a name from the folder of a file; nil for one that leads out.
  private func resolve(_ name: String, from file: [UInt8]) -> [UInt8]? {
    let bytes = Array(name.utf8)
    guard bytes.first != UInt8(ascii: "/"), !bytes.contains(0) else { return nil }
    var parts = file.split(separator: UInt8(ascii: "/")).dropLast().map { Array($0) }
    for part in bytes.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(Array(part))
      }
    }
    return Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  private func exists(_ path: [UInt8]) -> Bool {
    path.isEmpty || numbers[path] != nil || folders.contains(path)
  }

  // MARK: Checkpoints

  private static let indexEnding = Array(".index".utf8)
  /// Where a SavedModel keeps its variables (`tensorflow/cc/saved_model/constants.h`).
  private static let variables = Array("variables/variables.index".utf8)

  private func judge(_ shard: CheckpointShard, of index: Int, _ result: inout PackageResult) {
    let path = files[index].path
    guard path.count > Self.indexEnding.count,
      path.suffix(Self.indexEnding.count).elementsEqual(Self.indexEnding)
    else {
      return result.gaps.append(
        Gap(
          at: location(index), reason: "the index of a checkpoint without its name: its data were not found"
        ))
    }
    let name = path.dropLast(Self.indexEnding.count) + Array(shard.ending.utf8)
    guard let number = numbers[Array(name)] else {
      return result.findings.append(
        Finding(
          .packageFileMissing, at: location(index), detail: "The index describes data that are not there.",
          evidence: String(decoding: name, as: UTF8.self)), upTo: Self.findingLimit)
    }
    guard files[number].size == shard.size else {
      return result.findings.append(
        Finding(
          .checkpointSize, at: location(number),
          detail: "The file has \(files[number].size) bytes, and the index describes \(shard.size)."),
        upTo: Self.findingLimit)
    }
    guard isUnderstood(shard, path), files[index].verdict == .allow, unrecognised.contains(number) else {
      return
    }
    result.files[number].counted = .allow
    result.findings.append(
      Finding(
        .checkpointNumbers, at: location(number), detail: "All of its bytes are tensors of numbers.",
        evidence: shard.ending), upTo: Self.findingLimit)
  }

  /// Whether all bytes are numbers, but for the objects of a SavedModel, which are in the model itself too, and were
  /// examined there.
  private func isUnderstood(_ shard: CheckpointShard, _ index: [UInt8]) -> Bool {
    switch shard.contents {
    case .numbers: true
    case .objects: folder.kinds.contains(.savedModel) && index == Self.variables
    case .others: false
    }
  }

  // MARK: Digest

  /// SHA-256 of what `sha256sum --zero` prints for the sorted paths; nil where a file has no digest.
  private func digest(_ files: [PackageResult.File]) throws -> String? {
    var list: [UInt8] = []
    for file in files {
      guard let sha256 = file.sha256 else { return nil }
      list += Array("\(sha256)  ".utf8) + file.path + [0]
    }
    return try SHA256.hexadecimal(of: list)
  }
}
