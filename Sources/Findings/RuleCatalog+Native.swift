// Programs and libraries for a machine, real or virtual.
private let know =
  "Find out who built it and from what. Take models without programs, or build the program from its source."

private let run = ["CWE-829"]

private let embed = ["AML.T0018.002"]

extension Rule {
  package static let nativeObject = Rule(
    "native.object", "A program or library in machine code", .high, .review,
    explanation:
      "The file is a program or library for a processor. It runs with all rights of whoever starts or loads it, and nothing tells from outside what it does. A model needs none.",
    remediation: know, cwe: run, atlas: embed)

  package static let nativePolyglot = Rule(
    "native.executable-weights", "Weights that are a program as well", .high, .review,
    explanation:
      "The file is at the same time a program for several systems, as llamafile makes them: who starts it runs its code, who loads it reads its weights.",
    remediation: know, cwe: run + ["CWE-436"], atlas: embed)

  package static let nativeBytecode = Rule(
    "native.bytecode", "A program for a virtual machine", .medium, .review,
    explanation: "The file is compiled code for a virtual machine: WebAssembly, or Java.",
    remediation: know, cwe: run, atlas: embed)

  package static let shellScript = Rule(
    "native.script", "A script", .medium, .review,
    explanation:
      "The file is a script: started, it does what its lines say, with all rights of whoever starts it.",
    remediation: "Read the script before anybody starts it.", cwe: run, atlas: ["AML.T0011", "AML.T0050"])

  package static let dangerousScript = Rule(
    "native.dangerous-script", "A script that runs what it downloads", .critical, .deny,
    explanation:
      "The script downloads something and runs it, runs what it decodes, or hands a shell to another host.",
    remediation: "Do not run the file.", cwe: ["CWE-506", "CWE-494"], atlas: ["AML.T0050", "AML.T0018.002"])

  package static let compiledModule = Rule(
    "code.module", "A compiled Python module", .medium, .review,
    explanation:
      "The file is a Python module as bytecode. It runs when it is imported, with all rights of the program that does so, whatever a source beside it says.",
    remediation: "Compile it anew from source that you have read.", cwe: ["CWE-829"], atlas: ["AML.T0011"])

  package static let dangerousModule = Rule(
    "code.dangerous-module", "A compiled module that no honest program has", .critical, .deny,
    explanation:
      "The module runs what it decodes, or starts a command that downloads something when it is imported.",
    remediation: "Do not import the file. Report it to whoever published it.", cwe: ["CWE-506", "CWE-94"],
    atlas: ["AML.T0018.002", "AML.T0050"])
}

extension RuleCatalog {
  static let native: [Rule] = [
    .nativeObject, .nativePolyglot, .nativeBytecode, .shellScript, .dangerousScript, .compiledModule,
    .dangerousModule,
  ]
}
