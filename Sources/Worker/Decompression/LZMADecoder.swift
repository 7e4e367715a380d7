internal import ByteParsing
internal import CLZMA

/// xz and its predecessor. The dictionary is refused by the limit before it is allocated. On the heap, as the other
/// decoders are.
@safe struct LZMADecoder: StreamDecoder, ~Copyable {
  enum Container {
    case xz
    case alone
  }

  private let stream: UnsafeMutablePointer<lzma_stream>

  /// `LZMA_TELL_UNSUPPORTED_CHECK`, a macro that is not imported.
  private static let tellUnsupportedCheck: UInt32 = 0x02

  /// - Throws: `.limit` where the library cannot get its memory.
  init(_ container: Container) throws(ParseError) {
    unsafe stream = .allocate(capacity: 1)
    // A zeroed stream is what LZMA_STREAM_INIT makes.
    unsafe stream.initialize(to: lzma_stream())
    let limit = UInt64(LibraryDecompressor.windowLimit)
    // SAFETY: the stream is initialised and lives until `deinit`.
    let status =
      switch container {
      // One stream at a time, and a check that the library does not know is no check.
      case .xz: unsafe lzma_stream_decoder(stream, limit, Self.tellUnsupportedCheck)
      case .alone: unsafe lzma_alone_decoder(stream, limit)
      }
    guard status == LZMA_OK else { throw ParseError(.limit, at: 0, "memory for unpacking") }
  }

  deinit {
    // SAFETY: nothing else refers to the stream; lzma_end accepts one whose initialisation failed.
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep {
    // SAFETY: the library reads and writes only as many bytes as both buffers have.
    unsafe stream.pointee.next_in = input.baseAddress
    unsafe stream.pointee.avail_in = input.count
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = output.count
    let status = unsafe lzma_code(stream, isLast ? LZMA_FINISH : LZMA_RUN)
    let state: DecoderState =
      switch status {
      case LZMA_OK, LZMA_BUF_ERROR: .unfinished
      case LZMA_STREAM_END: .finished
      case LZMA_MEM_ERROR: .failed(DecoderFailure(.limit, "memory for unpacking"))
      case LZMA_MEMLIMIT_ERROR:
        .failed(
          DecoderFailure(.limit, "bytes of an LZMA dictionary: limit \(LibraryDecompressor.windowLimit)"))
      case LZMA_OPTIONS_ERROR, LZMA_UNSUPPORTED_CHECK:
        .failed(DecoderFailure(.unsupported, "LZMA options"))
      default: .failed(DecoderFailure(.malformed, "LZMA data"))
      }
    return unsafe DecoderStep(
      taken: input.count - stream.pointee.avail_in, made: output.count - stream.pointee.avail_out,
      state: state)
  }
}
