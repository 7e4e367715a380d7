// TensorFlow's graphs, models and checkpoints.
extension Rule {
  package static let tensorflowDangerousOperator = Rule(
    "tensorflow.dangerous-operator", "TensorFlow operator that reaches outside the model", .critical, .deny,
    explanation:
      "A node of a graph or of a function runs Python, reads or writes files of any name, or talks to other programs. Loading or running the model does it.",
    remediation: "Do not load the model.", cwe: ["CWE-829", "CWE-73"],
    atlas: ["AML.T0010.003", "AML.T0011.000"])

  package static let tensorflowOutsidePath = Rule(
    "tensorflow.outside-path", "TensorFlow model that names files elsewhere on the machine", .critical,
    .deny,
    explanation:
      "An operator, an asset or a checkpoint is given a path that leads out of the model's folder: any file that the program may open.",
    remediation: "Do not load the model.", cwe: ["CWE-22", "CWE-73"],
    atlas: ["AML.T0010.003", "AML.T0011.000"])

  package static let tensorflowReachingOperator = Rule(
    "tensorflow.reaching-operator", "TensorFlow operator that can open files or talk to others", .medium,
    .review,
    explanation:
      "A node reads or writes files, sends tensors away or runs what was compiled elsewhere, and not in the way of TensorFlow's own saver, of assets or of messages to the terminal.",
    remediation: "Find out what the node is for, and what it is given.", cwe: ["CWE-829", "CWE-73"],
    atlas: ["AML.T0011.000"])

  package static let tensorflowUnknownOperator = Rule(
    "tensorflow.unknown-operator", "TensorFlow operator that needs a library of its own", .medium, .review,
    explanation: "The operator is none of TensorFlow's own. A library has to be loaded to compute it.",
    remediation: "Find out which library has the operator, and who made it.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.000"])

  package static let tensorflowNestedGraph = Rule(
    "tensorflow.nested-graph", "TensorFlow graph inside a constant of a graph", .medium, .review,
    explanation:
      "A string of the graph is a graph itself, which operators for datasets can run. Nothing that looks at the outer graph alone sees it.",
    remediation: "Find out why the model carries a graph as data.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.000"])

  package static let tensorflowVariant = Rule(
    "tensorflow.variant-constant", "TensorFlow constant that only a library can decode", .medium, .review,
    explanation:
      "A constant is a handle or an object of a type that its own text names. Code of the library that registered the type decodes its bytes.",
    remediation: "Find out what wrote the model.", cwe: ["CWE-502"])

  package static let tensorflowUnknownField = Rule(
    "tensorflow.unknown-field", "Field that no version of TensorFlow writes", .medium, .review,
    explanation:
      "A message has a field that its schema does not have. TensorFlow passes over it; it can be there for another reader.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-436"])

  package static let tensorflowCheckpoint = Rule(
    "tensorflow.checkpoint-entry", "Checkpoint whose index describes oddly where tensors are", .medium,
    .review,
    explanation:
      "An entry of the index has a negative or overlapping place, a shard that is not there, a type that needs a library, or a path that leaves the folder. Loaders that do not check read elsewhere.",
    remediation: "Find out what wrote the checkpoint.", cwe: ["CWE-20", "CWE-22"])
}

extension RuleCatalog {
  static let tensorflow: [Rule] = [
    .tensorflowDangerousOperator, .tensorflowOutsidePath, .tensorflowReachingOperator,
    .tensorflowUnknownOperator, .tensorflowNestedGraph, .tensorflowVariant, .tensorflowUnknownField,
    .tensorflowCheckpoint,
  ]
}
