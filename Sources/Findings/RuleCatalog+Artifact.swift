extension Rule {
  package static let unrecognised = Rule(
    "artifact.unrecognised", "Format not recognised", .medium, .review,
    explanation: "No reader knows these bytes, so nobody can say what a loader would make of them.",
    remediation: "Find out what program the file is for, and decide by hand.", cwe: ["CWE-693"])
}

extension RuleCatalog {
  static let artifact: [Rule] = [.unrecognised]
}
