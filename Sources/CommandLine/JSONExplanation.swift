internal import Findings

/// One document: `{"schema":1,…,"sections":[{…,"lines":[…]}],"verdict":…,"artifact":{…}}`, an object a line, each as
/// soon as it is known. Its keys are a contract: others build on them.
struct JSONExplanation: ExplanationRenderer {
  struct SectionObject: Encodable {
    let kind: String
    let member: OrNull<String>
    let offset: OrNull<Int>
    let title: String
  }

  struct LineObject: Encodable {
    let kind: String
    let offset: OrNull<Int>
    let judgement: OrNull<String>
    let rule: OrNull<String>
    let text: String

    init(_ line: ExplanationLine) {
      kind = line.kind.rawValue
      offset = OrNull(line.offset)
      judgement = OrNull(line.judgement?.name)
      rule = OrNull(line.rule)
      text = line.text
    }
  }

  /// Whether PyTorch's restricted unpickler loads a member.
  struct WeightsOnlyObject: Encodable {
    let member: OrNull<String>
    let answer: String
  }

  let context: ArtifactObject.Context
  private var sections = 0
  private var lines = 0
  private var isCut = false
  private var member: String?
  private var weightsOnly: [WeightsOnlyObject] = []

  init(context: ArtifactObject.Context) { self.context = context }

  func opening(_ path: [UInt8]) throws -> String {
    "{\"schema\":\(JSONRenderer.schema),\"tool\":\(try JSONText.line(JSONRenderer.Tool())),"
      + "\"path\":\(try JSONText.line(Escaping.text(path))),\"sections\":["
  }

  mutating func line(_ line: ExplanationLine) throws -> String {
    switch line.kind {
    case .pickle, .member:
      let end = sections == 0 ? "\n" : "]},\n"
      sections += 1
      lines = 0
      member = Location(path: line.path).member
      return end + (try head(of: line))
    case .cut:
      isCut = true
      return ""
    case .weightsOnly:
      weightsOnly.append(WeightsOnlyObject(member: OrNull(member), answer: line.text))
      return try append(line)
    default: return try append(line)
    }
  }

  private mutating func append(_ line: ExplanationLine) throws -> String {
    lines += 1
    return (lines == 1 ? "\n" : ",\n") + (try JSONText.line(LineObject(line)))
  }

  func closing(_ result: ArtifactResult) throws -> String {
    (sections == 0 ? "" : "]}") + "],\n\"weightsOnly\":\(try JSONText.line(weightsOnly)),\"cut\":\(isCut),"
      + "\"verdict\":\"\(result.verdict.name)\",\n"
      + "\"artifact\":\(try JSONText.line(ArtifactObject(result, in: context)))}\n"
  }

  /// The section's object, open at the end of its lines.
  private func head(of line: ExplanationLine) throws -> String {
    let location = Location(path: line.path, offset: line.offset)
    let section = SectionObject(
      kind: line.kind.rawValue, member: OrNull(location.member), offset: OrNull(line.offset),
      title: line.text)
    return try JSONText.line(section).dropLast() + ",\"lines\":["
  }
}
