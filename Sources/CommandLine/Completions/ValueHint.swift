/// What may stand in the place of a value or an operand, as far as its name in the help says it.
enum ValueHint: Equatable, Sendable {
  /// One of these words.
  case choice([String])
  case file
  case directory
  /// A number, a text, a digest: nothing that a shell could propose.
  case other

  private static let directories: Set<String> = ["DIR", "ROOT"]
  private static let files: Set<String> = ["PATH", "FILE", "LISTFILE", "SRC", "DEST"]

  /// - Parameter name: `text|json`, `DIR`, `[SHA256|FILE]`, `SRC DEST`.
  init(_ name: String) {
    let words = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    if words.contains(where: Self.files.contains) {
      self = .file
    } else if words.contains(where: Self.directories.contains) {
      self = .directory
    } else if name.contains("|"), name == name.lowercased() {
      self = .choice(words)
    } else {
      self = .other
    }
  }
}

extension Flag {
  /// Nil for a flag without a value.
  var hint: ValueHint? { value.map { ValueHint($0) } }

  /// The names as they are written, the long one first.
  var names: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }
}

extension Command {
  var operandHint: ValueHint { ValueHint(operands) }
}
