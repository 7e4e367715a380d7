internal import Supervisor

/// A folder of models: each is named by the way that leads to it.
struct ModelFolders: RegistryLayout {
  private var root: WalkRoot?

  init(_ root: WalkRoot) { self.root = root }

  mutating func next() -> [RegistryPart]? {
    guard let root = root.take() else { return nil }
    let own = root.name
    return [
      .tree(
        FileWalk(root, below: []) { relative, kinds in
          // What may be no model at all is named only if it turns out to be one.
          guard kinds.contains(where: { !$0.isProvisional }) else { return nil }
          return ModelName(relative.isEmpty ? own : relative.text)
        })
    ]
  }
}
