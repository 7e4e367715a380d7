extension Rule {
  package static let torchScriptCode = Rule(
    "torch.script-code", "Carries code", .medium, .review,
    explanation:
      "The archive holds Python sources beside its weights, and torch.package runs them when it loads what refers to them. What they do is not examined.",
    remediation: "Ask for a state dict or safetensors, or review the code by hand.", cwe: ["CWE-829"],
    atlas: ["AML.T0018.000"])

  package static let torchStorageSize = Rule(
    "torch.storage-size", "Storage of the wrong size", .high, .deny,
    explanation:
      "A tensor's bytes are fewer or more than its pickle says. A loader that believes the pickle reads memory that is not the tensor's.",
    remediation: "Do not load the file. Get it again from its publisher.",
    cwe: ["CWE-125", "CWE-131"], atlas: ["AML.T0011.000"])

  package static let torchMissingStorage = Rule(
    "torch.missing-storage", "Storage is not in the file", .medium, .incomplete,
    explanation: "The pickle refers to tensor bytes that the file does not have: it is damaged, or cut.",
    remediation: "Get the file again.", cwe: ["CWE-1284"])

  package static let torchUnreferencedStorage = Rule(
    "torch.unreferenced-storage", "Data that no tensor uses", .medium, .review,
    explanation: "The file carries data that no tensor of its pickle refers to.",
    remediation: "Find out what the data are for; save the model again to be rid of them.", cwe: ["CWE-506"]
  )

  package static let torchOutsideRoot = Rule(
    "torch.outside-root", "Member outside the model's folder", .medium, .review,
    explanation:
      "PyTorch keeps everything in the folder that the first member names. This member is beside it, where only other programs look.",
    remediation: "Find out how the member got there.", cwe: ["CWE-436"])

  package static let torchUnexpectedMetadata = Rule(
    "torch.unexpected-metadata", "Format mark that PyTorch does not write", .medium, .review,
    explanation: "One of the small text members that describe the archive holds something else.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-1284"])

  package static let trailingData = Rule(
    "pickle.trailing-data", "Data after the end of a pickle", .medium, .review,
    explanation:
      "Bytes follow the pickle that are no pickle themselves. A loader stops before them, or reads them in a way of its own.",
    remediation: "Find out what the bytes are.", cwe: ["CWE-506"])
}

extension RuleCatalog {
  static let torch: [Rule] = [
    .torchScriptCode, .torchStorageSize, .torchMissingStorage, .torchUnreferencedStorage,
    .torchOutsideRoot, .torchUnexpectedMetadata, .trailingData,
  ]
}
