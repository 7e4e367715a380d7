import Linux
import Registries
import Supervisor
import TestSupport

/// A registry of a test's own, and what a walk through it comes to.
struct Sweep {
  let place: TemporaryDirectory

  init() throws { place = try TemporaryDirectory() }

  func write(_ names: String..., text: String = "x") throws {
    for name in names { try place.write(name, Array(text.utf8)) }
  }

  /// The steps, readable: `[name@revision (labels)` and `]` for a model, the way to a file, `way: reason` for what is not
  /// examined and `way!: reason` where that is a failure.
  func steps(_ kind: RegistryKind, _ folder: String = "") throws -> [String] {
    let root = place.path + (folder.isEmpty ? "" : "/" + folder)
    var walk = try RegistryWalk(kind, at: Array(root.utf8))
    var steps: [String] = []
    while let step = walk.nextStep() {
      let text =
        switch step {
        case .beginPackage(let folder): "[" + Self.title(folder)
        case .endPackage: "]"
        case .entry(.file(let file)): way(file.path, root)
        case .entry(.unexamined(let path, let reason, let isFailure)):
          "\(way(path, root))\(isFailure ? "!" : ""): \(reason)"
        }
      steps.append(text)
    }
    return steps
  }

  private static func title(_ folder: PackageFolder) -> String {
    guard let model = folder.model else { return folder.kinds.map(\.rawValue).joined(separator: ",") }
    return model.text + (model.labels.isEmpty ? "" : " (\(model.labels.joined(separator: ", ")))")
  }

  private func way(_ path: [UInt8], _ root: String) -> String {
    String(String(decoding: path, as: UTF8.self).dropFirst(root.count + 1))
  }
}
