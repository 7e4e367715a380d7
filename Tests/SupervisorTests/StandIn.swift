import Findings
import Linux
import Policy
import Supervisor
import TestSupport

/// A supervisor over the stand-in worker, and files that tell its workers what to do.
enum StandIn {
  /// The policies of the repository, with a limit by the clock that a test can wait for.
  static func bundle(wallSeconds: Int = 20, reportBytes: Int = 100_000) throws -> PolicyBundle {
    try bundle(limits: ["wall_seconds": wallSeconds, "report_bytes": reportBytes])
  }

  /// The policies of the repository with some limits set, by their names in the file.
  static func bundle(limits: [String: Int]) throws -> PolicyBundle {
    let files = try PolicyDirectory.read(Repository.root + "/policies").files.compactMap {
      (file) -> PolicyBundle.File? in
      if Repository.isLibraryList(file.path) { return nil }
      guard file.path == "limits/default.json" else { return file }
      let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map { line in
        guard let (name, value) = limits.first(where: { line.contains("\"\($0.key)\":") }) else {
          return String(line)
        }
        return "  \"\(name)\": \(value)" + (line.hasSuffix(",") ? "," : "")
      }
      return PolicyBundle.File(path: file.path, bytes: Array(lines.joined(separator: "\n").utf8))
    }
    return try PolicyBundle(files)
  }

  static func supervisor(wallSeconds: Int = 20, idleWorkers: Int = 1) throws -> Supervisor {
    try Supervisor(
      SupervisorConfiguration(
        workerPath: Repository.program("StandInWorker"), bundle: try bundle(wallSeconds: wallSeconds),
        idleWorkers: idleWorkers))
  }
}

extension FileDescriptor {
  /// A file in memory, opened for reading only.
  static func file(_ text: String) throws -> FileDescriptor { try file(Array(text.utf8)) }

  /// A file in memory, opened for reading only.
  static func file(_ bytes: [UInt8]) throws -> FileDescriptor {
    try sealedMemory(bytes, name: "test").reopenedReadOnly()
  }
}
