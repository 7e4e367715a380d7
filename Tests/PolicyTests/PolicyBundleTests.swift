import ByteParsing
import Policy
import TestSupport
import Testing

@Suite struct PolicyBundleTests {
  private let files = [
    PolicyBundle.File(path: "waivers.json", bytes: Array("{}".utf8)),
    PolicyBundle.File(path: "scan/default.json", bytes: []),
    PolicyBundle.File(path: "scan/strict.json", bytes: [0, 0xff, 7]),
  ]

  @Test func `the encoding does not depend on the order of the files`() throws {
    let encoded = try PolicyBundle(files).encoded()
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      #expect(try PolicyBundle(order.map { files[$0] }).encoded() == encoded)
    }
  }

  @Test func `what is encoded is decoded`() throws {
    for profile in ["default", "strict"] {
      let bundle = try PolicyBundle(files, profile: profile)
      #expect(try PolicyBundle(decoding: bundle.encoded()) == bundle)
    }
    let empty = try PolicyBundle([])
    #expect(try PolicyBundle(decoding: empty.encoded()) == empty)
  }

  @Test func `any change of a file, a path or the profile changes the encoding`() throws {
    var seen: Set<[UInt8]> = [try PolicyBundle(files).encoded()]
    for (index, file) in files.enumerated() {
      var changes = Array(Mutations.truncations(of: file.bytes)) + Mutations.trailing(after: file.bytes)
      changes += Array(Mutations.byteFlips(of: file.bytes))
      for change in changes {
        var others = files
        others[index] = PolicyBundle.File(path: file.path, bytes: change.bytes)
        #expect(seen.insert(try PolicyBundle(others).encoded()).inserted, "\(file.path): \(change.what)")
      }
      var renamed = files
      renamed[index] = PolicyBundle.File(path: "x/" + file.path, bytes: file.bytes)
      #expect(seen.insert(try PolicyBundle(renamed).encoded()).inserted)
      var fewer = files
      fewer.remove(at: index)
      #expect(seen.insert(try PolicyBundle(fewer).encoded()).inserted)
    }
    #expect(seen.insert(try PolicyBundle(files, profile: "strict").encoded()).inserted)
  }

  @Test func `every damaged encoding is refused or is the encoding of another bundle`() throws {
    let sample = try PolicyBundle(files).encoded()
    for mutation in Mutations.truncations(of: sample) {
      #expect(throws: ParseError.self, "\(mutation.what)") { try PolicyBundle(decoding: mutation.bytes) }
    }
    for mutation in Mutations.trailing(after: sample) {
      #expect(throws: ParseError.self, "\(mutation.what)") { try PolicyBundle(decoding: mutation.bytes) }
    }
    var others = Array(Mutations.byteFlips(of: sample))
    for offset in sample.indices.dropLast(8) {
      others += Mutations.extremes(of: sample, at: offset, width: 4)
      others += Mutations.extremes(of: sample, at: offset, width: 8)
    }
    for mutation in others {
      do throws(ParseError) {
        let bundle = try PolicyBundle(decoding: mutation.bytes)
        #expect(bundle.encoded() == mutation.bytes, "\(mutation.what)")
      } catch {
        #expect(0...sample.count ~= error.offset, "\(mutation.what)")
      }
    }
  }

  @Test(arguments: [
    "", ".json", "/a.json", "a//b.json", "a/.json", "../a.json", "a/../b.json", ".hidden/a.json",
    "a\\b.json",
    "a b.json", "é.json", "a\u{0}.json", "a\n.json", "a.JSON", "README.md", "a", "a.json/", "a.json/b",
    String(repeating: "a", count: 200) + ".json",
  ]) func `a path that is not plain is refused`(path: String) {
    #expect(throws: PolicyError.self) { try PolicyBundle([.init(path: path, bytes: [])]) }
  }

  @Test(arguments: ["", ".", "../x", "a/b", "a b", "ü"])
  func `a profile that is not a plain name is refused`(
    profile: String
  ) {
    #expect(throws: PolicyError.self) { try PolicyBundle([], profile: profile) }
  }

  @Test func `a path that is there twice is refused`() {
    #expect(throws: PolicyError(file: "waivers.json", line: 0, reason: "the file is there twice")) {
      try PolicyBundle(files + [files[0]])
    }
  }

  @Test func `too many and too large files are refused`() {
    let many = (0...PolicyBundle.fileLimit).map { PolicyBundle.File(path: "a/\($0).json", bytes: []) }
    #expect(throws: PolicyError.self) { try PolicyBundle(many) }
    #expect(throws: Never.self) { try PolicyBundle(Array(many.dropLast())) }
    let large = [UInt8](repeating: 0x20, count: PolicyBundle.fileByteLimit)
    #expect(throws: PolicyError.self) { try PolicyBundle([.init(path: "a.json", bytes: large + [0x20])]) }
    let five = (0..<5).map { PolicyBundle.File(path: "\($0).json", bytes: large) }
    #expect(throws: PolicyError.self) { try PolicyBundle(five) }
    #expect(throws: Never.self) { try PolicyBundle(Array(five.dropLast())) }
  }
}
