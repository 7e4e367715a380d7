// Configurations that name code: YAML, and whatever else has keys and values.
private let refuse = "Do not load the configuration. Report it to whoever published it."

private let check =
  "Find out what the name stands for, and load the file only if you trust the code behind it."

private let model = ["AML.T0018.002", "AML.T0011.000"]

extension Rule {
  package static let dangerousTarget = Rule(
    "config.dangerous-target", "A configuration calls what it must not", .critical, .deny,
    explanation:
      "Hydra, NeMo and their like import and call whatever a configuration names under such a key. This one names a function that starts programs, runs text as code, loads code or files.",
    remediation: refuse, cwe: ["CWE-502", "CWE-913"], atlas: model)

  package static let unknownTarget = Rule(
    "config.unknown-target", "A configuration names code", .medium, .review,
    explanation:
      "The configuration names a class or function that its loader imports and calls, and that is on no list of known ones.",
    remediation: check, cwe: ["CWE-913"], atlas: model)

  package static let yamlCodeTag = Rule(
    "config.yaml-code-tag", "A YAML tag that makes objects", .critical, .deny,
    explanation:
      "A tag tells the YAML loader to create an object of a class, or to call a function: PyYAML's python tags, SnakeYAML's names of Java classes. A loader that is not a safe one runs it.",
    remediation: refuse, cwe: ["CWE-502"], atlas: model)

  package static let yamlTag = Rule(
    "config.yaml-tag", "A YAML tag of an application's own", .low, .review,
    explanation:
      "A tag means what the program that loads the file makes of it, and that may be to run code.",
    remediation: check, cwe: ["CWE-502"], atlas: model)

  package static let yamlBreak = Rule(
    "config.yaml-line-break", "A line break to some YAML loaders only", .low, .review,
    explanation:
      "YAML 1.1 breaks lines at U+0085, U+2028 and U+2029, YAML 1.2 does not: what is a comment or a text to one loader is a key or a tag to another.",
    remediation: check, cwe: ["CWE-436"], atlas: model)

  package static let yamlBomb = Rule(
    "config.alias-bomb", "YAML aliases that multiply", .high, .deny,
    explanation:
      "Aliases repeat lists of aliases, level upon level: a few lines stand for more values than any memory holds.",
    remediation: refuse, cwe: ["CWE-776"], atlas: ["AML.T0029"])

  package static let configResolver = Rule(
    "config.resolver", "A configuration that reads the environment or evaluates text", .medium, .review,
    explanation:
      "An interpolation takes a variable of the environment into the configuration, or evaluates what it is given.",
    remediation: check, cwe: ["CWE-526", "CWE-95"], atlas: model)

  package static let configCode = Rule(
    "config.names-code", "A configuration brings code along", .medium, .review,
    explanation: "The configuration tells the loader to import files or modules that come with the model.",
    remediation: check, cwe: ["CWE-829"], atlas: ["AML.T0011"])

  package static let plainAddress = Rule(
    "config.unprotected-address", "A configuration fetches over an unprotected connection", .medium,
    .review,
    explanation:
      "The configuration names an address of a model or an archive that is fetched without protection.",
    remediation: check, cwe: ["CWE-319", "CWE-494"], atlas: ["AML.T0010.003"])
}

extension RuleCatalog {
  static let configuration: [Rule] = [
    .dangerousTarget, .unknownTarget, .yamlCodeTag, .yamlTag, .yamlBreak, .yamlBomb, .configResolver,
    .configCode,
    .plainAddress,
  ]
}
