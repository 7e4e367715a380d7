import Findings
import Linux
import VerdictStore

/// A file for the verdict store, whoever wrote it: whatever it holds, the store answers or says what is wrong.
enum StoreBytes {
  /// In memory: a disk would make each copy wait.
  private static let parent = "/dev/shm"

  static func take(_ bytes: [UInt8]) {
    let name = "lazaret-fuzz-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    let path = "\(parent)/\(name)/verdicts.db"
    do {
      try Directory.create("\(parent)/\(name)")
      try FileDescriptor.open(path, [.writeOnly, .create], mode: 0o600).write(bytes)
      try ask(try VerdictStore(path: path, create: false))
    } catch {
      // An error is an answer.
    }
    try? FileDescriptor.open(parent, [.directory]).removeTree(name: Array(name.utf8))
  }

  private static func ask(_ store: VerdictStore) throws {
    var known: [String] = []
    try? store.scans(matching: ScanFilter()) { scan in
      if let sha256 = scan.examination.sha256 { known.append(sha256) }
      return known.count < 16
    }
    let isSound = (try? store.verify().isSound) ?? false
    for sha256 in known {
      guard case .hit(let scan) = try store.lookup(sha256: sha256, policy: "sha256:feed", engine: "0.2.0")
      else {
        continue
      }
      precondition(
        scan.examination.verdict >= scan.examination.report.verdict, "a verdict better than its findings")
      precondition(!isSound || scan.examination.sha256 == sha256)
    }
  }
}
