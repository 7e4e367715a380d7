import Findings
import TestSupport
import Testing

/// Archives with every byte damaged: nothing traps, and nothing that some loader would see changed is allowed.
@Suite struct DamagedArchiveTests {
  enum Sample: CaseIterable {
    case plain, torch

    static let plainBytes = ZIPBuilder([
      ZIPBuilder.Member("a.pkl", pickle(.proto(2), .emptyDict, .stop)),
      ZIPBuilder.Member(
        "b.pkl", packed: ZIPBuilder.deflateStored(pickle(.proto(2), .emptyList, .stop)),
        unpacked: pickle(.proto(2), .emptyList, .stop)),
    ]).build()

    static let torchBytes = TorchBuilder().archive().build()

    var bytes: [UInt8] {
      switch self {
      case .plain: Self.plainBytes
      case .torch: Self.torchBytes
      }
    }
  }

  /// A damaged copy that is allowed all the same must look the same to both readers.
  private func expectNotHidden(_ mutation: Mutation, _ views: ArchiveViews) -> Bool {
    let report = Examination.report(mutation.bytes)
    guard report.verdict == .allow else { return false }
    let isSame = ArchiveViews(mutation.bytes) == views
    #expect(isSame, "\(mutation.what)\n\(report.summary)")
    return true
  }

  @Test(arguments: Sample.allCases) func `no truncated archive is allowed`(sample: Sample) {
    for mutation in Mutations.truncations(of: sample.bytes) {
      let verdict = Examination.report(mutation.bytes).verdict
      #expect(verdict != .allow, "\(mutation.what)")
    }
  }

  @Test(arguments: Sample.allCases) func `no archive with bytes added is allowed`(sample: Sample) {
    for mutation in Mutations.trailing(after: sample.bytes) {
      let verdict = Examination.report(mutation.bytes).verdict
      #expect(verdict != .allow, "\(mutation.what)")
    }
  }

  @Test func `a changed byte is allowed only where no loader looks`() throws {
    for sample in Sample.allCases {
      let views = ArchiveViews(sample.bytes)
      try #require(views.members.count >= 2)
      // Times, versions, padding: there are such bytes.
      let allowed = Mutations.byteFlips(of: sample.bytes).count { expectNotHidden($0, views) }
      #expect(allowed > 0)
    }
  }

  @Test func `no length at its extreme is allowed to hide anything`() {
    let plain = Sample.plain.bytes
    extremes(of: plain, at: 0..<plain.count)
    // The end records, 64-bit ones among them.
    let torch = Sample.torch.bytes
    extremes(of: torch, at: torch.count - 98..<torch.count)
  }

  private func extremes(of sample: [UInt8], at offsets: Range<Int>) {
    let views = ArchiveViews(sample)
    for offset in offsets {
      for width in [2, 4, 8] where offset + width <= sample.count {
        for mutation in Mutations.extremes(of: sample, at: offset, width: width) {
          _ = expectNotHidden(mutation, views)
        }
      }
    }
  }
}

/// An archive as two simple readers see it: one that goes by the directory, one that goes by the local headers
/// at the offsets of the directory. Storages are left out: their bytes are nobody's business.
private struct ArchiveViews: Equatable {
  struct Member: Equatable {
    let name: [UInt8]
    let method: [UInt8]
    let data: [UInt8]
  }

  private(set) var members: [Member] = []
  private(set) var localMembers: [Member] = []

  init(_ archive: [UInt8]) {
    guard archive.count >= 22 else { return }
    func number(_ offset: Int, _ width: Int) -> Int {
      guard offset >= 0, offset + width <= archive.count else { return 0 }
      return (0..<width).reduce(0) { $0 | Int(archive[offset + $1]) << ($1 * 8) }
    }
    func part(_ offset: Int, _ count: Int) -> [UInt8] {
      guard offset >= 0, count >= 0, offset <= archive.count, count <= archive.count - offset else {
        return []
      }
      return Array(archive[offset..<offset + count])
    }
    let end = archive.count - 22
    // All ones leave the answer to the 64-bit record, where there is one.
    let wide = number(end - 20, 4) == 0x0706_4B50 ? number(end - 12, 8) : nil
    func field(_ offset: Int, _ width: Int, wideOffset: Int) -> Int {
      let narrow = number(end + offset, width)
      guard let wide, narrow == 1 << (width * 8) - 1 else { return narrow }
      return number(wide + wideOffset, 8)
    }
    var position = field(16, 4, wideOffset: 48)
    for _ in 0..<field(10, 2, wideOffset: 32) {
      let nameCount = number(position + 28, 2)
      let local = number(position + 42, 4)
      let data = local + 30 + number(local + 26, 2) + number(local + 28, 2)
      let name = part(position + 46, nameCount)
      let isStorage = String(decoding: name, as: UTF8.self).contains("/data/")
      var contents = isStorage ? [] : part(data, number(position + 20, 4))
      // A stored DEFLATE block has bits that mean nothing beside its first three.
      if number(position + 10, 2) == 8, !contents.isEmpty { contents[0] &= 7 }
      members.append(Member(name: name, method: part(position + 10, 2), data: contents))
      localMembers.append(
        Member(
          name: part(local + 30, number(local + 26, 2)), method: part(local + 8, 2), data: contents))
      position += 46 + nameCount + number(position + 30, 2) + number(position + 32, 2)
    }
  }
}
