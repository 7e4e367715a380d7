internal import ByteParsing
internal import Scanning

/// What a library makes of packed bytes, as far as somebody reads it.
final class DecodedStream<Decoder: StreamDecoder & ~Copyable>: UnpackingStream {
  private static var chunkBytes: Int { 1 << 16 }

  private let packed: Input
  private var decoder: Decoder
  /// The packed bytes at hand, where they begin, and how many of them were taken.
  private var chunk: [UInt8] = []
  private var chunkStart = 0
  private var used = 0
  private var end: End?

  private enum End {
    case finished
    case failed(ParseError)
  }

  init(_ packed: Input, _ decoder: consuming Decoder) {
    self.packed = packed
    self.decoder = decoder
  }

  var packedBytes: Int { chunkStart + used }

  func branch() -> (any ByteStream)? {
    guard case nil = end, let copy = decoder.branch() else { return nil }
    let branch = DecodedStream(packed, copy)
    branch.chunk = chunk
    branch.chunkStart = chunkStart
    branch.used = used
    return branch
  }

  func read(into buffer: inout MutableRawSpan) throws(ParseError) -> Int {
    while true {
      switch end {
      case .finished: return 0
      case .failed(let error): throw error
      case nil: break
      }
      try refill()
      let step = step(into: &buffer)
      used += step.taken
      settle(step)
      if step.made > 0 { return step.made }
    }
  }

  private func refill() throws(ParseError) {
    guard used == chunk.count, packedBytes < packed.count else { return }
    let start = packedBytes
    chunk = try packed.bytes(
      at: start, count: min(Self.chunkBytes, packed.count - start), "packed data")
    chunkStart = start
    used = 0
  }

  private var isLast: Bool { chunkStart + chunk.count == packed.count }

  private func step(into buffer: inout MutableRawSpan) -> DecoderStep {
    // SAFETY: both buffers live as long as the call, and libraries are told their sizes. Each library is given both
    // again at the next call.
    unsafe chunk.withUnsafeBufferPointer { source in
      unsafe buffer.withUnsafeMutableBytes { target in
        unsafe decoder.step(
          UnsafeBufferPointer(rebasing: source[used...]), into: target.bindMemory(to: UInt8.self),
          isLast: isLast)
      }
    }
  }

  /// Notes where the stream is after a step; what the step made counts all the same.
  private func settle(_ step: DecoderStep) {
    switch step.state {
    case .finished: end = .finished
    case .failed(let failure): end = .failed(ParseError(failure.kind, at: packedBytes, failure.field))
    case .unfinished where step.made > 0 || step.taken > 0: break
    case .unfinished where used < chunk.count:
      end = .failed(ParseError(.malformed, at: packedBytes, "compressed data"))
    case .unfinished where isLast:
      end = .failed(ParseError(.truncated, at: packedBytes, "compressed data"))
    case .unfinished: break
    }
  }
}
