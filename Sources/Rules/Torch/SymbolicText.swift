import ByteParsing
import Formats

/// The texts of an exported program that PyTorch evaluates: symbolic sizes (`sympy.sympify` ends in Python's `eval`),
/// guards and the names that it writes into generated source.
///
/// Source: `torch/_export/serde/serialize.py` (`_parse_sym_expr`), `torch/export/_unlift.py`
/// (`_convert_guards_code_to_fn`), `torch/fx/graph.py` (`_gen_python_code`).
enum SymbolicText {
  /// Names that an expression may have beside the symbols themselves. None takes text but `Symbol` and `Float`.
  private static let functions: Set<String> = [
    "Add", "And", "CeilDiv", "CeilToInt", "CleanDiv", "Eq", "Equality", "Float", "FloatPow", "FloatTrueDiv",
    "FloorDiv", "FloorToInt", "GreaterThan", "Identity", "IntTrueDiv", "Integer",
    "IsNonOverlappingAndDenseIndicator", "LShift", "LessThan", "Max", "Min", "Mod", "ModularIndexing",
    "Mul", "Ne",
    "Not", "Or", "Piecewise", "Pow", "PowByNatural", "PythonMod", "RShift", "Rational", "RoundDecimal",
    "RoundToInt", "StrictGreaterThan", "StrictLessThan", "Symbol", "ToFloat", "TruncToFloat", "TruncToInt",
    "Unequality", "Where", "ceiling", "false", "floor", "int_oo", "oo", "sqrt", "true", "False", "True",
  ]

  /// Keywords of `Symbol` and `Float`, before `=`.
  private static let keywords: Set<String> = [
    "integer", "nonnegative", "positive", "precision", "real", "dps", "zero", "negative",
  ]

  /// What guards read of the inputs.
  private static let guardNames: Set<String> = [
    "L", "and", "dtype", "is", "len", "math", "not", "None", "or", "inf", "size", "shape", "storage_offset",
    "stride",
  ]

  /// Bytes of one expression.
  private static let limit = 1 << 16
  /// Powers and shifts in one expression.
  private static let powerLimit = 3

  /// Whether a symbolic size is made of symbols, numbers and functions of numbers alone.
  static func isExpression(_ text: [UInt8]) -> Bool { check(text, isGuard: false) }

  /// Whether a guard compares sizes and constants alone.
  static func isGuard(_ text: [UInt8]) -> Bool { check(text, isGuard: true) }

  /// An ASCII identifier: what generated source may be given as a name.
  static func isIdentifier(_ text: [UInt8]) -> Bool {
    ScriptNames.isIdentifier(String(decoding: text, as: UTF8.self))
  }

  /// A dotted path of a parameter: `layers.0.weight`. In generated source it may stand inside of quotes.
  static func isQualifiedName(_ text: [UInt8]) -> Bool {
    text.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "._-[]@<>/: ".utf8.contains(byte)
      }
    }
  }

  private static func check(_ text: [UInt8], isGuard: Bool) -> Bool {
    // Comments and continued lines end elsewhere for Python's tokenizer than here.
    let isPlain = text.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x23 && $0 != 0x5C }
    guard text.count <= limit, isPlain else { return false }
    // The loader computes powers and shifts of numbers at once.
    let source = String(decoding: text, as: UTF8.self)
    let powers = ["Pow", "LShift", "**"].reduce(0) {
      $0 + source.split(separator: $1, omittingEmptySubsequences: false).count - 1
    }
    guard powers <= powerLimit else { return false }
    let digits = powers > 0 ? 3 : 20
    var lexer = ScriptLexer(text)
    var previous: [ScriptToken] = []
    do {
      while let token = try lexer.next() {
        guard accepts(token, after: previous, lexer, digits: digits, isGuard: isGuard) else { return false }
        previous.append(token)
      }
    } catch {
      return false
    }
    return !previous.isEmpty
  }

  private static func accepts(
    _ token: ScriptToken, after previous: [ScriptToken], _ lexer: ScriptLexer, digits: Int,
    isGuard: Bool
  ) -> Bool {
    let last = previous.last
    switch token.kind {
    case .newline: return false
    case .number: return token.range.count <= digits
    case .name:
      let name = lexer.text(token)
      return functions.contains(name) || keywords.contains(name) || isSymbol(name)
        || isGuard && guardNames.contains(name)
    case .string:
      guard let content = lexer.plainText(token) else { return false }
      if isGuard, last?.kind == .punctuation(UInt8(ascii: "[")) { return true }
      guard last?.kind == .punctuation(UInt8(ascii: "(")), let callee = previous.dropLast().last else {
        return false
      }
      switch lexer.text(callee) {
      case "Symbol": return isSymbol(content)
      case "Float", "Integer": return content.utf8.allSatisfy { "0123456789.e+-".utf8.contains($0) }
      default: return false
      }
    case .punctuation(let byte):
      // SymPy takes `!` for a factorial.
      return "+-*/%(),<>=&|~".utf8.contains(byte) || isGuard && "[].!".utf8.contains(byte)
    }
  }

  /// `s0`, `u12`, `zuf3`: letters and a number, as ShapeEnv names its symbols.
  private static func isSymbol(_ name: String) -> Bool {
    let letters = name.utf8.prefix { (0x61...0x7A).contains($0) }
    let digits = name.utf8.dropFirst(letters.count)
    return (1...4).contains(letters.count) && (1...6).contains(digits.count)
      && digits.allSatisfy { (0x30...0x39).contains($0) }
  }
}
