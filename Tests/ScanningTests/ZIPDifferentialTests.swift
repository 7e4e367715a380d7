import Findings
import Formats
import TestSupport
import Testing

/// Archives that miniz, zipfile, Info-ZIP, 7-Zip and libarchive read differently: each is reported.
@Suite struct ZIPDifferentialTests {
  private let honest = pickle(.proto(2), .emptyDict, .stop)
  private let other = pickle(.proto(2), .emptyList, .stop)

  /// An archive of `a/version` and the members given, as miniz needs it.
  private func archive(_ members: ZIPBuilder.Member...) -> ZIPBuilder {
    ZIPBuilder([ZIPBuilder.Member("a/version", Array("3\n".utf8))] + members)
  }

  private var member: ZIPBuilder.Member { ZIPBuilder.Member("a/data.pkl", honest) }

  private func expect(
    _ builder: ZIPBuilder, _ rule: String, _ verdict: Verdict = .deny,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(builder.build(), rule, verdict, sourceLocation: sourceLocation)
  }

  private func expect(
    _ bytes: [UInt8], _ rule: String, _ verdict: Verdict = .deny,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(bytes)
    #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
  }

  @Test func `two members of one name are denied`() {
    expect(archive(member, ZIPBuilder.Member("a/data.pkl", other)), "zip.duplicate-name")
  }

  @Test func `three members of one name are denied`() {
    expect(
      archive(member, ZIPBuilder.Member("a/data.pkl", other), ZIPBuilder.Member("a/data.pkl", [])),
      "zip.duplicate-name")
  }

  @Test func `a lone DATA.PKL is examined as the object that PyTorch finds`() {
    var torch = TorchBuilder()
    torch.prelude = TorchBuilder.hostileCall
    var builder = torch.archive()
    builder.members[0].setBoth { $0.name = Array("archive/DATA.PKL".utf8) }
    let report = Examination.report(builder.build())
    #expect(report.formats.contains("pytorch-zip"))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  @Test func `names that differ only in case are denied`() {
    expect(archive(member, ZIPBuilder.Member("a/DATA.PKL", other)), "zip.case-folded-name")
  }

  @Test func `a wrong checksum is for review`() {
    var wrong = member
    wrong.setBoth { $0.crc ^= 1 }
    expect(archive(wrong), "zip.crc-mismatch", .review)
  }

  @Test func `another name in the local header is denied`() {
    var lying = member
    lying.local.name = Array("a/other.txt".utf8)
    expect(archive(lying), "zip.local-central-mismatch")
  }

  @Test func `other sizes in the local header are denied`() {
    var lying = member
    lying.local.packedSize += 1
    expect(archive(lying), "zip.local-central-mismatch")
    lying = member
    lying.local.unpackedSize -= 1
    expect(archive(lying), "zip.local-central-mismatch")
  }

  @Test func `an encrypted bit in one header only is denied`() {
    var local = member
    local.local.flags |= 1
    expect(archive(local), "zip.local-central-mismatch")
    var central = member
    central.central.flags |= 1
    expect(archive(central), "zip.local-central-mismatch")
  }

  @Test func `an encrypted member is a gap`() {
    var encrypted = member
    encrypted.setBoth { $0.flags |= 1 }
    expect(archive(encrypted), "zip.encrypted", .incomplete)
  }

  @Test func `another method in the local header is denied`() {
    var lying = member
    lying.local.method = 99
    expect(archive(lying), "zip.local-central-mismatch")
  }

  /// deflate64, PPMd, and numbers that nobody has.
  @Test(arguments: [9, 98, 97, 4242] as [UInt16]) func `a method that is not read is a gap`(method: UInt16)
  {
    var packed = member
    packed.setBoth { $0.method = method }
    expect(archive(packed), "zip.unsupported-method", .incomplete)
  }

  @Test(arguments: [100, 70_000]) func `bytes after the end are for review`(count: Int) {
    var builder = archive(member)
    builder.tail = Array(repeating: 0x20, count: count)
    expect(builder, "zip.unaccounted-bytes", .review)
  }

  @Test func `a prefix that the offsets do not count is denied`() {
    var builder = archive(member)
    builder.prefix = Array(repeating: 0x20, count: 50)
    builder.offsetsIgnorePrefix = true
    expect(builder, "zip.shifted-offsets")
  }

  @Test func `a prefix that the offsets count is for review`() {
    var builder = archive(member)
    builder.prefix = Array(repeating: 0x20, count: 50)
    expect(builder, "zip.unaccounted-bytes", .review)
  }

  @Test func `a folder attribute on a file is denied`() {
    var folder = member
    folder.externalAttributes = 0x10
    expect(archive(folder), "zip.directory-with-data")
  }

  @Test func `a pipe, a device or a socket is for review`() {
    for type: UInt32 in [0o010000, 0o020000, 0o060000, 0o140000] {
      var member = ZIPBuilder.Member("a.pkl", honest)
      member.madeBy = 3 << 8 | 30
      member.externalAttributes = (type | 0o644) << 16
      expect(ZIPBuilder([member]), "zip.special-file", .review)
    }
  }

  @Test func `a folder that carries data is denied`() {
    expect(archive(member, ZIPBuilder.Member("a/code/", honest)), "zip.directory-with-data")
  }

  @Test func `a NUL in a name is denied`() {
    expect(archive(ZIPBuilder.Member("a/data.pkl\0.txt", honest)), "zip.nul-in-name")
  }

  @Test func `a backslash in a name is for review`() {
    expect(archive(ZIPBuilder.Member("a\\data.pkl", honest)), "zip.ambiguous-name", .review)
  }

  @Test(arguments: ["../a.pkl", "a/../../b.pkl", "/etc/a.pkl", "C:/a.pkl", "..\\a.pkl"])
  func `a name that leads out of the folder is denied`(name: String) {
    expect(archive(ZIPBuilder.Member(name, honest)), "zip.path-traversal")
  }

  @Test func `an entry count that is too small is denied`() {
    var builder = archive(member)
    builder.entryCount = 1
    expect(builder, "zip.count-mismatch")
  }

  @Test func `an end record inside the comment is denied`() {
    var builder = archive(member)
    builder.comment = ZIPBuilder.end(.init(entries: 0, size: 0, offset: 0))
    expect(builder, "zip.two-end-records")
  }

  @Test func `an end signature in the last 21 bytes is denied`() {
    var builder = archive(member)
    builder.comment = [0x50, 0x4B, 5, 6, 0x20, 0x20]
    expect(builder, "zip.two-end-records")
  }

  @Test func `a Unicode path extra field is denied`() {
    var renamed = member
    renamed.central.extra = [0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x78]
    expect(archive(renamed), "zip.unicode-path-extra")
  }

  @Test func `a deflated member of another size is denied`() {
    for change in [-1, 1] {
      var packed = ZIPBuilder.Member(
        "a/data.pkl", packed: ZIPBuilder.deflateStored(honest), unpacked: honest)
      packed.setBoth { $0.unpackedSize = UInt32(Int($0.unpackedSize) + change) }
      expect(archive(packed), "zip.size-mismatch")
    }
  }

  @Test func `bytes behind the end of a DEFLATE stream are denied`() {
    let packed = ZIPBuilder.Member(
      "a/data.pkl", packed: ZIPBuilder.deflateStored(honest) + [0, 0], unpacked: honest)
    expect(archive(packed), "zip.size-mismatch")
  }

  @Test func `a locator that points at another ZIP64 record is denied`() {
    var builder = archive(member)
    builder.wide = true
    let decoy = ZIPBuilder.wideEnd(.init(entries: 1, size: 46, offset: 0))
    builder.prefix = decoy
    builder.locatorOffset = 0
    expect(builder, "zip.zip64-disagreement")
  }

  @Test func `a locator that points at nothing is denied`() {
    var builder = archive(member)
    builder.wide = true
    builder.locatorOffset = 3
    expect(builder, "zip.zip64-disagreement")
  }

  @Test func `a member that the directory does not list is denied`() {
    var hidden = ZIPBuilder.Member("a/hidden.pkl", other)
    hidden.isListed = false
    expect(archive(hidden, member), "zip.hidden-member")
  }

  @Test func `two entries of one local header are denied`() {
    var second = ZIPBuilder.Member("a/other.pkl", honest)
    second.sharesHeaderOf = 1
    second.isListed = true
    expect(archive(member, second), "zip.overlap")
  }

  @Test func `bytes between members are for review`() {
    var first = member
    first.gap = Array(repeating: 0, count: 7)
    expect(archive(first), "zip.unaccounted-bytes", .review)
  }

  @Test func `a descriptor that says something else is denied`() {
    var streamed = member
    streamed.stream()
    streamed.descriptor[4] ^= 1
    expect(archive(streamed), "zip.local-central-mismatch")
  }

  @Test func `a symbolic link is denied`() {
    var link = ZIPBuilder.Member("a/link", Array("/etc/passwd".utf8))
    link.madeBy = 3 << 8
    link.externalAttributes = 0o120777 << 16
    expect(archive(link), "zip.symlink")
  }

  @Test func `a pickle in a gap is examined`() {
    var first = member
    first.gap = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    expect(archive(first), "pickle.dangerous-call")
  }
}
