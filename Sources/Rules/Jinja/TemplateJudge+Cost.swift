import Findings
import Formats

/// What rendering a template may cost, as far as it is written down.
extension TemplateJudge {
  /// What Jinja's sandbox allows a range to be (`jinja2/sandbox.py`, `MAX_RANGE`).
  private static let rangeLimit = 100_000.0
  private static let sizeLimit = 1_000_000.0
  private static let repetitionLimit = 100_000.0

  /// How often a loop turns, where it counts; otherwise once.
  func turns(_ values: TemplateExpression) -> Double {
    guard case .call(.name("range"), let arguments) = values else { return 1 }
    return arguments.positional.compactMap { magnitude($0).map(abs) }.max() ?? 1
  }

  /// A text that is set to itself twice grows to any size in a few turns of a loop.
  mutating func checkDoubling(_ target: TemplateExpression, _ value: TemplateExpression) {
    guard let path = path(target), occurrences(of: path, in: value) > 1 else { return }
    report(.templateCost, "A text is put together of itself.", path)
  }

  private func occurrences(of wanted: String, in value: TemplateExpression) -> Int {
    switch value {
    case .binary("+", let left, let right), .binary("~", let left, let right):
      occurrences(of: wanted, in: left) + occurrences(of: wanted, in: right)
    case .filter(let inner?, _, _): occurrences(of: wanted, in: inner)
    default: path(value) == wanted ? 1 : 0
    }
  }

  private func path(_ expression: TemplateExpression) -> String? {
    switch expression {
    case .name(let name): name
    case .attribute(let value, let name), .item(let value, .text(let name)):
      path(value).map { "\($0).\(name)" }
    default: nil
    }
  }

  mutating func checkRange(_ arguments: TemplateArguments) {
    for argument in arguments.positional where abs(magnitude(argument) ?? 0) > Self.rangeLimit {
      report(.templateCost, "A loop counts further than \(Int(Self.rangeLimit)).", "range")
    }
  }

  mutating func checkWidth(_ name: String, _ arguments: TemplateArguments) {
    guard
      ["center", "ljust", "rjust", "zfill", "indent", "expandtabs", "wordwrap", "batch", "slice"].contains(
        name)
    else { return }
    for argument in arguments.all where abs(magnitude(argument) ?? 0) > Self.sizeLimit {
      report(.templateCost, "'\(name)' pads to more than a million characters.", name)
    }
  }

  mutating func checkCost(_ sign: String, _ left: TemplateExpression, _ right: TemplateExpression) {
    switch sign {
    case "*":
      let known = [magnitude(left), magnitude(right)]
      guard known.contains(where: { $0 == nil }),
        known.contains(where: { abs($0 ?? 0) > Self.repetitionLimit })
      else { return }
      report(.templateCost, "Something is repeated more than \(Int(Self.repetitionLimit)) times.", "*")
    case "**":
      guard let base = magnitude(left), let exponent = magnitude(right) else { return }
      if abs(base) > 1, exponent > 10_000 { report(.templateCost, "A power has too many digits.", "**") }
    default: return
    }
  }

  /// About how large a number is that is always the same.
  private func magnitude(_ expression: TemplateExpression) -> Double? {
    switch expression {
    case .integer(let value): return Double(value)
    // Larger than an `Int`, or with a fraction: taken for large.
    case .number: return .greatestFiniteMagnitude
    case .unary(_, let value): return magnitude(value)
    case .name(let name):
      return constants.texts(.name(name)).compactMap { Double($0) }.max()
    case .binary(let sign, let left, let right):
      guard let one = magnitude(left), let other = magnitude(right) else { return nil }
      switch sign {
      case "+", "-": return abs(one) + abs(other)
      case "*": return one * other
      case "**": return power(one, other)
      case "/", "//", "%": return one
      default: return nil
      }
    case .filter(let value?, let name, _) where ["int", "float", "abs", "round"].contains(name):
      return magnitude(value) ?? constants.texts(value).compactMap { Double($0) }.max()
    default: return nil
    }
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    guard 0..<1000 ~= exponent else { return .greatestFiniteMagnitude }
    return (0..<Int(exponent)).reduce(1.0) { product, _ in product * base }
  }
}
