import ByteParsing
import Findings

/// What follows the end of data that nothing runs: no reader of the format looks at it, so it is for another.
enum DataTail {
  /// Reports bytes from `end` on, and examines them as whatever they are.
  ///
  /// - Parameter padding: how many zero bytes honest writers leave there.
  static func examine(
    from end: Int, of member: Member, as rule: Rule? = .dataTail, padding: Int = 0, in job: inout ScanJob
  ) throws(ParseError) {
    guard end < member.input.count else { return }
    let tail = try member.input.slice(at: end, count: member.input.count - end)
    if tail.count <= padding, try tail.bytes(at: 0, count: tail.count).allSatisfy({ $0 == 0 }) { return }
    if let rule {
      job.recorder.record(
        Finding(
          rule, at: Location(path: member.path, offset: end),
          detail: "\(tail.count) bytes follow the data that end here."))
    }
    let child = member.child(tail, name: "bytes \(end)..<\(member.input.count)", expectation: .nothing)
    var run = PickleRun(child)
    try BuriedPickles.examine(&run, in: &job)
    job.add(child)
  }
}

extension ScanJob {
  /// Whether a member may be data that nothing runs. Where it is handed to a loader that wants something else, that is
  /// a gap; where it is data of something that was examined, nothing more is to be said of it.
  func takesData(_ member: Member) -> Bool {
    switch member.expectation {
    case .anything: return true
    case .nothing: return false
    case .loadable:
      gap("bytes that are handed to a loader are data that it does not load", at: member.path)
      return false
    }
  }
}
