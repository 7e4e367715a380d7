package import ByteParsing
import Findings
import Formats
import Rules

/// NumPy's array files: `.npy`, one array or several that were saved to the same open file. The members of a `.npz`
/// come here one by one.
package enum NumpyScanner: FormatScanner {
  package static let format = "npy"

  package static func recognize(_ head: Head) -> Recognition {
    head.has(NumpyHeader.magic) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    var run = PickleRun(member)
    while run.offset < member.input.count {
      let rest = member.input.count - run.offset
      let opening = try member.input.bytes(at: run.offset, count: min(NumpyHeader.magic.count, rest))
      guard opening == NumpyHeader.magic else { return try reportTail(member, at: run.offset, &job) }
      guard try examineArray(&run, &job) else { return }
    }
  }

  /// Examines the array at `run.offset` and moves behind it.
  ///
  /// - Returns: whether its end is known.
  private static func examineArray(_ run: inout PickleRun, _ job: inout ScanJob) throws(ParseError) -> Bool
  {
    let input = run.member.input
    let start = run.offset
    let dataOffset = try NumpyHeader.dataOffset(input, at: start)
    do throws(ParseError) {
      let header = try NumpyHeader(parsing: input, at: start)
      guard let element = NumpyElement(header.descriptor) else {
        throw ParseError(.unsupported, at: start, "type that NumPy does not write")
      }
      run.offset = dataOffset
      if element.hasObject { return run.next(&job, profile: .plain) }
      guard let size = element.byteCount(header.shape) else {
        throw ParseError(.malformed, at: start, "shape of the array")
      }
      try reportCarried(
        in: try input.slice(at: dataOffset, count: size, "data of the array"), element, run, job)
      run.offset = dataOffset + size
      return true
    } catch {
      // NumPy may read the header all the same, and find a pickle behind it.
      job.gap(error, at: run.member.path)
      run.offset = dataOffset
      try BuriedPickles.examine(&run, in: &job)
      return false
    }
  }

  private static func reportCarried(
    in data: Input, _ element: NumpyElement, _ run: PickleRun, _ job: ScanJob
  ) throws(ParseError) {
    guard element.isOpaque, NumpyRules.carriesPickle(try data.prefix(NumpyRules.headCount)) else { return }
    job.recorder.record(
      Finding(
        .carriedPickle, at: Location(path: run.member.path, offset: run.offset),
        detail: "The bytes of the array begin as a pickle."))
  }

  /// NumPy never looks behind an array. Somebody put the bytes there for another reader.
  private static func reportTail(
    _ member: Member, at offset: Int, _ job: inout ScanJob
  ) throws(ParseError) {
    let tail = try member.input.slice(at: offset, count: member.input.count - offset)
    job.recorder.record(
      Finding(
        .arrayTail, at: Location(path: member.path, offset: offset),
        detail: "\(tail.count) bytes follow the array that ends here."))
    let child = member.child(
      tail, name: "bytes \(offset)..<\(member.input.count)", expectation: .nothing)
    var run = PickleRun(child)
    try BuriedPickles.examine(&run, in: &job)
    job.add(child)
  }
}
