/// One token of Python source.
package struct PythonToken: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// A name or keyword, under the spelling that Python itself gives it.
    case name
    case number
    case string
    /// An operator of one or several characters. `f{` and `f}` stand around an expression inside an f-string.
    case punctuation
    /// The end of a logical line.
    case newline
  }

  package let kind: Kind
  /// A name, number or operator as written; of a string the value, cut where it is long.
  package let text: String
  /// From 1.
  package let line: Int
  /// Of the first byte, from the start of the source.
  package let offset: Int
  /// Of the first byte in its line; a tab reaches to the next multiple of eight.
  package let column: Int
  /// Whether a string is longer than what is kept of it.
  package var isCut = false
  /// Whether a name is written with characters that Python turns into others.
  package var isDisguised = false

  package func isName(_ name: String) -> Bool { kind == .name && text == name }

  package func isPunctuation(_ mark: String) -> Bool { kind == .punctuation && text == mark }
}

/// What is wrong with Python source below its grammar.
package enum PythonIrregularity: String, Equatable, Sendable, CaseIterable {
  case badCharacter = "a character that Python has no use for"
  case unterminatedString = "a string without an end"
  case unbalanced = "brackets that do not match"
  case nulByte = "a NUL byte"
  case badUTF8 = "bytes that are not UTF-8"
  case invisible = "an invisible character"
  case bidirectional = "a character that changes the direction of writing"
  case openBidirectional = "a change of the direction of writing that is not taken back on its line"

  /// Whether no interpreter compiles source that has it.
  package var breaksSource: Bool {
    switch self {
    case .badCharacter, .unterminatedString, .unbalanced, .nulByte: true
    case .badUTF8, .invisible, .bidirectional, .openBidirectional: false
    }
  }
}

/// What a reading of Python source may cost.
package enum PythonSourceLimits {
  /// Bytes of one file.
  package static let bytes = 64 << 20
  /// Bytes of a string that are kept.
  static let stringBytes = 1 << 16
  /// Bytes of a name; CPython takes longer ones, no person writes them.
  static let nameBytes = 1 << 12
  /// Brackets inside each other: CPython's `MAXLEVEL`.
  static let nesting = 200
  /// f-strings inside each other: CPython's `MAXFSTRINGLEVEL`.
  static let formats = 150
  /// Tokens of one logical line.
  package static let lineTokens = 1 << 20
}
