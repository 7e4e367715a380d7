import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct TarHeaderTests {
  private func header(_ bytes: [UInt8]) throws -> TarHeader? { try TarHeader(Input(bytes), at: 0) }

  @Test func `a member is read`() throws {
    let header = try #require(try header(TarBuilder.member("storages", [1, 2, 3])))
    #expect(header.name == Array("storages".utf8))
    #expect(header.size == 3)
    #expect(header.kind == .file)
    #expect(try header.end() == 1024)
  }

  @Test func `an empty block ends the archive`() throws {
    #expect(try header([UInt8](repeating: 0, count: 512)) == nil)
  }

  @Test func `every changed byte breaks the sum`() {
    let block = Array(TarBuilder.member("pickle", []).prefix(512))
    for mutation in Mutations.byteFlips(of: block) where mutation.bytes[148..<156] == block[148..<156] {
      #expect(throws: ParseError.self, "\(mutation.what)") { try header(mutation.bytes) }
    }
    #expect(throws: ParseError.self) { try header(Array(block.prefix(511))) }
  }

  @Test func `links and extended headers are told apart`() throws {
    #expect(try header(TarBuilder.member("a", [], type: "2"))?.kind == .link)
    #expect(try header(TarBuilder.member("a", [], type: "1"))?.kind == .link)
    #expect(try header(TarBuilder.member("a", [], type: "x"))?.kind == .description)
  }
}
