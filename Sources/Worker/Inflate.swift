package import ByteParsing
internal import CZlib
package import Scanning

/// Unpacks with zlib.
package struct ZlibDecompressor: Decompressor {
  package init() {}

  package func inflate(
    _ packed: Input, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Inflated {
    let stream = try InflateStream()
    return try stream.run(packed, into: &consumer)
  }
}

/// The one owner of a zlib stream that unpacks raw DEFLATE. On the heap: zlib keeps its address.
@safe private struct InflateStream: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>

  private static let inputChunk = 1 << 16
  private static let outputChunk = 1 << 17

  /// - Throws: `.limit` where zlib cannot get its memory.
  init() throws(ParseError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative: no zlib header; 15: the largest window.
    // SAFETY: the stream is initialised, lives until `deinit`, and the size is that of the struct compiled in.
    let status = unsafe inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
  }

  deinit {
    // SAFETY: nothing else refers to the stream; inflateEnd accepts one whose initialisation failed.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  consuming func run(
    _ packed: Input, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Inflated {
    var output = [UInt8](repeating: 0, count: Self.outputChunk)
    var offset = 0
    while true {
      let input = try packed.bytes(
        at: offset, count: min(Self.inputChunk, packed.count - offset), "packed data")
      var used = 0
      repeat {
        let step = step(input, from: used, into: &output)
        used += step.taken
        // SAFETY: plain bytes, lent for the call.
        if step.made > 0, unsafe !consumer.receive(output.span.extracting(first: step.made).bytes) {
          return Inflated(packedBytes: offset + used, finished: false)
        }
        switch step.status {
        case Z_STREAM_END: return Inflated(packedBytes: offset + used, finished: true)
        case Z_OK, Z_BUF_ERROR: break
        default: throw ParseError(.malformed, at: offset + used, "DEFLATE data")
        }
        // A full buffer may have more behind it, whatever is left of the input.
        if step.made < output.count, used == input.count { break }
      } while true
      offset += input.count
      if input.isEmpty || offset == packed.count {
        throw ParseError(.truncated, at: offset, "DEFLATE data")
      }
    }
  }

  /// One call of zlib: from `input` on into `output`.
  private borrowing func step(
    _ input: [UInt8], from used: Int, into output: inout [UInt8]
  ) -> (taken: Int, made: Int, status: Int32) {
    let room = output.count
    // SAFETY: zlib reads and writes only as many bytes as both buffers have, and the pointers are not kept
    // beyond the call: both are set again before the next.
    return unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        let left = source.count - used
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress.map { unsafe $0 + used })
        unsafe stream.pointee.avail_in = UInt32(left)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        return unsafe (
          left - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out), status
        )
      }
    }
  }
}
