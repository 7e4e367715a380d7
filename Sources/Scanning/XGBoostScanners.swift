package import ByteParsing
import Findings
import Formats
import Rules

/// XGBoost's models as UBJSON: numbers and texts, and trees whose nodes name each other.
package enum UBJSONScanner: FormatScanner {
  package static let format = "ubjson"

  package static func recognize(_ head: Head) -> Recognition {
    UBJSONReader.begins(head.prefix) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var model = XGBoostModel()
    let end = try UBJSONReader.read(member.input) { event, offset in
      func name(_ key: [UInt8]?) -> String { String(decoding: key ?? [], as: UTF8.self) }
      switch event {
      case .opened(let key, let isObject): model.open(name(key), isObject: isObject, at: offset)
      case .closed: model.close(at: offset)
      case .number(let number, let key): model.take(name(key), parameter: number, at: offset)
      case .array(let numbers, let count, let key):
        model.take(name(key), numbers: numbers, count: count, at: offset)
      case .text(let text, let key):
        model.take(name(key), parameter: Int(String(decoding: text, as: UTF8.self)), at: offset)
        examine(text, at: offset, of: member, in: &job)
      }
    }
    for fault in model.faults { TreeFault.report(fault.detail, at: fault.offset, of: member, job) }
    try DataTail.examine(from: end, of: member, in: &job)
  }

  private static func examine(
    _ text: [UInt8], at offset: Int, of member: Member, in job: inout ScanJob
  ) {
    if text.first == UInt8(ascii: "{"),
      let root = try? StrictJSON.parse(text, bounds: .init(allowsPythonNumbers: true))
    {
      job.judge(root, of: member, base: offset)
    } else if CarriedTextKinds.isWorthALook(text) {
      CarriedText(text, at: offset, role: .possibly).examine(of: member, in: &job)
    }
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
    // A booster in memory has its settings there.
    try DataTail.examine(
      from: model.end, of: member, as: model.hasSettings ? nil : .dataTail, in: &job)
  }
}

enum TreeFault {
  static func report(_ fault: String, at offset: Int, of member: Member, _ job: ScanJob) {
    job.recorder.record(
      Finding(
        .dataIrregular, at: Location(path: member.path, offset: offset), detail: "In the model, \(fault)."))
  }
}
