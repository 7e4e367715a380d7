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
