/// One member of an archive that is no ZIP, as its header describes it.
package struct ArchiveMember: Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable {
    case file
    case folder
    case symbolicLink = "symbolic link"
    case hardLink = "hard link"
    case device
    case pipe
    case socket
    case other = "member of an unknown type"
    /// What the archive keeps for its own readers: an index of names.
    case table

    /// By the type bits of a mode (inode(7)); one without any is a file's.
    package init(mode: UInt32) {
      self =
        switch mode & 0o170000 {
        case 0, 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .symbolicLink
        case 0o020000, 0o060000: .device
        case 0o010000: .pipe
        case 0o140000: .socket
        default: .other
        }
    }
  }

  package let name: [UInt8]
  package let kind: Kind
  /// Where a link leads, as it is written.
  package let target: [UInt8]
  /// Unix permission bits; nil where the format has none.
  package let permissions: UInt32?
  package let isEncrypted: Bool
  /// Where the header is in the archive; nil where whoever read it does not say.
  package let offset: Int?
  /// What whoever read the header was not sure of: it may have guessed the name, or have left the data out.
  package let doubt: String?

  package init(
    name: [UInt8], kind: Kind, target: [UInt8] = [], permissions: UInt32? = nil, isEncrypted: Bool = false,
    offset: Int? = nil, doubt: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.target = target
    self.permissions = permissions
    self.isEncrypted = isEncrypted
    self.offset = offset
    self.doubt = doubt
  }

  /// Whether readers take its data for a file's.
  package var isFile: Bool { kind == .file || kind == .other || kind == .table }

  /// The name for reports.
  package var shownName: String { ZIPName.shown(name) }
}
