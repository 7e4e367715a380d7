/// A member of a tar archive, with what its extension headers say of it.
package struct TarEntry: Equatable, Sendable {
  package let member: ArchiveMember
  /// Where its bytes are in the archive: of a file with holes the parts alone.
  package let data: Range<Int>
  package let sparse: TarSparse?
  /// What readers of tar files see differently.
  package let differences: [TarDifference]

  /// Bytes of the member when it is unpacked.
  package var size: Int { sparse?.size ?? data.count }
}

/// What two readers of a tar archive see differently.
package enum TarDifference: Equatable, Sendable {
  /// Something that is no file has a size: Python takes no bytes for it, others skip so many.
  case sizeOfNoFile(Int)
  /// A pax header gives another size than the header itself, which could have held it.
  case twoSizes(header: Int, pax: Int)
  /// A GNU header has bytes where other headers have the first part of the name, and Python takes them for it.
  case prefixOfGNU
  /// A pax header gives a key twice.
  case repeatedKey
  /// A file's name ends in a slash.
  case fileNamedFolder
  /// Python reads a type that it does not know as a file.
  case unknownType(UInt8)
}
