import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct ZIPParsingTests {
  private let members = [ZIPBuilder.Member("a", [1, 2, 3]), ZIPBuilder.Member("b/c", Array("text".utf8))]

  private func entries(_ archive: ZIPArchive) throws -> [ZIPEntry] {
    var directory = ZIPDirectory(archive)
    var entries: [ZIPEntry] = []
    while let entry = try directory.next() { entries.append(entry) }
    return entries
  }

  @Test(arguments: [false, true]) func `entries come back as they were built`(wide: Bool) throws {
    var builder = ZIPBuilder(members)
    builder.wide = wide
    let bytes = builder.build()
    let archive = try ZIPArchive(parsing: Input(bytes))
    #expect(archive.declaredEntries == 2)
    #expect(archive.isContiguous)
    #expect((archive.locatedEnd != nil) == wide)
    #expect(archive.adjacentEnd == archive.locatedEnd)
    let entries = try entries(archive)
    #expect(entries.map(\.shownName) == ["a", "b/c"])
    for (entry, member) in zip(entries, members) {
      let local = try ZIPLocalHeader(of: entry, in: archive)
      #expect(local.name == entry.name)
      #expect(try Input(bytes).bytes(at: local.dataOffset, count: Int(entry.packedSize)) == member.data)
      #expect(entry.crc == ZIPBuilder.crc(member.data))
    }
  }

  @Test func `a directory longer than the window is read to its end`() throws {
    let many = (0..<10_000).map { ZIPBuilder.Member("member with a name of its own \($0)", []) }
    let archive = try ZIPArchive(parsing: Input(ZIPBuilder(many).build()))
    #expect(archive.directory.count > 2 * (ZIPEntry.size + 3 * 0xFFFF))
    #expect(try entries(archive).map(\.name) == many.map(\.central.name))
  }

  @Test func `the checksum is that of the standard's example`() {
    #expect(ZIPBuilder.crc(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(ZIPBuilder.crc([]) == 0)
  }

  @Test func `names that readers confuse have one folded fingerprint`() {
    func folded(_ name: String) -> UInt64 { ZIPName.foldedFingerprint(Array(name.utf8)) }
    #expect(folded("a/DATA.pkl") == folded("A/data.PKL"))
    #expect(folded("a\\b") == folded("a/b"))
    #expect(folded("caf\u{E9}") == folded("CAFE\u{301}"))
    #expect(folded("a/b") != folded("a/c"))
    #expect(ZIPName.fingerprint(Array("a".utf8)) != ZIPName.fingerprint(Array("A".utf8)))
  }

  @Test func `members side by side are accounted for, and gaps and overlaps are found`() {
    func account(_ spans: Range<Int>..., end: Int) -> ZIPLayout.Account {
      var layout = ZIPLayout()
      for span in spans { layout.add(span) }
      return layout.account(upTo: end)
    }
    #expect(account(10..<20, 0..<10, end: 20) == ZIPLayout.Account())
    #expect(account(5..<10, 12..<20, end: 25).gaps == [0..<5, 10..<12, 20..<25])
    #expect(account(0..<10, 9..<20, end: 20).firstOverlap == 9)
    #expect(account(0..<30, end: 20).overlapCount == 1)
    #expect(account(0..<10, 0..<10, 0..<10, end: 10).overlapCount == 2)
  }

  @Test func `a signature across two windows is found`() throws {
    var bytes = [UInt8](repeating: 0x50, count: 200_000)
    for offset in [65_534, 131_000, 199_996] {
      bytes.replaceSubrange(offset..<offset + 4, with: [0x50, 0x4B, 3, 4])
    }
    var found: [Int] = []
    try SignatureSearch.run(Input(bytes), 0..<bytes.count, for: ZIPLocalHeader.signature) { offset in
      found.append(offset)
      return true
    }
    #expect(found == [65_534, 131_000, 199_996])
  }

  @Test func `damaged archives never trap`() {
    var builder = ZIPBuilder(members)
    builder.wide = true
    let sample = builder.build()
    var readable = 0
    for mutation in Array(Mutations.truncations(of: sample)) + Array(Mutations.byteFlips(of: sample)) {
      guard let archive = try? ZIPArchive(parsing: Input(mutation.bytes)) else { continue }
      var directory = ZIPDirectory(archive)
      while let entry = try? directory.next() {
        if (try? ZIPLocalHeader(of: entry, in: archive)) != nil { readable += 1 }
      }
    }
    #expect(readable > 0)
  }
}
