internal import Linux
internal import Supervisor

/// Image layouts: the root is one, or folders in it are. What their indexes do not name is gone through as well, and
/// belongs to no model. (opencontainers/image-spec, image-layout.md)
struct OCILayouts: RegistryLayout {
  private static let mark = Array("oci-layout".utf8)

  private let root: WalkRoot
  private var layouts: ArraySlice<[UInt8]>
  private var found: Set<[UInt8]> = []
  private var isOver = false

  init(_ root: WalkRoot) {
    self.root = root
    let folders = root.names(in: []).filter { $0.kind == .directory }.map(\.name)
    layouts = ([[]] + folders).filter { root.isFile(FileWalk.join($0, Self.mark)) }[...]
  }

  mutating func next() -> [RegistryPart]? {
    guard let folder = layouts.popFirst() else {
      defer { isOver = true }
      return isOver || found.contains([]) ? nil : [.rest(of: root, omitting: found)]
    }
    do throws(SystemCallError) {
      let layout = try root.root(folder)
      found.insert(folder)
      var reader = OCIIndexReader(layout)
      let models = reader.models()
      let omitted = folder.isEmpty ? reader.named.union(layouts) : reader.named
      found.formUnion(folder.isEmpty ? layouts : [])
      return models + [.rest(of: layout, omitting: omitted)]
    } catch {
      let path = FileWalk.join(root.path, folder)
      return [
        .entry(.unexamined(path: path, reason: "cannot be read: \(error.message)", isFailure: true))
      ]
    }
  }
}
