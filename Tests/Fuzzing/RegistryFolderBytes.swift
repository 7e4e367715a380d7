import Linux
import Registries
import Supervisor

/// A folder of files for each kind of registry as it lies on a disk: whatever its own lists say, nothing is passed over,
/// and nothing outside of it is gone to.
enum RegistryFolderBytes {
  /// In memory: a disk would make each copy wait.
  private static let parent = "/dev/shm"
  private static let limit = (files: 24, depth: 8, name: 64)

  /// The first byte says what kind of registry it is; then come names and contents in turn.
  static func take(_ bytes: [UInt8]) {
    let kinds = RegistryKind.allCases
    guard let first = bytes.first else { return }
    let kind = kinds[Int(first) % kinds.count]
    let messages = Framed(Array(bytes.dropFirst())).all
    let name = "lazaret-fuzz-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    let root = "\(parent)/\(name)"
    do {
      try Directory.create(root)
      try check(kind, at: Array(root.utf8), try write(messages, into: root))
    } catch {
      // No place to write to shows nothing.
    }
    try? FileDescriptor.open(parent, [.directory]).removeTree(name: Array(name.utf8))
  }

  /// Writes the files whose names can be, and gives the ways to them from the root.
  private static func write(_ messages: [[UInt8]], into root: String) throws -> Set<[UInt8]> {
    var written: Set<[UInt8]> = []
    for index in stride(from: 0, to: min(messages.count - 1, 2 * limit.files), by: 2) {
      let parts = messages[index].split(separator: UInt8(ascii: "/"))
      guard 1...limit.depth ~= parts.count,
        parts.allSatisfy({
          $0.count <= limit.name && !$0.contains(0) && $0 != [0x2E] && $0 != [0x2E, 0x2E]
        })
      else { continue }
      do throws(SystemCallError) {
        var folder = try FileDescriptor.open(root, [.readOnly, .directory])
        for part in parts.dropLast() { folder = try enter(Array(part), in: folder) }
        try folder.open(name: Array(parts[parts.count - 1]), [.writeOnly, .create, .truncate], mode: 0o600)
          .write(messages[index + 1])
        written.insert(Array(parts.joined(separator: [UInt8(ascii: "/")])))
      } catch {
        // A file where a folder is, or the other way round.
      }
    }
    return written
  }

  private static func enter(
    _ name: [UInt8], in folder: borrowing FileDescriptor
  ) throws(SystemCallError) -> FileDescriptor {
    do throws(SystemCallError) {
      try folder.makeDirectory(name: name, mode: 0o700)
    } catch {
      guard error.isExistingFile else { throw error }
    }
    return try folder.open(name: name, [.readOnly, .directory])
  }

  private static func check(_ kind: RegistryKind, at root: [UInt8], _ written: Set<[UInt8]>) throws {
    var walk = try RegistryWalk(kind, at: root)
    var depth = 0
    var missed = written
    var unexamined: Set<[UInt8]> = []
    while let step = walk.nextStep() {
      switch step {
      case .beginPackage: depth += 1
      case .endPackage: depth -= 1
      case .entry(let entry):
        let (path, isFile) =
          switch entry {
          case .file(let file): (file.path, true)
          case .unexamined(let path, _, _): (path, false)
          }
        precondition(path.starts(with: root), "a way that leads out of the registry")
        let way = plain(path.dropFirst(root.count))
        precondition(!isFile || written.contains(way), "a file that nobody has written")
        missed.remove(way)
        if !isFile { unexamined.insert(way) }
      }
      precondition(depth >= 0, "a model ends that has not begun")
    }
    precondition(depth == 0, "a model does not end")
    for way in missed where !isRecord(way, of: kind) {
      let folders = way.indices.filter { way[$0] == UInt8(ascii: "/") }.map { Array(way[..<$0]) }
      precondition(folders.contains(where: unexamined.contains), "a file was passed over")
    }
  }

  /// A way without `.` and `..`, which sources of models may have in them.
  private static func plain(_ way: ArraySlice<UInt8>) -> [UInt8] {
    var parts: [ArraySlice<UInt8>] = []
    for part in way.split(separator: UInt8(ascii: "/")) where part != [0x2E] {
      if part == [0x2E, 0x2E] { _ = parts.popLast() } else { parts.append(part) }
    }
    return Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// Whether a file is one of those that a layout says it leaves out: what the registry keeps for itself.
  private static func isRecord(_ way: [UInt8], of kind: RegistryKind) -> Bool {
    let parts = way.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    return switch kind {
    case .huggingFace:
      [".locks", "version.txt"].contains(parts[0])
        || parts.count > 1 && ["refs", ".no_exist"].contains(parts[1])
    case .mlflow: parts.dropLast().contains { ["tags", "params", "metrics", "aliases"].contains($0) }
    case .ociLayout, .torchServe, .triton, .directory: false
    }
  }
}
