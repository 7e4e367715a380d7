/// What the files of a policy folder digest to. Whoever has it gets the digest of any part without the files.
package struct PolicyManifest: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    /// As in `PolicyBundle.File`.
    package let path: String
    package let byteCount: Int
    /// SHA-256.
    package let digest: [UInt8]

    package init(path: String, byteCount: Int, digest: [UInt8]) {
      self.path = path
      self.byteCount = byteCount
      self.digest = digest
    }
  }

  private static let magic = Array("LZPOLICY".utf8)
  private static let version: UInt32 = 2

  private let entries: [Entry]

  /// Puts the entries in the order of a bundle's files.
  package init(_ entries: [Entry]) {
    self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Some of the entries as bytes: the same for the same entries and profile, different for any other. As a bundle is
  /// encoded, with another version and a digest in the place of each content.
  package func encoded(profile: String, of isIncluded: (Entry) -> Bool) -> [UInt8] {
    let included = entries.filter(isIncluded)
    var writer = TableWriter()
    for byte in Self.magic { writer.append(byte) }
    writer.append(Self.version)
    writer.append(profile)
    writer.append(UInt32(included.count))  // at most a bundle's files
    for entry in included {
      writer.append(entry.path)
      writer.append(UInt64(entry.byteCount))
      for byte in entry.digest { writer.append(byte) }
    }
    return writer.bytes
  }

  /// Whether the entry is of a file that says what pickles may import and call.
  package static func isOfGlobals(_ path: String) -> Bool { path.hasPrefix("globals/") }
}
