package import ByteParsing
import Findings
import Formats

/// Data packed as one stream: what comes out is examined as whatever it is.
package enum CompressedScanner: FormatScanner {
  package static let format = "compressed"

  /// Streams after each other in one file.
  private static let streamLimit = 10_000
  /// Whoever packs a file in pieces makes them larger than this.
  private static let meagreBytes = 1024

  package static func recognize(_ head: Head) -> Recognition {
    Compression(head: head.prefix) == nil ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard let format = Compression(head: try member.input.prefix(Compression.headCount)) else { return }
    job.recorder.record(format: format.rawValue)
    var unpacker = Unpacker(budget: job.budget, packed: member.input.count, keeps: true, sums: false)
    var streams = StreamSequence(member.input, as: format, job.decompressor)
    do {
      try unpackAll(member, &streams, into: &unpacker, &job)
    } catch {
      job.gap(error, at: member.path)
      if error.kind == .limit { try reportWindow(member, streams, job) }
    }
    job.settle(
      unpacker, name: "the \(format.rawValue) stream", at: member.path, offset: streams.starts.last ?? 0)
    // Broken or not: a loader has been given what came out.
    job.add(
      member.child(
        Input(unpacker.source { [streams] () throws(ParseError) in SequenceStream(streams) }),
        name: "unpacked \(format.rawValue)", profile: member.profile, expectation: member.expectation))
  }

  /// Unpacks the streams that follow each other, and reports what is none.
  private static func unpackAll(
    _ member: Member, _ streams: inout StreamSequence, into unpacker: inout Unpacker, _ job: inout ScanJob
  ) throws(ParseError) {
    let input = member.input
    let format = streams.format
    for count in 1...streamLimit {
      let start = streams.starts[count - 1]
      let result: Unpacked
      do {
        let rest = try input.slice(at: start, count: input.count - start)
        result = try job.decompressor.unpack(rest, as: format, into: &unpacker)
      } catch {
        throw ParseError(error.kind, at: start + error.offset, error.field)
      }
      var offset = start + result.packedBytes
      guard result.finished, offset < input.count else { return }
      if format == .xz { offset = try skipPadding(input, at: offset) }
      guard offset < input.count else { return }
      let head = try input.bytes(at: offset, count: min(Compression.headCount, input.count - offset))
      guard Compression(head: head) == format else { return try reportTail(member, at: offset, &job) }
      if !format.isConcatenated, count == 1 {
        job.recorder.record(
          Finding(
            .severalStreams, at: Location(path: member.path, offset: offset),
            detail: "Another \(format.rawValue) stream follows the one that ends here."))
      }
      streams.starts.append(offset)
    }
    if unpacker.count / streamLimit < meagreBytes {
      job.recorder.record(
        Finding(
          .streamFlood, at: Location(path: member.path, offset: streams.starts.last),
          detail: "The first \(streamLimit) streams unpack to \(unpacker.count) bytes."))
    }
    throw ParseError(
      .limit, at: streams.starts.last ?? 0, "compressed streams after each other: limit \(streamLimit)")
  }

  /// A stream that was refused for its window is a bomb where no honest packer would ask for one so large.
  private static func reportWindow(
    _ member: Member, _ streams: StreamSequence, _ job: ScanJob
  ) throws(ParseError) {
    let start = streams.starts.last ?? 0
    let packed = member.input.count - start
    let head = try member.input.bytes(at: start, count: min(Compression.windowHeadCount, packed))
    guard let window = streams.format.declaredWindow(head), window > UInt64(job.limits.ratioFreeBytes),
      window / UInt64(max(1, packed)) > UInt64(job.limits.ratio)
    else { return }
    job.recorder.record(
      Finding(
        .windowBomb, at: Location(path: member.path, offset: start),
        detail: "A stream of at most \(packed) bytes asks for a window of \(window)."))
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
