package import ByteParsing

/// Where the directory of a ZIP archive is, in the eyes of each kind of reader.
///
/// miniz (PyTorch) takes the last end record, follows the ZIP64 locator's offset and uses directory offsets
/// as written. Python's zipfile takes the last end record, the ZIP64 record *before* the locator, and shifts
/// all offsets so that the directory ends where the end record begins. Info-ZIP trusts the 32-bit record.
/// The value keeps what each would use; rules compare.
package struct ZIPArchive {
  package let input: Input
  /// The end record that every reader meets first from the end.
  package let end: ZIPEndRecord
  /// Other places from the directory on, or with a comment that reaches the end of the file exactly, at which
  /// an end record's signature stands.
  package let otherEndRecords: [Int]
  package let locator: ZIP64Locator?
  /// The record at the locator's offset.
  package let locatedEnd: ZIP64EndRecord?
  /// The record that ends where the locator begins.
  package let adjacentEnd: ZIP64EndRecord?

  /// Where the end records begin: what stands before is directory and members.
  package let endRecordsOffset: Int
  /// The directory that is examined.
  package let directory: Range<Int>
  /// What is added to a written offset; not 0 where the directory ends with the records and its written offset
  /// is elsewhere.
  package let shift: Int
  /// Whether the directory stands where its offset says *and* ends where the end records begin, as in every
  /// honest archive. Where not, some readers shift all offsets and others do not.
  package let isContiguous: Bool
  /// The number of entries that the end records give.
  package let declaredEntries: UInt64
}

extension ZIPArchive {
  /// The last 22 bytes with the longest comment, and the ZIP64 records before them.
  package static let tailSize = ZIPEndRecord.size + 0xFFFF + ZIP64Locator.size + ZIP64EndRecord.size
  /// How far back an end record is looked for where the tail has none: some readers search all of a file.
  package static let searchSize = 16 << 20
}
