import Glibc
import Policy
import TestSupport
import Testing

/// The repository's own policy, read as the programs read it.
enum PolicyFolder {
  /// A list of the tests' own: a library that carries code.
  private static let lab = """
    {"schema": 1, "list": "lab", "source": "the tests", "entries": [
      {"modules": ["lab.code"],
       "names": ["_builtin_type", "_make_function", "_make_skeleton_class", "_class_setstate"],
       "kind": "code", "why": "Makes functions and classes out of the stream."},
      {"modules": ["lab.code"], "names": ["_setattr", "_eval_repr"], "kind": "code", "why": "Changes and evaluates."}
    ]}
    """

  /// The shipped operators.
  static let operators: OperatorTable = {
    do {
      func file(_ path: String) -> PolicyBundle.File {
        .init(path: path, bytes: bytes(of: "\(Repository.root)/policies/\(path)") ?? [])
      }
      return try OperatorTable(
        parsing: file("torchscript/operators.json"), tensorflow: file("tensorflow/operators.json"))
    } catch {
      Issue.record("the shipped operators do not parse: \(error)")
      return OperatorTable()
    }
  }()

  /// The table of the shipped lists, and of `lab`.
  static let table: GlobalTable = {
    do {
      var files: [PolicyBundle.File] = []
      for folder in ["globals/safe", "globals/dangerous", "globals/functions"] {
        for name in names(in: "\(Repository.root)/policies/\(folder)") where name.hasSuffix(".json") {
          files.append(
            .init(
              path: "\(folder)/\(name)",
              bytes: bytes(of: "\(Repository.root)/policies/\(folder)/\(name)") ?? []))
        }
      }
      let library = "globals/standard-library.json"
      if let bytes = bytes(of: "\(Repository.root)/policies/\(library)") {
        files.append(.init(path: library, bytes: bytes))
      }
      files.append(.init(path: "globals/safe/lab.json", bytes: Array(lab.utf8)))
      return try GlobalTable(parsing: files)
    } catch {
      Issue.record("the shipped lists do not parse: \(error)")
      return GlobalTable()
    }
  }()

  /// A file's bytes; nil where it cannot be read.
  static func bytes(of path: String) -> [UInt8]? {
    // SAFETY: the descriptor is this function's own, and read gets a buffer of the length it is told.
    guard let file = unsafe fopen(path, "rb") else { return nil }
    defer { unsafe fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return result }
      result += buffer[..<count]
    }
  }

  /// The names in a folder, sorted.
  static func names(in folder: String) -> [String] {
    // SAFETY: the directory is this function's own; an entry is read before the next one is asked for.
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
