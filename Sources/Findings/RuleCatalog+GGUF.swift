// GGUF files, which llama.cpp and its like read in C++.
extension Rule {
  package static let ggufAbsurdSize = Rule(
    "gguf.impossible-size", "GGUF with a size made to overflow", .critical, .deny,
    explanation:
      "A length, a rank or a shape is larger than anything can be. Readers that did not check it have written outside their memory.",
    remediation: "Do not load the file.", cwe: ["CWE-190", "CWE-787"], atlas: ["AML.T0011.000"])

  package static let ggufIrregular = Rule(
    "gguf.irregular", "GGUF as no library writes it", .medium, .review,
    explanation:
      "The head says something twice, or something that its readers refuse or do not expect. Versions of the readers differ in what they make of it.",
    remediation: "Find out what wrote the file, and have it converted again.", cwe: ["CWE-20"])

  package static let ggufLayout = Rule(
    "gguf.layout", "GGUF whose tensors do not fill their file", .medium, .review,
    explanation:
      "Tensors overlap, lie outside the file, leave bytes between or behind them, or need other sizes than they have.",
    remediation: "Find out what wrote the file, and have it converted again.", cwe: ["CWE-1284", "CWE-125"])
}

extension RuleCatalog {
  static let gguf: [Rule] = [.ggufAbsurdSize, .ggufIrregular, .ggufLayout]
}
