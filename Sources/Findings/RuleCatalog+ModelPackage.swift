// Models that are a folder of files.
extension Rule {
  package static let namedFile = Rule(
    "package.named-file", "A file that the model takes from its folder", .info, .allow,
    explanation:
      "A loader that is given this file opens the one that it names. Where the folder is examined as a whole, that file has to be there.",
    remediation: "Keep the files of the model together, and examine their folder.", cwe: [])

  package static let checkpointShard = Rule(
    "package.checkpoint-shard", "A file of data that a checkpoint's index describes", .info, .allow,
    explanation:
      "The index says how many bytes of which tensors the file has. Without the index the file is bytes that nobody can tell from others.",
    remediation: "Keep the files of the checkpoint together, and examine their folder.", cwe: [])

  package static let packageFileMissing = Rule(
    "package.missing-file", "A part of the model that is not there", .medium, .incomplete,
    explanation:
      "A file of the model names another that is not in the folder. The model was not examined as it would be loaded: the loader fails, or takes the part from elsewhere.",
    remediation: "Get the whole model, and examine its folder.", cwe: ["CWE-353"], atlas: ["AML.T0010.003"])

  package static let packageOwnCode = Rule(
    "package.own-code", "A model that brings the code that loads it", .medium, .review,
    explanation:
      "The configuration names a Python file of the folder. A loader that is told to trust the model imports it, and it runs with the rights of whoever loads the model.",
    remediation: "Read the code named here before the model is loaded with trust in it.", cwe: ["CWE-829"],
    atlas: ["AML.T0011.000"])

  package static let checkpointSize = Rule(
    "package.checkpoint-size", "Data of another size than the index says", .medium, .incomplete,
    explanation:
      "The checkpoint's index describes other bytes than the file has: it was cut short, or bytes stand behind its tensors.",
    remediation: "Get the checkpoint again from where it was made.", cwe: ["CWE-354"])

  package static let checkpointNumbers = Rule(
    "package.checkpoint-numbers", "Data that an index describes to the last byte", .info, .allow,
    explanation:
      "The file alone is bytes that nobody can tell from others. In this folder the index beside it says that all of them are numbers of tensors, and that is how TensorFlow reads them.",
    remediation: "Load the checkpoint with TensorFlow, as the folder that it is.", cwe: [])
}

extension RuleCatalog {
  static let modelPackage: [Rule] = [
    .namedFile, .checkpointShard, .packageFileMissing, .packageOwnCode, .checkpointSize, .checkpointNumbers,
  ]
}
