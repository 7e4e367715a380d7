internal import ByteParsing
internal import CBZip2

/// bzip2: up to 4 MB of memory whatever the stream says. On the heap: the library keeps the stream's address.
@safe struct BZip2Decoder: StreamDecoder, ~Copyable {
  private let stream: UnsafeMutablePointer<bz_stream>

  /// - Throws: `.limit` where the library cannot get its memory.
  init() throws(ParseError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
    // SAFETY: the stream is initialised and lives until `deinit`. No messages, the faster of the two algorithms.
    guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
  }

  deinit {
    // SAFETY: nothing else refers to the stream; the call accepts one whose initialisation failed.
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.deallocate()
  }

  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep {
    // SAFETY: the library reads and writes only as many bytes as both buffers have, and does not write to its input;
    // char and unsigned char are the same bytes.
    unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    unsafe stream.pointee.avail_out = UInt32(output.count)
    let status = unsafe BZ2_bzDecompress(stream)
    let state: DecoderState =
      switch status {
      case BZ_OK: .unfinished
      case BZ_STREAM_END: .finished
      case BZ_MEM_ERROR: .failed(DecoderFailure(.limit, "memory for unpacking"))
      default: .failed(DecoderFailure(.malformed, "bzip2 data"))
      }
    return unsafe DecoderStep(
      taken: input.count - Int(stream.pointee.avail_in), made: output.count - Int(stream.pointee.avail_out),
      state: state)
  }
}
