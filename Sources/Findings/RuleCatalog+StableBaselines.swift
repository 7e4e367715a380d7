extension Rule {
  package static let stableBaselinesEncoding = Rule(
    "sb3.bad-encoding", "Serialised value that is not clean base64", .high, .incomplete,
    explanation:
      "Stable-Baselines3 decodes the value and unpickles it. Its decoder passes over characters that are not base64, so what is unpickled cannot be told with certainty.",
    remediation: "Do not load the file. Get it again from its publisher.", cwe: ["CWE-838"],
    atlas: ["AML.T0011.000"])

  package static let stableBaselinesMalformed = Rule(
    "sb3.malformed-data", "Parameters as Stable-Baselines3 does not write them", .medium, .review,
    explanation:
      "The JSON of the model's parameters says something twice, or holds a serialised value where the library puts none.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-20"])
}

extension RuleCatalog {
  static let stableBaselines: [Rule] = [.stableBaselinesEncoding, .stableBaselinesMalformed]
}
