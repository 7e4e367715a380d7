// NumPy's array files.
extension Rule {
  package static let arrayTail = Rule(
    "numpy.trailing-data", "Bytes after the array", .medium, .review,
    explanation:
      "Bytes follow the array that NumPy never reads. Nobody who saves an array writes them; another program may find something in them.",
    remediation: "Load the array without pickles and save it again.", cwe: ["CWE-436"])
}

extension RuleCatalog {
  static let numpy: [Rule] = [.arrayTail]
}
