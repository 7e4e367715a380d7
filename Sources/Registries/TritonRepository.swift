internal import Supervisor

/// A model repository of Triton Inference Server: `<model>/<version>/<model files>`, and the model's configuration beside
/// its versions. A version is a number that does not begin with 0.
/// (triton-inference-server/server, docs/user_guide/model_repository.md)
struct TritonRepository: RegistryLayout {
  private var root: WalkRoot?

  init(_ root: WalkRoot) { self.root = root }

  mutating func next() -> [RegistryPart]? {
    guard let root = root.take() else { return nil }
    return [.tree(FileWalk(root, below: []) { relative, _ in Self.model(relative) })]
  }

  /// A model as a whole, and each of its versions.
  private static func model(_ relative: [UInt8]) -> ModelName? {
    let parts = relative.split(separator: UInt8(ascii: "/")).map { Array($0).text }
    switch parts.count {
    case 1: return ModelName(parts[0])
    case 2 where isVersion(parts[1]): return ModelName(parts[0], revision: parts[1])
    default: return nil
    }
  }

  private static func isVersion(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: "0") && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
