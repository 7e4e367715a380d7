internal import ByteParsing
internal import Scanning

/// A C library's unpacker of one stream, at work.
protocol StreamDecoder: ~Copyable {
  /// Unpacks from `input` into `output`, as far as either goes.
  ///
  /// - Parameter isLast: whether nothing follows `input`.
  /// - Throws: the kind of error and what was being read, in words.
  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) throws(DecoderFailure) -> DecoderStep
}

/// What one call of a library did.
struct DecoderStep {
  /// Bytes of the input that it took.
  let taken: Int
  /// Bytes of the output that it filled.
  let made: Int
  /// Whether the stream has ended.
  let isFinished: Bool
}

/// Why a library refused to go on.
struct DecoderFailure: Error {
  let kind: ParseError.Kind
  let field: String

  init(_ kind: ParseError.Kind, _ field: String) {
    self.kind = kind
    self.field = field
  }
}

extension StreamDecoder where Self: ~Copyable {
  /// Unpacks the stream that `packed` begins with; see `Decompressor.unpack`.
  consuming func run(
    _ packed: Input, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Unpacked {
    var output = [UInt8](repeating: 0, count: 1 << 17)
    var offset = 0
    while true {
      let input = try packed.bytes(at: offset, count: min(1 << 16, packed.count - offset), "packed data")
      let isLast = offset + input.count == packed.count
      var used = 0
      var made = 0
      repeat {
        let step: DecoderStep
        do {
          step = try self.step(input, from: used, into: &output, isLast: isLast)
        } catch {
          throw ParseError(error.kind, at: offset + used, error.field)
        }
        used += step.taken
        made = step.made
        // SAFETY: plain bytes, lent for the call.
        if made > 0,
          unsafe !consumer.receive(
            output.span.extracting(first: made).bytes, packedBytes: offset + used)
        {
          return Unpacked(packedBytes: offset + used, finished: false)
        }
        if step.isFinished { return Unpacked(packedBytes: offset + used, finished: true) }
        if step.taken == 0, made == 0, used < input.count {
          throw ParseError(.malformed, at: offset + used, "compressed data")
        }
        // A full buffer may have more behind it, whatever is left of the input.
      } while used < input.count || made == output.count
      offset += input.count
      if isLast { throw ParseError(.truncated, at: offset, "compressed data") }
    }
  }

  private mutating func step(
    _ input: [UInt8], from used: Int, into output: inout [UInt8], isLast: Bool
  ) throws(DecoderFailure) -> DecoderStep {
    // SAFETY: both buffers live as long as the call, and libraries are told their sizes. Each library is given both
    // again at the next call.
    try unsafe input.withUnsafeBufferPointer { source throws(DecoderFailure) in
      try unsafe output.withUnsafeMutableBufferPointer { target throws(DecoderFailure) in
        try unsafe step(
          UnsafeBufferPointer(rebasing: source[used...]), into: target, isLast: isLast)
      }
    }
  }
}
