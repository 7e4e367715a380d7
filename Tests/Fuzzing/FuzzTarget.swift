import ByteParsing
import Findings
package import Policy
import Scanning
import Worker

/// One scanner that is given bytes, whatever they look like, under limits so small that each of them is met.
package struct FuzzTarget: Sendable {
  private let scanner: any FormatScanner.Type
  private let policy: PolicySet?

  private static let limits = Limits(
    unpackedBytes: 4 << 20, heldBytes: 1 << 16, ratio: 1000, ratioFreeBytes: 1 << 20, members: 64, depth: 4,
    pickleOpcodes: 100_000, evidenceBytes: 64, reportBytes: 1 << 16, memoryBytes: 1 << 30, cpuSeconds: 10,
    wallSeconds: 10)

  /// - Parameters:
  ///   - format: the scanner's; nil where there is none of that name.
  ///   - policy: the lists to judge by; empty ones where there are none.
  package init?(_ format: String, policy: PolicySet? = nil) {
    guard let scanner = Registry.scanner(named: format) else { return nil }
    self.scanner = scanner
    self.policy = policy
  }

  /// Gives the bytes to the scanner, and the members that it finds to all of them.
  ///
  /// - Parameter asAnything: whether the bytes are examined once more, as whatever they look like.
  package func run(_ bytes: [UInt8], asAnything: Bool) {
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
