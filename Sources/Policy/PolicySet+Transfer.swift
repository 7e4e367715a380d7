import ByteParsing

extension PolicySet {
  /// The policy for another process of this program: the files of `bundle` that are no lists of globals, and the compiled
  /// table in place of those. The length of the first part, 8 bytes little-endian, comes before it.
  package static func transferred(_ bundle: PolicyBundle, table: [UInt8]) throws(PolicyError) -> [UInt8] {
    let files = bundle.files.filter { !$0.isOfGlobals }
    let first = try PolicyBundle(files, profile: bundle.profile).encoded()
    var writer = TableWriter()
    writer.append(UInt64(first.count))
    return writer.bytes + first + table
  }

  /// Reads what `transferred` made. The bytes come from the supervisor, which checked them.
  ///
  /// - Throws: `ParseError` for bytes that are not of this form, `PolicyError` for files that are not wholly understood.
  package init(transferred bytes: [UInt8]) throws {
    // SAFETY: `bytes` outlives the reader, which is gone at the end of this initializer.
    var reader = ByteReader(unsafe bytes.span.bytes)
    let count = try Checked.int(
      try reader.readInteger(UInt64.self, "policy length"), at: reader.offset, "policy length")
    let bundle = try PolicyBundle(decoding: try reader.readArray(count: count, "policy bundle"))
    let table = try GlobalTable(compiled: try reader.readArray(count: reader.remaining, "compiled table"))
    try self.init(parsing: bundle, globals: table)
  }
}
