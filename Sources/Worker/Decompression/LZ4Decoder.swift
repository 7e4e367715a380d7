internal import ByteParsing
internal import CLZ4

/// LZ4 frames: blocks of at most 4 MiB, with their checksums.
@safe struct LZ4Decoder: StreamDecoder, ~Copyable {
  private let context: OpaquePointer
  /// How many bytes the next piece of the frame has, by the library's own account. Given more, it takes several pieces
  /// in one call, and what it has made of the first is lost when the last is bad.
  private var piece = 7

  /// - Throws: `.limit` where the library cannot get its memory.
  init() throws(ParseError) {
    var made: OpaquePointer?
    // SAFETY: the library stores its new context in `made`.
    let status = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(status) == 0, let context = unsafe made else {
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
    unsafe self.context = context
  }

  deinit {
    // SAFETY: nothing else refers to the context.
    unsafe _ = LZ4F_freeDecompressionContext(context)
  }

  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep {
    var taken = min(input.count, max(piece, 1))
    var made = output.count
    // SAFETY: the library reads `taken` bytes at most and writes `made` at most, and says in them how many it did.
    let status = unsafe LZ4F_decompress(
      context, output.baseAddress, &made, input.baseAddress, &taken, nil)
    guard LZ4F_isError(status) == 0 else {
      return DecoderStep(taken: 0, made: 0, state: .failed(DecoderFailure(.malformed, "LZ4 data")))
    }
    piece = status
    return DecoderStep(taken: taken, made: made, state: status == 0 ? .finished : .unfinished)
  }
}
