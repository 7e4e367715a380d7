/// A member of an archive of any kind, as its directory or header describes it.
package struct PackageMember: Sendable {
  /// With `/` between its parts, and no `./` in front.
  package let name: String
  /// Bytes unpacked, as the archive says.
  package let size: UInt64
  /// The Unix mode, where the archive has one.
  package let mode: UInt32?

  /// - Parameter name: as the archive writes it.
  package init(name: String, size: UInt64, mode: UInt32? = nil) {
    var rest = name[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    self.name = String(rest)
    self.size = size
    self.mode = mode
  }

  package var isFolder: Bool { name.hasSuffix("/") || mode.map { $0 & 0o170000 == 0o040000 } ?? false }

  /// The last part of the name.
  var base: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// Everything in front of the last part, with its slash; empty at the top.
  var folder: String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return String(name[...slash])
  }
}
