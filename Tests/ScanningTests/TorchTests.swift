import Findings
import Pickle
import TestSupport
import Testing

/// PyTorch's files: the pickles, and the bytes that they refer to.
@Suite struct TorchTests {
  private func expect(
    _ bytes: [UInt8], _ rule: String, _ verdict: Verdict,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(bytes)
    #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
  }

  @Test func `a state dict is allowed under its own format's name`() {
    let report = Examination.report(TorchBuilder().archive().build())
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats == ["zip", "pytorch-zip", "pickle"])
    #expect(report.coverage.members == 5)
  }

  @Test func `a storage that is shorter or longer than its pickle says is denied`() {
    for count in [15, 17] {
      var torch = TorchBuilder()
      torch.storageBytes = Array(repeating: 1, count: count)
      expect(torch.archive().build(), "torch.storage-size", .deny)
    }
  }

  @Test func `a storage that is not there is a gap`() {
    var builder = TorchBuilder().archive()
    builder.members.remove(at: 2)
    expect(builder.build(), "torch.missing-storage", .incomplete)
  }

  @Test func `a storage that nothing refers to is for review`() {
    var torch = TorchBuilder()
    torch.extra = [ZIPBuilder.Member("archive/data/1", [1, 2, 3, 4])]
    expect(torch.archive().build(), "torch.unreferenced-storage", .review)
  }

  @Test func `a deflated storage is unpacked and measured`() {
    var builder = TorchBuilder().archive()
    let data = builder.members[2].data
    builder.members[2] = ZIPBuilder.Member(
      "archive/data/0", packed: ZIPBuilder.deflateStored(data), unpacked: data)
    let report = Examination.report(builder.build())
    #expect(report.verdict == .allow, "\(report.summary)")
    builder.members[2] = ZIPBuilder.Member(
      "archive/data/0", packed: ZIPBuilder.deflateStored(data + [0]), unpacked: data + [0])
    expect(builder.build(), "torch.storage-size", .deny)
  }

  @Test(arguments: ["archive/other.pkl", "archive/data/extra", "archive/readme", "outside"])
  func `a hostile pickle is found in a member of any name`(name: String) {
    var torch = TorchBuilder()
    torch.extra = [ZIPBuilder.Member(name, pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]))]
    expect(torch.archive().build(), "pickle.dangerous-call", .deny)
  }

  @Test func `a hostile pickle without a protocol is found in a member of any name`() {
    var torch = TorchBuilder()
    let headless = pickle(
      .global("os", "system"), .mark, .lines(.unicode, "echo canary"), .tuple, .reduce, .stop)
    torch.extra = [ZIPBuilder.Member("archive/notes.txt", headless)]
    expect(torch.archive().build(), "pickle.dangerous-call", .deny)
  }

  @Test func `a member beside the root is for review`() {
    var torch = TorchBuilder()
    torch.extra = [ZIPBuilder.Member("other/version", Array("3\n".utf8))]
    expect(torch.archive().build(), "torch.outside-root", .review)
  }

  @Test func `an unexpected format mark is for review`() {
    var builder = TorchBuilder().archive()
    builder.members[1] = ZIPBuilder.Member("archive/byteorder", Array(repeating: 0xFF, count: 90))
    expect(builder.build(), "torch.unexpected-metadata", .review)
  }

  @Test func `a legacy file is allowed`() {
    let report = Examination.report(TorchBuilder().legacy())
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats == ["torch-legacy"])
  }

  @Test func `a legacy storage of another size is denied`() {
    var torch = TorchBuilder()
    let pickles = torch.legacyHeader() + torch.stateDict(key: "1", isLegacy: true) + torch.legacyKeys(["1"])
    torch.elementCount = 3
    torch.storageBytes.removeLast(4)
    expect(pickles + torch.legacyStorage() + [0, 0, 0, 0], "torch.storage-size", .deny)
  }

  @Test func `a legacy file whose storages are cut is incomplete`() {
    let whole = TorchBuilder().legacy()
    // The first byte alone is an empty map of MessagePack.
    for mutation in Mutations.truncations(of: whole) where mutation.bytes.count != 1 {
      let report = Examination.report(mutation.bytes)
      #expect(report.verdict != .allow, "\(mutation.what)\n\(report.summary)")
    }
  }

  @Test func `all five pickles of a legacy file are judged`() {
    let torch = TorchBuilder()
    let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    let magic = Array(torch.legacyHeader().prefix(15))
    for position in 1...5 {
      var parts = [[UInt8]](repeating: pickle(.proto(2), .emptyDict, .stop), count: 5)
      parts.insert(hostile, at: position - 1)
      expect(magic + parts.flatMap { $0 }, "pickle.dangerous-call", .deny)
    }
  }

  @Test func `pickles behind a legacy file's storages are judged`() {
    let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    expect(TorchBuilder().legacy() + hostile, "pickle.dangerous-call", .deny)
    expect(TorchBuilder().legacy() + [0, 0, 0] + hostile, "pickle.dangerous-call", .deny)
  }

  @Test func `bytes behind a legacy file's storages are for review`() {
    expect(TorchBuilder().legacy() + [0, 0, 0], "pickle.trailing-data", .review)
  }
}
