/// Techniques that every rule about a pickle's effects names.
private let unsafeArtifact = ["AML.T0010.003", "AML.T0011.000", "AML.T0018.002"]

// What joblib adds to a pickle.
extension Rule {
  package static let rawArray = Rule(
    "pickle.raw-array", "Array data that loaders read differently", .medium, .review,
    explanation:
      "joblib stores arrays as raw bytes in the middle of the pickle. Its loader reads them as data; older loaders and Python's own pickle module, given the same file, take some of them for opcodes, and here that does not simply fail.",
    remediation:
      "Load the file with the joblib that wrote it only, and decide by hand whether its author is to be trusted.",
    cwe: ["CWE-436"], atlas: unsafeArtifact)

  package static let sideFile = Rule(
    "joblib.side-file", "Opens a file beside it", .medium, .review,
    explanation:
      "joblib before 0.10 kept arrays in files of their own. Loading this pickle opens the named file in the same folder and unpickles what it holds, so the pair is only as safe as that file.",
    remediation:
      "Have the named file examined too, and keep both where nobody else can write; or save the model again with a newer joblib.",
    cwe: ["CWE-502", "CWE-829"], atlas: unsafeArtifact)

  package static let sideFilePath = Rule(
    "joblib.side-file-path", "Opens a file that the pickle chooses", .high, .deny,
    explanation:
      "joblib opens the file that the pickle names and unpickles what it holds. Honest files name one in their own folder; this one leads elsewhere, or its name is made while loading.",
    remediation: "Do not load the file.", cwe: ["CWE-22", "CWE-73", "CWE-502"], atlas: unsafeArtifact)
}

extension RuleCatalog {
  static let joblib: [Rule] = [.rawArray, .sideFile, .sideFilePath]
}
