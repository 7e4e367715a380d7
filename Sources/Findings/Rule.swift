/// A rule of the catalogue: what can be wrong with an artifact, in the words a report uses.
///
/// Ids are slugs `family.what-is-wrong` and stable for ever; others build on them.
package struct Rule: Hashable, Sendable {
  package let id: String
  package let title: String
  package let severity: Severity
  /// The best verdict that an artifact with such a finding can have.
  package let verdict: Verdict
  /// Why it matters: what a loader would do.
  package let explanation: String
  /// What the reader can do about it.
  package let remediation: String
  /// Weaknesses of the CWE list: `CWE-502`.
  package let cwe: [String]
  /// Techniques of MITRE ATLAS: `AML.T0011.000`.
  package let atlas: [String]

  package init(
    _ id: String, _ title: String, _ severity: Severity, _ verdict: Verdict, explanation: String,
    remediation: String, cwe: [String], atlas: [String] = []
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.verdict = verdict
    self.explanation = explanation
    self.remediation = remediation
    self.cwe = cwe
    self.atlas = atlas
  }

  package static func == (left: Rule, right: Rule) -> Bool { left.id == right.id }

  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Every rule there is, one file a family (`RuleCatalog+Pickle.swift`, ...).
package enum RuleCatalog {
  /// All rules, in the order `lazaret rules` prints them.
  package static let all: [Rule] = [
    pickle,
    code,
    joblib,
    numpy,
    torchTensor,
    torch,
    torchProgram,
    skops,
    stableBaselines,
    safetensors,
    gguf,
    onnx,
    tflite,
    hdf5,
    rData,
    tensorflow,
    json,
    xml,
    template,
    zip,
    archive,
    compression,
    pythonSource,
    native,
    package,
    modelPackage,
    configuration,
    artifact,
    sandbox,
  ].flatMap { $0 }

  /// The rule of that id.
  package static func rule(_ id: String) -> Rule? { byID[id] }

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}
