internal import ByteParsing
internal import Scanning

/// A C library's unpacker of one stream, at work.
protocol StreamDecoder: ~Copyable {
  /// Unpacks from `input` into `output`, as far as either goes.
  ///
  /// - Parameter isLast: whether nothing follows `input`.
  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
  ) -> DecoderStep
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
        let step = step(input, from: used, into: &output, isLast: isLast)
        used += step.taken
        made = step.made
        // SAFETY: plain bytes, lent for the call.
        if made > 0,
          unsafe !consumer.receive(
            output.span.extracting(first: made).bytes, packedBytes: offset + used)
        {
          return Unpacked(packedBytes: offset + used, finished: false)
        }
        switch step.state {
        case .finished: return Unpacked(packedBytes: offset + used, finished: true)
        case .failed(let failure): throw ParseError(failure.kind, at: offset + used, failure.field)
        case .unfinished where step.taken == 0 && made == 0 && used < input.count:
          throw ParseError(.malformed, at: offset + used, "compressed data")
        case .unfinished: break
        }
        // A full buffer may have more behind it, whatever is left of the input.
      } while used < input.count || made == output.count
      offset += input.count
      if isLast { throw ParseError(.truncated, at: offset, "compressed data") }
    }
  }

  private mutating func step(
    _ input: [UInt8], from used: Int, into output: inout [UInt8], isLast: Bool
  ) -> DecoderStep {
    // SAFETY: both buffers live as long as the call, and libraries are told their sizes. Each library is given both
    // again at the next call.
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe step(UnsafeBufferPointer(rebasing: source[used...]), into: target, isLast: isLast)
      }
    }
  }
}
