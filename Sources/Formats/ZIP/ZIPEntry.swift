/// One entry of the central directory: 46 bytes, a name, extra fields, a comment.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | `PK\1\2` |
/// | 4 | 2+2 | made by, version needed |
/// | 8 | 2+2 | flags, method |
/// | 12 | 4 | time and date |
/// | 16 | 4+4+4 | CRC-32, packed size, unpacked size |
/// | 28 | 2+2+2 | lengths of name, extra fields, comment |
/// | 34 | 2+2+4 | disk, internal and external attributes |
/// | 42 | 4 | offset of the local header |
///
/// Source: APPNOTE.TXT 4.3.12.
package struct ZIPEntry: Equatable, Sendable {
  package static let signature: UInt32 = 0x0201_4B50
  package static let size = 46

  /// Where the entry begins in the archive.
  package let offset: Int
  /// The system that made the entry: 3 is Unix, whose modes are in the external attributes.
  package let system: UInt8
  package let flags: ZIPFlags
  package let method: UInt16
  package let crc: UInt32
  /// Sizes and the offset as the ZIP64 extra field corrects them.
  package let packedSize: UInt64
  package let unpackedSize: UInt64
  package let localOffset: UInt64
  package let disk: UInt16
  package let externalAttributes: UInt32
  package let name: [UInt8]
  package let extra: ZIPExtraFields

  /// Whether the ZIP64 extra field holds what the all-ones fields need, and nothing that disagrees.
  package let wideFieldsAgree: Bool

  /// The file type bits of a Unix mode, or 0.
  package var unixFileType: UInt32 { (externalAttributes &>> 16) & 0o170000 }

  package var nameEndsInSlash: Bool { name.last == UInt8(ascii: "/") }

  /// MS-DOS's directory attribute, which miniz believes whatever the name says.
  package var hasDirectoryAttribute: Bool { externalAttributes & 0x10 != 0 }

  /// The name for reports; bytes that are not UTF-8 become U+FFFD.
  package var shownName: String { ZIPName.shown(name) }
}

/// The general purpose flags.
///
/// Source: APPNOTE.TXT 4.4.4.
package struct ZIPFlags: OptionSet, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let encrypted = ZIPFlags(rawValue: 1 << 0)
  /// Sizes and CRC follow the data.
  package static let descriptor = ZIPFlags(rawValue: 1 << 3)
  /// An LZMA stream ends in a marker.
  package static let lzmaEndMarker = ZIPFlags(rawValue: 1 << 1)
  package static let patchData = ZIPFlags(rawValue: 1 << 5)
  package static let strongEncryption = ZIPFlags(rawValue: 1 << 6)
  /// The name is UTF-8.
  package static let utf8 = ZIPFlags(rawValue: 1 << 11)
  /// The local header's values are masked.
  package static let maskedHeader = ZIPFlags(rawValue: 1 << 13)

  /// What no reader of models can unpack.
  package static let unreadable: ZIPFlags = [.encrypted, .patchData, .strongEncryption, .maskedHeader]
}

/// What the extra fields hold that matters to a reader.
package struct ZIPExtraFields: Equatable, Sendable {
  /// Header id 0x0001: the 64-bit values that stand in for all-ones fields, as bytes.
  package var wide: [UInt8]?
  /// Header id 0x7075: another name, which Info-ZIP, 7-Zip and Python 3.13 follow.
  package var hasUnicodePath = false
  /// Header id 0x9901: AES, with the true method inside.
  package var hasAES = false
  /// The same id came twice.
  package var repeatsWide = false
  /// How many bytes at the end are no field. Alignment tools leave such.
  package var rest = 0
}
