package import ByteParsing
import Findings
import Formats
import Rules

/// TensorFlow Lite: a FlatBuffer of operators and weights, and behind it sometimes an archive with labels, which is examined as
/// the archive that it is.
package enum TFLiteScanner: FormatScanner {
  package static let format = "tflite"

  package static func recognize(_ head: Head) -> Recognition {
    head.has(TFLiteModel.magic, at: 4) ? .certain : .no
  }

  /// Bytes that the largest alignment leaves at the end.
  private static let padding = 63

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    let model = try TFLiteModel(parsing: member.input)
    let harmless = try FlexOperators.examine(model, of: member, in: &job)
    for finding in TFLiteRules.findings(model, harmless: harmless, path: member.path) {
      job.recorder.record(finding)
    }
    let end = model.end
    if end < member.input.count {
      // An archive of labels is examined by its own scanner.
      let tail = try member.input.slice(at: end, count: member.input.count - end)
      if ZIPScanner.recognize(try Head(tail)) != .no { return }
    }
    try DataTail.examine(from: end, of: member, as: .tfliteTail, padding: padding, in: &job)
  }

  /// Whether the bytes before an archive are a model, whole and nothing more: task libraries append their label files so. The
  /// model is examined as itself.
  static func isModel(_ range: Range<Int>, of member: Member) -> Bool {
    guard range.lowerBound == 0, let head = try? Head(member.input), recognize(head) == .certain,
      let end = try? TFLiteModel(parsing: member.input).end, end <= range.upperBound,
      range.upperBound - end <= padding
    else { return false }
    return (try? member.input.bytes(at: end, count: range.upperBound - end).allSatisfy { $0 == 0 }) ?? false
  }
}
