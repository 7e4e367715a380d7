internal import ByteParsing
internal import CZlib

/// DEFLATE in one of its wrappings. On the heap: zlib keeps the stream's address.
@safe struct ZlibDecoder: StreamDecoder, ~Copyable {
  /// The wrapping, as zlib's window bits say it: 15 for the largest window, negative for no header, 16 more for gzip.
  enum Wrapping: Int32 {
    case raw = -15
    case zlib = 15
    case gzip = 31
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// - Throws: `.limit` where zlib cannot get its memory.
  init(_ wrapping: Wrapping) throws(ParseError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // SAFETY: the stream is initialised, lives until `deinit`, and the size is that of the struct compiled in.
    let status = unsafe inflateInit2_(
      stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw ParseError(.limit, at: 0, "memory for unpacking") }
  }

  private init(owning stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

  borrowing func branch() -> ZlibDecoder? {
    let copy = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe copy.initialize(to: z_stream())
    // SAFETY: both are initialised; zlib copies its own state, and the buffers are named anew at each step.
    guard unsafe inflateCopy(copy, stream) == Z_OK else {
      unsafe copy.deallocate()
      return nil
    }
    return unsafe ZlibDecoder(owning: copy)
  }

  deinit {
    // SAFETY: nothing else refers to the stream; inflateEnd accepts one whose initialisation failed.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep {
    // SAFETY: zlib reads and writes only as many bytes as both buffers have, and does not write to its input.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(output.count)
    let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    let state: DecoderState =
      switch status {
      case Z_OK, Z_BUF_ERROR: .unfinished
      case Z_STREAM_END: .finished
      case Z_MEM_ERROR: .failed(DecoderFailure(.limit, "memory for unpacking"))
      case Z_NEED_DICT: .failed(DecoderFailure(.unsupported, "DEFLATE data with a preset dictionary"))
      default: .failed(DecoderFailure(.malformed, "DEFLATE data"))
      }
    return unsafe DecoderStep(
      taken: input.count - Int(stream.pointee.avail_in), made: output.count - Int(stream.pointee.avail_out),
      state: state)
  }
}
