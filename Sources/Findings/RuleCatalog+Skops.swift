/// Techniques that every rule about a skops file names: an unsafe artifact that a user runs.
private let unsafeArtifact = ["AML.T0010.003", "AML.T0011.000"]

private let askForAnother =
  "Do not load the file, whatever its list of untrusted types says. Ask its publisher for one that an unchanged library writes."

private let readTheName =
  "Read the source of what is named, in the version that will be installed where the file is loaded, and decide by hand."

// What `skops.io.load` would import, create and call.
extension Rule {
  package static let skopsDangerousName = Rule(
    "skops.dangerous-name", "skops node that names something dangerous", .critical, .deny,
    explanation:
      "A node of schema.json names something that runs commands, evaluates code, opens files or connects. The loader imports it, and other nodes can have it called.",
    remediation: askForAnother, cwe: ["CWE-502", "CWE-829"], atlas: unsafeArtifact)

  package static let skopsForgedNode = Rule(
    "skops.forged-node", "skops node made to deceive the loader's check", .critical, .deny,
    explanation:
      "The node says one thing to the loader's check of trusted types and does another when it is loaded: another class, another module, a private method, or two objects under one identity. No skops writes that.",
    remediation: askForAnother, cwe: ["CWE-502", "CWE-351"], atlas: unsafeArtifact)

  package static let skopsLibraryCall = Rule(
    "skops.unreviewed-library-call", "skops node that calls what no honest file calls", .high, .deny,
    explanation:
      "The node has the loader call a name of a library whose names were all looked at, and this is not among those that models hold.",
    remediation: askForAnother, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let skopsUnknownName = Rule(
    "skops.unknown-name", "skops node that names what is on no list", .medium, .review,
    explanation:
      "A node of schema.json names a class or function that nobody has reviewed. Importing it runs its module, and the loader creates and fills it with what the file says.",
    remediation: readTheName, cwe: ["CWE-502", "CWE-829"], atlas: unsafeArtifact)

  package static let skopsUnreviewedUse = Rule(
    "skops.unreviewed-use", "Known name used in a way nobody reviewed", .medium, .review,
    explanation:
      "The name is known to be safe as its library's own files use it. Here the loader would create, call or fill it otherwise.",
    remediation: readTheName, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let skopsUnknownLoader = Rule(
    "skops.unknown-loader", "skops node of a kind nobody reviewed", .medium, .review,
    explanation:
      "No reviewed version of skops has this kind of node, so nobody can say what loading it does.",
    remediation: "Find out which version wrote the file, and what its loader does with such a node.",
    cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let skopsMalformed = Rule(
    "skops.malformed", "schema.json as no skops writes it", .medium, .review,
    explanation:
      "A node lacks what its loader needs, has what no loader reads, or says the same thing twice. Versions of skops may read it differently.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-20"])

  package static let skopsMissingMember = Rule(
    "skops.missing-member", "Data of a skops node are not in the file", .medium, .incomplete,
    explanation: "A node refers to a member that the archive does not have: it is damaged, or cut.",
    remediation: "Get the file again.", cwe: ["CWE-1284"])

  package static let skopsUnreferencedMember = Rule(
    "skops.unreferenced-member", "Member that no skops node refers to", .medium, .review,
    explanation: "The archive carries a member that loading it does not use.",
    remediation: "Find out what the member is for; save the model again to be rid of it.",
    cwe: ["CWE-506"])
}

extension RuleCatalog {
  static let skops: [Rule] = [
    .skopsDangerousName, .skopsForgedNode, .skopsLibraryCall, .skopsUnknownName, .skopsUnreviewedUse,
    .skopsUnknownLoader, .skopsMalformed, .skopsMissingMember, .skopsUnreferencedMember,
  ]
}
