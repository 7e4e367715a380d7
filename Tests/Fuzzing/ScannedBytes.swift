import ByteParsing
import Findings
import Policy
import Scanning
import Worker

/// Bytes for one scanner, under limits so small that each of them is met.
struct ScannedBytes: Sendable {
  private static let limits = Limits(
    unpackedBytes: 4 << 20, heldBytes: 1 << 16, ratio: 1000, ratioFreeBytes: 1 << 20, members: 64, depth: 4,
    pickleOpcodes: 100_000, evidenceBytes: 64, reportBytes: 1 << 16, memoryBytes: 1 << 30, cpuSeconds: 10,
    wallSeconds: 10)

  let scanner: any FormatScanner.Type
  let policy: PolicySet?

  /// Gives the bytes to the scanner, and the members that it finds to all of them.
  func take(_ bytes: [UInt8], asAnything: Bool) {
    let input = Input(bytes)
    var job = ScanJob(
      asAnything ? input : Input([]), globals: policy?.globals ?? GlobalTable(),
      operators: policy?.operators ?? OperatorTable(), keras: policy?.keras ?? KerasTable(),
      rFunctions: policy?.rFunctions ?? RFunctionTable(), limits: Self.limits,
      decompressor: LibraryDecompressor(), archives: LibraryArchiveOpener(),
      recorder: Recorder(Report(), byteLimit: 1 << 16))
    do throws(ParseError) {
      try scanner.scan(Member(input, path: [], depth: 0), in: &job)
    } catch {
      job.gap(error, at: [])
    }
    job.run()
  }
}
