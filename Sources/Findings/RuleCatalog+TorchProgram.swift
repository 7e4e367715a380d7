private let runsCode = ["AML.T0018.000", "AML.T0011.000"]

private let askForWeights = "Ask for a state dict or safetensors, or review the program by hand."

private let doNotLoad = "Do not load the file, and do not unpack it where a program looks for modules."

// What the programs of torch files do: TorchScript, exported graphs, packages.
extension Rule {
  package static let dangerousOperator = Rule(
    "torch.dangerous-operator", "Program that reaches outside of its tensors", .critical, .deny,
    explanation:
      "The program uses an operator that reads or writes files, loads a library or calls another process. TorchScript runs parts of a program while it is loaded, and weights_only does not stop it in PyTorch before 2.6.",
    remediation: doNotLoad, cwe: ["CWE-94", "CWE-73"], atlas: runsCode)

  package static let unknownOperator = Rule(
    "torch.unknown-operator", "Operator that is on no list", .medium, .review,
    explanation:
      "The program uses an operator of an extension, or one whose native code nobody has reviewed for this use. What it does is not known.",
    remediation: "Find out which library registers the operator, and decide by hand.", cwe: ["CWE-829"],
    atlas: ["AML.T0018.000"])

  package static let scriptPython = Rule(
    "torch.script-python", "Python in the place of TorchScript", .high, .deny,
    explanation:
      "A source of the archive's code folder is no TorchScript: it imports modules of Python or uses its dangerous functions. PyTorch refuses it; a tool that unpacks and imports it runs it.",
    remediation: doNotLoad, cwe: ["CWE-94"], atlas: runsCode)

  package static let scriptLoop = Rule(
    "torch.load-loop", "Loop that runs while loading", .medium, .review,
    explanation:
      "The program's __setstate__, which runs while the file is loaded, has a loop. Whether it ends cannot be said.",
    remediation: askForWeights, cwe: ["CWE-835"])

  package static let mobileBytecode = Rule(
    "torch.mobile-bytecode", "Bytecode for PyTorch's mobile interpreter", .medium, .review,
    explanation:
      "Beside its source the program is there as bytecode. The mobile interpreter trusts its registers and jumps, so hand-made bytecode reaches the memory of the process.",
    remediation: "Load the file with torch.jit.load, which uses the source, or review it by hand.",
    cwe: ["CWE-787"], atlas: ["AML.T0018.000"])

  package static let nativeCode = Rule(
    "torch.native-code", "Native code that a loader links in", .high, .review,
    explanation:
      "The archive holds compiled code or the sources for it (AOTInductor). Loading it maps the library into the process and runs it: nothing confines it.",
    remediation: "Load it only from a publisher you trust as much as your own programs.", cwe: ["CWE-829"],
    atlas: runsCode)

  package static let evaluatedExpression = Rule(
    "torch.evaluated-expression", "Text that the loader evaluates as Python", .critical, .deny,
    explanation:
      "torch.export.load hands the text to Python's evaluation, as a symbolic size, as a guard or in generated source. What stands there is not such an expression.",
    remediation: doNotLoad, cwe: ["CWE-95"], atlas: runsCode)

  package static let foreignTarget = Rule(
    "torch.foreign-target", "Graph that calls a function of Python", .critical, .deny,
    explanation:
      "A node of the exported graph names a function outside of the operators. The loader looks it up among all that torch can reach, and the program calls it.",
    remediation: doNotLoad, cwe: ["CWE-470"], atlas: runsCode)

  package static let customObject = Rule(
    "torch.custom-object", "Object that is restored by code of its own", .medium, .review,
    explanation:
      "The program stores an object or a container whose class, here unknown, is given its state while loading.",
    remediation: "Find out which library registers the class, and decide by hand.",
    cwe: ["CWE-502", "CWE-829"],
    atlas: ["AML.T0018.000"])

  package static let tarLink = Rule(
    "torch.tar-link", "Link where PyTorch expects a file", .high, .deny,
    explanation:
      "A member that torch.load unpacks by name is a link, so that it reads another file than the one in the archive.",
    remediation: doNotLoad, cwe: ["CWE-59"], atlas: ["AML.T0011.000"])
}

extension RuleCatalog {
  static let torchProgram: [Rule] = [
    .dangerousOperator, .unknownOperator, .scriptPython, .scriptLoop, .mobileBytecode, .nativeCode,
    .evaluatedExpression, .foreignTarget, .customObject, .tarLink,
  ]
}
