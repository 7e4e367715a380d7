package import ByteParsing
import Findings
import Formats
import Rules

/// HDF5: groups of arrays with attributes. Keras's models of before `.keras`, its weights, and tables of other programs.
package enum HDF5Scanner: FormatScanner {
  package static let format = "hdf5"

  package static func recognize(_ head: Head) -> Recognition {
    guard let base = HDF5Superblock.find(in: head.input) else { return .no }
    // The first member of a tar archive stands where a user block ends; it is examined as a member.
    return base == 512 && TarScanner.recognize(head) != .no ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member), let base = HDF5Superblock.find(in: member.input) else { return }
    var file = try HDF5File(member.input, at: base)
    var judge = HDF5Judge(
      path: member.path, fileCount: member.input.count, ratio: job.limits.ratio,
      freeBytes: job.limits.ratioFreeBytes)
    defer {
      judge.finish(&file)
      for finding in judge.takeFindings() { job.recorder.record(finding) }
    }
    judge.judge(file.superblock)
    try examineOutside(file, of: member, in: &job)
    while !job.isStopped, let object = try file.next() {
      judge.judge(object)
      var contents = HDF5Contents(object, in: file.storage, of: member)
      contents.examine(&judge, &job)
      for finding in judge.takeFindings() { job.recorder.record(finding) }
      for failure in object.failures {
        job.gap(failure, at: member.path + [HDF5Judge.shown(path: object.path)])
      }
    }
  }

  /// What stands before and behind the file.
  private static func examineOutside(
    _ file: HDF5File, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    let base = file.superblock.base
    let (end, overflow) = base.addingReportingOverflow(file.superblock.end)
    guard !overflow, end <= member.input.count else {
      throw ParseError(.truncated, at: member.input.count, "HDF5 file of \(file.superblock.end) bytes")
    }
    if base > 0 { try examineUserBlock(base, of: member, in: &job) }
    try DataTail.examine(from: end, of: member, in: &job)
  }

  /// MATLAB describes its files there, and HDF5's tools make room for others.
  private static func examineUserBlock(
    _ count: Int, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    let block = try member.input.slice(at: 0, count: count)
    if try block.prefix(1 << 16).allSatisfy({ $0 == 0 }), count <= 1 << 16 { return }
    if try block.prefix(6).elementsEqual("MATLAB".utf8), count == 512 { return }
    job.recorder.record(
      Finding(
        .hdf5UserBlock, at: Location(path: member.path, offset: 0),
        detail: "\(count) bytes stand before the HDF5 file."))
    let child = member.child(block, name: "bytes 0..<\(count)", expectation: .nothing)
    var run = PickleRun(child)
    try BuriedPickles.examine(&run, in: &job)
    job.add(child)
  }
}
