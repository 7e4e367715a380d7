private let replace =
  "Do not load the file. Get it again from its publisher: no ordinary writer makes such an archive."

private let decide =
  "Look at the archive by hand, or pack its members again with an ordinary tool and examine the result."

/// Interpretation conflict, and the archive names that are used to hide a member from a scanner.
private let conflict = ["CWE-436"]

private let evasion = ["AML.T0015"]

extension Rule {
  package static let zipTwoEndRecords = Rule(
    "zip.two-end-records", "More than one end of archive", .high, .deny,
    explanation:
      "Two places in the archive could be its end record, each with a directory of its own. Which one counts depends on the program that reads it, so the members that were examined need not be those that are loaded.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zip64Disagreement = Rule(
    "zip.zip64-disagreement", "ZIP64 records disagree", .high, .deny,
    explanation:
      "The 64-bit records of the archive are not where all readers look for them, or do not say what the 32-bit fields say. PyTorch, Python and unzip then read different directories out of one file.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipCountMismatch = Rule(
    "zip.count-mismatch", "Number of entries is wrong", .high, .deny,
    explanation:
      "The end record counts more or fewer entries than the directory has. PyTorch reads as many as are counted, Python's zipfile reads them all.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipShiftedOffsets = Rule(
    "zip.shifted-offsets", "Offsets do not count from the start of the file", .high, .deny,
    explanation:
      "The directory is not where the end record says. Some readers shift all offsets until it fits, others read what stands at the offsets as written.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipLocalCentralMismatch = Rule(
    "zip.local-central-mismatch", "Two headers of a member disagree", .high, .deny,
    explanation:
      "A member is described once in the archive's directory and once in front of its data, and the two differ in what a loader uses. Readers that trust the one see another member than readers that trust the other.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipDuplicateName = Rule(
    "zip.duplicate-name", "Two members of the same name", .high, .deny,
    explanation:
      "Python takes the last member of a name, PyTorch an unspecified one, unpackers overwrite the first with the second.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipCaseFoldedName = Rule(
    "zip.case-folded-name", "Names that some readers cannot tell apart", .high, .deny,
    explanation:
      "Two members have names that differ only in case, in slashes or in how accents are composed. PyTorch's reader ignores case and may take either.",
    remediation: replace, cwe: ["CWE-436", "CWE-178"], atlas: evasion)

  package static let zipOverlap = Rule(
    "zip.overlap", "Members overlap", .critical, .deny,
    explanation:
      "Two members share bytes of the archive. That is how small files are made to unpack to petabytes, and how one member hides in another.",
    remediation: replace, cwe: ["CWE-409", "CWE-436"], atlas: ["AML.T0029"])

  package static let zipHiddenMember = Rule(
    "zip.hidden-member", "A member that the directory does not list", .high, .deny,
    explanation:
      "Bytes that belong to no listed member begin like one. Programs that read the archive from its front unpack it; programs that read the directory never see it.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipUnaccountedBytes = Rule(
    "zip.unaccounted-bytes", "Bytes that belong to no member", .medium, .review,
    explanation:
      "The archive has bytes before, between or after its members that no record describes. They may be another file, for another reader.",
    remediation: decide, cwe: conflict)

  package static let zipEncrypted = Rule(
    "zip.encrypted", "Encrypted member", .medium, .incomplete,
    explanation: "The member cannot be examined without its password.",
    remediation: "Unpack the archive with its password and examine what is inside.",
    cwe: ["CWE-693"])

  package static let zipUnsupportedMethod = Rule(
    "zip.unsupported-method", "Member packed by a method that is not read", .medium, .incomplete,
    explanation:
      "The member is packed by a method that this engine does not unpack, so it was not examined.",
    remediation: "Unpack the archive and examine what is inside.", cwe: ["CWE-693"])

  package static let zipPathTraversal = Rule(
    "zip.path-traversal", "Member name leads out of the folder", .critical, .deny,
    explanation:
      "Unpacked by a careless program, the member is written outside the chosen folder: over a program, a start-up file or a key.",
    remediation: "Do not unpack the file.", cwe: ["CWE-22"], atlas: ["AML.T0011"])

  package static let zipSymlink = Rule(
    "zip.symlink", "Symbolic link in the archive", .high, .deny,
    explanation:
      "Unpackers make a link and write later members through it; Python's zipfile makes a file with the target's path as contents. Models need no links.",
    remediation: replace, cwe: ["CWE-59", "CWE-436"])

  package static let zipSpecialFile = Rule(
    "zip.special-file", "Device, pipe or socket in the archive", .medium, .review,
    explanation: "The member is marked as something other than a file or a folder.",
    remediation: decide, cwe: ["CWE-59"])

  package static let zipUnicodePathExtra = Rule(
    "zip.unicode-path-extra", "Second name in an extra field", .high, .deny,
    explanation:
      "The member carries another name in an extra field, which Info-ZIP, 7-Zip and Python from 3.13 use and other readers ignore.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipNulInName = Rule(
    "zip.nul-in-name", "NUL in a member name", .high, .deny,
    explanation:
      "Python cuts the name at the NUL, other readers do not: data.pkl\\0.txt is data.pkl for one of them.",
    remediation: replace, cwe: ["CWE-158", "CWE-436"], atlas: evasion)

  package static let zipAmbiguousName = Rule(
    "zip.ambiguous-name", "Name that readers spell differently", .medium, .review,
    explanation:
      "The name has a backslash, a control character, bytes that are not text, or is empty. Readers turn such names into different ones.",
    remediation: decide, cwe: conflict)

  package static let zipDirectoryWithData = Rule(
    "zip.directory-with-data", "Folder entry that is not a plain folder", .high, .deny,
    explanation:
      "The entry is a folder for some readers and a file for others. PyTorch reports success and hands out memory that was never filled.",
    remediation: replace, cwe: conflict, atlas: evasion)

  package static let zipCRCMismatch = Rule(
    "zip.crc-mismatch", "Checksum of a member is wrong", .medium, .review,
    explanation:
      "The member is not what was packed. PyTorch loads it all the same, Python's zipfile refuses: a scanner built on zipfile skips what PyTorch runs.",
    remediation: "Get the file again; if the checksum is still wrong, it was changed after it was made.",
    cwe: ["CWE-354"], atlas: evasion)

  package static let zipSizeMismatch = Rule(
    "zip.size-mismatch", "Size of a member is wrong", .high, .deny,
    explanation:
      "The member's packed or unpacked size is not what the archive says. Readers then take a part, the whole, or fail.",
    remediation: replace, cwe: conflict, atlas: evasion)
}

extension RuleCatalog {
  static let zip: [Rule] = [
    .zipTwoEndRecords, .zip64Disagreement, .zipCountMismatch, .zipShiftedOffsets,
    .zipLocalCentralMismatch, .zipDuplicateName, .zipCaseFoldedName, .zipOverlap, .zipHiddenMember,
    .zipUnaccountedBytes, .zipEncrypted, .zipUnsupportedMethod, .zipPathTraversal, .zipSymlink,
    .zipSpecialFile, .zipUnicodePathExtra, .zipNulInName, .zipAmbiguousName, .zipDirectoryWithData,
    .zipCRCMismatch, .zipSizeMismatch,
  ]
}
