/// Bytes that can be read at any offset without all being in memory: a file, or a member that was
/// unpacked.
package protocol ByteSource {
  /// How many bytes there are.
  var count: Int { get }

  /// Fills `buffer` with the bytes that begin at `offset`.
  ///
  /// - Throws: `.truncated` where `buffer` reaches past the end, `.changed` where the file behind the
  ///   source has become shorter.
  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError)
}

/// A range of a source, read as a stream of its own: offsets count from its first byte.
///
/// A stored ZIP member is an `Input` over the archive's source; nothing is copied to make one.
package struct Input {
  package let source: any ByteSource
  /// Where the first byte stands in the source.
  package let start: Int
  package let count: Int

  /// The whole of a source.
  package init(_ source: any ByteSource) {
    self.source = source
    self.start = 0
    self.count = source.count
  }

  private init(source: any ByteSource, start: Int, count: Int) {
    self.source = source
    self.start = start
    self.count = count
  }

  /// Bytes in memory as an input.
  package init(_ bytes: [UInt8]) { self.init(MemorySource(bytes)) }

  /// The part of this input that begins at `offset` and is `count` bytes long.
  ///
  /// - Throws: `.truncated` where the part does not lie inside this input.
  package func slice(
    at offset: Int, count length: Int, _ field: StaticString = "range"
  ) throws(ParseError) -> Input {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw ParseError(.truncated, at: offset, "\(field)")
    }
    return Input(source: source, start: start + offset, count: length)
  }

  /// Fills `buffer` from `offset`; see ``ByteSource/read(at:into:)``.
  package func read(
    at offset: Int, into buffer: inout MutableRawSpan, _ field: StaticString = "bytes"
  ) throws(ParseError) {
    guard offset >= 0, offset <= count, buffer.byteCount <= count - offset else {
      throw ParseError(.truncated, at: offset, "\(field)")
    }
    try source.read(at: start + offset, into: &buffer)
  }

  /// Copies `length` bytes out. The caller has checked `length` against a limit.
  package func bytes(
    at offset: Int, count length: Int, _ field: StaticString = "bytes"
  ) throws(ParseError) -> [UInt8] {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw ParseError(.truncated, at: offset, "\(field)")
    }
    var result = [UInt8](repeating: 0, count: length)
    var span = result.mutableSpan
    var raw = unsafe span.mutableBytes
    try source.read(at: start + offset, into: &raw)
    return result
  }

  /// The first bytes, at most `limit` of them.
  package func prefix(_ limit: Int) throws(ParseError) -> [UInt8] {
    try bytes(at: 0, count: min(limit, count))
  }

  /// The last bytes, at most `limit` of them.
  package func suffix(_ limit: Int) throws(ParseError) -> [UInt8] {
    let length = min(limit, count)
    return try bytes(at: count - length, count: length)
  }
}

/// Bytes held in memory.
package struct MemorySource: ByteSource {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var count: Int { bytes.count }

  package func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    guard offset >= 0, offset <= bytes.count, buffer.byteCount <= bytes.count - offset else {
      throw ParseError(.truncated, at: offset, "bytes in memory")
    }
    let length = buffer.byteCount
    // SAFETY: both ranges were compared with their owners' counts just above.
    unsafe bytes.withUnsafeBytes { source in
      unsafe buffer.withUnsafeMutableBytes { target in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + length]))
      }
    }
  }
}
