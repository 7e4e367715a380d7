package import ByteParsing

/// The files that a virtual dataset is put together from.
///
/// | field | size | meaning |
/// | --- | --- | --- |
/// | version | 1 | 0 |
/// | count | a length | entries |
/// | entry | | file and dataset, each with a NUL; what is taken of the source, and where it is put |
///
/// Source: HDF5 File Format Specification 3.0, section III.F; `H5Dvirtual.c`, `H5Shyper.c`.
package enum HDF5VirtualSources {
  private static let entryLimit = 1 << 16

  /// The names of the files, in the order of the entries. A dot stands for the file itself.
  package static func files(_ mapping: [UInt8], in storage: HDF5Storage) throws(ParseError) -> [[UInt8]] {
    let widths = storage.superblock
    var cursor = HDF5Cursor(mapping, at: 0, offsetSize: widths.offsetSize, lengthSize: widths.lengthSize)
    let version = try cursor.byte("virtual dataset")
    guard version == 0 else { throw cursor.unsupported("virtual dataset of version \(version)") }
    let count = try cursor.length("virtual dataset")
    guard count <= entryLimit else {
      throw ParseError(.limit, at: 0, "HDF5 sources of a virtual dataset: limit \(entryLimit)")
    }
    var files: [[UInt8]] = []
    for _ in 0..<count {
      files.append(try cursor.text("file of a virtual dataset"))
      _ = try cursor.text("source of a virtual dataset")
      try skipSelection(&cursor)
      try skipSelection(&cursor)
    }
    return files
  }

  private static func skipSelection(_ cursor: inout HDF5Cursor) throws(ParseError) {
    let kind = try cursor.int(4, "selection")
    let version = try cursor.int(4, "selection")
    switch (kind, version) {
    case (0, 1), (3, 1), (1, 1), (2, 1):
      try cursor.skip(4, "selection")
      try cursor.skip(try cursor.int(4, "selection"), "selection")
    case (2, 2):
      try cursor.skip(1, "selection")
      try cursor.skip(try cursor.int(4, "selection"), "selection")
    case (2, 3):
      let isRegular = try cursor.byte("selection") & 1 == 1
      let width = try width(&cursor)
      let rank = try cursor.int(4, "rank of a selection")
      let blocks = isRegular ? 2 : try cursor.int(width, "blocks of a selection")
      try skip(&cursor, blocks, 2 * width, rank)
    case (1, 2):
      let width = try width(&cursor)
      let rank = try cursor.int(4, "rank of a selection")
      try skip(&cursor, try cursor.int(width, "points of a selection"), width, rank)
    default: throw cursor.unsupported("selection of kind \(kind), version \(version)")
    }
  }

  private static func width(_ cursor: inout HDF5Cursor) throws(ParseError) -> Int {
    let width = try cursor.int(1, "selection")
    guard [2, 4, 8].contains(width) else { throw cursor.malformed("width of a selection") }
    return width
  }

  private static func skip(
    _ cursor: inout HDF5Cursor, _ count: Int, _ width: Int, _ rank: Int
  ) throws(ParseError) {
    let each = try Checked.product(width, rank, at: cursor.address, "selection")
    try cursor.skip(try Checked.product(count, each, at: cursor.address, "selection"), "selection")
  }
}
