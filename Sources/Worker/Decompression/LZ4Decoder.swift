internal import ByteParsing
internal import CLZ4

/// LZ4 frames: blocks of at most 4 MiB, with their checksums.
@safe struct LZ4Decoder: StreamDecoder, ~Copyable {
  private let context: OpaquePointer

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
  ) throws(DecoderFailure) -> DecoderStep {
    var taken = input.count
    var made = output.count
    // SAFETY: the library reads `taken` bytes at most and writes `made` at most, and says in them how many it did.
    let status = unsafe LZ4F_decompress(
      context, output.baseAddress, &made, input.baseAddress, &taken, nil)
    guard LZ4F_isError(status) == 0 else { throw DecoderFailure(.malformed, "LZ4 data") }
    return DecoderStep(taken: taken, made: made, isFinished: status == 0)
  }
}
