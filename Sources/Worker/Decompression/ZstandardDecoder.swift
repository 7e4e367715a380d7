internal import ByteParsing
internal import CZstandard

/// Zstandard. The window is refused by the limit before it is allocated.
@safe struct ZstandardDecoder: StreamDecoder, ~Copyable {
  private let context: OpaquePointer
  /// How many bytes the next piece of the frame has, by the library's own account. Given more, it takes several pieces
  /// in one call, and what it has made of the first is lost when the last is bad.
  private var piece = 5

  /// - Throws: `.limit` where the library cannot get its memory.
  init() throws(ParseError) {
    let bits = Int32(LibraryDecompressor.windowLimit.trailingZeroBitCount)
    // SAFETY: the context is this value's alone, until `deinit`.
    guard let context = unsafe ZSTD_createDCtx() else {
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
    guard ZSTD_isError(unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, bits)) == 0 else {
      unsafe _ = ZSTD_freeDCtx(context)
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
    unsafe self.context = context
  }

  deinit {
    // SAFETY: nothing else refers to the context.
    unsafe _ = ZSTD_freeDCtx(context)
  }

  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: min(input.count, max(piece, 1)), pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    // SAFETY: both name their buffers' sizes, and the library moves `pos` no further.
    let status = unsafe ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(status) == 0 else {
      return DecoderStep(taken: 0, made: 0, state: .failed(Self.failure(ZSTD_getErrorCode(status))))
    }
    piece = status
    return unsafe DecoderStep(
      taken: source.pos, made: target.pos, state: status == 0 ? .finished : .unfinished)
  }

  private static func failure(_ code: ZSTD_ErrorCode) -> DecoderFailure {
    switch code {
    case ZSTD_error_frameParameter_windowTooLarge:
      DecoderFailure(.limit, "bytes of a Zstandard window: limit \(LibraryDecompressor.windowLimit)")
    case ZSTD_error_memory_allocation: DecoderFailure(.limit, "memory for unpacking")
    case ZSTD_error_dictionary_wrong: DecoderFailure(.unsupported, "Zstandard data with a dictionary")
    default: DecoderFailure(.malformed, "Zstandard data")
    }
  }
}
