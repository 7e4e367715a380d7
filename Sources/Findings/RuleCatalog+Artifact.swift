extension Rule {
  package static let unrecognised = Rule(
    "artifact.unrecognised", "Format not recognised", .medium, .review,
    explanation: "No reader knows these bytes, so nobody can say what a loader would make of them.",
    remediation: "Find out what program the file is for, and decide by hand.", cwe: ["CWE-693"])

  package static let gitLFSPointer = Rule(
    "artifact.git-lfs-pointer", "Git LFS pointer, the model itself is not here", .medium, .incomplete,
    explanation:
      "A few lines stand in the place of a file that Git LFS keeps elsewhere. Whoever loads it fetches another file, which nobody has looked at.",
    remediation: "Fetch the file ('git lfs pull'), and scan what comes.", cwe: ["CWE-693"])

  package static let ratioBomb = Rule(
    "archive.ratio-bomb", "Decompression bomb", .critical, .deny,
    explanation:
      "A few bytes unpack to so many that no honest file does it. Unpacking it fills memory or disk.",
    remediation: "Do not unpack the file.", cwe: ["CWE-409"], atlas: ["AML.T0029"])

  package static let nestingBomb = Rule(
    "archive.nesting-bomb", "Containers inside containers without end", .high, .deny,
    explanation:
      "The file holds containers in containers, deeper than any honest packer goes. Some such files unpack to themselves.",
    remediation: "Do not unpack the file.", cwe: ["CWE-674", "CWE-409"], atlas: ["AML.T0029"])
}

// Formats of data that nothing runs.
extension Rule {
  package static let dataTail = Rule(
    "data.trailing-bytes", "Bytes after the data", .medium, .review,
    explanation:
      "Bytes follow the end of what the format has. Its readers never look at them; another program may find something in them.",
    remediation: "Find out what they are for, or have the file written again.", cwe: ["CWE-436"])

  package static let dataIrregular = Rule(
    "data.irregular", "Data that do not fit together", .medium, .review,
    explanation:
      "Numbers in the file contradict each other: an index points at nothing, or a size is another than the data have. Readers that do not check read outside their memory.",
    remediation: "Find out what wrote the file, and have it written again.", cwe: ["CWE-129", "CWE-1284"])
}

extension RuleCatalog {
  static let artifact: [Rule] = [
    .unrecognised, .gitLFSPointer, .dataTail, .dataIrregular, .ratioBomb, .nestingBomb,
  ]
}
