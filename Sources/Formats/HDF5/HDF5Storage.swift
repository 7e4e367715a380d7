package import ByteParsing

/// The bytes of an HDF5 file by their addresses, and how much of them may still be read as structure.
///
/// Addresses count from the superblock's signature, whatever the base address says: so does the library
/// (`H5F__super_read`). Nothing lies behind the end that the superblock names.
package final class HDF5Storage {
  package let superblock: HDF5Superblock
  let input: Input
  /// The address behind the last byte that there is.
  let end: Int
  private var bytesLeft: Int
  private var stepsLeft = 8 << 20
  private var collection: HDF5Collection?
  /// Where messages that several objects share are; nil where there is no such place.
  var sharedMessages: [HDF5SharedIndex] = []

  /// Bytes of structure that are read of one file, besides twice its own size.
  private static let structureBytes = 64 << 20

  init(_ input: Input, _ superblock: HDF5Superblock) {
    self.input = input
    self.superblock = superblock
    end = min(superblock.end, input.count - superblock.base)
    let (double, overflow) = input.count.multipliedReportingOverflow(by: 2)
    bytesLeft = overflow ? .max : Self.structureBytes.addingReportingOverflow(double).partialValue
  }

  /// Counts one piece of work: a message, a node, an entry.
  func step(at address: Int) throws(ParseError) {
    stepsLeft -= 1
    guard stepsLeft > 0 else { throw ParseError(.limit, at: address, "HDF5 structures: too many") }
  }

  /// Whether that many bytes are there.
  func holds(_ address: Int, _ count: Int) -> Bool {
    address >= 0 && count >= 0 && address <= end && count <= end - address
  }

  /// Copies bytes out. The caller has checked `count` against a limit.
  func bytes(at address: Int, count: Int, _ field: StaticString) throws(ParseError) -> [UInt8] {
    guard holds(address, count) else {
      throw ParseError(.truncated, at: address, "HDF5 \(field) outside of the file")
    }
    try step(at: address)
    bytesLeft -= count
    guard bytesLeft > 0 else { throw ParseError(.limit, at: address, "bytes of HDF5 structures: too many") }
    return try input.bytes(at: superblock.base + address, count: count, field)
  }

  /// A reader of the structure at an address.
  func cursor(at address: Int, count: Int, _ field: StaticString) throws(ParseError) -> HDF5Cursor {
    HDF5Cursor(
      try bytes(at: address, count: count, field), at: address, offsetSize: superblock.offsetSize,
      lengthSize: superblock.lengthSize)
  }

  /// A reader of as much of `count` bytes as there are.
  func head(at address: Int, count: Int, _ field: StaticString) throws(ParseError) -> HDF5Cursor {
    guard address >= 0, address < end else {
      throw ParseError(.truncated, at: address, "HDF5 \(field) outside of the file")
    }
    return try cursor(at: address, count: min(count, end - address), field)
  }

  /// Bytes of the file as an input of their own.
  package func slice(at address: Int, count: Int) throws(ParseError) -> Input {
    guard holds(address, count) else {
      throw ParseError(.truncated, at: address, "HDF5 data outside of the file")
    }
    return try input.slice(at: superblock.base + address, count: count, "HDF5 data")
  }

  /// An object of a global heap: what a value of variable length refers to.
  package func heapObject(_ reference: HDF5HeapReference) throws(ParseError) -> [UInt8] {
    if let collection, collection.address == reference.address {
      return try collection.object(reference.index)
    }
    let found = try HDF5Collection(at: reference.address, in: self)
    collection = found
    return try found.object(reference.index)
  }
}
