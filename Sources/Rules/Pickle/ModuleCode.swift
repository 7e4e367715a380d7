import ByteParsing
package import Findings
package import Formats
package import Policy

/// What is to be said of a Python module as bytecode.
///
/// A module may do more than a function that a pickle carries: libraries start programs and compile text. So the names
/// that deny carried code are told here, and what denies is what denies source: running what was decoded in the same
/// function, and commands that download something when the module is imported.
package enum ModuleCode {
  package static func judge(_ code: CodeObject, path: [String], table: GlobalTable) -> [Finding] {
    let judgement = CarriedCodeJudgement(code, table: table)
    var detail = "A module compiled from \(PythonText.plain(code.fileName, limit: 80))"
    detail += code.isReadable ? " for Python \(code.version.text)." : ", in bytecode that is not followed."
    let reached = (judgement.denied.keys.sorted() + judgement.notable).prefix(12)
    if !reached.isEmpty { detail += " It reaches for \(reached.joined(separator: ", "))." }
    var findings = [
      Finding(
        .compiledModule, at: Location(path: path, offset: 0), detail: detail,
        evidence: CodeSummary.evidence(code))
    ]
    var count = 0
    visit(code, isModule: true, &count) { code, isModule in
      guard let reason = danger(code, isModule: isModule), findings.count < 16 else { return }
      findings.append(
        Finding(
          .dangerousModule, at: Location(path: path, offset: 0),
          detail: "\(PythonText.plain(code.title, limit: 80)) \(reason).",
          evidence: CodeSummary.evidence(code)))
    }
    return findings
  }

  /// Calls `body` with every code object, the first one's class bodies counting as the module itself.
  private static func visit(
    _ code: CodeObject, isModule: Bool, _ count: inout Int, _ body: (CodeObject, Bool) -> Void
  ) {
    guard count < CarriedCodeLimits.objects else { return }
    count += 1
    body(code, isModule)
    for constant in code.constants {
      if case .code(let inner) = constant { visit(inner, isModule: false, &count, body) }
    }
  }

  private static func danger(_ code: CodeObject, isModule: Bool) -> String? {
    var own = code
    own.constants = code.constants.map { constant in
      if case .code = constant { return .none }
      return constant
    }
    let uses = own.uses()
    let calls = uses.calls.map { call in
      (
        path: PolicyPath.normalized(call.path), text: call.text,
        first: call.firstPath.map(PolicyPath.normalized) ?? ""
      )
    }
    let decoded = calls.contains { call in
      call.path == "compile" && PythonFunctions.decoders.contains { call.first.hasPrefix("\($0)()") }
    }
    let runs = calls.contains { call in
      guard call.path == "exec" || call.path == "eval" || call.path == "execfile" else { return false }
      return PythonFunctions.decoders.contains { call.first.hasPrefix("\($0)()") }
        || decoded && call.first.hasPrefix("compile")
    }
    if runs { return "runs what it decodes or unpacks" }
    for call in calls {
      guard let text = call.text else { continue }
      if PythonReach.startsProgram(call.path), let danger = ShellCommand.danger(text),
        isModule || danger == .remoteShell
      {
        return "runs \(danger.words)"
      }
    }
    return nil
  }
}
