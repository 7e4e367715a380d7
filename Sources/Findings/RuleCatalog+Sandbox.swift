/// What can go wrong with an examination itself. Only the side that holds the privileges makes these; from a
/// worker they are refused.
extension Rule {
  package static let sandboxViolation = Rule(
    "sandbox.violation", "The file made its examiner ask for what it may not do", .critical, .deny,
    explanation:
      "The confined process that read this file asked the kernel for something no examination needs. Either the file took control of the process, or the process has a fault that the file reaches.",
    remediation: "Do not load the file. Keep it and report it: it may be an attack on the scanner.",
    cwe: ["CWE-693"])

  package static let sandboxProtocolError = Rule(
    "sandbox.protocol-error", "The file's examiner sent a report that no examiner sends", .critical,
    .deny,
    explanation:
      "The confined process that read this file answered with something malformed, out of order or too long. An examiner in its right mind cannot do that; one that the file took control of can.",
    remediation: "Do not load the file. Keep it and report it: it may be an attack on the scanner.",
    cwe: ["CWE-693"])

  package static let workerCrashed = Rule(
    "sandbox.worker-crashed", "The file's examiner crashed", .high, .incomplete,
    explanation:
      "The confined process that read this file was ended by a signal before it had finished. What it had not yet examined is unknown. A loader may have the same fault.",
    remediation: "Treat the file as not examined. Keep it and report it, so that the fault can be found.",
    cwe: ["CWE-754"])

  package static let limitReached = Rule(
    "sandbox.limit-reached", "Examining the file takes more than is allowed", .medium, .incomplete,
    explanation:
      "The examination used up its time, processor time or memory and was ended. What it had not yet examined is unknown.",
    remediation:
      "If a file of this size should need so much, raise the limit in the policy and examine it again.",
    cwe: ["CWE-400"])

  package static let workerExited = Rule(
    "sandbox.worker-exited", "The file's examiner ended before its report did", .high, .incomplete,
    explanation:
      "The confined process that read this file ended by itself without a complete report. What it had not yet examined is unknown.",
    remediation: "Examine the file again; if it happens again, keep it and report it.",
    cwe: ["CWE-754"])

  package static let sandboxUnavailable = Rule(
    "sandbox.unavailable", "No confined process could examine the file", .medium, .incomplete,
    explanation:
      "The confinement could not be built, or the process that holds the examiners was lost. The file was not examined, or not to its end.",
    remediation: "Examine the file again; if it happens again, look at the state of the system.",
    cwe: ["CWE-693"])

  package static let layerMissing = Rule(
    "sandbox.layer-missing", "A required layer of confinement was off", .medium, .incomplete,
    explanation:
      "The policy requires this layer around whatever reads an untrusted file, and it could not be switched on. What was found counts; that nothing was found does not.",
    remediation: "Give the system what the layer needs, or run on a system that has it.",
    cwe: ["CWE-693"])
}

extension RuleCatalog {
  package static let sandbox: [Rule] = [
    .sandboxViolation, .sandboxProtocolError, .workerCrashed, .limitReached, .workerExited,
    .sandboxUnavailable, .layerMissing,
  ]
}
