package import Linux
package import Supervisor

/// What a registry consists of, found as it is gone through.
protocol RegistryLayout {
  /// The next parts; nil at the end. All parts together have every file of the registry, but for what the layout's
  /// own documentation says.
  mutating func next() -> [RegistryPart]?
}

/// Something of a registry that is gone through at once.
enum RegistryPart {
  case tree(FileWalk)
  /// Files that are one model.
  case model(PackageFolder, [WalkEntry])
  /// What belongs to no model.
  case entry(WalkEntry)
}

/// Goes through a registry: a step for each file, and for where a model begins and ends.
package struct RegistryWalk {
  private var layout: any RegistryLayout
  private var parts: ArraySlice<RegistryPart> = []
  private var tree: FileWalk?
  private var steps: ArraySlice<WalkStep> = []

  /// - Throws: `SystemCallError` where there is no folder at `path`.
  package init(_ kind: RegistryKind, at path: [UInt8]) throws(SystemCallError) {
    let root = try WalkRoot(try .open(path: path, [.readOnly, .directory]), path: path)
    layout =
      switch kind {
      case .huggingFace: HuggingFaceCache(root)
      case .mlflow: MLflowStore(root)
      case .ociLayout: OCILayouts(root)
      case .torchServe: TorchServeStore(root)
      case .triton: TritonRepository(root)
      case .directory: ModelFolders(root)
      }
  }

  /// The next step; nil at the end.
  package mutating func nextStep() -> WalkStep? {
    while true {
      if let step = steps.popFirst() { return step }
      if let step = tree?.nextStep() { return step }
      tree = nil
      if let part = parts.popFirst() {
        begin(part)
      } else {
        guard let next = layout.next() else { return nil }
        parts = next[...]
      }
    }
  }

  private mutating func begin(_ part: RegistryPart) {
    switch part {
    case .tree(let walk): tree = walk
    case .model(let folder, let entries):
      steps = [.beginPackage(folder)] + entries.map { .entry($0) } + [.endPackage]
    case .entry(let entry): steps = [.entry(entry)]
    }
  }

  /// Leaves out a model that has just begun, if neither a file of it nor a folder in or around it is new or changed since
  /// `time`; nanoseconds since 1970.
  ///
  /// - Returns: whether it was left out.
  package mutating func skipModel(unchangedSince time: Int64) -> Bool {
    if let tree, tree.openFolders >= time { return false }
    var rest = self
    rest.tree?.newestFolder = 0
    var depth = 1
    while depth > 0, let step = rest.nextStep() {
      switch step {
      case .beginPackage: depth += 1
      case .endPackage: depth -= 1
      case .entry(let entry): if entry.mayHaveChanged(since: time) { return false }
      }
    }
    if let tree = rest.tree, tree.newestFolder >= time { return false }
    self = rest
    return true
  }
}

extension WalkEntry {
  /// Whether the file, or a link that leads to it, is new or changed since `time`; also where that is not known.
  package func mayHaveChanged(since time: Int64) -> Bool {
    guard case .file(let file) = self else { return true }
    do throws(SystemCallError) {
      return try file.lastChange() >= time
    } catch {
      return true
    }
  }
}
