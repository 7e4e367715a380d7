// Compiled Python code inside a file.
extension Rule {
  package static let carriedFunction = Rule(
    "code.function", "A compiled function", .medium, .review,
    explanation:
      "The file carries the bytecode of a function or class body. It runs with all rights of the program that uses the model. The names and constants it uses are listed; what it does with them is for a person to judge.",
    remediation:
      "Read its disassembly (`lazaret explain`), and use the file only if you trust its author as you trust the author of a program.",
    cwe: ["CWE-502", "CWE-94"], atlas: ["AML.T0018.000"])
}

extension RuleCatalog {
  static let code: [Rule] = [.carriedFunction]
}
