/// The end of central directory record, 22 bytes and a comment.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | `PK\5\6` |
/// | 4 | 2+2 | number of this disk, disk of the directory |
/// | 8 | 2+2 | entries on this disk, entries |
/// | 12 | 4+4 | size and offset of the directory |
/// | 20 | 2 | length of the comment |
///
/// Source: APPNOTE.TXT 4.3.16.
package struct ZIPEndRecord: Equatable, Sendable {
  package static let signature: UInt32 = 0x0605_4B50
  package static let size = 22

  /// Where the record begins in the archive.
  package let offset: Int
  package let disk: UInt16
  package let directoryDisk: UInt16
  package let entriesOnDisk: UInt16
  package let entries: UInt16
  package let directorySize: UInt32
  package let directoryOffset: UInt32
  package let commentLength: Int
}

/// The ZIP64 end of central directory record: the same fields, wider.
///
/// Source: APPNOTE.TXT 4.3.14.
package struct ZIP64EndRecord: Equatable, Sendable {
  package static let signature: UInt32 = 0x0606_4B50
  /// Without extensible data.
  package static let size = 56

  package let offset: Int
  /// What the record says of its own size; 44 in every writer known, counted from the field's end.
  package let declaredSize: UInt64
  package let disk: UInt32
  package let directoryDisk: UInt32
  package let entriesOnDisk: UInt64
  package let entries: UInt64
  package let directorySize: UInt64
  package let directoryOffset: UInt64
}

/// Says where the ZIP64 end record is, 20 bytes directly before the end record.
///
/// Source: APPNOTE.TXT 4.3.15.
package struct ZIP64Locator: Equatable, Sendable {
  package static let signature: UInt32 = 0x0706_4B50
  package static let size = 20

  package let offset: Int
  package let disk: UInt32
  package let recordOffset: UInt64
  package let disks: UInt32
}
