package import ByteParsing
import Findings
import Formats
import Rules

/// Archives of `torch.save` before version 0.2: a tar file with the members `storages`, `tensors` and `pickle`.
///
/// `torch.load` tries every file as one first. It unpacks the three by name and unpickles what is in them: in
/// `storages` a count, for each storage a tuple and its bytes, and a list of views; in `tensors` a count, and for each
/// tensor a tuple and its shape.
///
/// Source: `torch/serialization.py`, `legacy_load` inside of `_legacy_load`; `torch/csrc/generic/serialization.cpp`.
package enum TarTorchScanner: FormatScanner {
  package static let format = "torch-tar"

  package static func recognize(_ head: Head) -> Recognition {
    guard TarHeader.isHeader(head.prefix) else { return .no }
    // Other archives are not for this scanner; where the headers break, torch.load breaks too.
    let headers = try? Self.headers(head.input, limit: 1000)
    return headers?.contains { Self.names.contains($0.name) } == true ? .possible : .no
  }

  private static let names: Set<[UInt8]> = [
    Array("storages".utf8), Array("tensors".utf8), Array("pickle".utf8),
  ]

  /// - Throws: `.malformed` where a header is none, `.limit` behind `limit` headers.
  private static func headers(_ input: Input, limit: Int) throws(ParseError) -> [TarHeader] {
    var headers: [TarHeader] = []
    var offset = 0
    while offset < input.count, let header = try TarHeader(input, at: offset) {
      guard headers.count < limit else {
        throw ParseError(.limit, at: offset, "members of a torch archive")
      }
      headers.append(header)
      offset = try header.end()
    }
    return headers
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let headers = try headers(member.input, limit: 1000)
    for header in headers {
      let shown = ZIPName.shown(header.name)
      switch header.kind {
      case .file: break
      case .folder, .description: continue
      case .link:
        job.recorder.record(
          Finding(
            .tarLink, at: Location(path: member.path, offset: header.offset), detail: "\(shown) is a link.",
            evidence: shown))
        continue
      case .other:
        job.gap("\(shown): a member of a type that is not read", at: member.path, offset: header.offset)
        continue
      }
      let input = try member.input.slice(at: header.dataOffset, count: header.size, "tar member")
      try examine(member.child(input, name: shown, profile: .torch), named: header.name, in: &job)
    }
    if headers.contains(where: { $0.kind == .description }) {
      job.gap("long names and extended headers of a torch archive are not read", at: member.path)
    }
  }

  private static func examine(
    _ member: Member, named name: [UInt8], in job: inout ScanJob
  ) throws(ParseError) {
    guard names.contains(name) else {
      // `sys_info` and whatever else there is: nothing says how it is read.
      job.add(member)
      return
    }
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    var run = PickleRun(member)
    if name.elementsEqual("pickle".utf8) {
      if run.next(&job, profile: .torch) { try PickleScanner.scanRest(&run, in: &job) }
      return
    }
    // A count first. What stands between the pickles after it depends on the values in them, so every place where one
    // can begin is tried, and the whole is not said to be understood.
    guard run.next(&job, profile: .plain) else { return }
    try PickleScanner.scanRest(&run, in: &job)
    job.gap("storages of a torch archive of before 0.2 are searched for pickles, not read", at: member.path)
  }
}
