package import ByteParsing
package import Findings
import Formats
package import Policy

/// Judges the sources of one TorchScript archive by the names that they use.
///
/// TorchScript is a language of its own, compiled from this source: there is no import, no attribute of a Python object
/// and no call but of the archive's own functions, a few builtins and native operators. So a program whose every
/// operator computes can do nothing else, and the list of operators decides.
///
/// Source: `torch/csrc/jit/serialization/import_source.cpp` and `python_print.cpp`.
package struct ScriptJudge {
  let operators: OperatorTable
  let globals: GlobalTable
  /// Names that the sources bind: functions, methods, fields and variables.
  var bound: Set<String> = []
  /// Attributes that are read or called, with the first place of each: judged when all sources are known.
  var attributes: [String: Location] = [:]
  var called: Set<String> = []
  /// What was reported, by rule and name.
  var reported: Set<String> = []

  /// Findings of one archive.
  static let findingLimit = 256
  /// Different attributes that are used in one archive.
  static let attributeLimit = 1 << 16
  /// Bytes of one source.
  package static let sourceBytes = 64 << 20

  package init(operators: OperatorTable, globals: GlobalTable) {
    self.operators = operators
    self.globals = globals
  }

  /// Reads one source and records what it uses.
  ///
  /// - Throws: where it is no TorchScript; what was found before is recorded.
  package mutating func read(
    _ source: [UInt8], path: [String], into sink: inout some ReportSink
  ) throws(ParseError) {
    let names = try ScriptBindings.names(in: source)
    bound.formUnion(names)
    var reader = ScriptReader(source, bound: names)
    while let use = try reader.next() {
      judge(use, at: Location(path: path, offset: use.offset), into: &sink)
    }
  }

  /// Judges the attributes that were used: after the last source. On a value that is no object of the file, an attribute is
  /// the operator of that name, called at once or later.
  package mutating func finish(into sink: inout some ReportSink) {
    for (name, location) in attributes.sorted(by: { $0.key < $1.key }) {
      switch operators.entry(namespace: "aten", name: name) {
      case let entry? where entry.verdict == .deny:
        let rule: Rule = bound.contains(name) ? .unknownOperator : .dangerousOperator
        report(rule, name, "\(name) is used as an attribute: \(entry.reason)", at: location, into: &sink)
      case let entry? where entry.verdict == .review && (called.contains(name) || !bound.contains(name)):
        report(
          .unknownOperator, name, "\(name) is used as an attribute: \(entry.reason)", at: location,
          into: &sink)
      case .some: break
      case nil:
        let isKnown =
          bound.contains(name) || !called.contains(name) && ScriptNames.properties.contains(name)
          || ScriptNames.nativeMethods.contains(name)
        if isKnown { continue }
        report(
          .unknownOperator, name, "the attribute \(name) is used, which no source defines", at: location,
          into: &sink)
      }
    }
  }

  private mutating func judge(_ use: ScriptUse, at location: Location, into sink: inout some ReportSink) {
    switch use.kind {
    case .operator(let namespace, let name):
      judgeOperator(namespace, name, at: location, into: &sink)
    case .attribute(let name, let isCalled):
      guard attributes[name] != nil || attributes.count < Self.attributeLimit else {
        gap("more than \(Self.attributeLimit) attributes are used", at: location, into: &sink)
        return
      }
      if isCalled { called.insert(name) }
      if attributes[name] == nil { attributes[name] = location }
    case .type(let name): judgeType(name, at: location, into: &sink)
    case .imported(let module):
      guard module != "__torch__", !module.hasPrefix("__torch__.") else { return }
      report(.scriptPython, module, "the module \(module) is imported", at: location, into: &sink)
    case .unbound(let path): judgeUnbound(path, at: location, into: &sink)
    case .loadLoop:
      report(.scriptLoop, "", "__setstate__ has a loop", at: location, into: &sink)
    case .computedAttribute:
      report(
        .unknownOperator, "getattr", "getattr is used in a shape that TorchScript does not write",
        at: location,
        into: &sink)
    }
  }

  private mutating func judgeOperator(
    _ namespace: String, _ name: String, at location: Location, into sink: inout some ReportSink
  ) {
    guard let entry = operators.entry(namespace: namespace, name: name) else {
      report(
        .unknownOperator, "\(namespace)::\(name)", "\(namespace)::\(name) is on no list", at: location,
        into: &sink)
      return
    }
    guard entry.verdict != .allow else { return }
    report(
      entry.verdict == .deny ? .dangerousOperator : .unknownOperator, "\(namespace)::\(name)",
      "\(namespace)::\(name) is used: \(entry.reason)", at: location, into: &sink)
  }

  private mutating func judgeType(
    _ name: String, at location: Location, into sink: inout some ReportSink
  ) {
    guard case .scriptExtension = globals.scriptStanding(name).kind else { return }
    report(
      .customScriptClass, name, "\(name) is a class of a native extension", at: location, into: &sink)
  }

  /// A name that nothing binds: PyTorch refuses the source. Python would not, if somebody gave it to Python.
  private mutating func judgeUnbound(
    _ path: [String], at location: Location, into sink: inout some ReportSink
  ) {
    let name = path.joined(separator: ".")
    if let reason = dangerousReason(path) {
      report(.scriptPython, name, "\(name): \(reason)", at: location, into: &sink)
    } else if path.first == "torch" || path.first == "ops" {
      report(.unknownOperator, name, "\(name) is on no list", at: location, into: &sink)
    } else {
      gap("\(name) is no name of TorchScript", at: location, into: &sink)
    }
  }

  /// What the policy says against any module and name that the path passes through, or against a builtin.
  private func dangerousReason(_ path: [String]) -> String? {
    guard path.count <= PickleJudgeLimits.nameComponents else { return "it has \(path.count) components" }
    if let first = path.first, path.count == 1 {
      // Of a standard module any name is on the list; here it must be a name that somebody wrote down.
      guard let entry = globals.entry(module: "builtins", name: first), !entry.isSafe,
        entry.list != GlobalTable.standardLibraryList
      else { return nil }
      return entry.reason
    }
    for start in path.indices {
      for cut in path.indices where cut > start {
        let module = path[start..<cut].joined(separator: ".")
        let entry = globals.entry(module: module, name: path[cut...].joined(separator: "."))
        if let entry, entry.kind == .dangerous || start == 0 && entry.kind == .deniedCall {
          return entry.reason
        }
      }
    }
    return nil
  }

  private mutating func report(
    _ rule: Rule, _ subject: String, _ detail: String, at location: Location,
    into sink: inout some ReportSink
  ) {
    guard reported.count < Self.findingLimit else {
      gap("more than \(Self.findingLimit) different findings in one program", at: location, into: &sink)
      guard reported.insert("\(rule.id) beyond the limit").inserted else { return }
      sink.record(Finding(rule, at: location, detail: "\(detail)."))
      return
    }
    guard reported.insert("\(rule.id) \(subject)").inserted else { return }
    let ended = detail.hasSuffix(".") ? detail : detail + "."
    sink.record(Finding(rule, at: location, detail: ended, evidence: String(subject.prefix(256))))
  }

  private mutating func gap(_ reason: String, at location: Location, into sink: inout some ReportSink) {
    guard reported.count < 2 * Self.findingLimit, reported.insert("gap \(reason)").inserted else { return }
    sink.record(Gap(at: location, reason: reason))
  }
}
