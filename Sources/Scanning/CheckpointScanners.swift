package import ByteParsing
import Findings
import Formats
import Rules

/// The index of a checkpoint of TensorFlow.
package enum CheckpointIndexScanner: FormatScanner {
  package static let format = "tensorflow-checkpoint"

  package static func recognize(_ head: Head) -> Recognition {
    SortedTable.recognize(head.input) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    if try CheckpointSlices.isFirst(SortedTable.first(member.input)) {
      return try CheckpointSlices.examine(member, in: &job)
    }
    let index = try CheckpointIndex(parsing: member.input)
    for (key, fault) in index.faults {
      job.recorder.record(
        Finding(
          .tensorflowCheckpoint, at: Location(path: member.path), detail: "An entry has \(fault).",
          evidence: String(decoding: key.prefix(200), as: UTF8.self)))
    }
    for shard in index.data {
      let contents: CheckpointShard.Contents =
        shard.isNumbers ? .numbers : shard.isNumbersAndObjects ? .objects : .others
      job.recorder.record(
        PackageNote.shard(
          CheckpointShard(number: shard.number, count: shard.count, size: shard.size, contents: contents),
          at: Location(path: member.path)))
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }
}

/// Records of examples and events. What they hold, nothing runs; each is looked at for what it begins with.
package enum TFRecordScanner: FormatScanner {
  package static let format = "tfrecord"

  private static let memberLimit = 4096
  private static let headCount = 8
  /// What pickles, archives and programs begin with.
  private static let beginnings: [[UInt8]] =
    [[0x80], [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x7F, 0x45, 0x4C, 0x46], [0xE3]]
    + ["PK", "MZ", "#!", "BZh", "c", "("].map { Array($0.utf8) }

  package static func recognize(_ head: Head) -> Recognition {
    TFRecordReader.recognize(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    var reader = TFRecordReader(member.input)
    var members = 0
    while let range = try reader.next() {
      let head = try member.input.bytes(at: range.lowerBound, count: min(headCount, range.count))
      guard beginnings.contains(where: { head.starts(with: $0) }) else { continue }
      members += 1
      guard members <= memberLimit else {
        throw ParseError(.limit, at: range.lowerBound, "records that may be something else")
      }
      job.add(
        member.child(
          try member.input.slice(at: range.lowerBound, count: range.count),
          name: "record at \(range.lowerBound)",
          expectation: .nothing))
    }
  }
}

/// Files of the database that Orbax keeps JAX's checkpoints in.
package enum OCDBTScanner: FormatScanner {
  package static let format = "ocdbt"

  /// Unpacked bytes of a node.
  private static let nodeLimit = 64 << 20

  package static func recognize(_ head: Head) -> Recognition {
    OCDBTFile.recognize(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var offset = 0
    while offset < member.input.count {
      let rest = try member.input.slice(at: offset, count: member.input.count - offset)
      let opening = try rest.prefix(4)
      guard offset == 0 || OCDBTFile.recognize(opening) else { break }
      let file = try OCDBTFile(parsing: rest)
      let content = try rest.slice(at: file.content.lowerBound, count: file.content.count)
      try examine(content, isCompressed: file.isCompressed, at: offset, of: member, in: &job)
      offset += file.end
    }
    try DataTail.examine(from: offset, of: member, in: &job)
  }

  private static func examine(
    _ content: Input, isCompressed: Bool, at offset: Int, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    var input = content
    if isCompressed {
      var unpacker = Unpacker(budget: job.budget, packed: content.count, keeps: true, sums: false)
      let result = try job.decompressor.unpack(content, as: .zstandard, into: &unpacker)
      job.settle(unpacker, name: "the node", at: member.path, offset: offset)
      guard result.finished, result.packedBytes == content.count, unpacker.count <= nodeLimit else {
        throw ParseError(.malformed, at: offset, "packed node of OCDBT")
      }
      let decompressor = job.decompressor
      input = Input(
        unpacker.source { () throws(ParseError) in try decompressor.open(content, as: .zstandard) })
    }
    let bytes = try input.bytes(at: 0, count: min(input.count, nodeLimit), "node of OCDBT")
    if climbs(bytes) {
      job.recorder.record(
        Finding(
          .tensorflowCheckpoint, at: Location(path: member.path, offset: offset),
          detail: "A path of the database leaves its folder."))
    }
    job.add(member.child(input, name: "node at \(offset)", expectation: .nothing))
  }

  private static func climbs(_ bytes: [UInt8]) -> Bool {
    let sign = Array("../".utf8)
    return bytes.indices.dropLast(2).contains { bytes[$0] == sign[0] && bytes[$0...].starts(with: sign) }
  }
}
