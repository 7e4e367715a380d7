package import Findings
package import ByteParsing
import Formats

/// Judges a chat template: what a loader's engine would do when it renders it. Nothing is rendered.
package struct TemplateJudge {
  /// One finding, its place counted from the start of the template.
  package struct Result {
    package let rule: Rule
    package let offset: Int
    package let detail: String
    package let evidence: String
  }

  private(set) var results: [Result] = []
  private(set) var constants = TemplateConstants()
  /// Variables, loop variables and parameters of the template: names for values that nobody knows.
  private(set) var defined: Set<String> = []
  private(set) var macros: Set<String> = []
  /// Names under which the template puts values into namespaces and dictionaries, which answer to them like methods.
  private(set) var stored = StoredNames()
  let made: MadeTexts
  var offset = 0

  private static let resultLimit = 64
  static let evidenceLength = 200

  private init(_ template: Template) { made = MadeTexts(template) }

  /// Reads and judges a template.
  ///
  /// - Throws: what reading it throws.
  package static func judge(_ text: [UInt8]) throws(ParseError) -> [Result] {
    let template = try Template(parsing: text)
    var judge = TemplateJudge(template)
    // A variable may be made of variables that are set after it: in a loop, or as an attribute of a namespace.
    for _ in 0..<3 {
      for part in template.parts { judge.collect(part) }
    }
    var loops: [Double] = []
    var branches = TemplateBranches()
    for part in template.parts { judge.stored.note(part) }
    for part in template.parts {
      judge.offset = part.offset
      judge.checkNesting(part, &loops)
      judge.check(part)
      if let words = branches.take(part, judge.constants) {
        judge.report(
          .templateInstruction, "Text is added only where a message mentions '\(words)'.", words)
      }
    }
    return judge.results
  }

  mutating func report(_ rule: Rule, _ detail: String, _ evidence: String) {
    guard results.count < Self.resultLimit else { return }
    results.append(
      Result(
        rule: rule, offset: offset, detail: detail, evidence: String(evidence.prefix(Self.evidenceLength))))
  }

  // MARK: What the template defines

  private mutating func collect(_ part: Template.Part) {
    guard case .tag(let tag) = part.content else { return }
    switch tag {
    case .loop(let targets, let values, _):
      defined.formUnion(targets)
      if targets.count == 1 { constants.note(targets[0], constants.elements(values)) }
    case .assign(let targets, let value):
      for target in targets { define(target) }
      if targets.count == 1, case .name(let name) = targets[0] {
        constants.note(name, constants.texts(value))
      }
    case .block(let target?, _): defined.insert(target)
    case .macro(let name, let parameters, _):
      macros.insert(name)
      defined.formUnion(parameters)
    case .call(let parameters, _): defined.formUnion(parameters)
    case .with(let values):
      for (name, value) in values {
        defined.insert(name)
        constants.note(name, constants.texts(value))
      }
    default: break
    }
  }

  private mutating func define(_ target: TemplateExpression) {
    switch target {
    case .name(let name): defined.insert(name)
    case .sequence(let targets): targets.forEach { define($0) }
    default: break
    }
  }

  // MARK: What it does

  private static let loopLimit = 6

  /// Turns of loops inside each other, where their numbers are known.
  private static let turnLimit = 10_000_000.0

  private mutating func checkNesting(_ part: Template.Part, _ loops: inout [Double]) {
    switch part.content {
    case .tag(.loop(_, let values, _)):
      loops.append(turns(values))
      if loops.count == Self.loopLimit + 1 {
        report(.templateCost, "More than \(Self.loopLimit) loops are inside each other.", "")
      }
      if loops.reduce(1, *) > Self.turnLimit {
        report(.templateCost, "Loops inside each other turn more than \(Int(Self.turnLimit)) times.", "")
      }
    case .tag(.plain("endfor")): _ = loops.popLast()
    default: break
    }
  }

  private mutating func check(_ part: Template.Part) {
    switch part.content {
    case .text(let text): checkWords(String(decoding: text, as: UTF8.self))
    case .output(let value): check(value)
    case .tag(let tag): check(tag)
    }
  }

  private mutating func check(_ tag: TemplateTag) {
    switch tag {
    case .loop(_, let values, let condition):
      check(values)
      if let condition { check(condition) }
    case .condition(let value), .call(_, let value), .evaluate(let value): check(value)
    case .otherwise(let value): if let value { check(value) }
    case .assign(let targets, let value):
      // `ns.found = true` sets an attribute of a namespace; Jinja refuses it on anything else.
      for case .attribute(_, let name) in targets { checkAttribute(name) }
      if let target = targets.first { checkDoubling(target, value) }
      check(value)
    case .block(_, let filters): if let filters { check(filters) }
    case .macro(_, _, let defaults): defaults.forEach { check($0) }
    case .with(let values): values.forEach { check($0.1) }
    case .reference(let word, let value):
      report(.templateReference, "The template has '\(word)'.", constants.texts(value).first ?? word)
      check(value)
    case .plain: break
    }
  }

  /// What is said about the model's orders in text that the template puts out.
  mutating func checkWords(_ text: String) {
    if TemplateNames.isEscape(text) {
      report(.templateEscape, "The template spells '\(text)'.", text)
    }
    if let phrase = TemplatePhrases.order(in: text) {
      report(.templateInstruction, "The template says '\(phrase)'.", text)
    }
    if text.utf8.count > 8, TemplatePhrases.hasAddress(text) {
      report(.templateAddress, "The template's text has a web address.", text)
    }
  }
}
