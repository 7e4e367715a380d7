internal import ByteParsing

extension ZIPEndRecord {
  /// Reads the record at the cursor.
  ///
  /// - Throws: `.truncated`; `.malformed` where the signature is not there. A comment that reaches past the
  ///   end is no error here: readers disagree about it, and a rule says so.
  init(parsing input: inout ByteReader) throws(ParseError) {
    offset = input.offset
    try input.expect(Self.signature, "end of central directory record")
    disk = try input.readInteger(UInt16.self, "disk")
    directoryDisk = try input.readInteger(UInt16.self, "disk of the directory")
    entriesOnDisk = try input.readInteger(UInt16.self, "entries on this disk")
    entries = try input.readInteger(UInt16.self, "entries")
    directorySize = try input.readInteger(UInt32.self, "directory size")
    directoryOffset = try input.readInteger(UInt32.self, "directory offset")
    commentLength = Int(try input.readInteger(UInt16.self, "comment length"))
  }
}

extension ZIP64EndRecord {
  /// Reads the record at the cursor.
  ///
  /// - Throws: `.truncated`; `.malformed` where the signature is not there.
  init(parsing input: inout ByteReader) throws(ParseError) {
    offset = input.offset
    try input.expect(Self.signature, "ZIP64 end of central directory record")
    declaredSize = try input.readInteger(UInt64.self, "size of the ZIP64 end record")
    try input.skip(4, "versions")
    disk = try input.readInteger(UInt32.self, "disk")
    directoryDisk = try input.readInteger(UInt32.self, "disk of the directory")
    entriesOnDisk = try input.readInteger(UInt64.self, "entries on this disk")
    entries = try input.readInteger(UInt64.self, "entries")
    directorySize = try input.readInteger(UInt64.self, "directory size")
    directoryOffset = try input.readInteger(UInt64.self, "directory offset")
  }
}

extension ZIP64Locator {
  /// Reads the locator at the cursor.
  ///
  /// - Throws: `.truncated`; `.malformed` where the signature is not there.
  init(parsing input: inout ByteReader) throws(ParseError) {
    offset = input.offset
    try input.expect(Self.signature, "ZIP64 locator")
    disk = try input.readInteger(UInt32.self, "disk of the ZIP64 end record")
    recordOffset = try input.readInteger(UInt64.self, "offset of the ZIP64 end record")
    disks = try input.readInteger(UInt32.self, "number of disks")
  }
}
