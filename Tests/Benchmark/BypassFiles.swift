import ByteParsing
import Findings
import Glibc
import Policy
import Scanning
import Supervisor
import TestSupport
import Worker

/// Writes the table of bypasses for `scripts/differential/fire.py`: each sample into a file of its own, and to standard
/// output a line each: file, verdict, loader, canary, note, name and source, with tabs between them.
enum BypassFiles {
  static func write(into directory: String) throws {
    let policy = try PolicySet(parsing: try PolicyDirectory.read(Latency.root + "/policies"))
    let examiner = Examiner(
      globals: policy.globals, limits: policy.limits, decompressor: LibraryDecompressor(),
      archives: LibraryArchiveOpener())
    for (index, bypass) in Bypass.all.enumerated() {
      let path = "\(directory)/\(index).bin"
      guard let file = unsafe fopen(path, "wb") else { throw SupervisorError("\(path) cannot be written") }
      let written = unsafe fwrite(bypass.bytes, 1, bypass.bytes.count, file)
      let closed = unsafe fclose(file)
      guard written == bypass.bytes.count, closed == 0 else {
        throw SupervisorError("\(path) cannot be written")
      }
      var report = Report()
      examiner.examine(Input(bypass.bytes), into: &report)
      report.coverage.finished = true
      let verdict = policy.scan.verdict(of: report).name
      let proof = bypass.proof
      print(
        path, verdict, proof.loader, proof.canary, proof.note, bypass.name, bypass.source, separator: "\t")
    }
  }
}
