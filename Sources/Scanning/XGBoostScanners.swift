package import ByteParsing
import Findings
import Formats
import Rules

/// XGBoost's models as UBJSON: numbers and texts, and trees whose nodes name their children.
package enum UBJSONScanner: FormatScanner {
  package static let format = "ubjson"

  package static func recognize(_ head: Head) -> Recognition {
    UBJSONReader.begins(head.prefix) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var children: [String: [Int]] = [:]
    let end = try UBJSONReader.read(member.input) { event, offset in
      switch event {
      case .text(let text):
        if let root = text.first == UInt8(ascii: "{")
          ? try? StrictJSON.parse(text, bounds: .init(allowsPythonNumbers: true)) : nil
        {
          job.judge(root, of: member, base: offset)
        } else if CarriedTextKinds.isWorthALook(text) {
          CarriedText(text, at: offset, role: .possibly).examine(of: member, in: &job)
        }
      case .key: break
      case .integers(let numbers, let key):
        guard let key else { return }
        children[String(decoding: key, as: UTF8.self)] = numbers
        guard let left = children["left_children"], let right = children["right_children"] else { return }
        children = [:]
        guard let fault = TreeArrays.fault(left: left, right: right) else { return }
        TreeFault.report(fault, at: offset, of: member, job)
      }
    }
    try DataTail.examine(from: end, of: member, in: &job)
  }
}

/// XGBoost's binary models of before JSON.
package enum XGBoostScanner: FormatScanner {
  package static let format = "xgboost"

  package static func recognize(_ head: Head) -> Recognition {
    XGBoostBinary.begins(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let model = try XGBoostBinary(parsing: member.input)
    for fault in model.faults { TreeFault.report(fault, at: 0, of: member, job) }
    for text in model.attributes where CarriedTextKinds.isWorthALook(text) {
      CarriedText(text, at: 0, role: .possibly).examine(of: member, in: &job)
    }
    try DataTail.examine(from: model.end, of: member, in: &job)
  }
}

enum TreeFault {
  static func report(_ fault: String, at offset: Int, of member: Member, _ job: ScanJob) {
    job.recorder.record(
      Finding(
        .dataIrregular, at: Location(path: member.path, offset: offset), detail: "In the model, \(fault)."))
  }
}
