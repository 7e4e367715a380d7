internal import ByteParsing

/// A C library's unpacker of one stream, at work.
protocol StreamDecoder: ~Copyable {
  /// Unpacks from `input` into `output`, as far as either goes.
  ///
  /// - Parameter isLast: whether nothing follows `input`.
  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep

  /// Another one with the same behind it; nil where the library cannot copy its state.
  borrowing func branch() -> Self?
}

extension StreamDecoder where Self: ~Copyable {
  borrowing func branch() -> Self? { nil }
}

/// What one call of a library did.
struct DecoderStep {
  /// Bytes of the input that it took.
  let taken: Int
  /// Bytes of the output that it filled.
  let made: Int
  let state: DecoderState
}

/// Where a stream is after a call.
enum DecoderState {
  case unfinished
  case finished
  /// What the call made before it came this far counts: a wrong checksum is found behind the last byte.
  case failed(DecoderFailure)
}

/// Why a library refused to go on.
struct DecoderFailure {
  let kind: ParseError.Kind
  let field: String

  init(_ kind: ParseError.Kind, _ field: String) {
    self.kind = kind
    self.field = field
  }
}
