import Findings
import Pickle
import TestSupport
import Testing

/// What honest writers do that looks odd: none of it is a finding.
@Suite struct ZIPProducerTests {
  private let honest = pickle(.proto(2), .emptyDict, .stop)

  private func expectNothing(
    _ builder: ZIPBuilder, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(builder.build())
    #expect(report.verdict == .allow, "\(report.summary)", sourceLocation: sourceLocation)
  }

  @Test func `PyTorch's archives are allowed`() {
    expectNothing(TorchBuilder().archive())
  }

  @Test func `PyTorch's archives without data are allowed with their empty checksums`() {
    var builder = TorchBuilder().archive()
    let index = 2
    builder.members[index].data = Array(repeating: 7, count: 16)
    builder.members[index].central.crc = 0
    builder.members[index].descriptor =
      littleEndian(UInt32(0x0807_4B50)) + littleEndian(UInt32(0))
      + littleEndian(UInt32(16)) + littleEndian(UInt32(16))
    expectNothing(builder)
  }

  @Test func `Python's plain archives are allowed`() {
    var member = ZIPBuilder.Member("a.pkl", honest)
    member.madeBy = 3 << 8 | 20
    member.externalAttributes = 0o600 << 16
    expectNothing(ZIPBuilder([member]))
  }

  @Test(arguments: [(true, false), (true, true), (false, false), (false, true)])
  func `streamed members are allowed with descriptors of every length`(signed: Bool, wide: Bool) {
    var member = ZIPBuilder.Member("a.pkl", honest)
    member.stream(signed: signed, wide: wide)
    expectNothing(ZIPBuilder([member, ZIPBuilder.Member("b.pkl", honest)]))
  }

  @Test func `NumPy's 64-bit local headers are allowed`() {
    var member = ZIPBuilder.Member("a.pkl", honest)
    let size = littleEndian(UInt64(honest.count))
    member.local.packedSize = .max
    member.local.unpackedSize = .max
    member.local.extra = [1, 0, 16, 0] + size + size
    expectNothing(ZIPBuilder([member]))
  }

  @Test func `Info-ZIP's folders, times and owners are allowed`() {
    var folder = ZIPBuilder.Member("a/", [])
    folder.madeBy = 3 << 8 | 30
    folder.externalAttributes = 0o040755 << 16 | 0x10
    var member = ZIPBuilder.Member("a/b.pkl", honest)
    member.madeBy = 3 << 8 | 30
    member.externalAttributes = 0o100644 << 16
    member.local.extra = [0x55, 0x54, 9, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0]
    member.central.extra = [0x55, 0x54, 5, 0, 3, 0, 0, 0, 0]
    expectNothing(ZIPBuilder([folder, member]))
  }

  @Test func `alignment by a ragged extra field is allowed`() {
    var member = ZIPBuilder.Member("a.pkl", honest)
    member.local.extra = [0, 0, 0]
    expectNothing(ZIPBuilder([member]))
  }

  @Test func `Java's marker and deflated members are allowed`() {
    var member = ZIPBuilder.Member(
      "a.pkl", packed: ZIPBuilder.deflateStored(honest), unpacked: honest)
    member.setBoth { $0.extra = [0xFE, 0xCA, 0, 0] }
    expectNothing(ZIPBuilder([member]))
  }

  @Test func `a streamed archive that can be read as a pickle of a persistent id is for review`() {
    var member = ZIPBuilder.Member("m", pickle(.lines(.int, "16"), .lines(.long, "16L"), .tuple2, .stop))
    member.stream()
    let report = Examination.report(ZIPBuilder([member]).build())
    #expect(report.verdict == .review, "\(report.summary)")
    #expect(report.rules.contains("pickle.unexpected-persistent-id"), "\(report.summary)")
  }

  @Test func `a comment is allowed`() {
    var builder = ZIPBuilder([ZIPBuilder.Member("a.pkl", honest)])
    builder.comment = Array("made by hand".utf8)
    expectNothing(builder)
  }

  @Test func `a stored archive inside an archive is allowed`() {
    let inner = ZIPBuilder([ZIPBuilder.Member("a.pkl", honest)]).build()
    expectNothing(ZIPBuilder([ZIPBuilder.Member("inner.zip", inner), ZIPBuilder.Member("b.pkl", honest)]))
  }
}
