extension Rule {
  package static let sandboxViolation = Rule(
    "sandbox.violation", "The file made its examiner ask for what it may not do", .critical, .deny,
    explanation:
      "The confined process that read this file asked the kernel for something no examination needs. Either the file took control of the process, or the process has a fault that the file reaches.",
    remediation: "Do not load the file. Keep it and report it: it may be an attack on the scanner.",
    cwe: ["CWE-693"])
}

extension RuleCatalog {
  package static let sandbox: [Rule] = [.sandboxViolation]
}
