import ByteParsing
import Findings
import Formats
import Pickle
import TestSupport
import Testing
import Worker

/// Single compressed streams: what is inside counts, and whatever a loader might see differently.
@Suite struct CompressedTests {
  private static let empty = pickle(.proto(2), .emptyDict, .stop)
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  private static func gzip(_ data: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + ZIPBuilder.deflateStored(data)
      + littleEndian(ZIPBuilder.crc(data)) + littleEndian(UInt32(data.count))
  }

  @Test(arguments: CompressedSample.all)
  func `a packed pickle is what its contents are`(_ sample: CompressedSample) {
    let benign = Examination.report(sample.benign)
    #expect(benign.verdict == .allow, "\(benign.summary)")
    #expect(benign.formats.contains(sample.format))
    let hostile = Examination.report(sample.hostile)
    #expect(hostile.verdict == .deny, "\(hostile.summary)")
    #expect(hostile.rules.contains("pickle.dangerous-call"))
    #expect(hostile.findings.first?.location.path == ["unpacked \(sample.format)"])
  }

  @Test(arguments: [false, true])
  func `what is too large to be held is read across the borders of its streams`(isHostile: Bool) {
    func bytes(_ count: Int) -> [UInt8] {
      [0x42] + littleEndian(UInt32(count)) + [UInt8](repeating: 0, count: count)
    }
    // Close behind the border, and far from all that recognisers look at.
    let between = isHostile ? Array(pickle(TorchBuilder.hostileCall)) : [0x4B, 1]
    let whole = [0x80, 4, 0x5D, 0x28] + bytes(12_000_000) + between + bytes(5_000_000) + [0x65, 0x2E]
    let packed = Self.gzip(Array(whole[..<11_900_000])) + Self.gzip(Array(whole[11_900_000...]))
    let report = Examination.report(packed, limits: Examination.limits(heldBytes: 1 << 20))
    #expect(report.rules.contains("pickle.dangerous-call") == isHostile, "\(report.summary)")
    #expect(report.coverage.gaps.isEmpty, "\(report.summary)")
  }

  @Test(arguments: CompressedSample.all)
  func `a stream that is cut off is incomplete wherever it is cut`(_ sample: CompressedSample) {
    for count in 0..<sample.benign.count {
      let report = Examination.report(Array(sample.benign.prefix(count)))
      #expect(report.verdict > .allow, "\(count): \(report.summary)")
    }
    let report = Examination.report(sample.benign.dropLast())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  /// The formats with checksums, all but LZMA.
  @Test(arguments: CompressedSample.all.filter { $0.format != "lzma" })
  func `a wrong checksum is incomplete`(_ sample: CompressedSample) {
    // The last bytes: of xz they are the footer, of gzip the size.
    var bytes = sample.benign
    bytes[bytes.count - 3] ^= 0x10
    let report = Examination.report(bytes)
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  /// How far before the end a byte of the last checksum over the contents stands.
  private static let checksums = ["zlib": 1, "gzip": 5, "bzip2": 3, "xz": 24, "lz4": 1, "zstandard": 1]

  @Test(arguments: CompressedSample.all)
  func `what came out before a stream breaks is examined`(_ sample: CompressedSample) {
    guard let distance = Self.checksums[sample.format] else { return }
    var bytes = sample.hostile
    bytes[bytes.count - distance] ^= 0x10
    let report = Examination.report(bytes)
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
    #expect(!report.coverage.gaps.isEmpty, "\(report.summary)")
  }

  @Test(arguments: CompressedSample.all)
  func `bytes after the stream are reported and examined`(_ sample: CompressedSample) {
    let junk = Examination.report(sample.benign + Array("tail".utf8))
    #expect(junk.rules == ["compressed.trailing-data"], "\(junk.summary)")
    #expect(junk.verdict == .review)
    let pickle = Examination.report(sample.benign + Self.hostile)
    #expect(pickle.rules.contains("pickle.dangerous-call"), "\(pickle.summary)")
  }

  @Test(arguments: CompressedSample.all)
  func `a second stream is unpacked and examined`(_ sample: CompressedSample) {
    let report = Examination.report(sample.benign + sample.hostile)
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
    let twice = Examination.report(sample.benign + sample.benign)
    let isOne = ["bzip2", "xz", "lz4"].contains(sample.format)
    #expect(twice.rules.contains("compressed.several-streams") == !isOne, "\(twice.summary)")
    #expect(twice.verdict == (isOne ? .allow : .review), "\(twice.summary)")
  }

  @Test func `zeros behind an xz stream are its padding, four at a time`() throws {
    let sample = try #require(CompressedSample.all.first { $0.format == "xz" })
    #expect(Examination.report(sample.benign + [0, 0, 0, 0]).verdict == .allow)
    #expect(Examination.report(sample.benign + [0, 0, 0]).verdict == .review)
  }

  @Test(arguments: CompressedSample.wideWindows.map(\.format))
  func `a window of gigabytes is refused by the limit, and is a bomb in a small stream`(_ format: String)
    throws
  {
    let sample = try #require(CompressedSample.wideWindows.first { $0.format == format })
    let report = Examination.report(sample.bytes)
    #expect(report.coverage.gaps.contains { $0.reason.contains("134217728") }, "\(report.summary)")
    #expect(report.rules == ["compressed.window-bomb"], "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `ten thousand streams with nothing in them are denied as a flood`() {
    let stream = Self.gzip([])
    let report = Examination.report(Array(repeating: stream, count: 10_001).flatMap { $0 })
    #expect(report.rules.contains("compressed.stream-flood"), "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `streams inside streams are unpacked to the limit of depth`() {
    var bytes = Self.hostile
    for _ in 0..<10 { bytes = Self.gzip(bytes) }
    let inside = Examination.report(bytes)
    #expect(inside.rules.contains("pickle.dangerous-call"), "\(inside.summary)")
    for _ in 0..<10 { bytes = Self.gzip(bytes) }
    let deeper = Examination.report(bytes)
    #expect(deeper.rules == ["archive.nesting-bomb"], "\(deeper.summary)")
  }

  @Test func `one format inside another is unpacked`() throws {
    let xz = try #require(CompressedSample.all.first { $0.format == "xz" })
    #expect(Examination.report(Self.gzip(xz.benign)).verdict == .allow)
    #expect(Examination.report(Self.gzip(xz.hostile)).verdict == .deny)
  }

  @Test func `a stream beyond the ratio is denied as a bomb`() {
    // 30,000 copies of 258 zeros, in DEFLATE's own words.
    let bytes: [UInt8] = [0x78, 0x9C] + ZIPBuilder.deflateZeros(matches: 30_000)
    let report = Examination.report(bytes, limits: Examination.limits(ratio: 100, ratioFreeBytes: 1 << 20))
    #expect(report.rules.contains("archive.ratio-bomb"), "\(report.summary)")
  }

  @Test func `a stream that is not held is examined to its end`() {
    // Ten million zeros inside a string, and a call behind it.
    let zeros = 1 + 258 * 40_000
    let head = pickle(.proto(4), .number(.binbytes, UInt32(zeros)))
    let tail = pickle([.pop] + TorchBuilder.hostileCall + [.stop])
    let stream =
      ZIPBuilder.deflateStored(head, isLast: false)
      + ZIPBuilder.deflateZeros(matches: 40_000, isLast: false)
      + ZIPBuilder.deflateStored(tail)
    for held in [1 << 16, 1 << 20, 1 << 30] {
      let report = Examination.report([0x78, 0x9C] + stream, limits: Examination.limits(heldBytes: held))
      #expect(report.rules.contains("pickle.dangerous-call"), "\(held): \(report.summary)")
    }
  }

  /// joblib's first format around a zlib stream.
  private func zfile(_ length: String, _ stream: [UInt8], extra: [UInt8] = []) -> [UInt8] {
    Array("ZF".utf8) + Array(length.utf8) + Array(repeating: 0x20, count: 19 - length.utf8.count) + extra
      + stream
  }

  @Test func `joblib's first format is what its contents are`() throws {
    let zlib = try #require(CompressedSample.all.first { $0.format == "zlib" })
    for extra: [UInt8] in [[], [0x20]] {
      let benign = Examination.report(zfile("0x15", zlib.benign, extra: extra))
      #expect(benign.verdict == .allow, "\(benign.summary)")
      #expect(benign.formats.contains("joblib-zfile"))
      let hostile = Examination.report(zfile("0x2b", zlib.hostile, extra: extra))
      #expect(hostile.verdict == .deny, "\(hostile.summary)")
    }
    #expect(Examination.report(zfile("0x14", zlib.benign)).verdict == .incomplete)
    #expect(Examination.report(zfile("21", zlib.benign)).verdict == .incomplete)
    #expect(Examination.report(zfile("0x15", zlib.benign.dropLast())).verdict == .incomplete)
    #expect(Examination.report(zfile("0x15", zlib.benign + [1])).verdict == .review)
    #expect(Examination.report(zfile("0x15", [1, 2, 3])).verdict == .incomplete)
  }

  @Test func `an array's bytes in joblib's first format need be nothing else`() {
    let data = [UInt8](repeating: 9, count: 30)
    let stream: [UInt8] = [0x78, 0x01] + ZIPBuilder.deflateStored(data) + [0x10, 0x77, 0x01, 0x0F]
    let report = Examination.report(zfile("0x1e", stream))
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  static let looksAlike: [[UInt8]] = [
    Array("x^2 + y^2".utf8), [0x78, 0x9D, 0, 0], [0x5D, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    Array("BZhappy".utf8), Array("ZFS".utf8),
  ]

  @Test(arguments: looksAlike)
  func `bytes that only begin like a stream are not allowed`(_ bytes: [UInt8]) {
    let report = Examination.report(bytes)
    #expect(report.verdict > .allow, "\(report.summary)")
  }
}
