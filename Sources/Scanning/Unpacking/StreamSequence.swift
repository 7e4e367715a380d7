import ByteParsing
import Formats

/// Compressed streams that follow each other in one input.
struct StreamSequence {
  let input: Input
  let format: Compression
  let decompressor: any Decompressor
  /// Where each of them begins.
  var starts = [0]

  init(_ input: Input, as format: Compression, _ decompressor: any Decompressor) {
    self.input = input
    self.format = format
    self.decompressor = decompressor
  }
}

/// What the streams of a sequence unpack to, as one.
final class SequenceStream: ByteStream {
  private let sequence: StreamSequence
  private var next = 0
  private var stream: (any ByteStream)?

  init(_ sequence: StreamSequence) { self.sequence = sequence }

  func branch() -> (any ByteStream)? {
    guard let copy = stream?.branch() else { return nil }
    let branch = SequenceStream(sequence)
    branch.next = next
    branch.stream = copy
    return branch
  }

  func read(into buffer: inout MutableRawSpan) throws(ParseError) -> Int {
    while true {
      if let stream {
        let count = try stream.read(into: &buffer)
        if count > 0 { return count }
      }
      guard next < sequence.starts.count else { return 0 }
      let start = sequence.starts[next]
      next += 1
      let rest = try sequence.input.slice(at: start, count: sequence.input.count - start)
      stream = try sequence.decompressor.open(rest, as: sequence.format)
    }
  }
}
