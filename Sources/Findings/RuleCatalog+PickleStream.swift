private let readersDisagree =
  "Do not load the file: no pickler writes this, and programs that read pickles take it differently."

/// Techniques of files that unpicklers and examiners read differently.
private let evasion = ["AML.T0010.003", "AML.T0011.000", "AML.T0015"]

/// Techniques of files aimed at the memory or the time of whoever reads them.
private let exhaustion = ["AML.T0010.003", "AML.T0029"]

// How the stream of opcodes itself is written.
extension Rule {
  package static let frameCrossed = Rule(
    "pickle.frame-crossed", "Opcode that crosses the end of its frame", .critical, .deny,
    explanation:
      "An opcode begins inside a frame and ends outside it. Reading from a file and reading from memory then give two different programs, so that an examiner can be shown the harmless one.",
    remediation: readersDisagree, cwe: ["CWE-436", "CWE-502"], atlas: evasion)

  package static let frameMalformed = Rule(
    "pickle.frame-malformed", "Frame inside a frame, or longer than the stream", .high, .deny,
    explanation:
      "Unpicklers disagree about frames that are nested or that promise more bytes than there are.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let protocolRepeated = Rule(
    "pickle.protocol-repeated", "Protocol changed in the middle of the stream", .high, .deny,
    explanation:
      "The protocol decides how names are resolved. Changing it half-way makes one written name mean another.",
    remediation: readersDisagree, cwe: ["CWE-436", "CWE-502"], atlas: evasion)

  package static let protocolUnknown = Rule(
    "pickle.protocol-unknown", "Protocol that does not exist", .medium, .deny,
    explanation:
      "The stream claims a pickle protocol above 5. Unpicklers refuse it, each at its own place.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let nonCanonical = Rule(
    "pickle.non-canonical", "Number written as no pickler writes it", .high, .deny,
    explanation:
      "The digits are read differently by C and Python unpicklers, or refused by one of them. That is used to make an examiner stop before the payload.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let lineControl = Rule(
    "pickle.line-control", "Control character in a name or number", .high, .deny,
    explanation: "A NUL or a carriage return in a line ends it for some unpicklers and not for others.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let lineUnterminated = Rule(
    "pickle.line-unterminated", "Line that the end of the file ends", .high, .deny,
    explanation:
      "The C unpickler refuses a line without its end; others import what is there, short of a letter.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let malformedName = Rule(
    "pickle.malformed-name", "Module or name that is no text", .high, .deny,
    explanation: "The name of an import is empty or not UTF-8. Unpicklers differ in what they make of it.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let belowMark = Rule(
    "pickle.below-mark", "Opcode that takes values from below a mark", .high, .deny,
    explanation:
      "The C unpickler refuses this and the Python one does not, so they run different programs.",
    remediation: readersDisagree, cwe: ["CWE-436"], atlas: evasion)

  package static let memoBomb = Rule(
    "pickle.memo-bomb", "Memo index made to exhaust memory", .high, .deny,
    explanation:
      "The C unpickler's memo is one array as long as its largest index: a few bytes make it allocate gigabytes.",
    remediation: readersDisagree, cwe: ["CWE-789", "CWE-400"], atlas: exhaustion)

  package static let allocationBomb = Rule(
    "pickle.allocation-bomb", "Asks for more memory than any model has", .high, .deny,
    explanation: "A few bytes of the pickle make its loader allocate memory without bound.",
    remediation: "Do not load the file.", cwe: ["CWE-789", "CWE-400"], atlas: exhaustion)

  package static let expansionBomb = Rule(
    "pickle.expansion-bomb", "Sharing or nesting made to exhaust its reader", .high, .deny,
    explanation:
      "Containers refer to each other so that walking through them takes exponential time, or nest so deeply that freeing them overflows the stack.",
    remediation: "Do not load the file.", cwe: ["CWE-400", "CWE-674"], atlas: exhaustion)
}

extension RuleCatalog {
  static let pickleStream: [Rule] = [
    .frameCrossed, .frameMalformed, .protocolRepeated, .protocolUnknown, .nonCanonical, .lineControl,
    .lineUnterminated, .malformedName, .belowMark, .memoBomb, .allocationBomb, .expansionBomb,
  ]
}
