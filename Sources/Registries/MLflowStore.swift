internal import Linux
internal import Supervisor

/// MLflow's stores on a disk: the file store of experiments, runs and registered models (`mlruns`), and the store of
/// artifacts of a tracking server (`mlartifacts`). The root may be either, or the folder that has them.
/// (mlflow/store/tracking/file_store.py, mlflow/store/model_registry/file_store.py)
///
/// A version of a registered model is the folder that its `storage_location` or `source` leads to. Every other folder
/// with an `MLmodel` is a model by the way that leads to it. Registered models of a database are not known here.
/// Left out is what no loader reads and the store keeps for itself: tags, parameters, metrics and aliases.
struct MLflowStore: RegistryLayout {
  private static let stores = ["", "mlruns", "mlartifacts"].map { Array($0.utf8) }

  private let root: WalkRoot
  private var models: ArraySlice<[UInt8]> = []
  /// Folders that are versions of registered models.
  private var versions: Set<[UInt8]> = []
  private var isOver = false

  init(_ root: WalkRoot) {
    self.root = root
    for store in Self.stores {
      let folder = FileWalk.join(store, Array("models".utf8))
      models += root.names(in: folder).filter { $0.kind == .directory }.map {
        FileWalk.join(folder, $0.name)
      }
    }
  }

  mutating func next() -> [RegistryPart]? {
    while let model = models.popFirst() {
      let parts = registered(model)
      if !parts.isEmpty { return parts }
    }
    defer { isOver = true }
    guard !isOver else { return nil }
    let own = root.name
    let isOmitted = { @Sendable [root, versions] relative in
      versions.contains(relative) || Self.isRecord(relative, in: root)
    }
    return [
      .tree(
        FileWalk(root, below: [], omitting: isOmitted) { relative, kinds in
          kinds.contains(.mlflow) ? ModelName(relative.isEmpty ? own : relative.text) : nil
        })
    ]
  }

  private static let records = Set(["tags", "params", "metrics", "aliases"].map { Array($0.utf8) })
  private static let artifacts = Array("artifacts".utf8)

  /// Whether a folder has values of the store, a file each: of a run in an experiment, of a logged or a registered model,
  /// or of a version of one. Nothing below a run's artifacts counts as that.
  private static func isRecord(_ relative: [UInt8], in root: WalkRoot) -> Bool {
    let parts = relative.split(separator: UInt8(ascii: "/")).map { Array($0) }
    guard parts.count > 2, records.contains(parts[parts.count - 1]), !parts.contains(artifacts),
      hasMeta(parts.dropLast(), in: root)
    else { return false }
    return parts[parts.count - 3].elementsEqual("models".utf8) || hasMeta(parts.dropLast(2), in: root)
  }

  private static func hasMeta(_ folder: ArraySlice<[UInt8]>, in root: WalkRoot) -> Bool {
    root.isFile(Array((folder + [Array("meta.yaml".utf8)]).joined(separator: [UInt8(ascii: "/")])))
  }

  /// The versions of a registered model.
  private mutating func registered(_ folder: [UInt8]) -> [RegistryPart] {
    let name = folder.split(separator: UInt8(ascii: "/")).last.map { Array($0).text } ?? ""
    let aliases = aliases(folder)
    var parts: [RegistryPart] = []
    for (version, kind) in root.names(in: folder)
    where kind == .directory && version.text.hasPrefix("version-") {
      let record = FileWalk.join(FileWalk.join(folder, version), Array("meta.yaml".utf8))
      guard let fields = MetaFile(root.contents(of: record, limit: MetaFile.sizeLimit)) else { continue }
      let number = String(version.text.dropFirst("version-".count))
      let stage = fields["current_stage"].flatMap { $0 == "None" ? nil : $0 }
      let model = ModelName(
        name, revision: number, labels: (aliases[number] ?? []) + (stage.map { [$0] } ?? []))
      let sources = [fields["storage_location"], fields["source"]].compactMap { $0 }
      if let place = sources.lazy.compactMap(place).first {
        versions.insert(place)
        parts.append(.model(model, in: root, at: place))
      } else {
        let path = FileWalk.join(root.path, record)
        let reason = "its source is not in this folder: \(sources.last ?? "none is named")"
        parts.append(
          .model(
            PackageFolder(path: path, kinds: [], model: model),
            [.unexamined(path: path, reason: reason, isFailure: false)]))
      }
    }
    return parts
  }

  /// Aliases by the number of the version that they name.
  private func aliases(_ folder: [UInt8]) -> [String: [String]] {
    let place = FileWalk.join(folder, Array("aliases".utf8))
    var aliases: [String: [String]] = [:]
    for (name, _) in root.names(in: place) {
      guard let version = root.word(in: FileWalk.join(place, name)) else { continue }
      aliases[version, default: []].append(name.text)
    }
    return aliases
  }

  /// The folder below the root that a source names; nil for one that is not here.
  private func place(_ source: String) -> [UInt8]? {
    candidates(source).first { !$0.isEmpty && root.isDirectory($0) }
  }

  private func candidates(_ source: String) -> [[UInt8]] {
    let (scheme, rest) = Self.split(source)
    switch scheme {
    case "", "file": return inPlace(rest)
    // Below the artifacts of the server. (mlflow/store/artifact/mlflow_artifacts_repo.py)
    case "mlflow-artifacts":
      let path = Array(rest.split(separator: "/").joined(separator: "/").utf8)
      return Self.stores.map { FileWalk.join($0, path) }
    // A model of a run, and a logged model of MLflow 3.
    case "runs": return inExperiments(rest) { id, path in "\(id)/artifacts/\(path)" }
    case "models":
      return inExperiments(rest) { id, path in "models/\(id)/artifacts\(path.isEmpty ? "" : "/" + path)" }
    default: return []
    }
  }

  private static func split(_ uri: String) -> (scheme: String, rest: Substring) {
    guard let colon = uri.firstIndex(of: ":"), !uri.hasPrefix("/") else { return ("", uri[...]) }
    return (String(uri[..<colon]), uri[uri.index(after: colon)...])
  }

  /// A path of this machine, also where the folder was somewhere else when the path was written.
  private func inPlace(_ rest: Substring) -> [[UInt8]] {
    var path = rest
    while path.hasPrefix("//") { path = path.dropFirst() }
    let parts = path.split(separator: "/").map(String.init)
    let own = root.realPath.split(separator: UInt8(ascii: "/")).map { Array($0).text }
    if path.hasPrefix("/"), parts.starts(with: own) {
      return [Array(parts.dropFirst(own.count).joined(separator: "/").utf8)]
    }
    guard let store = parts.lastIndex(where: { $0 == "mlruns" || $0 == "mlartifacts" }) else { return [] }
    let below = Array(parts[(store + 1)...].joined(separator: "/").utf8)
    return Self.stores.map { FileWalk.join($0, below) }
  }

  /// A path below whichever experiment has it.
  private func inExperiments(_ rest: Substring, _ path: (String, String) -> String) -> [[UInt8]] {
    let parts = rest.split(separator: "/").map(String.init)
    guard let id = parts.first else { return [] }
    let below = Array(path(id, parts.dropFirst().joined(separator: "/")).utf8)
    return Self.stores.flatMap { store in
      root.names(in: store).filter { $0.kind == .directory }
        .map { FileWalk.join(FileWalk.join(store, $0.name), below) }
    }
  }
}

/// The fields of one line each in a `meta.yaml`. The file itself is examined as every other.
struct MetaFile {
  static let sizeLimit = 1 << 20

  private var fields: [String: String] = [:]

  /// - Returns: nil for no file, and for one that is no text.
  init?(_ bytes: [UInt8]?) {
    guard let bytes, let text = String(validating: bytes, as: UTF8.self) else { return nil }
    for line in text.split(whereSeparator: \.isNewline) {
      guard line.first?.isLetter == true, let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields[String(line[..<colon])] = Self.unquoted(value)
    }
  }

  subscript(name: String) -> String? { fields[name].flatMap { $0.isEmpty || $0 == "null" ? nil : $0 } }

  private static func unquoted(_ value: Substring) -> String {
    var value = value
    while value.last == " " { value = value.dropLast() }
    guard value.count > 1, let quote = value.first, quote == "'" || quote == "\"", value.last == quote
    else {
      return String(value)
    }
    return String(value.dropFirst().dropLast())
  }
}
