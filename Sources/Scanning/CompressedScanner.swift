package import ByteParsing
import Findings
import Formats

/// Data packed as one stream: what comes out is examined as whatever it is.
package enum CompressedScanner: FormatScanner {
  package static let format = "compressed"

  /// Streams after each other in one file.
  private static let streamLimit = 10_000

  package static func recognize(_ head: Head) -> Recognition {
    Compression(head: head.prefix) == nil ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard let format = Compression(head: try member.input.prefix(Compression.headCount)) else { return }
    job.recorder.record(format: format.rawValue)
    var unpacker = Unpacker(budget: job.budget, packed: member.input.count, keeps: true, sums: false)
    var end = 0
    do {
      end = try unpackAll(member, format, into: &unpacker, &job)
    } catch {
      job.gap(error, at: member.path)
    }
    job.settle(unpacker, name: "the \(format.rawValue) stream", at: member.path, offset: end)
    // Broken or not: a loader has been given what came out.
    job.add(
      member.child(
        Input(HeldSource(unpacker.bytes, held: job.budget.held)), name: "unpacked \(format.rawValue)",
        profile: member.profile, expectation: member.expectation))
  }

  /// Unpacks the streams that follow each other, and reports what is none.
  ///
  /// - Returns: the offset after the last stream.
  private static func unpackAll(
    _ member: Member, _ format: Compression, into unpacker: inout Unpacker, _ job: inout ScanJob
  ) throws(ParseError) -> Int {
    let input = member.input
    var offset = 0
    for count in 1...streamLimit {
      unpacker.packedBefore = offset
      let rest = try input.slice(at: offset, count: input.count - offset)
      let result: Unpacked
      do {
        result = try job.decompressor.unpack(rest, as: format, into: &unpacker)
      } catch {
        throw ParseError(error.kind, at: offset + error.offset, error.field)
      }
      offset += result.packedBytes
      guard result.finished, offset < input.count else { return offset }
      if format == .xz { offset = try skipPadding(input, at: offset) }
      guard offset < input.count else { return offset }
      let head = try input.bytes(at: offset, count: min(Compression.headCount, input.count - offset))
      guard Compression(head: head) == format else {
        try reportTail(member, at: offset, &job)
        return offset
      }
      if !format.isConcatenated, count == 1 {
        job.recorder.record(
          Finding(
            .severalStreams, at: Location(path: member.path, offset: offset),
            detail: "Another \(format.rawValue) stream follows the one that ends here."))
      }
    }
    throw ParseError(.limit, at: offset, "compressed streams after each other: \(streamLimit)")
  }

  /// Zeros between and after the streams of an xz file, four at a time (the .xz format, section 2.2).
  private static func skipPadding(_ input: Input, at offset: Int) throws(ParseError) -> Int {
    var offset = offset
    while input.count - offset >= 4, try input.bytes(at: offset, count: 4) == [0, 0, 0, 0] { offset += 4 }
    return offset
  }

  private static func reportTail(
    _ member: Member, at offset: Int, _ job: inout ScanJob
  ) throws(ParseError) {
    let tail = try member.input.slice(at: offset, count: member.input.count - offset)
    job.recorder.record(
      Finding(
        .streamTail, at: Location(path: member.path, offset: offset),
        detail: "\(tail.count) bytes follow the compressed stream that ends here."))
    job.add(
      member.child(
        tail, name: "bytes \(offset)..<\(member.input.count)", profile: member.profile,
        expectation: .nothing))
  }
}
