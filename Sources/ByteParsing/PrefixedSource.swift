/// Bytes in memory, and those of an input behind them.
package struct PrefixedSource: ByteSource {
  private let prefix: [UInt8]
  private let rest: Input

  package init(_ prefix: [UInt8], _ rest: Input) {
    self.prefix = prefix
    self.rest = rest
  }

  package var count: Int { prefix.count + rest.count }

  package func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    guard offset >= 0, offset <= count, buffer.byteCount <= count - offset else {
      throw ParseError(.truncated, at: offset, "bytes")
    }
    guard offset < prefix.count else { return try rest.read(at: offset - prefix.count, into: &buffer) }
    let first = min(buffer.byteCount, prefix.count - offset)
    let length = buffer.byteCount
    var head = buffer._mutatingExtracting(0..<first)
    try MemorySource(prefix).read(at: offset, into: &head)
    var tail = buffer._mutatingExtracting(first..<length)
    if first < length { try rest.read(at: 0, into: &tail) }
  }
}
