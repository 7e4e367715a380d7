import ByteParsing
import Formats
import Pickle

/// Functions that are safe with a constant that somebody has read.
extension PickleJudge {
  /// Bytes of a regular expression, and of a geometry, that are read.
  private static var patternLimit: Int { 1 << 18 }
  private static var geometryLimit: Int { 64 << 20 }

  /// `re._compile(pattern, flags)`. Where letters match in both cases, Python unfolds each range of a set, character
  /// after character, and looks up the other case of each (CPython, `_compiler.py`, `_optimize_charset`); every set with
  /// a range beyond Latin letters costs a table of 65,536 entries.
  func checkRegularExpression(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count == 2, let flags = values.integer(arguments[1]) else {
      return .unfollowed("it is not given a pattern and flags")
    }
    guard
      let pattern = values.string(arguments[0], limit: Self.patternLimit).map({ Array($0.utf8) })
        ?? constant(arguments[0], limit: Self.patternLimit, values)
    else {
      return .unfollowed("its pattern is no constant of at most \(Self.patternLimit) bytes")
    }
    guard RegularExpressionCost.isBounded(pattern, ignoresCase: flags & 2 != 0) else {
      return .unfollowed("its pattern has so many sets with wide ranges that compiling it takes long")
    }
    return .reviewed
  }

  /// `shapely.from_wkb(bytes)`.
  mutating func checkGeometry(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count == 1, arguments[0].kind == .bytes || encodedText(arguments[0], values) != nil,
      let bytes = constant(
        encodedText(arguments[0], values) ?? arguments[0], limit: Self.geometryLimit, values)
    else { return .unfollowed("it is not given the bytes of a geometry, at most \(Self.geometryLimit)") }
    return WellKnownBinary.fault(in: bytes).map { .unfollowed($0) } ?? .reviewed
  }

  private func constant(_ value: SymbolicValue, limit: Int, _ values: borrowing ValueTable) -> [UInt8]? {
    guard let input = values.decodedContents(value, limit: limit), input.count <= limit else { return nil }
    do throws(ParseError) { return try input.bytes(at: 0, count: input.count) } catch { return nil }
  }

  /// A state of numbers, and None for those that are missing.
  func checkNumbers(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    var areNumbers = true
    let complete = walk(state, values) { value, _ in
      switch value.kind {
      case .none, .true, .false, .integer, .bigInteger, .float, .tuple: break
      default: areNumbers = false
      }
    }
    return areNumbers && complete ? .reviewed : .unfollowed("its state is not made of numbers alone")
  }
}

/// What it costs to compile a regular expression.
enum RegularExpressionCost {
  private static let setLimit = 2048
  private static let rangeLimit = 4

  /// Whether it takes seconds at most.
  static func isBounded(_ pattern: [UInt8], ignoresCase: Bool) -> Bool {
    guard pattern.count(where: { $0 == UInt8(ascii: "[") }) <= setLimit else { return false }
    guard ignoresCase || maySetFlag(pattern) else { return true }
    return wideRanges(in: pattern) <= rangeLimit
  }

  /// Whether `(?i)`, `(?i:` or the like stands in it.
  private static func maySetFlag(_ pattern: [UInt8]) -> Bool {
    for index in pattern.indices.dropLast(2)
    where pattern[index] == UInt8(ascii: "(") && pattern[index + 1] == UInt8(ascii: "?") {
      let flags = pattern[(index + 2)...].prefix { 0x61...0x7A ~= $0 | 0x20 }
      if flags.contains(UInt8(ascii: "i")) { return true }
    }
    return false
  }

  /// Ranges of which one end is beyond ASCII, or is written as an escape and could be.
  private static func wideRanges(in pattern: [UInt8]) -> Int {
    pattern.indices.dropFirst().dropLast().count { index in
      pattern[index] == UInt8(ascii: "-")
        && (pattern[index - 1] >= 0x80 || pattern[index + 1] >= 0x80
          || pattern[index + 1] == UInt8(ascii: "\\"))
    }
  }
}
