package import Findings
import Formats

/// What is wrong with a PyTorch file beside its pickles. Values in, findings out.
package enum TorchRules {
  /// A storage that the pickle refers to against the bytes that are there.
  package static func storage(
    _ storage: TorchStorage, bytes: Int, at location: Location
  ) -> [Finding] {
    guard storage.elementSize != nil, storage.byteCount != bytes else { return [] }
    let size = storage.byteCount.map { "\($0)" } ?? "more than any memory's"
    return [
      Finding(
        .torchStorageSize, at: location,
        detail:
          "Storage \(shown(storage.key)) has \(bytes) bytes; its pickle says \(storage.elementCount) elements of \(shown(storage.type)), \(size) bytes.",
        evidence: storage.type)
    ]
  }

  /// A storage that the pickle refers to and that is not there.
  package static func missing(_ storage: TorchStorage, path: [String]) -> Finding {
    Finding(
      .torchMissingStorage, at: Location(path: path),
      detail:
        "Storage \(shown(storage.key)) of \(storage.elementCount) elements of \(storage.type) is not in the file."
    )
  }

  /// Bytes of a storage that no pickle refers to.
  package static func unreferenced(_ name: String, path: [String]) -> Finding {
    Finding(
      .torchUnreferencedStorage, at: Location(path: path),
      detail: "No tensor refers to storage \(shown(name)).")
  }

  /// Compiled code of an exported program.
  package static func native(_ names: [String], path: [String]) -> Finding {
    Finding(
      .nativeCode, at: Location(path: path),
      detail: "\(names.count) members are code that AOTInductor compiled, or what belongs to it.",
      evidence: listed(names))
  }

  /// The Python sources of a package, which its importer runs when a pickle refers to them.
  package static func package(_ modules: [String], extern: [String], path: [String]) -> Finding {
    let from = extern.isEmpty ? "no other module" : listed(extern)
    return Finding(
      .torchScriptCode, at: Location(path: path),
      detail: "The package brings \(modules.count) Python modules of its own, and uses \(from).",
      evidence: listed(modules))
  }

  /// The first names of a list.
  private static func listed(_ names: [String]) -> String {
    let first = names.prefix(16).map { shown($0) }.joined(separator: ", ")
    return names.count > 16 ? first + ", …" : first
  }

  /// Bytes of an extra file that can be examined as text.
  package static let extraTextBytes = 1 << 20

  /// Whether the bytes are text that no loader and no shell takes for a program: UTF-8 without control characters.
  package static func isPlainText(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= extraTextBytes, !bytes.starts(with: "#!".utf8) else { return false }
    let isPrintable = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    return isPrintable && String(validating: bytes, as: UTF8.self) != nil
  }

  private static func shown(_ name: String) -> String { ZIPName.shown(Array(name.utf8)) }
}

extension TorchStorage {
  /// How many bytes it has; nil where the type is unknown or no memory could hold them.
  package var byteCount: Int? {
    guard let elementSize else { return nil }
    let (bytes, overflow) = elementSize.multipliedReportingOverflow(by: elementCount)
    return overflow ? nil : bytes
  }
}
