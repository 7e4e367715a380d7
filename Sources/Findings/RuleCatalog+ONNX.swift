// ONNX models.
extension Rule {
  package static let onnxExternalPath = Rule(
    "onnx.external-path", "ONNX tensor whose data are elsewhere on the machine", .critical, .deny,
    explanation:
      "The model has its loader read a tensor from a path that leads out of the model's folder: any file that the program may read.",
    remediation: "Do not load the model.", cwe: ["CWE-22", "CWE-73"],
    atlas: ["AML.T0010.003", "AML.T0011.000"])

  package static let onnxExternal = Rule(
    "onnx.external-data", "ONNX tensor whose external data are described oddly", .medium, .review,
    explanation:
      "What the model says of the file beside it is nothing that exporters write. Loaders have set attributes by such names, or read other places.",
    remediation: "Find out what wrote the model.", cwe: ["CWE-915", "CWE-20"])

  package static let onnxCustomOperator = Rule(
    "onnx.custom-operator", "ONNX operator that needs a library of its own", .medium, .review,
    explanation:
      "An operator is of none of the domains that runtimes bring, or it is one that runs Python or a blob of machine code. A library has to be loaded for it.",
    remediation: "Find out which library has the operator, and who made it.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.000"])

  package static let onnxTensor = Rule(
    "onnx.tensor-size", "ONNX tensor whose shape does not fit its data", .medium, .review,
    explanation:
      "A length is negative, the shape overflows, or the data are of another size. Loaders that do not check read outside their memory.",
    remediation: "Find out what wrote the model.", cwe: ["CWE-1284", "CWE-125"])
}

extension RuleCatalog {
  static let onnx: [Rule] = [.onnxExternalPath, .onnxExternal, .onnxCustomOperator, .onnxTensor]
}
