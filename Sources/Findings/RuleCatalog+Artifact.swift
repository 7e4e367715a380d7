extension Rule {
  package static let unrecognised = Rule(
    "artifact.unrecognised", "Format not recognised", .medium, .review,
    explanation: "No reader knows these bytes, so nobody can say what a loader would make of them.",
    remediation: "Find out what program the file is for, and decide by hand.", cwe: ["CWE-693"])

  package static let ratioBomb = Rule(
    "archive.ratio-bomb", "Decompression bomb", .critical, .deny,
    explanation:
      "A few bytes unpack to so many that no honest file does it. Unpacking it fills memory or disk.",
    remediation: "Do not unpack the file.", cwe: ["CWE-409"], atlas: ["AML.T0029"])

  package static let nestingBomb = Rule(
    "archive.nesting-bomb", "Containers inside containers without end", .high, .deny,
    explanation:
      "The file holds containers in containers, deeper than any honest packer goes. Some such files unpack to themselves.",
    remediation: "Do not unpack the file.", cwe: ["CWE-674", "CWE-409"], atlas: ["AML.T0029"])
}

extension RuleCatalog {
  static let artifact: [Rule] = [.unrecognised, .ratioBomb, .nestingBomb]
}
