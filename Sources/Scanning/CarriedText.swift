import ByteParsing
import Findings
import Formats
import Rules

/// A text inside a file of data, looked at as what a loader may make of it.
struct CarriedText {
  /// What the text is for.
  enum Role {
    /// A loader renders it.
    case template
    /// Nothing that is known; it is a template only if it reads as one.
    case possibly
  }

  private let text: [UInt8]
  private let offset: Int
  private let role: Role

  /// - Parameter offset: where the text stands in its file.
  init(_ text: [UInt8], at offset: Int, role: Role) {
    self.text = text
    self.offset = offset
    self.role = role
  }

  /// Looks at the text as a template, as code, as a packed pickle.
  func examine(of member: Member, in job: inout ScanJob) {
    examineTemplate(of: member, in: &job)
    examineAsCode(of: member, in: &job)
  }

  /// Looks at the text as code and as a packed pickle.
  func examineAsCode(of member: Member, in job: inout ScanJob) {
    if role == .possibly, let sign = CarriedTextKinds.codeSign(in: text) {
      report(.carriedCode, "A text of the file has '\(sign)'.", of: member, job)
    }
    if let packed = PackedPickle(text) { add(packed, of: member, in: &job) }
    if role == .possibly, ConfigurationShape.mayNameCode(text) {
      examineAsConfiguration(of: member, in: job)
    }
  }

  /// Programs read texts in the metadata of models as YAML, or as Python's own notation, which is much the same.
  private func examineAsConfiguration(of member: Member, in job: ScanJob) {
    let (findings, _) = ConfigurationJudge.judge(Input(text), path: member.path, table: job.globals)
    for finding in findings { report(finding.rule, finding.detail, of: member, job) }
  }

  /// Judges it as a template, where it is one.
  func examineTemplate(of member: Member, in job: inout ScanJob) {
    guard Template.isTemplate(text) else { return }
    do throws(ParseError) {
      for result in try TemplateJudge.judge(text) {
        job.recorder.record(
          Finding(
            result.rule, at: Location(path: member.path, offset: offset + result.offset),
            detail: result.detail,
            evidence: result.evidence))
      }
    } catch {
      if error.kind == .limit { return job.gap(error, at: member.path) }
      // Braces also stand in texts that are no templates.
      guard role == .template || CarriedTextKinds.codeSign(in: text) != nil else { return }
      report(.templateMalformed, "The template cannot be read: \(error.field).", of: member, job)
    }
  }

  private func add(_ packed: PackedPickle, of member: Member, in job: inout ScanJob) {
    let input = Input(HeldSource(packed.decoded(text), account: job.budget.account))
    guard PickleProbe.run(input, at: 0, opcodeLimit: PickleProbe.recognizing).looksLikePickle else {
      return
    }
    report(.carriedPickle, "A text of the file is a pickle as \(packed.name).", of: member, job)
    job.add(member.child(input, name: "text at \(offset)", expectation: .nothing))
  }

  private func report(_ rule: Rule, _ detail: String, of member: Member, _ job: ScanJob) {
    job.recorder.record(
      Finding(
        rule, at: Location(path: member.path, offset: offset), detail: detail,
        evidence: String(decoding: text.prefix(200), as: UTF8.self)))
  }
}

extension ScanJob {
  /// Judges a JSON document that stands at `base` of the member's bytes.
  mutating func judge(_ root: JSONValue, of member: Member, base: Int = 0) {
    var judge = DocumentJudge(table: globals, keras: keras, path: member.path, base: base)
    judge.judge(root)
    for finding in judge.findings + judge.names { recorder.record(finding) }
    explainer?.add(judge.codes, of: member)
    if judge.isCut {
      gap("the document has more compiled code, or more documents in texts, than are read", at: member.path)
    }
    for text in judge.carried {
      CarriedText(text.bytes, at: text.offset, role: text.isTemplate ? .template : .possibly)
        .examine(of: member, in: &self)
    }
  }
}
