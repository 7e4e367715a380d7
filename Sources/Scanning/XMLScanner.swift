package import ByteParsing
import Findings
import Formats
import Rules

/// XML: models in PMML and OpenVINO's, and documents of other kinds.
package enum XMLScanner: FormatScanner {
  package static let format = "xml"

  /// Shorter texts hold no code and no pickle.
  private static let shortest = 12

  package static func recognize(_ head: Head) -> Recognition {
    let bytes = head.prefix
    if XMLReader.isWide(bytes) { return .possible }
    var rest = bytes[...]
    if rest.starts(with: XMLReader.byteOrderMark) { rest = rest.dropFirst(XMLReader.byteOrderMark.count) }
    rest = rest.drop { $0 == 0x20 || 0x09...0x0D ~= $0 }
    if rest.starts(with: "<?xml".utf8) { return .certain }
    return ["<PMML", "<net ", "<mediawiki", "<opencv_storage", "<annotation>"].contains {
      rest.starts(with: $0.utf8)
    }
      ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var judge = XMLJudge(path: member.path)
    defer { for finding in judge.findings { job.recorder.record(finding) } }
    var reader = try XMLReader(member.input)
    while let part = try reader.next() {
      judge.judge(part)
      switch part {
      case .text(let text, let offset): examine(text, at: offset, of: member, in: &job)
      case .start(let element):
        for attribute in element.attributes {
          examine(attribute.value, at: attribute.offset, of: member, in: &job)
        }
      default: break
      }
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }

  private static func examine(_ text: [UInt8], at offset: Int, of member: Member, in job: inout ScanJob) {
    guard text.count >= shortest else { return }
    CarriedText(text, at: offset, role: .possibly).examineAsCode(of: member, in: &job)
  }
}
