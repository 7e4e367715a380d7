import ByteParsing
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
enum TorchTar {
  static let format = "torch-tar"

  static let names: Set<[UInt8]> = [
    Array("storages".utf8), Array("tensors".utf8), Array("pickle".utf8),
  ]

  /// Members that are looked at to recognise one.
  private static let headLimit = 1000

  /// Whether a member has one of the names. Where the headers break, torch.load breaks too.
  static func isRecognized(_ input: Input) -> Bool {
    var reader = TarReader(input)
    for _ in 0..<headLimit {
      guard let entry = try? reader.next() else { return false }
      if names.contains(entry.member.name) { return true }
    }
    return false
  }

  /// Examines a member of one of the names.
  static func examine(
    _ member: Member, named name: [UInt8], in job: inout ScanJob
  ) throws(ParseError) {
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    var member = member
    member.profile = .torch
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
