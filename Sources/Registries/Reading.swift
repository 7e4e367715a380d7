internal import ByteParsing
internal import Linux
internal import Supervisor

/// The small files in which registries keep their own lists. Models are not read here.
extension WalkRoot {
  /// The names in a folder below the root, in byte order, with what they are; none where there is no such folder, or
  /// where it cannot be read: so whoever leaves a folder out of a walk must have seen names of it.
  func names(in folder: [UInt8]) -> [(name: [UInt8], kind: FileIdentity.Kind)] {
    do throws(SystemCallError) {
      let directory = try open(folder, [.readOnly, .directory])
      var names: [(name: [UInt8], kind: FileIdentity.Kind)] = []
      for name in try Directory(try directory.duplicate()).names() {
        names.append((name, try directory.identity(ofName: name).kind))
      }
      return names
    } catch {
      // Going through the tree says what cannot be read.
      return []
    }
  }

  func isDirectory(_ path: [UInt8]) -> Bool { kind(of: path) == .directory }

  func isFile(_ path: [UInt8]) -> Bool { kind(of: path) == .regular }

  private func kind(of path: [UInt8]) -> FileIdentity.Kind? {
    do throws(SystemCallError) {
      return try open(path, .pathOnly).identity().kind
    } catch {
      return nil
    }
  }

  /// The bytes of a small file below the root; nil where it cannot be read or is larger.
  func contents(of path: [UInt8], limit: Int) -> [UInt8]? {
    do throws(SystemCallError) {
      let file = try open(path, [.readOnly, .nonBlocking])
      let identity = try file.identity()
      guard identity.isRegular, identity.size <= limit else { return nil }
      return try file.readAll(limit: limit)
    } catch {
      return nil
    }
  }

  /// A file whose content is one word, as registries keep aliases and commits.
  func word(in path: [UInt8]) -> String? {
    guard let bytes = contents(of: path, limit: 1024),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let words = text.split { $0.isWhitespace }
    return words.count == 1 ? String(words[0]) : nil
  }

  private func open(
    _ path: [UInt8], _ flags: FileDescriptor.OpenFlags
  ) throws(SystemCallError) -> FileDescriptor {
    try directory.open(beneath: path.isEmpty ? [UInt8(ascii: ".")] : path, flags)
  }

  /// A folder below as a root of its own, which nothing in it leads out of.
  func root(_ folder: [UInt8]) throws(SystemCallError) -> WalkRoot {
    try WalkRoot(try open(folder, [.readOnly, .directory, .noFollow]), path: FileWalk.join(path, folder))
  }

  /// The last part of its path: what people call the folder.
  var name: String {
    let parts = realPath.split(separator: UInt8(ascii: "/"))
    return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? "/"
  }
}

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }
}

extension RegistryPart {
  /// Everything below the root that is not gone through otherwise; belongs to no model.
  static func rest(of root: WalkRoot, omitting omitted: Set<[UInt8]>) -> RegistryPart {
    .tree(FileWalk(root, below: [], omitting: { omitted.contains($0) }, naming: { _, _ in nil }))
  }

  /// A folder that is one model.
  static func model(_ model: ModelName, in root: WalkRoot, at folder: [UInt8]) -> RegistryPart {
    .tree(FileWalk(root, below: folder, naming: { relative, _ in relative == folder ? model : nil }))
  }
}
