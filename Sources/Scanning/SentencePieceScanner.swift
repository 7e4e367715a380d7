package import ByteParsing
import Findings
import Formats

/// SentencePiece's models: the words of a tokenizer.
package enum SentencePieceScanner: FormatScanner {
  package static let format = "sentencepiece"

  package static func recognize(_ head: Head) -> Recognition {
    guard head.prefix.first == 0x0A else { return .no }
    return SentencePieceModel.recognize(head.input) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    let model = try SentencePieceModel(parsing: member.input)
    if let fault = model.fault { TreeFault.report(fault, at: 0, of: member, job) }
  }
}
