import ByteParsing

extension PolicySet {
  /// The policy for another process of this program, in two parts: the files of `bundle` that are no lists of globals,
  /// their length in 8 bytes, little-endian, before them; and the compiled table in place of those lists.
  package func transferred(_ bundle: PolicyBundle) throws(PolicyError) -> [ArraySlice<UInt8>] {
    let files = bundle.files.filter { !PolicyManifest.isOfGlobals($0.path) }
    let first = try PolicyBundle(files, profile: bundle.profile).encoded()
    var writer = TableWriter()
    writer.append(UInt64(first.count))
    return [(writer.bytes + first)[...], globals.compiled]
  }

  /// Reads the parts that `transferred` made, one after the other. The bytes come from the supervisor, which checked them.
  ///
  /// - Throws: `ParseError` for bytes that are not of this form, `PolicyError` for files that are not wholly understood.
  package init(transferred bytes: [UInt8]) throws {
    // SAFETY: `bytes` outlives the reader, which is gone at the end of this initializer.
    var reader = ByteReader(unsafe bytes.span.bytes)
    let count = try Checked.int(
      try reader.readInteger(UInt64.self, "policy length"), at: reader.offset, "policy length")
    let bundle = try PolicyBundle(decoding: try reader.readArray(count: count, "policy bundle"))
    let table = try GlobalTable(compiled: bytes[reader.offset...])
    try self.init(parsing: bundle, globals: table)
  }
}
