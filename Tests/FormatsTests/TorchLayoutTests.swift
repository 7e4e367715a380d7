import Formats
import Testing

@Suite struct TorchLayoutTests {
  private func layout(_ names: String...) -> TorchLayout? {
    guard var layout = TorchLayout(firstName: Array((names.first ?? "").utf8)) else { return nil }
    for name in names { layout.note(Array(name.utf8)) }
    return layout
  }

  @Test func `the first entry names the root`() {
    #expect(layout("version", "a/data.pkl") == nil)
    #expect(layout("a/version", "b/data.pkl")?.kind == nil)
    #expect(layout("a/version", "A/Data.PKL")?.kind == .stateDict)
  }

  @Test func `members that carry code decide the kind`() {
    #expect(layout("a/data.pkl", "a/constants.pkl")?.kind == .torchScript)
    #expect(layout("a/data.pkl", "a/code/x.py")?.kind == .torchScript)
    #expect(layout("a/data.pkl", "a/archive_format")?.kind == .exported)
    #expect(layout("a/data.pkl", "a/.data/extern_modules")?.kind == .package)
  }

  @Test(arguments: [
    ("a/data.pkl", TorchLayout.Role.mainPickle), ("a/DATA.PKL", .mainPickle), ("a/x.pkl", .pickle),
    ("a/data/0", .storage("data/0")), ("a/version", .metadata), ("a/.data/serialization_id", .metadata),
    ("b/data.pkl", .outsideRoot), ("a/readme", .other), ("a/data/x.pkl", .pickle),
  ])
  func `each name has its role`(name: String, role: TorchLayout.Role) {
    #expect(layout("a/version")?.role(of: Array(name.utf8)) == role)
  }

  @Test func `metadata is one short line`() {
    #expect(TorchLayout.isMetadata(Array("little".utf8)))
    #expect(TorchLayout.isMetadata(Array("3\n".utf8)))
    #expect(!TorchLayout.isMetadata(Array("cos\nsystem\n".utf8)))
    #expect(!TorchLayout.isMetadata([0x80, 2]))
    #expect(!TorchLayout.isMetadata(Array(repeating: 0x61, count: 65)))
  }

  @Test func `the legacy magic number is recognised in every protocol that has it`() {
    let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    #expect(LegacyTorchStream.isRecognized([0x80, 2] + magic))
    #expect(LegacyTorchStream.isRecognized([0x80, 4, 0x95, 13, 0, 0, 0, 0, 0, 0, 0] + magic))
    #expect(!LegacyTorchStream.isRecognized([0x80, 2] + magic.dropLast()))
    #expect(!LegacyTorchStream.isRecognized(magic))
    #expect(!LegacyTorchStream.isRecognized([]))
  }
}
