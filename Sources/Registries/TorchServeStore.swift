internal import Linux
internal import Supervisor

/// A model store of TorchServe: an archive a model, or a folder that is one unpacked.
/// (pytorch/serve, model-archiver: `--archive-format default|tgz|no-archive`)
struct TorchServeStore: RegistryLayout {
  private static let endings = [".mar", ".tar.gz", ".tgz", ".zip"]

  private let root: WalkRoot
  private var names: ArraySlice<(name: [UInt8], kind: FileIdentity.Kind)>
  private var models: Set<[UInt8]> = []
  private var isOver = false

  init(_ root: WalkRoot) {
    self.root = root
    names = root.names(in: [])[...]
  }

  mutating func next() -> [RegistryPart]? {
    while let (name, kind) = names.popFirst() {
      guard let part = part(name, kind) else { continue }
      models.insert(name)
      return [part]
    }
    defer { isOver = true }
    return isOver ? nil : [.rest(of: root, omitting: models)]
  }

  private func part(_ name: [UInt8], _ kind: FileIdentity.Kind) -> RegistryPart? {
    switch kind {
    case .regular:
      let text = name.text
      guard let ending = Self.endings.first(where: text.hasSuffix), text != ending else { return nil }
      let path = FileWalk.join(root.path, name)
      return .model(
        PackageFolder(path: path, kinds: [], model: ModelName(String(text.dropLast(ending.count)))),
        [.file(FileReference(path: path, root: root, relative: name, isLink: false))])
    case .directory where root.isFile(FileWalk.join(name, Array("MAR-INF/MANIFEST.json".utf8))):
      return .model(ModelName(name.text), in: root, at: name)
    case .directory, .link, .other: return nil
    }
  }
}
