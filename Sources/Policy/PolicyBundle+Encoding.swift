package import ByteParsing

extension PolicyBundle {
  private static let magic = Array("LZPOLICY".utf8)
  private static let version: UInt32 = 1

  /// The bundle as bytes: the same for the same files and profile, different for any other.
  package func encoded() -> [UInt8] {
    var bytes = Self.magic
    func append(_ value: some FixedWidthInteger & UnsignedInteger) {
      for shift in stride(from: 0, to: value.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    append(Self.version)
    append(UInt32(profile.utf8.count))  // at most nameByteLimit
    bytes += profile.utf8
    append(UInt32(files.count))  // at most fileLimit
    for file in files {
      append(UInt32(file.path.utf8.count))
      bytes += file.path.utf8
      append(UInt64(file.bytes.count))
      bytes += file.bytes
    }
    return bytes
  }

  /// Reads what `encoded()` made, and nothing else: every accepted byte string is the encoding of the
  /// bundle it gives.
  ///
  /// - Throws: `.truncated`, or `.malformed` for wrong magic or version, files out of order, impossible
  ///   names, bytes after the end; `.limit` for more than a bundle may hold.
  package init(decoding bytes: [UInt8]) throws(ParseError) {
    // SAFETY: `bytes` outlives the reader, which is gone at the end of this initializer.
    var reader = ByteReader(unsafe bytes.span.bytes)
    guard reader.skipIfNext(Self.magic) else {
      throw ParseError(.malformed, at: 0, "policy bundle magic")
    }
    guard try reader.readInteger(UInt32.self, "policy bundle version") == Self.version else {
      throw ParseError(.malformed, at: reader.offset, "policy bundle version")
    }
    let profile = try Self.readName(&reader, "profile name")
    let count = Int(try reader.readInteger(UInt32.self, "file count"))
    guard count <= Self.fileLimit else {
      throw ParseError(.limit, at: reader.offset, "more than \(Self.fileLimit) policy files")
    }
    var files: [File] = []
    for _ in 0..<count {
      let path = try Self.readName(&reader, "policy file path")
      let length = try Checked.int(
        reader.readInteger(UInt64.self, "policy file length"), at: reader.offset, "policy file length")
      guard length <= Self.fileByteLimit else {
        throw ParseError(.limit, at: reader.offset, "a policy file larger than \(Self.fileByteLimit) bytes")
      }
      files.append(File(path: path, bytes: try reader.readArray(count: length, "policy file content")))
    }
    guard reader.isAtEnd else {
      throw ParseError(.malformed, at: reader.offset, "bytes after the last policy file")
    }
    let bundle: PolicyBundle
    do {
      bundle = try PolicyBundle(files, profile: profile)
    } catch {
      throw ParseError(.malformed, at: reader.offset, "policy bundle: \(error)")
    }
    guard bundle.files == files else {
      throw ParseError(.malformed, at: reader.offset, "policy files out of order")
    }
    self = bundle
  }

  private static func readName(_ reader: inout ByteReader, _ field: StaticString) throws(ParseError)
    -> String
  {
    let start = reader.offset
    let length = Int(try reader.readInteger(UInt32.self, field))
    guard length <= nameByteLimit else { throw ParseError(.limit, at: start, "\(field) is too long") }
    let bytes = try reader.readArray(count: length, field)
    guard bytes.allSatisfy({ $0 < 0x80 }) else {
      throw ParseError(.malformed, at: start, "\(field) is not ASCII")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
