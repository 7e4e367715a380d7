private let repack =
  "Unpack the archive in a place where nothing can come to harm, pack its files again with an ordinary tool, and have that examined."

private let doNotUnpack = "Do not unpack the file."

private let conflict = ["CWE-436"]

private let evasion = ["AML.T0015"]

private let exhaustion = ["AML.T0029"]

// Archives of every kind but ZIP: tar, 7-Zip, RAR, cpio, ar, ISO 9660, CAB.
extension Rule {
  package static let archivePathTraversal = Rule(
    "archive.path-traversal", "Member name leads out of the folder", .critical, .deny,
    explanation:
      "Unpacked by a careless program, the member is written outside the chosen folder: over a program, a start-up file or a key.",
    remediation: doNotUnpack, cwe: ["CWE-22"], atlas: ["AML.T0011"])

  package static let archiveLinkOutside = Rule(
    "archive.link-outside", "Link that leads out of the archive", .critical, .deny,
    explanation:
      "The link leads to a place outside the folder into which the archive is unpacked. A later member, or a program that reads the unpacked files, follows it.",
    remediation: doNotUnpack, cwe: ["CWE-59", "CWE-22"], atlas: ["AML.T0011"])

  package static let archiveWriteThroughLink = Rule(
    "archive.write-through-link", "Member that is written through a link", .critical, .deny,
    explanation:
      "An earlier member is a link, and this one's name goes through it: unpacked, it is written where the link leads.",
    remediation: doNotUnpack, cwe: ["CWE-59"], atlas: ["AML.T0011"])

  package static let archiveLink = Rule(
    "archive.link", "Link in the archive", .medium, .review,
    explanation:
      "The member is a link to another one. What it stands for depends on what is unpacked when, and on the program that unpacks.",
    remediation: repack, cwe: ["CWE-59"])

  package static let archiveDevice = Rule(
    "archive.device", "Device in the archive", .high, .deny,
    explanation:
      "Unpacked with enough rights, the member is a device: whoever opens it reads or writes a disk or the memory. Models have none.",
    remediation: doNotUnpack, cwe: ["CWE-59"])

  package static let archiveSpecialFile = Rule(
    "archive.special-file", "Member that is no file and no folder", .medium, .review,
    explanation: "The member is a pipe, a socket, or of a type that readers take for different things.",
    remediation: repack, cwe: ["CWE-59"])

  package static let archiveDuplicateName = Rule(
    "archive.duplicate-name", "Two members of the same name", .high, .deny,
    explanation:
      "Python reads the last member of a name, streaming readers the first, unpackers overwrite the first with the second.",
    remediation: repack, cwe: conflict, atlas: evasion)

  package static let archiveCaseFoldedName = Rule(
    "archive.case-folded-name", "Names that some readers cannot tell apart", .medium, .review,
    explanation:
      "Two members have names that differ only in case, in slashes or in how accents are composed. Some file systems make one file of them.",
    remediation: repack, cwe: ["CWE-436", "CWE-178"], atlas: evasion)

  package static let archiveAmbiguousName = Rule(
    "archive.ambiguous-name", "Name that readers spell differently", .medium, .review,
    explanation:
      "The name is empty, too long for a file system, or has a backslash, a control character or a NUL. Readers turn such names into different ones.",
    remediation: repack, cwe: conflict)

  package static let archiveDataOfNoFile = Rule(
    "archive.data-of-no-file", "Data of a member that is no file", .high, .deny,
    explanation:
      "A folder, a link or a device has data. Readers that go by the type do not see them, others unpack them.",
    remediation: repack, cwe: conflict, atlas: evasion)

  package static let archiveEncrypted = Rule(
    "archive.encrypted", "Encrypted member", .medium, .incomplete,
    explanation: "The member cannot be examined without its password.",
    remediation: "Unpack the archive with its password and examine what is inside.", cwe: ["CWE-693"])

  package static let archiveEntryFlood = Rule(
    "archive.entry-flood", "Members without end, and nothing in them", .high, .deny,
    explanation:
      "The archive has so many empty members that unpacking it exhausts a file system's table of files, and takes hours.",
    remediation: doNotUnpack, cwe: ["CWE-400"], atlas: exhaustion)

  package static let archiveSparseBomb = Rule(
    "archive.sparse-bomb", "File of holes", .critical, .deny,
    explanation:
      "The member is said to be a file with holes, far larger than what the archive has of it. A program that does not keep the holes fills the disk.",
    remediation: doNotUnpack, cwe: ["CWE-409"], atlas: exhaustion)

  package static let tarHiddenMember = Rule(
    "tar.hidden-member", "Member behind the end of the archive", .high, .deny,
    explanation:
      "A header follows where Python's tarfile stops reading: behind an empty block or a header whose sum is wrong. Other programs go on and unpack what is there.",
    remediation: repack, cwe: conflict, atlas: evasion)

  package static let archiveTrailingData = Rule(
    "archive.trailing-data", "Bytes behind the end of the archive", .medium, .review,
    explanation: "Bytes follow the end of the archive that belong to no member.",
    remediation: repack, cwe: conflict)

  package static let tarSizeDisagreement = Rule(
    "tar.size-disagreement", "Two sizes for one member", .high, .deny,
    explanation:
      "The member's header and the extended header before it give different sizes. Readers that follow the one find other members behind it than readers that follow the other.",
    remediation: repack, cwe: conflict, atlas: evasion)

  package static let tarReaderDifference = Rule(
    "tar.reader-difference", "Header that readers take differently", .medium, .review,
    explanation: "Python's tarfile and GNU tar see another name, type or length in this header.",
    remediation: repack, cwe: conflict, atlas: evasion)
}

extension RuleCatalog {
  static let archive: [Rule] = [
    .archivePathTraversal, .archiveLinkOutside, .archiveWriteThroughLink, .archiveLink, .archiveDevice,
    .archiveSpecialFile, .archiveDuplicateName, .archiveCaseFoldedName, .archiveAmbiguousName,
    .archiveDataOfNoFile, .archiveEncrypted, .archiveEntryFlood, .archiveSparseBomb, .tarHiddenMember,
    .archiveTrailingData,
    .tarSizeDisagreement, .tarReaderDifference,
  ]
}
