// Objects of R, which hold functions, and code that runs when somebody looks at them.
private let refuse = "Do not load the file. Report it to whoever published it."

private let read =
  "Read the code in the file, for example with lazaret's evidence and in a session without rights, or have the model saved without it."

private let code = ["CWE-502"]

private let run = ["AML.T0011.000", "AML.T0018.002"]

extension Rule {
  package static let rRuns = Rule(
    "r.runs-dangerous-code", "R runs dangerous code as soon as the object is used", .critical, .deny,
    explanation:
      "The file has code that R runs by itself: an expression that waits to be evaluated (CVE-2024-27322), an active binding, a method for printing, a function in place of R's own. This one calls what starts programs, runs text, loads code, or reaches files or the network.",
    remediation: refuse, cwe: code + ["CWE-94"], atlas: run)

  package static let rPayload = Rule(
    "r.payload", "A function of R that runs what it fetches or decodes", .critical, .deny,
    explanation: "A function or call in the file does what only attacks do.",
    remediation: refuse, cwe: ["CWE-506", "CWE-94"], atlas: run)

  package static let rPackagePath = Rule(
    "r.package-path", "R loads a package from a path", .critical, .deny,
    explanation:
      "The file names a package by what is no name. R makes a path of the name and loads the code that it finds there.",
    remediation: refuse, cwe: ["CWE-22", "CWE-829"], atlas: run)

  package static let rFileMapping = Rule(
    "r.file-mapping", "A vector of R that is a file on the machine", .high, .deny,
    explanation: "The object opens and maps a file by its path when it is loaded.",
    remediation: refuse, cwe: ["CWE-73"], atlas: ["AML.T0011.000"])

  package static let rPromise = Rule(
    "r.promise", "An expression that waits to be evaluated", .medium, .review,
    explanation:
      "R evaluates the expression when somebody looks at the value. Objects that were saved whole have values; such a one comes from a function's arguments that nobody used, or was made by hand.",
    remediation: read, cwe: code, atlas: run)

  package static let rActiveBinding = Rule(
    "r.active-binding", "A variable whose value is a function's", .medium, .review,
    explanation: "R calls the function whenever somebody looks at the variable.",
    remediation: read, cwe: code, atlas: run)

  package static let rStartUp = Rule(
    "r.start-up-hook", "A function that R calls by itself", .high, .review,
    explanation:
      "R calls functions of these names when it starts or ends, or loads a package. A workspace with one runs it.",
    remediation: read, cwe: code, atlas: run)

  package static let rMask = Rule(
    "r.masks-function", "A workspace that hides R's own functions", .medium, .review,
    explanation:
      "Loading the workspace puts something else in the place of what R's own functions are called by.",
    remediation: read, cwe: ["CWE-913"], atlas: run)

  package static let rDangerous = Rule(
    "r.dangerous-function", "A function of R that reaches outside", .high, .review,
    explanation:
      "A function or a call in the file would start programs, run text, load code, or reach files or the network if somebody called it. A model needs none.",
    remediation: read, cwe: code, atlas: run)

  package static let rUnknown = Rule(
    "r.unknown-function", "Code of R that calls what was not reviewed", .medium, .review,
    explanation:
      "The file has functions or calls whose own calls are on no list of harmless ones. They run only where somebody calls them.",
    remediation: read, cwe: code, atlas: run)

  package static let rComputed = Rule(
    "r.computed-call", "Code of R that calls by a made name", .medium, .review,
    explanation:
      "The code makes or looks up the function that it calls, so that it cannot be said which it is.",
    remediation: read, cwe: code + ["CWE-913"], atlas: run)

  package static let rByteCode = Rule(
    "r.byte-code", "Byte code of R that was not compiled", .high, .deny,
    explanation:
      "The instructions are none that R's compiler writes. R does not check them, and reads and writes outside its memory where they are wrong.",
    remediation: refuse, cwe: ["CWE-787", "CWE-843"], atlas: run)

  package static let rPackage = Rule(
    "r.unknown-package", "An object of R that loads a package", .low, .review,
    explanation:
      "R loads the package with the object, if it is installed, and runs what the package does then.",
    remediation: "Find out what the package is and that it comes from where you trust.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.001"])

  package static let rAlternative = Rule(
    "r.unknown-vector-class", "A vector of R that a package makes", .medium, .review,
    explanation:
      "R hands the vector's state to compiled code of a package, which it loads for that. What the code makes of it is not known.",
    remediation: read, cwe: code, atlas: ["AML.T0011.000"])

  package static let rIrregular = Rule(
    "r.irregular", "An object of R as R does not write it", .medium, .review,
    explanation: "The file has something that R writes only for its own use, or in another form.",
    remediation: "Find out what wrote the file, and have it saved again.", cwe: ["CWE-20"])
}

extension RuleCatalog {
  static let rData: [Rule] = [
    .rRuns, .rPayload, .rPackagePath, .rFileMapping, .rByteCode, .rPromise, .rActiveBinding, .rStartUp,
    .rMask,
    .rDangerous, .rUnknown, .rComputed, .rPackage, .rAlternative, .rIrregular,
  ]
}
