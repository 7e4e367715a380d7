package import ByteParsing
import Findings
import Formats

/// CRFsuite's models, which a C library reads where its offsets say.
package enum CRFsuiteScanner: FormatScanner {
  package static let format = "crfsuite"

  package static func recognize(_ head: Head) -> Recognition {
    head.has(CRFsuiteModel.magic) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let model = try CRFsuiteModel(parsing: member.input)
    for fault in model.faults { TreeFault.report(fault, at: 0, of: member, job) }
    guard model.size <= member.input.count else {
      throw ParseError(.truncated, at: 4, "model of \(model.size) bytes")
    }
    try DataTail.examine(from: model.size, of: member, in: &job)
  }
}
