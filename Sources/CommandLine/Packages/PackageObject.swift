internal import Findings
internal import Supervisor

/// One package in `json` and `jsonl`: the keys of a file, and its files.
struct PackageObject: Encodable {
  struct FileObject: Encodable {
    let path: String
    let sha256: OrNull<String>
    let size: Int
    let verdict: String
    /// What the file counts as in the package.
    let counted: String
    let rules: [String]
  }

  let kind = "package"
  let path: String
  let model: OrNull<ArtifactObject.ModelObject>
  let sha256: OrNull<String>
  let size: Int
  let verdict: String
  let waived: OrNull<String>
  let unwaived: OrNull<String>
  let formats: [String]
  let findings: [ArtifactObject.FindingObject]
  let coverage: ArtifactObject.CoverageObject
  let sandbox: ArtifactObject.SandboxObject
  let policy: String
  let engine: String
  let milliseconds = 0.0
  let cached = false
  let files: [FileObject]

  init(_ result: PackageResult, in context: ArtifactObject.Context) {
    path = Escaping.text(result.folder.path)
    model = OrNull(result.folder.model.map(ArtifactObject.ModelObject.init))
    sha256 = OrNull(result.sha256)
    size = result.size
    verdict = result.verdict.name
    // Waivers are for files.
    waived = OrNull(nil)
    unwaived = OrNull(nil)
    formats = result.folder.kinds.map(\.rawValue)
    findings = result.findings.map(ArtifactObject.FindingObject.init)
    coverage = ArtifactObject.CoverageObject(
      complete: result.gaps.isEmpty, bytes: result.size, members: result.files.count,
      gaps: result.gaps.map {
        ArtifactObject.GapObject(location: ArtifactObject.Place($0.location), reason: $0.reason)
      })
    // Nothing of a package is read outside of the workers of its files.
    sandbox = ArtifactObject.SandboxObject(role: "none", filter: "", layers: [])
    policy = context.policy
    engine = context.engine
    files = result.files.map { file in
      FileObject(
        path: Escaping.text(file.path), sha256: OrNull(file.sha256), size: file.size,
        verdict: file.verdict.name, counted: file.counted.name, rules: file.rules)
    }
  }
}
