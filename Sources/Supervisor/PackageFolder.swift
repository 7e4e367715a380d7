/// A folder of a walk that is one model, or files that a registry calls one.
package struct PackageFolder: Equatable, Sendable {
  /// As it is reported.
  package let path: [UInt8]
  /// Empty where only the registry says that it is one.
  package let kinds: [PackageKind]
  /// What the registry calls it; nil outside of registries, and for a package inside of a model.
  package let model: ModelName?

  package init(path: [UInt8], kinds: [PackageKind], model: ModelName? = nil) {
    self.path = path
    self.kinds = kinds
    self.model = model
  }

  /// Whether it is a model only if a file of it names others.
  package var isProvisional: Bool { model == nil && kinds.allSatisfy(\.isProvisional) }

  /// Whether folders below are parts of it.
  package var encloses: Bool { kinds.contains(where: \.encloses) }

  /// The way from the folder to a path below it; the last name where the model is that very file.
  package func relative(_ file: [UInt8]) -> [UInt8] {
    if file == path { return Array(file.split(separator: UInt8(ascii: "/")).last ?? file[...]) }
    return Array(file.dropFirst(path.count).drop { $0 == UInt8(ascii: "/") })
  }
}
