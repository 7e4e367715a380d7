/// The names of a PyTorch archive, and what each member is for.
///
/// PyTorch takes the text before the first `/` of the directory's first entry as the root, and looks names up
/// without regard to ASCII case. An archive of `torch.export` before 2.8 was made by Python's zipfile and has no root.
///
/// Source: `caffe2/serialize/inline_container.cc` (`PyTorchStreamReader::init`), `torch/serialization.py`,
/// `torch/export/pt2_archive/constants.py`, `torch/package/package_importer.py`.
package struct TorchLayout: Sendable {
  /// The root, folded, with its slash; empty for an archive without one.
  private let root: [UInt8]
  /// What the names seen so far make of the archive.
  package private(set) var marks: Marks = []

  package struct Marks: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let mainPickle = Marks(rawValue: 1 << 0)
    /// Makes `torch.load` hand the archive to `torch.jit.load`.
    package static let constantsPickle = Marks(rawValue: 1 << 1)
    package static let code = Marks(rawValue: 1 << 2)
    /// `torch.export`.
    package static let exported = Marks(rawValue: 1 << 3)
    /// `torch.package`.
    package static let package = Marks(rawValue: 1 << 4)
  }

  package enum Kind: String, Sendable {
    case stateDict = "pytorch-zip"
    case torchScript = "torchscript"
    case exported = "torch-pt2"
    case package = "torch-package"
  }

  package enum Role: Equatable, Sendable {
    /// A pickle in the root, or any of a package, whose storages have names that begin and end like this.
    case rootPickle(storagePrefix: String, storageSuffix: String)
    /// Another member whose name ends like a pickle's.
    case pickle
    /// The bytes of a storage, by what follows the root.
    case storage(String)
    /// `version`, `byteorder` and the like: a line of text.
    case metadata
    /// TorchScript's source.
    case script
    /// Bytecode for the mobile interpreter.
    case mobileBytecode
    /// The description of a TorchScript archive of before 1.4.
    case formerScript
    /// The graphs of an exported program, in JSON.
    case program
    /// Says where the tensors of an exported program are, in JSON.
    case payloadConfiguration
    /// A tensor or an object of an exported program, by its folder and name.
    case payload(String)
    /// A file of `torch.save` inside.
    case torchFile
    /// What AOTInductor compiled.
    case native
    /// A Python source of a package.
    case packagedSource
    /// The modules that a package takes from the environment.
    case externModules
    /// Kept for the user, or for the code of a package; no loader interprets it.
    case extra
    case other
    case outsideRoot
  }

  /// The layout of an archive whose first entry has that name.
  package init(firstName: [UInt8]) {
    let slash = firstName.firstIndex(of: UInt8(ascii: "/"))
    let hasRoot = slash != nil && !Self.rootless.contains { firstName.starts(with: $0.utf8) }
    root = hasRoot ? slash.map { Self.folded(firstName[...$0]) } ?? [] : []
  }

  /// Folders that archives without a root begin with.
  private static let rootless = ["extra_files/"]

  /// Takes one entry's name into account.
  package mutating func note(_ name: [UInt8]) {
    guard let inner = inner(name) else { return }
    switch inner {
    case "serialized_exported_program.json": marks.insert(.exported)
    // Only archives of PyTorch's own writer have the others, and a root.
    case _ where root.isEmpty: break
    case "data.pkl": marks.insert(.mainPickle)
    case "constants.pkl": marks.insert(.constantsPickle)
    case "archive_format": marks.insert(.exported)
    case ".data/extern_modules": marks.insert(.package)
    default: if inner.hasPrefix("code/") { marks.insert(.code) }
    }
  }

  /// What kind of archive it is, or nil where it is not PyTorch's.
  package var kind: Kind? {
    if marks.contains(.package) { return .package }
    if marks.contains(.exported) { return .exported }
    if !marks.isDisjoint(with: [.constantsPickle, .code]) { return .torchScript }
    return marks.contains(.mainPickle) ? .stateDict : nil
  }

  /// What the member of that name is for.
  package func role(of name: [UInt8]) -> Role {
    guard let inner = inner(name) else { return .outsideRoot }
    if Self.metadata.contains(inner) { return .metadata }
    if inner.hasPrefix("code/"), !isPackageOnly {
      if inner.hasSuffix(".py") { return .script }
      return inner.hasSuffix("pkl") ? .pickle : .other
    }
    if inner.hasPrefix("data/aotinductor/") { return .native }
    if marks.contains(.exported), let role = exportedRole(of: inner) { return role }
    if marks.contains(.package), let role = packageRole(of: inner) { return role }
    if inner.hasSuffix(".pkl") { return pickleRole(of: inner) }
    if inner == "model.json" { return .formerScript }
    if inner.hasPrefix("extra/") { return .extra }
    let folder = inner.prefix { $0 != "/" }
    if folder.count < inner.count, Self.storageFolders.contains(String(folder)) { return .storage(inner) }
    return .other
  }

  /// A package that is no TorchScript archive as well: a folder `code` in it is one of Python modules.
  private var isPackageOnly: Bool {
    marks.contains(.package) && marks.isDisjoint(with: [.constantsPickle, .mainPickle])
  }

  /// `traced_inputs.pkl` has its storages in `traced_inputs/`; bytecode shares those of `constants.pkl`.
  private func pickleRole(of inner: String) -> Role {
    guard !inner.contains("/") else { return .pickle }
    let stem = inner.dropLast(".pkl".count)
    if stem == "bytecode" { return .mobileBytecode }
    return .rootPickle(storagePrefix: "\(stem)/", storageSuffix: "")
  }

  private func exportedRole(of inner: String) -> Role? {
    if inner.hasPrefix("models/"), inner.hasSuffix(".json") { return .program }
    if inner == "serialized_exported_program.json" { return .program }
    if inner.hasPrefix("data/weights/") || inner.hasPrefix("data/constants/") {
      if inner.hasSuffix("_config.json") { return .payloadConfiguration }
      return inner.hasSuffix(".pt") ? .torchFile : .payload(inner)
    }
    if inner.hasPrefix("data/sample_inputs/") { return .torchFile }
    if inner.hasPrefix("serialized_"), inner.hasSuffix(".pt") { return .torchFile }
    return inner.hasPrefix("extra_files/") ? .extra : nil
  }

  private func packageRole(of inner: String) -> Role? {
    if inner == ".data/extern_modules" { return .externModules }
    if inner.hasSuffix(".py") { return .packagedSource }
    if inner.hasPrefix(".data/"), inner.hasSuffix(".storage") { return .storage(inner) }
    if inner.hasSuffix(".pkl") { return .rootPickle(storagePrefix: ".data/", storageSuffix: ".storage") }
    return inner.hasPrefix(".data/") ? nil : .extra
  }

  /// The dotted name of the module that a source of a package is.
  package func module(of name: [UInt8]) -> String? {
    guard role(of: name) == .packagedSource else { return nil }
    var parts = String(decoding: name.dropFirst(root.count).dropLast(".py".count), as: UTF8.self)
      .split(separator: "/").map(String.init)
    if parts.count > 1, parts.last == "__init__" { parts.removeLast() }
    return parts.joined(separator: ".")
  }

  /// The folded name without the root; nil for a name outside it.
  private func inner(_ name: [UInt8]) -> String? {
    let folded = Self.folded(name[...])
    guard folded.starts(with: root) else { return nil }
    return String(decoding: folded.dropFirst(root.count), as: UTF8.self)
  }

  private static func folded(_ name: ArraySlice<UInt8>) -> [UInt8] {
    name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// The folder of the inputs that a traced module was traced with.
  package static let tracedInputs = "traced_inputs/"

  private static let storageFolders: Set<String> = ["data", "constants", "traced_inputs", "tensors"]

  private static let metadata: Set<String> = [
    "version", "byteorder", ".data/version", ".data/serialization_id", ".format_version",
    ".storage_alignment", "archive_format", "archive_version", ".data/python_version",
  ]

  /// Bytes that a metadata member may have.
  package static let metadataBytes = 64

  /// Whether the bytes can be a metadata member's: one short line of printable ASCII.
  package static func isMetadata(_ bytes: [UInt8]) -> Bool {
    let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
    return bytes.count <= metadataBytes && line.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
