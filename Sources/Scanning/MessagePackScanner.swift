package import ByteParsing
import Findings
import Formats
import Rules

/// MessagePack: parameters of Flax, data of spaCy. Only numbers, texts and containers; what some readers make of certain keys
/// and extensions is judged.
package enum MessagePackScanner: FormatScanner {
  package static let format = "msgpack"

  package static func recognize(_ head: Head) -> Recognition {
    MessagePackReader.recognize(head.input) ? .possible : .no
  }

  private static let nestedLimit = 4

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let end = try read(member.input, depth: 0, of: member, base: 0, in: &job)
    // Nearly all bytes are numbers, so that much is a document by chance.
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    try DataTail.examine(from: end, of: member, in: &job)
  }

  /// - Returns: where the document ends.
  private static func read(
    _ input: Input, depth: Int, of member: Member, base: Int, in job: inout ScanJob
  ) throws(ParseError) -> Int {
    var extensions: [(type: Int8, range: Range<Int>)] = []
    var extensionCount = 0
    let judge = MessagePackRules(path: member.path, isArray: depth > 0)
    let end = try MessagePackReader.read(input) { event, offset in
      for finding in judge.findings(event, at: base + offset) { job.recorder.record(finding) }
      switch event {
      case .value(let bytes, let count, _):
        if count <= MessagePackReader.textPrefix, CarriedTextKinds.isWorthALook(bytes) {
          CarriedText(bytes, at: base + offset, role: .possibly).examine(of: member, in: &job)
        }
      case .extension(let type, let range):
        extensionCount += 1
        if extensions.count < 100_000 { extensions.append((type, range)) }
      case .key: break
      }
    }
    guard extensionCount == extensions.count else {
      throw ParseError(.limit, at: base, "more than 100000 MessagePack extensions")
    }
    // Flax packs arrays into documents inside documents.
    for (type, range) in extensions where type == 1 || type == 3 {
      guard depth < nestedLimit else {
        throw ParseError(.limit, at: base + range.lowerBound, "MessagePack extensions inside each other")
      }
      let inner = try input.slice(at: range.lowerBound, count: range.count)
      let end = try read(inner, depth: depth + 1, of: member, base: base + range.lowerBound, in: &job)
      guard end == inner.count else {
        throw ParseError(.malformed, at: base + range.lowerBound + end, "bytes after an array of Flax")
      }
    }
    return end
  }
}
