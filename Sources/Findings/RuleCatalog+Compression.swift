private let exhaustion = ["AML.T0029"]

// Single compressed streams.
extension Rule {
  package static let severalStreams = Rule(
    "compressed.several-streams", "More than one compressed stream", .medium, .review,
    explanation:
      "Several compressed streams follow each other. Some programs read them as one, some stop after the first, and joblib takes memory without end.",
    remediation: "Unpack the file with its own program and pack it again, then have that examined.",
    cwe: ["CWE-436", "CWE-400"], atlas: exhaustion)

  package static let streamTail = Rule(
    "compressed.trailing-data", "Bytes after the compressed stream", .medium, .review,
    explanation:
      "Bytes follow the compressed stream that belong to nothing. Some programs ignore them, some refuse the file, and joblib takes memory without end.",
    remediation: "Unpack the file with its own program and pack it again, then have that examined.",
    cwe: ["CWE-436", "CWE-400"], atlas: exhaustion)

  package static let streamFlood = Rule(
    "compressed.stream-flood", "Thousands of tiny compressed streams", .high, .deny,
    explanation:
      "Streams that hold next to nothing follow each other by the thousand. Unpacking them takes time and gives nothing.",
    remediation: "Do not unpack the file.", cwe: ["CWE-400"], atlas: exhaustion)

  package static let windowBomb = Rule(
    "compressed.window-bomb", "A small stream that wants a large memory", .high, .deny,
    explanation:
      "The stream's header asks for a window of memory that is far larger than the stream itself could need. Unpacking it takes that memory at once.",
    remediation: "Do not unpack the file.", cwe: ["CWE-789"], atlas: exhaustion)
}

extension RuleCatalog {
  static let compression: [Rule] = [.severalStreams, .streamTail, .streamFlood, .windowBomb]
}
