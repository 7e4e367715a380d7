import Findings
import TestSupport
import Testing

/// Limits: reaching one is a gap that names it, and the mark of a bomb is denied.
@Suite struct BudgetTests {
  private func bomb(matches: Int, declared: Int? = nil) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: 1 + 258 * matches)
    var member = ZIPBuilder.Member(
      "a.bin", packed: ZIPBuilder.deflateZeros(matches: matches), unpacked: zeros)
    if let declared { member.setBoth { $0.unpackedSize = UInt32(declared) } }
    return ZIPBuilder([member]).build()
  }

  @Test func `a member that unpacks beyond the ratio is denied as a bomb`() {
    let limits = Examination.limits(ratio: 100, ratioFreeBytes: 1 << 20)
    let report = Examination.report(bomb(matches: 20_000), limits: limits)
    #expect(report.rules.contains("archive.ratio-bomb"), "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `the ratio is of what comes out, whatever the entry says`() {
    let limits = Examination.limits(ratio: 100, ratioFreeBytes: 1 << 20)
    let report = Examination.report(bomb(matches: 20_000, declared: 10), limits: limits)
    #expect(report.rules.contains("archive.ratio-bomb"), "\(report.summary)")
  }

  @Test func `bytes below the ratio's free bytes make no bomb`() {
    let limits = Examination.limits(ratio: 100, ratioFreeBytes: 8 << 20)
    let report = Examination.report(bomb(matches: 20_000), limits: limits)
    #expect(!report.rules.contains("archive.ratio-bomb"), "\(report.summary)")
  }

  @Test func `the limit of unpacked bytes is a gap that names it`() {
    let report = Examination.report(
      bomb(matches: 2000), limits: Examination.limits(unpackedBytes: 100_000))
    #expect(report.coverage.gaps.contains { $0.reason.contains("100000") }, "\(report.summary)")
    #expect(report.verdict == .incomplete)
  }

  @Test func `the limit of members is a gap that names it`() {
    let members = (0..<20).map { ZIPBuilder.Member("\($0).pkl", pickle(.proto(2), .emptyDict, .stop)) }
    let report = Examination.report(
      ZIPBuilder(members).build(), limits: Examination.limits(members: 10))
    #expect(report.coverage.gaps.contains { $0.reason.contains("limit 10") }, "\(report.summary)")
    #expect(report.verdict == .incomplete)
  }

  @Test func `containers deeper than the limit are denied`() {
    var archive = pickle(.proto(2), .emptyDict, .stop)
    for _ in 0..<20 { archive = ZIPBuilder([ZIPBuilder.Member("a", archive)]).build() }
    let report = Examination.report(archive)
    #expect(report.rules.contains("archive.nesting-bomb"), "\(report.summary)")
    let shallow = Examination.report(archive, limits: Examination.limits(depth: 32))
    #expect(shallow.verdict == .allow, "\(shallow.summary)")
  }

  @Test func `a broken DEFLATE stream is a gap`() {
    var member = ZIPBuilder.Member(
      "a.pkl", packed: [0xFF, 0xFF, 0xFF], unpacked: pickle(.proto(2), .emptyDict, .stop))
    member.setBoth { $0.crc = 0 }
    let report = Examination.report(ZIPBuilder([member]).build())
    #expect(!report.coverage.gaps.isEmpty)
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `what came out before a DEFLATE stream breaks is examined`() {
    let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    var packed = ZIPBuilder.deflateStored(hostile)
    packed[0] = 0
    let report = Examination.report(
      ZIPBuilder([ZIPBuilder.Member("a.pkl", packed: packed + [0xFF, 0xFF], unpacked: hostile)]).build())
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
  }

  @Test func `a thousand bad members make a short report and keep every rule`() {
    let members = (0..<1000).map { index in
      var member = ZIPBuilder.Member("m\(index)", Array("what is this".utf8))
      member.local.crc = 1
      if index == 999 { member.setBoth { $0.name = Array("../x".utf8) } }
      return member
    }
    let report = Examination.report(ZIPBuilder(members).build())
    #expect(report.findings.count < 200)
    #expect(report.rules.contains("zip.path-traversal"))
    #expect(report.verdict == .deny)
  }
}
