import Findings
import Linux
import Policy
import Supervisor
import TestSupport

/// A supervisor whose workers are the probe program, and files that say what to do.
enum Probing {
  /// Limits that a test can wait for.
  struct Limits: Hashable {
    var cpuSeconds = 20
    var wallSeconds = 30
    var memoryBytes = 256 << 20
  }

  static func bundle(_ limits: Limits = Limits()) throws -> PolicyBundle {
    let files = try PolicyDirectory.read(Repository.root + "/policies").files.compactMap {
      (file) -> PolicyBundle.File? in
      if Repository.isLibraryList(file.path) { return nil }
      guard file.path == "limits/default.json" else { return file }
      let text = String(decoding: file.bytes, as: UTF8.self)
        .replacing("\"wall_seconds\": 180", with: "\"wall_seconds\": \(limits.wallSeconds)")
        .replacing("\"cpu_seconds\": 120", with: "\"cpu_seconds\": \(limits.cpuSeconds)")
        .replacing("\"memory_bytes\": 2147483648", with: "\"memory_bytes\": \(limits.memoryBytes)")
      return PolicyBundle.File(path: file.path, bytes: Array(text.utf8))
    }
    return try PolicyBundle(files)
  }

  static func supervisor(_ limits: Limits = Limits()) throws -> Supervisor {
    try Supervisor(
      SupervisorConfiguration(
        workerPath: Repository.program("ProbeWorker"), bundle: try bundle(limits), idleWorkers: 1))
  }

  static func examine(_ probe: String, limits: Limits = Limits()) throws -> Examination {
    try supervisor(limits).examine(try file(probe))
  }

  /// A file in memory, opened for reading only.
  static func file(_ text: String) throws -> FileDescriptor { try file(bytes: Array(text.utf8)) }

  /// A file in memory, opened for reading only.
  static func file(bytes: [UInt8]) throws -> FileDescriptor {
    try FileDescriptor.sealedMemory(bytes, name: "probe").reopenedReadOnly()
  }
}
