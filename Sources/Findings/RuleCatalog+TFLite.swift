// TensorFlow Lite models.
extension Rule {
  package static let tfliteDangerousOperator = Rule(
    "tflite.dangerous-operator", "TensorFlow operator that reaches outside the model", .critical, .deny,
    explanation:
      "The model computes an operator of full TensorFlow that reads or writes files, runs Python, or talks to other programs.",
    remediation: "Do not load the model.", cwe: ["CWE-829", "CWE-73"],
    atlas: ["AML.T0010.003", "AML.T0011.000"])

  package static let tfliteCustomOperator = Rule(
    "tflite.custom-operator", "TensorFlow Lite operator that needs a library of its own", .medium, .review,
    explanation:
      "The operator is none of the runtime's own. A library, or all of TensorFlow, has to be loaded to compute it.",
    remediation: "Find out which library has the operator, and who made it.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.000"])

  package static let tfliteReference = Rule(
    "tflite.dangling-reference", "TensorFlow Lite model that refers to what is not there", .high, .review,
    explanation:
      "A tensor, buffer or graph is named that the model does not have, or data do not fit their shape. Runtimes that do not check read outside their memory.",
    remediation: "Do not load the model; have it converted again.", cwe: ["CWE-125", "CWE-129"])

  package static let tfliteTail = Rule(
    "tflite.trailing-data", "Bytes after the model", .medium, .review,
    explanation:
      "Bytes follow the last one that the model accounts for, and they are no archive of label files.",
    remediation: "Find out what they are for.", cwe: ["CWE-436"])
}

extension RuleCatalog {
  static let tflite: [Rule] = [
    .tfliteDangerousOperator, .tfliteCustomOperator, .tfliteReference, .tfliteTail,
  ]
}
