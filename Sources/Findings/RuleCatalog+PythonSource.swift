// Python source code: it runs with all rights of the program that imports it.
private let read =
  "Read the code, and use it only if you trust its author as you trust the author of a program."

private let refuse = "Do not import, install or serve the file. Report it to whoever published it."

private let code = ["CWE-94"]

private let model = ["AML.T0018.002"]

extension Rule {
  package static let pythonSource = Rule(
    "python.source", "Python source code", .medium, .review,
    explanation:
      "This is code that will run when the model is loaded or served, with all rights of the program that does so. What it does is for a person to judge.",
    remediation: read, cwe: ["CWE-829"], atlas: ["AML.T0011"])

  package static let dangerousPython = Rule(
    "python.dangerous-code", "Code that no honest program has", .critical, .deny,
    explanation:
      "The source does what was found in attacks and in no honest library: it runs what it decodes or downloads, hands a shell to another host, hides the names it uses, sends keys away, or starts such commands when it is merely imported.",
    remediation: refuse, cwe: ["CWE-506", "CWE-94"], atlas: ["AML.T0018.002", "AML.T0050"])

  package static let pythonPrograms = Rule(
    "python.starts-programs", "Code that can start programs", .medium, .review,
    explanation: "The source uses functions that start other programs or give commands to a shell.",
    remediation: read, cwe: ["CWE-78"], atlas: ["AML.T0050"])

  package static let pythonEvaluation = Rule(
    "python.runs-text", "Code that can run text as code", .medium, .review,
    explanation:
      "The source uses functions that compile or run text, or that import modules whose names are computed. What runs then need not stand in the file.",
    remediation: read, cwe: ["CWE-95"], atlas: model)

  package static let pythonNetwork = Rule(
    "python.uses-network", "Code that can use the network", .medium, .review,
    explanation: "The source can connect to other hosts: to fetch what it needs, or to send what it sees.",
    remediation: read, cwe: ["CWE-829"], atlas: model)

  package static let pythonNative = Rule(
    "python.loads-native-code", "Code that can call native code", .medium, .review,
    explanation:
      "The source can load native libraries or call functions in memory; what these do is outside of Python.",
    remediation: read, cwe: ["CWE-829"], atlas: model)

  package static let pythonObjects = Rule(
    "python.loads-objects", "Code that loads objects", .low, .review,
    explanation:
      "The source loads pickles or other formats that can hold code. What it loads has to be examined as well.",
    remediation: read, cwe: ["CWE-502"], atlas: model)

  package static let pythonInternals = Rule(
    "python.digs-in-internals", "Code that digs in Python's internals", .medium, .review,
    explanation:
      "The source looks for names in places where Python keeps its own: other modules' globals, frames, subclasses. Libraries do so for debugging, attacks to hide what they use.",
    remediation: read, cwe: ["CWE-913"], atlas: model)

  package static let pythonSecrets = Rule(
    "python.reads-secrets", "Code that reads keys", .medium, .review,
    explanation: "The source reads tokens, passwords or keys from the environment or from files.",
    remediation: read, cwe: ["CWE-522"], atlas: model)

  package static let pythonStartUpPlaces = Rule(
    "python.writes-start-up-files", "Code that writes start-up files", .high, .review,
    explanation:
      "The source writes to a place from which a shell, a service or Python itself starts something later.",
    remediation: read, cwe: ["CWE-506"], atlas: model)

  package static let pythonHidingEncoding = Rule(
    "python.hiding-encoding", "Source in an encoding that hides text", .critical, .deny,
    explanation:
      "The source declares an encoding in which its bytes stand for other text than a person sees: what looks like a comment can be code.",
    remediation: refuse, cwe: ["CWE-506", "CWE-436"], atlas: ["AML.T0015"])

  package static let pythonTurnedText = Rule(
    "python.turned-text", "Text that is shown in another order than it is read", .high, .deny,
    explanation:
      "A line changes the direction of writing and does not change it back. Editors then show code where Python reads a comment, and the other way round.",
    remediation: refuse, cwe: ["CWE-1007", "CWE-506"], atlas: ["AML.T0015"])

  package static let pythonInvisible = Rule(
    "python.invisible-characters", "Characters that are not seen", .medium, .review,
    explanation: "The source has characters that no editor shows, or bytes that are no text.",
    remediation: read, cwe: code + ["CWE-1007"])
}

extension RuleCatalog {
  static let pythonSource: [Rule] = [
    .pythonSource, .dangerousPython, .pythonPrograms, .pythonEvaluation, .pythonNetwork, .pythonNative,
    .pythonObjects, .pythonInternals, .pythonSecrets, .pythonStartUpPlaces, .pythonHidingEncoding,
    .pythonTurnedText, .pythonInvisible,
  ]
}
