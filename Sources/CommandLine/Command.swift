/// One command: how it is called, what it says of itself, and what runs.
struct Command: Sendable {
  /// `["store", "list"]`.
  let words: [String]
  /// The operands as the help shows them: `PATH...`.
  let operands: String
  let operandCount: ClosedRange<Int>
  /// One line, for the list of commands.
  let summary: String
  /// What more there is to say, in paragraphs.
  let discussion: [String]
  let flags: [Flag]
  let run: @Sendable (Invocation, Host) throws -> ExitStatus

  var name: String { words.joined(separator: " ") }
}

/// A command line, understood.
struct Invocation: Sendable {
  var options = Options()
  /// Bytes, not text: a path may be any.
  var operands: [[UInt8]] = []
}
