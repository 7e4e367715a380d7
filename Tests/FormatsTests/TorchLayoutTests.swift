import Formats
import Testing

@Suite struct TorchLayoutTests {
  private func layout(_ names: String...) -> TorchLayout {
    var layout = TorchLayout(firstName: Array((names.first ?? "").utf8))
    for name in names { layout.note(Array(name.utf8)) }
    return layout
  }

  @Test func `the first entry names the root`() {
    #expect(layout("version", "a/data.pkl").kind == nil)
    #expect(layout("version", "data.pkl").kind == nil)
    #expect(layout("a/version", "b/data.pkl").kind == nil)
    #expect(layout("a/version", "A/Data.PKL").kind == .stateDict)
  }

  @Test func `members that carry code decide the kind`() {
    #expect(layout("a/data.pkl", "a/constants.pkl").kind == .torchScript)
    #expect(layout("a/data.pkl", "a/code/x.py").kind == .torchScript)
    #expect(layout("a/data.pkl", "a/archive_format").kind == .exported)
    #expect(layout("a/data.pkl", "a/.data/extern_modules").kind == .package)
  }

  @Test(arguments: [
    ("a/data.pkl", TorchLayout.Role.rootPickle(storagePrefix: "data/", storageSuffix: "")),
    ("a/DATA.PKL", .rootPickle(storagePrefix: "data/", storageSuffix: "")),
    ("a/traced_inputs.pkl", .rootPickle(storagePrefix: "traced_inputs/", storageSuffix: "")),
    ("a/bytecode.pkl", .mobileBytecode), ("a/code/x.py", .script), ("a/code/x.py.debug_pkl", .pickle),
    ("a/extra/x.pkl", .pickle), ("a/extra/labels.txt", .extra), ("a/model.json", .formerScript),
    ("a/data/aotinductor/model/x.so", .native),
    ("a/data/0", .storage("data/0")), ("a/version", .metadata), ("a/.data/serialization_id", .metadata),
    ("b/data.pkl", .outsideRoot), ("a/readme", .other), ("a/data/x.pkl", .pickle),
  ])
  func `each name has its role`(name: String, role: TorchLayout.Role) {
    #expect(layout("a/version").role(of: Array(name.utf8)) == role)
  }

  @Test(arguments: [
    ("a/models/model.json", TorchLayout.Role.program),
    ("a/data/weights/weight_0", .payload("data/weights/weight_0")),
    ("a/data/weights/model_weights_config.json", .payloadConfiguration),
    ("a/data/weights/model.pt", .torchFile),
    ("a/data/sample_inputs/model.pt", .torchFile), ("a/code/x.py", .script),
    ("a/archive_version", .metadata),
  ])
  func `each name of an exported program has its role`(name: String, role: TorchLayout.Role) {
    #expect(layout("a/archive_format").role(of: Array(name.utf8)) == role)
  }

  @Test func `an exported program of Python's zipfile has no root`() {
    let former = layout("serialized_exported_program.json", "serialized_state_dict.pt", "version")
    #expect(former.kind == .exported)
    #expect(former.role(of: Array("serialized_exported_program.json".utf8)) == .program)
    #expect(former.role(of: Array("serialized_state_dict.pt".utf8)) == .torchFile)
    #expect(layout("extra_files/a", "serialized_exported_program.json").kind == .exported)
  }

  @Test func `a package names its modules`() {
    let package = layout("a/.data/extern_modules")
    #expect(package.module(of: Array("a/net/layers.py".utf8)) == "net.layers")
    #expect(package.module(of: Array("a/net/__init__.py".utf8)) == "net")
    #expect(package.module(of: Array("a/net/__init__.txt".utf8)) == nil)
    #expect(layout("a/data.pkl").module(of: Array("a/net.py".utf8)) == nil)
    #expect(package.role(of: Array("a/.data/0.storage".utf8)) == .storage(".data/0.storage"))
    #expect(package.role(of: Array("a/code/x.py".utf8)) == .packagedSource)
    #expect(
      layout("a/.data/extern_modules", "a/constants.pkl").role(of: Array("a/code/x.py".utf8)) == .script)
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
