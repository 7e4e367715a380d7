internal import Findings
internal import Policy
internal import Supervisor

/// One artifact in `json` and `jsonl`. Its keys are a contract: others build on them.
struct ArtifactObject: Encodable {
  /// What a verdict was made with, where there is no examination to say it.
  struct Context: Equatable, Sendable {
    var policy: String
    var engine = Engine.version
  }

  struct Place: Encodable {
    let member: OrNull<String>
    let offset: OrNull<Int>

    init(_ location: Location) {
      member = OrNull(location.member)
      offset = OrNull(location.offset)
    }
  }

  struct FindingObject: Encodable {
    let rule: String
    let severity: String
    let title: String
    let detail: String
    let location: Place
    let evidence: String
    let cwe: [String]
    let atlas: [String]

    init(_ finding: Finding) {
      rule = finding.rule.id
      severity = finding.rule.severity.name
      title = finding.rule.title
      detail = finding.detail
      location = Place(finding.location)
      evidence = finding.evidence
      cwe = finding.rule.cwe
      atlas = finding.rule.atlas
    }
  }

  struct GapObject: Encodable {
    let location: Place
    let reason: String
  }

  struct CoverageObject: Encodable {
    let complete: Bool
    let bytes: Int
    let members: Int
    let gaps: [GapObject]
  }

  struct SandboxObject: Encodable {
    let role: String
    let filter: String
    let layers: [String]
  }

  /// A waiver, and why it does not hold where it does not.
  struct WaiverObject: Encodable {
    let reason: String
    let owner: String
    let until: String
    let covers: String
    let why: String?

    init(_ decision: WaiverDecision) {
      reason = decision.waiver.reason
      owner = decision.waiver.owner
      until = Timestamp.text(decision.waiver.until)
      covers = decision.waiver.verdict.name
      why = decision.refusal
    }
  }

  /// What a registry calls the model.
  struct ModelObject: Encodable {
    let name: String
    let revision: OrNull<String>
    let labels: [String]

    init(_ model: ModelName) {
      name = model.name
      revision = OrNull(model.revision)
      labels = model.labels
    }
  }

  let kind = "file"
  let path: String
  /// The model that it belongs to; null outside of registries.
  let model: OrNull<ModelObject>
  let sha256: OrNull<String>
  let size: OrNull<Int>
  /// As it was judged, whatever the waiver says.
  let verdict: String
  /// The waiver that holds. Anything but null means that a person lets the artifact pass.
  let waived: OrNull<WaiverObject>
  /// The waiver that does not hold.
  let unwaived: OrNull<WaiverObject>
  let formats: [String]
  let findings: [FindingObject]
  let coverage: CoverageObject
  let sandbox: SandboxObject
  let policy: String
  let engine: String
  let milliseconds: Double
  let cached: Bool
  /// Where it was put; these keys are there only where it was.
  let admitted: String?
  let quarantined: String?

  init(_ result: ArtifactResult, in context: Context) {
    path = Escaping.text(result.path)
    model = OrNull(result.model.map(ModelObject.init))
    switch result.placement {
    case .admitted(let place): (admitted, quarantined) = (Escaping.text(place), nil)
    case .quarantined(let place): (admitted, quarantined) = (nil, Escaping.text(place))
    case nil: (admitted, quarantined) = (nil, nil)
    }
    verdict = result.verdict.name
    let waiver = result.waiver.map(WaiverObject.init)
    waived = OrNull(result.isWaived ? waiver : nil)
    unwaived = OrNull(result.isWaived ? nil : waiver)
    switch result.judgement {
    case .examined(let examination):
      let report = examination.report
      sha256 = OrNull(examination.sha256)
      size = OrNull(examination.size)
      formats = report.formats
      findings = report.findings.map(FindingObject.init)
      coverage = CoverageObject(
        complete: report.coverage.complete, bytes: report.coverage.bytes, members: report.coverage.members,
        gaps: report.coverage.gaps.map { GapObject(location: Place($0.location), reason: $0.reason) })
      sandbox = SandboxObject(
        role: examination.sandbox.role, filter: examination.sandbox.filter,
        layers: examination.sandbox.layers)
      policy = examination.policy
      engine = examination.engine
      milliseconds = (examination.milliseconds * 1000).rounded() / 1000
      cached = examination.cached
    case .unexamined(let reason):
      sha256 = OrNull(nil)
      size = OrNull(nil)
      formats = []
      findings = []
      coverage = CoverageObject(
        complete: false, bytes: 0, members: 0,
        gaps: [GapObject(location: Place(Location()), reason: reason)])
      sandbox = SandboxObject(role: "none", filter: "", layers: [])
      policy = context.policy
      engine = context.engine
      milliseconds = 0
      cached = false
    }
  }
}

/// A value that is written as null where it is missing: its key is always there.
struct OrNull<Value: Encodable>: Encodable {
  let value: Value?

  init(_ value: Value?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}
