import ByteParsing
import Formats
import Rules

/// What is to be done with a member of an archive.
enum MemberDisposition {
  /// Nothing is left to examine in it.
  case done
  case examine(PickleProfile, Member.Expectation = .anything)
}

/// What an archive of a known kind says of its own members.
protocol ArchiveContents {
  /// Says what is to be done with a member, having done what can be done at once.
  mutating func take(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition

  /// Reports what was expected and never met.
  func finish(_ path: [String], _ job: ScanJob)
}

/// Archives that one member describes, by that member's name as Python's zipfile looks it up: byte for byte.
enum DescribedArchive: String, CaseIterable {
  case skops = "schema.json"
  case stableBaselines = "data"

  /// JSON that Python's json module reads, within what a worker can hold.
  ///
  /// - Throws: where it is no such JSON, or more than that.
  static func json(_ input: Input) throws(ParseError) -> JSONValue {
    let bytes = try input.bytes(at: 0, count: min(input.count, limit + 1), "JSON text")
    return try StrictJSON.parse(
      bytes,
      bounds: StrictJSON.Bounds(
        bytes: limit, depth: SkopsJudge.depth, values: 8 << 20, allowsPythonNumbers: true))
  }

  private static let limit = 64 << 20
}
