/// A Jinja template, read and not rendered: its parts in the order of the text.
///
/// Source: Jinja 3.1, `jinja2/lexer.py` and `jinja2/parser.py`, with the default delimiters.
package struct Template: Sendable {
  /// A stretch of the text.
  package struct Part: Sendable {
    package enum Content: Sendable {
      /// Text that is put out as it is.
      case text([UInt8])
      /// `{{ ... }}`
      case output(TemplateExpression)
      /// `{% ... %}`
      case tag(TemplateTag)
    }

    /// Bytes from the start of the template.
    package let offset: Int
    package let content: Content
  }

  package let parts: [Part]

  /// Bytes that a template may have.
  package static let byteLimit = 4 << 20
  /// Expressions inside each other.
  package static let depthLimit = 80

  /// Whether the text has anything that a template engine would act on.
  package static func isTemplate(_ text: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    for byte in text {
      if previous == UInt8(ascii: "{"), byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%") {
        return true
      }
      previous = byte
    }
    return false
  }
}

/// What stands between `{%` and `%}`.
package enum TemplateTag: Sendable {
  case loop(targets: [String], over: TemplateExpression, condition: TemplateExpression?)
  case condition(TemplateExpression)
  /// `elif` with its condition, or `else`.
  case otherwise(TemplateExpression?)
  case assign(targets: [TemplateExpression], TemplateExpression)
  /// `{% set x %}` and `{% filter f %}`: the filters that the block's text goes through.
  case block(target: String?, filters: TemplateExpression?)
  case macro(name: String, parameters: [String], defaults: [TemplateExpression])
  /// `{% call(x) f() %}`
  case call(parameters: [String], TemplateExpression)
  case with([(String, TemplateExpression)])
  case evaluate(TemplateExpression)
  /// `include`, `import`, `from` and `extends`.
  case reference(String, TemplateExpression)
  /// A tag that has nothing to judge: `endfor`, `break`, `generation`.
  case plain(String)
}

/// An expression of a template.
package indirect enum TemplateExpression: Sendable {
  case text(String)
  case integer(Int)
  /// A number that is no `Int`.
  case number
  case boolean(Bool)
  case none
  case name(String)
  case attribute(TemplateExpression, String)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, [TemplateExpression?])
  case call(TemplateExpression, TemplateArguments)
  /// The value is nil in `{% filter f %}`.
  case filter(TemplateExpression?, String, TemplateArguments)
  case test(TemplateExpression, String, TemplateArguments)
  case unary(String, TemplateExpression)
  case binary(String, TemplateExpression, TemplateExpression)
  case conditional(TemplateExpression, then: TemplateExpression, else: TemplateExpression?)
  /// A list or a tuple.
  case sequence([TemplateExpression])
  case dictionary([(TemplateExpression, TemplateExpression)])
}

/// What a call, a filter or a test is given.
package struct TemplateArguments: Sendable {
  package var positional: [TemplateExpression] = []
  package var keyword: [(name: String, value: TemplateExpression)] = []
  /// `*x` and `**x`.
  package var spread: [TemplateExpression] = []

  package init() {}

  package var all: [TemplateExpression] { positional + keyword.map(\.value) + spread }
}

extension TemplateTag {
  /// The expressions that stand in it.
  package var expressions: [TemplateExpression] {
    switch self {
    case .loop(_, let values, let condition): [values] + [condition].compactMap(\.self)
    case .condition(let value), .call(_, let value), .evaluate(let value), .reference(_, let value): [value]
    case .otherwise(let value): [value].compactMap(\.self)
    case .assign(let targets, let value): targets + [value]
    case .block(_, let filters): [filters].compactMap(\.self)
    case .macro(_, _, let defaults): defaults
    case .with(let values): values.map(\.1)
    case .plain: []
    }
  }
}

extension TemplateExpression {
  /// The expressions that it is made of.
  package var parts: [TemplateExpression] {
    switch self {
    case .text, .integer, .number, .boolean, .none, .name: []
    case .attribute(let value, _), .unary(_, let value): [value]
    case .item(let left, let right), .binary(_, let left, let right): [left, right]
    case .slice(let value, let parts): [value] + parts.compactMap(\.self)
    case .call(let callee, let arguments): [callee] + arguments.all
    case .filter(let value, _, let arguments): [value].compactMap(\.self) + arguments.all
    case .test(let value, _, let arguments): [value] + arguments.all
    case .conditional(let condition, let then, let other): [condition, then] + [other].compactMap(\.self)
    case .sequence(let values): values
    case .dictionary(let members): members.flatMap { [$0.0, $0.1] }
    }
  }
}
