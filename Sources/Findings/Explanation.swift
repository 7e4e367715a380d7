/// What an explanation is to show besides the effects themselves.
package struct ExplanationRequest: Hashable, Sendable {
  /// Every opcode of every pickle, between the effects where it stands.
  package var opcodes: Bool
  /// Code objects with their instructions, not only with what they name.
  package var code: Bool
  /// Repetitions are shown rather than counted, and far more lines.
  package var all: Bool

  package init(opcodes: Bool = false, code: Bool = false, all: Bool = false) {
    self.opcodes = opcodes
    self.code = code
    self.all = all
  }

  /// The most lines that an explanation may have, the one that says where it was cut included.
  package var lineLimit: Int { all ? 5_000_000 : 20_000 }

  /// The most bytes that its messages may have together.
  package var byteLimit: Int { all ? 1 << 30 : 16 << 20 }
}

/// One line of an explanation: something a loader would do, what was said of it, or what stands around it.
package struct ExplanationLine: Hashable, Sendable {
  /// What a line is. The names are a contract: they are the `kind` of the JSON.
  package enum Kind: String, CaseIterable, Sendable {
    /// A pickle begins, or goes on behind one inside it: its place is the line's location.
    case pickle
    /// Something without a pickle of its own: a member, and what it is.
    case member
    case `import`
    case call
    /// An object is given its state.
    case state
    /// An object is given items.
    case items
    /// A persistent id, an extension code, a buffer: a value from outside the stream.
    case outside
    /// Bytes of the stream that the loader reads without the unpickler.
    case data
    /// What the pickle gives.
    case result
    /// A reason: what a rule says of the line before it, or of the stream at this offset.
    case finding
    /// Something that was not examined.
    case gap
    /// How many more there are like the ones above.
    case folded
    /// An opcode as it stands in the stream.
    case opcode
    /// Of a code object: its head, what it names, an instruction.
    case code
    /// Whether PyTorch's restricted unpickler loads the pickle.
    case weightsOnly = "weights-only"
    /// The explanation ends before the file does.
    case cut
  }

  package let kind: Kind
  /// The containers around what the line is about: only in lines that begin a section.
  package let path: [String]
  /// Bytes from the start of the member.
  package let offset: Int?
  /// The worst that was said at this place; nil where nothing is judged.
  package let judgement: Verdict?
  /// The id of the rule that said so.
  package let rule: String?
  /// One line without control characters.
  package let text: String

  /// - Parameter text: any text; what is not visible in it is escaped.
  package init(
    _ kind: Kind, path: [String] = [], offset: Int? = nil, judgement: Verdict? = nil,
    rule: String? = nil, _ text: String
  ) {
    self.kind = kind
    self.path = path
    self.offset = offset
    self.judgement = judgement
    self.rule = rule
    self.text = text.withoutInvisibles
  }

  /// Whether the line begins a section: lines after it belong to what it names.
  package var beginsSection: Bool { kind == .pickle || kind == .member }
}
