package import Findings
package import Formats

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

  /// A member that is beside the root, or that makes the archive one of code.
  package static func script(_ kind: TorchLayout.Kind, path: [String]) -> [Finding] {
    let what =
      switch kind {
      case .stateDict: ""
      case .torchScript: "TorchScript"
      case .exported: "an exported program"
      case .package: "a package with its sources"
      }
    guard !what.isEmpty else { return [] }
    return [
      Finding(.torchScriptCode, at: Location(path: path), detail: "The archive holds \(what).")
    ]
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
