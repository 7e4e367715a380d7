extension Rule {
  package static let dangerousCall = Rule(
    "pickle.dangerous-call", "Call of a dangerous function", .critical, .deny,
    explanation:
      "Loading this pickle calls a function that runs commands, evaluates code, opens files or connects. It runs the moment the file is loaded.",
    remediation: "Do not load the file. Ask its publisher for weights in safetensors.",
    cwe: ["CWE-502"], atlas: ["AML.T0011.000", "AML.T0018.002"])
}

extension RuleCatalog {
  static let pickle: [Rule] = [.dangerousCall]
}
