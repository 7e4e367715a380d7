import ByteParsing
import Findings
import Glibc
import Policy
import Scanning
import Worker

/// The one entry of every fuzz target: libFuzzer's bytes go straight to one scanner, whatever they look like, and what
/// is inside them to all. `LAZARET_FUZZ_TARGET` names the scanner by its format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  // SAFETY: libFuzzer lends as many bytes for the call; they are copied.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  Target.current.run(bytes)
  return 0
}

private struct Target {
  let scanner: any FormatScanner.Type

  static let current: Target = {
    // SAFETY: the text belongs to the environment, which nobody changes, and is copied.
    let name = unsafe getenv("LAZARET_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let scanner = Registry.scanner(named: name) else {
      fatalError("LAZARET_FUZZ_TARGET must be one of \(Registry.scanners.map { $0.format })")
    }
    return Target(scanner: scanner)
  }()

  /// Small enough that each of them is met.
  private static let limits = Limits(
    unpackedBytes: 4 << 20, heldBytes: 1 << 16, ratio: 1000, ratioFreeBytes: 1 << 20, members: 64, depth: 4,
    pickleOpcodes: 100_000, evidenceBytes: 64, reportBytes: 1 << 16, memoryBytes: 1 << 30, cpuSeconds: 10,
    wallSeconds: 10)

  func run(_ bytes: [UInt8]) {
    let input = Input(bytes)
    var job = ScanJob(
      input, globals: GlobalTable(), operators: OperatorTable(), limits: Self.limits,
      decompressor: LibraryDecompressor(), archives: LibraryArchiveOpener(),
      recorder: Recorder(Report(), byteLimit: 1 << 16))
    do throws(ParseError) {
      try scanner.scan(Member(input, path: [], depth: 0), in: &job)
    } catch {
      job.gap(error, at: [])
    }
    // The members that it gave, and the bytes once more as whatever they look like.
    job.run()
  }
}
