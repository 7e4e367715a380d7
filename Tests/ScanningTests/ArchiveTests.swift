import ByteParsing
import Findings
import Formats
import TestSupport
import Testing
import Worker

/// Archives that libarchive reads: what is inside counts as it would outside.
@Suite struct ArchiveTests {
  private static let benign = pickle(.proto(2), .emptyDict, .stop)
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  @Test(arguments: ArchiveSample.all)
  func `a packed pickle is what its contents are`(_ sample: ArchiveSample) {
    let benign = Examination.report(sample.benign)
    #expect(benign.verdict == .allow, "\(benign.summary)")
    #expect(benign.formats.contains(sample.format))
    #expect(benign.coverage.members == 1)
    let hostile = Examination.report(sample.hostile)
    #expect(hostile.verdict == .deny, "\(hostile.summary)")
    #expect(hostile.findings.first?.rule.id == "pickle.dangerous-import")
    #expect(hostile.findings.first?.location.path.last?.lowercased() == "m.pkl")
  }

  @Test(arguments: [RARBuilder.version4, RARBuilder.version5])
  func `RAR archives of both versions are read`(_ build: @Sendable (String, [UInt8]) -> [UInt8]) {
    let benign = Examination.report(build("m.pkl", Self.benign))
    #expect(benign.verdict == .allow, "\(benign.summary)")
    #expect(benign.formats.contains("rar"))
    #expect(Examination.report(build("m.pkl", Self.hostile)).verdict == .deny)
    #expect(Examination.report(build("../m.pkl", Self.benign)).rules == ["archive.path-traversal"])
  }

  @Test(arguments: ArchiveSample.all)
  func `an archive that is cut off is not allowed`(_ sample: ArchiveSample) {
    let bytes = sample.benign
    // Behind the data there is padding that nobody misses.
    let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
    for count in stride(from: 1, to: end, by: max(1, end / 200)) {
      let report = Examination.report(Array(bytes.prefix(count)))
      #expect(report.verdict > .allow, "\(count) of \(bytes.count): \(report.summary)")
    }
  }

  @Test(arguments: ArchiveSample.all)
  func `damage anywhere neither stops the examination nor hides a hostile member`(_ sample: ArchiveSample) {
    var random = SeededRandom(seed: 11)
    let bytes = sample.hostile
    for _ in 0..<300 {
      var damaged = bytes
      damaged[Int.random(in: 0..<min(bytes.count, 60_000), using: &random)] ^= UInt8.random(
        in: 1...255, using: &random)
      let report = Examination.report(damaged)
      #expect(report.verdict > .allow, "\(report.summary)")
    }
  }

  @Test func `a member whose header libarchive doubts leaves the archive incomplete`() throws {
    let sample = try #require(ArchiveSample.all.first { $0.description == "7-Zip, copied" })
    let report = Examination.report(try Self.misnamed(sample.benign))
    #expect(report.verdict == .incomplete, "\(report.summary)")
    #expect(report.summary.contains("Pathname"), "\(report.summary)")
    #expect(Examination.report(try Self.misnamed(sample.hostile)).verdict == .deny)
  }

  /// The archive with a first letter that is half a character of UTF-16, and the sums that fit.
  private static func misnamed(_ archive: [UInt8]) throws -> [UInt8] {
    var archive = archive
    func set(_ value: UInt32, at offset: Int) {
      for index in 0..<4 { archive[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
    }
    let header = 32 + Int(archive[12]) | Int(archive[13]) << 8..<archive.count
    let name = try #require(archive[header].firstIndex(of: UInt8(ascii: "m")))
    archive[name] = 0x00
    archive[name + 1] = 0xD8
    set(ZIPBuilder.crc(Array(archive[header])), at: 28)
    set(ZIPBuilder.crc(Array(archive[12..<32])), at: 8)
    return archive
  }

  @Test(arguments: ArchiveSample.encrypted)
  func `an encrypted archive is incomplete and says so`(_ bytes: [UInt8]) {
    let report = Examination.report(bytes)
    #expect(report.verdict == .incomplete, "\(report.summary)")
    #expect(
      report.rules.contains("archive.encrypted")
        || report.coverage.gaps.contains { $0.reason.contains("encrypted") }, "\(report.summary)")
  }

  @Test func `a member that is not held is unpacked again`() throws {
    // A stored member larger than what may be held, with a pickle that reaches over all of it.
    let body: [UInt8] = Array(repeating: 0x41, count: 6 << 20)
    let large = pickle([.proto(4), .bytes(body), .pop] + TorchBuilder.hostileCall + [.stop])
    let report = Examination.report(
      RARBuilder.version5("m.pkl", large), limits: Examination.limits(heldBytes: 1 << 20))
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
    #expect(report.coverage.gaps.isEmpty)
  }

  @Test func `data of a folder are a finding, and are examined`() throws {
    let sample = try #require(ArchiveSample.all.first { $0.hostile.starts(with: "070707".utf8) })
    var archive = sample.hostile
    // The mode, in octal digits.
    archive.replaceSubrange(18..<24, with: "040755".utf8)
    let report = Examination.report(archive)
    #expect(
      report.rules.isSuperset(of: ["archive.data-of-no-file", "pickle.dangerous-call"]), "\(report.summary)"
    )
  }

  @Test func `what only begins like an archive is not allowed`() {
    for head in [
      "7z\u{1}", "Rar!\u{1A}\u{07}\u{1}\u{0}", "!<arch>\n", "MSCF\u{0}\u{0}\u{0}\u{0}", "070701", "070707",
    ] {
      let report = Examination.report(Array(head.utf8) + [UInt8](repeating: 0x20, count: 100))
      #expect(report.verdict > .allow, "\(head): \(report.summary)")
    }
  }
}
