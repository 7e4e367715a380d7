/// Techniques that every rule about a configuration names: an unsafe artifact that a user loads.
private let unsafeArtifact = ["AML.T0010.003", "AML.T0011.000"]

// JSON documents: configurations that loaders act on.
extension Rule {
  package static let jsonDuplicateKey = Rule(
    "json.duplicate-key", "The same key twice in one object", .medium, .review,
    explanation: "Readers differ in which of the two values counts, so two programs see two documents.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-436"])

  package static let jsonNumber = Rule(
    "json.huge-number", "Number of hundreds of digits", .medium, .review,
    explanation: "Turning so many digits into a number costs time that grows with their square, or fails.",
    remediation: "Do not load the file.", cwe: ["CWE-400"], atlas: ["AML.T0029"])

  package static let jsonByteOrderMark = Rule(
    "json.byte-order-mark", "JSON that begins with a byte order mark", .low, .review,
    explanation: "Some readers refuse the document, some read it.",
    remediation: "Save the document as UTF-8 without the mark.", cwe: ["CWE-436"])

  package static let jsonWideEncoding = Rule(
    "json.wide-encoding", "JSON that is not in UTF-8", .medium, .review,
    explanation:
      "Python's json module detects UTF-16 and UTF-32; most other readers, scanners among them, see no JSON there.",
    remediation: "Find out what wrote the file, and save it as UTF-8.", cwe: ["CWE-436"])

  package static let configurationDangerousName = Rule(
    "config.dangerous-name", "Configuration that names something dangerous to be called", .critical, .deny,
    explanation:
      "A loader imports what the configuration names, and calls it with what stands beside it. This runs commands, evaluates code, opens files or connects.",
    remediation: "Do not load the file.", cwe: ["CWE-502", "CWE-470"], atlas: unsafeArtifact)

  package static let configurationName = Rule(
    "config.unreviewed-name", "Configuration that names something to be called", .medium, .review,
    explanation:
      "A loader imports what the configuration names, and calls it with what stands beside it. Nobody has reviewed that name for this.",
    remediation: "Read the source of what is named, and decide by hand.", cwe: ["CWE-470"],
    atlas: unsafeArtifact)

  package static let configurationRemoteCode = Rule(
    "config.custom-code", "Configuration that asks for code beside the model", .medium, .review,
    explanation:
      "The loader imports Python files that come with the model, or from another repository, once it is told to trust them.",
    remediation: "Read that code, or load the model with a library that has its own.", cwe: ["CWE-829"],
    atlas: unsafeArtifact)

  package static let configurationNative = Rule(
    "config.native-library", "Configuration that names a native library", .medium, .review,
    explanation:
      "The value is the path of a library of machine code, or the name of an operator that needs one.",
    remediation: "Find out whether the program that loads the model opens the library.", cwe: ["CWE-114"],
    atlas: unsafeArtifact)

  package static let configurationPath = Rule(
    "config.path-traversal", "Index that leads out of the model's folder", .high, .deny,
    explanation:
      "The loader joins the path to the model's folder and opens what it gets: a file elsewhere on the machine, or on the network.",
    remediation: "Do not load the model.", cwe: ["CWE-22", "CWE-73"], atlas: unsafeArtifact)

  package static let configurationFolder = Rule(
    "config.unusual-path", "Index with files in other folders", .low, .review,
    explanation: "Indexes of weights name files beside them. This one names a folder.",
    remediation: "See that the file is there and was examined.", cwe: ["CWE-73"])

  package static let configurationStore = Rule(
    "config.outside-store", "Specification of a store elsewhere", .medium, .review,
    explanation:
      "TensorStore opens, and where it is told to creates or empties, the store that the document describes: files anywhere on the machine, or on the network.",
    remediation: "Open it only with a path of your own.", cwe: ["CWE-73", "CWE-918"], atlas: unsafeArtifact)

  package static let configurationProgram = Rule(
    "config.program", "JSON that is a program", .medium, .review,
    explanation:
      "Paddle runs the operators that the document lists. Some open or write files, or call functions of the program that loads it; nobody has read these.",
    remediation: "Run it only in a sandbox, or have its operators read.", cwe: ["CWE-94"],
    atlas: unsafeArtifact)

  package static let configurationObjects = Rule(
    "config.object-constructor", "JSON that describes Python objects", .high, .review,
    explanation:
      "A library such as jsonpickle makes objects of any class out of the document, as pickle does: it imports and calls what is named.",
    remediation: "Read it with a JSON parser only, never with the library that makes objects.",
    cwe: ["CWE-502"],
    atlas: unsafeArtifact)

  package static let configurationKerasCode = Rule(
    "config.keras-code", "Keras configuration with code or files in it", .high, .review,
    explanation:
      "A layer of the model is Python code that stands in the file, or opens another file or program when it is made.",
    remediation: "Load it in safe mode only, and read the code first.", cwe: ["CWE-502", "CWE-94"],
    atlas: unsafeArtifact)

  package static let configurationKerasName = Rule(
    "config.keras-unknown-class", "Keras configuration with a class or function that Keras does not have",
    .medium,
    .review,
    explanation:
      "The loader needs code that registers the class; which code that is the file does not say.",
    remediation: "Find out which code registers the class, and read it.", cwe: ["CWE-470"])

  package static let notebook = Rule(
    "code.notebook", "A notebook", .medium, .review,
    explanation: "The file is a program in cells, with all rights of whoever runs it.",
    remediation: "Read it before you run it.", cwe: ["CWE-94"], atlas: ["AML.T0011"])

  package static let carriedCode = Rule(
    "text.code", "Text that is program code", .medium, .review,
    explanation: "A value that should be data is written like a program. Something may run it.",
    remediation: "Read it, and find out which program would run it.", cwe: ["CWE-94"], atlas: unsafeArtifact
  )
}

extension RuleCatalog {
  static let json: [Rule] = [
    .jsonDuplicateKey, .jsonNumber, .jsonByteOrderMark, .jsonWideEncoding, .configurationDangerousName,
    .configurationName,
    .configurationRemoteCode, .configurationNative, .configurationPath, .configurationFolder,
    .configurationStore, .configurationProgram, .configurationObjects,
    .configurationKerasCode, .configurationKerasName, .notebook, .carriedCode,
  ]
}
