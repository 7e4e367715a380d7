package import ByteParsing
import Findings
import Formats

/// joblib's first compressed format: `ZF`, the unpacked length in hexadecimal digits, and a zlib stream (joblib,
/// `numpy_pickle_compat.py`, `read_zfile`). It holds a pickle, or the bytes of one array that a pickle beside it
/// describes.
package enum ZFileScanner: FormatScanner {
  package static let format = "joblib-zfile"

  package static func recognize(_ head: Head) -> Recognition {
    guard head.has(ZFileHeader.magic) else { return .no }
    return head.has(ZFileHeader.digits, at: ZFileHeader.magic.count)
      || ZFileHeader.streamOffset(head.prefix) != nil
      ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let prefix = try member.input.prefix(ZFileHeader.count + 3)
    guard let offset = ZFileHeader.streamOffset(prefix) else {
      throw ParseError(.malformed, at: ZFileHeader.count, "zlib stream")
    }
    let packed = try member.input.slice(at: offset, count: member.input.count - offset)
    var unpacker = Unpacker(budget: job.budget, packed: packed.count, keeps: true, sums: false)
    do {
      let result = try job.decompressor.unpack(packed, as: .zlib, into: &unpacker)
      if result.finished { check(member, unpacker, prefix, end: offset + result.packedBytes, job) }
    } catch {
      job.gap(error, at: member.path)
    }
    job.settle(unpacker, name: "the zlib stream", at: member.path, offset: offset)
    let decompressor = job.decompressor
    let source = unpacker.source { () throws(ParseError) in try decompressor.open(packed, as: .zlib) }
    try examine(Input(source), of: member, &job)
  }

  private static func check(
    _ member: Member, _ unpacker: Unpacker, _ prefix: [UInt8], end: Int, _ job: ScanJob
  ) {
    if ZFileHeader.length(prefix) != unpacker.count {
      job.gap("malformed: length in the header", at: member.path, offset: 0)
    }
    guard end < member.input.count else { return }
    job.recorder.record(
      Finding(
        .streamTail, at: Location(path: member.path, offset: end),
        detail: "\(member.input.count - end) bytes follow the compressed stream that ends here."))
  }

  /// An array's bytes are given to NumPy as they are, so bytes that are no pickle need be nothing else.
  private static func examine(
    _ array: Input, of member: Member, _ job: inout ScanJob
  ) throws(ParseError) {
    let child = member.child(
      array, name: "unpacked zlib", profile: member.profile, expectation: .nothing)
    if PickleScanner.recognize(try Head(child.input)) == .no {
      var run = PickleRun(child)
      try BuriedPickles.examine(&run, in: &job)
    }
    job.add(child)
  }
}

/// The 21 bytes before the stream; Python 2 wrote one space more.
private enum ZFileHeader {
  static let magic = Array("ZF".utf8)
  static let digits = Array("0x".utf8)
  static let count = 21

  /// Where the zlib stream begins.
  static func streamOffset(_ prefix: [UInt8]) -> Int? {
    guard prefix.count > count + 1 else { return nil }
    let offset = prefix[count] == UInt8(ascii: " ") ? count + 1 : count
    return Compression(head: prefix[offset...].prefix(Compression.headCount)) == .zlib ? offset : nil
  }

  /// The unpacked length; nil where joblib's writer would have written another text.
  static func length(_ prefix: [UInt8]) -> Int? {
    let text = String(decoding: prefix[magic.count..<count], as: UTF8.self)
    guard text.hasPrefix("0x") else { return nil }
    let digits = text.dropFirst(2).prefix { $0.isHexDigit }
    guard text.dropFirst(2 + digits.count).allSatisfy({ $0 == " " }) else { return nil }
    return Int(digits, radix: 16)
  }
}
