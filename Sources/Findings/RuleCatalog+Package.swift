// Packages that are deployed: layers, wheels, archives of model servers, container images.
private let check =
  "Unpack the package, look at what is named here, and deploy it only if you know why it is there."

private let refuse = "Do not deploy or install the package. Get it again from its publisher."

private let supply = ["AML.T0010.001"]

extension Rule {
  package static let startUpHook = Rule(
    "package.start-up-hook", "Code that runs whenever Python starts", .medium, .review,
    explanation:
      "Python runs this by itself when it starts in the place where the package is installed: sitecustomize and usercustomize, and lines of .pth files that begin with import.",
    remediation: check, cwe: ["CWE-829"], atlas: supply)

  package static let dangerousStartUpHook = Rule(
    "package.dangerous-start-up-hook", "Start-up code that starts programs or runs hidden code", .critical,
    .deny,
    explanation:
      "Python runs this by itself when it starts, whatever is imported. It starts programs, runs what it decodes or downloads, or otherwise does what attacks do and no honest hook.",
    remediation: refuse, cwe: ["CWE-506"], atlas: ["AML.T0011.001", "AML.T0018.002"])

  package static let shadowedModule = Rule(
    "package.shadows-standard-library", "A module with the name of one of Python's own", .high, .deny,
    explanation:
      "The package puts a module where Python looks before its own library. Every program in that place that imports the name gets this code instead.",
    remediation: refuse, cwe: ["CWE-427"], atlas: supply)

  package static let backportedModule = Rule(
    "package.replaces-standard-module", "A module that may replace one of Python's own", .medium, .review,
    explanation:
      "The package has a module with a name of Python's library for which honest backports exist. Where Python looks there first, programs get this one.",
    remediation: check, cwe: ["CWE-427"], atlas: supply)

  package static let shadowedSDK = Rule(
    "package.shadows-sdk", "A module with the name of a platform's library", .high, .deny,
    explanation:
      "The package has a single file with the name of a library that the platform brings along as a package of many. Programs get this file instead, with the keys they would give to the library.",
    remediation: refuse, cwe: ["CWE-427"], atlas: supply)

  package static let layerExtension = Rule(
    "package.layer-extension", "A program that a layer starts beside the function", .high, .review,
    explanation:
      "AWS Lambda starts every file in extensions/ as a process of its own before the function, with the function's environment and keys.",
    remediation: check, cwe: ["CWE-829"], atlas: supply)

  package static let layerProgram = Rule(
    "package.layer-program", "A program in a layer's path", .medium, .review,
    explanation:
      "Files in bin/, lib/ and bootstrap of a layer are found before the system's own: by name, as libraries of any program, or as the runtime itself.",
    remediation: check, cwe: ["CWE-426"], atlas: supply)

  package static let bytecodeOnly = Rule(
    "package.bytecode-without-source", "Compiled modules without source", .medium, .review,
    explanation:
      "The package has compiled Python modules whose source is not in it: nobody can read what they do.",
    remediation: check, cwe: ["CWE-506"], atlas: supply)

  package static let handlerCode = Rule(
    "package.handler-code", "Code that the model server runs", .medium, .review,
    explanation:
      "The package names code of its own that the server imports and runs when it loads the model.",
    remediation: "Read the code named here before the package is deployed.", cwe: ["CWE-829"],
    atlas: ["AML.T0011"])

  package static let handlerMissing = Rule(
    "package.handler-missing", "Code that is named and is not there", .medium, .review,
    explanation:
      "The package's manifest names code that is not in it. The server then takes what it finds under that name somewhere else.",
    remediation: check, cwe: ["CWE-427"], atlas: supply)

  package static let requirementSource = Rule(
    "package.requirement-source", "Requirements from another place than the index", .medium, .review,
    explanation:
      "The list of requirements names another index, an address or a repository. What is installed from there runs, and need not be what its name says.",
    remediation: "Install from an index you control, with exact versions and digests.",
    cwe: ["CWE-494", "CWE-829"],
    atlas: ["AML.T0010.001", "AML.T0011.001"])

  package static let recordMismatch = Rule(
    "package.record-mismatch", "A file is not the one that was packed", .high, .deny,
    explanation:
      "The wheel's RECORD has another digest for a file than the file has: it was changed after the wheel was built. Installers do not check this.",
    remediation: refuse, cwe: ["CWE-354", "CWE-506"], atlas: supply)

  package static let recordUnlisted = Rule(
    "package.unrecorded-file", "A file that the wheel does not list", .medium, .review,
    explanation:
      "The wheel's RECORD does not list a file that is in it: it was put in after the wheel was built.",
    remediation: check, cwe: ["CWE-354"], atlas: supply)

  package static let blobMismatch = Rule(
    "package.blob-mismatch", "A blob is not what its name says", .high, .deny,
    explanation:
      "In an image layout a blob's name is its digest. This one has another: it was changed after the image was made.",
    remediation: refuse, cwe: ["CWE-354"], atlas: ["AML.T0010"])

  package static let layerNameLeadsOut = Rule(
    "package.layer-name-leads-out", "A layer whose file name leads out of the model's folder", .critical,
    .deny,
    explanation:
      "Clients of registries write a layer under the name that its manifest gives. This name is absolute or goes up, so a client that trusts it writes the file where it pleases the manifest's author.",
    remediation: refuse, cwe: ["CWE-22"], atlas: ["AML.T0010"])

  package static let whiteout = Rule(
    "package.whiteout", "A layer that deletes files below it", .low, .review,
    explanation:
      "The layer hides or deletes files of the layers below it, as container layers may. What is examined in one layer need not be there in the image.",
    remediation: check, cwe: ["CWE-436"], atlas: ["AML.T0010"])
}

extension RuleCatalog {
  static let package: [Rule] = [
    .startUpHook, .dangerousStartUpHook, .shadowedModule, .backportedModule, .shadowedSDK, .layerExtension,
    .layerProgram, .bytecodeOnly, .handlerCode, .handlerMissing, .requirementSource, .recordMismatch,
    .recordUnlisted, .blobMismatch, .layerNameLeadsOut, .whiteout,
  ]
}
