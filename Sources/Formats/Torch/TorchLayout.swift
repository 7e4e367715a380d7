/// The names of a PyTorch archive, and what each member is for.
///
/// PyTorch takes the text before the first `/` of the directory's first entry as the root, and looks names up
/// without regard to ASCII case.
///
/// Source: `caffe2/serialize/inline_container.cc` (`PyTorchStreamReader::init`), `torch/serialization.py`.
package struct TorchLayout: Sendable {
  /// The root, folded, with its slash.
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
    /// `data.pkl`.
    case mainPickle
    /// `constants.pkl`.
    case constantsPickle
    /// Another member whose name ends in `.pkl`.
    case pickle
    /// The bytes of a storage: a member below `data/` or `constants/`, by what follows the root.
    case storage(String)
    /// `version`, `byteorder` and the like: a line of text.
    case metadata
    /// TorchScript's source and its debug records.
    case code
    case other
    case outsideRoot
  }

  /// The layout of an archive whose first entry has that name; nil where it has no `/`.
  package init?(firstName: [UInt8]) {
    guard let slash = firstName.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    root = Self.folded(firstName[...slash])
  }

  /// Takes one entry's name into account.
  package mutating func note(_ name: [UInt8]) {
    guard let inner = inner(name) else { return }
    switch inner {
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
    if inner == "data.pkl" { return .mainPickle }
    if inner == "constants.pkl" { return .constantsPickle }
    if inner.hasSuffix(".pkl") { return .pickle }
    if Self.metadata.contains(inner) { return .metadata }
    if inner.hasPrefix("data/") || inner.hasPrefix("constants/") { return .storage(inner) }
    return inner.hasPrefix("code/") ? .code : .other
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

  private static let metadata: Set<String> = [
    "version", "byteorder", ".data/version", ".data/serialization_id", ".format_version",
    ".storage_alignment",
  ]

  /// Bytes that a metadata member may have.
  package static let metadataBytes = 64

  /// Whether the bytes can be a metadata member's: one short line of printable ASCII.
  package static func isMetadata(_ bytes: [UInt8]) -> Bool {
    let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
    return bytes.count <= metadataBytes && line.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
