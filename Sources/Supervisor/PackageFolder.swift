package import Findings

/// A folder of a walk that is one model, or files that a registry calls one.
package struct PackageFolder: Equatable, Sendable {
  /// As it is reported.
  package let path: [UInt8]
  /// Empty where only the registry says that it is one.
  package let kinds: [PackageKind]
  /// What the registry calls it; nil outside of registries, and for a package inside of a model.
  package let model: ModelName?
  /// What the registry's own list says; nil where it has none.
  package let listing: Listing?

  package init(path: [UInt8], kinds: [PackageKind], model: ModelName? = nil, listing: Listing? = nil) {
    self.path = path
    self.kinds = kinds
    self.model = model
    self.listing = listing
  }

  /// What a registry says of files that it keeps under other names than the model's. The keys are paths as they are
  /// reported.
  package struct Listing: Equatable, Sendable {
    /// The names of a file in the model, from the model's folder; each at least once.
    package var names: [[UInt8]: [[UInt8]]] = [:]
    /// SHA-256 in hexadecimal.
    package var digests: [[UInt8]: String] = [:]
    /// What is wrong with the list itself.
    package var findings: [Finding] = []
    package var gaps: [Gap] = []

    package init() {}
  }

  /// Whether it is a model only if a file of it names others.
  package var isProvisional: Bool { model == nil && kinds.allSatisfy(\.isProvisional) }

  /// Whether folders below are parts of it.
  package var encloses: Bool { kinds.contains(where: \.encloses) }

  /// The names of a file in the model: the way from the folder to it, the last name where the model is that very file,
  /// or what the registry says.
  package func names(of file: [UInt8]) -> [[UInt8]] { listing?.names[file] ?? [relative(file)] }

  private func relative(_ file: [UInt8]) -> [UInt8] {
    if file == path { return Array(file.split(separator: UInt8(ascii: "/")).last ?? file[...]) }
    return Array(file.dropFirst(path.count).drop { $0 == UInt8(ascii: "/") })
  }
}
