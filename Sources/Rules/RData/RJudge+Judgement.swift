import Findings
import Formats
import Policy

// What the code of a file comes to.
extension RJudge {
  /// What is wrong with one piece of code.
  private struct Concerns {
    var dangerous: [String] = []
    var unknown: [String] = []
    var computed: [String] = []
    var differing: [String] = []
    /// Whether it calls functions that the file brings, or what it does not name.
    var reaches = false
    var payload: String?

    /// Calls whatever a name stands for.
    mutating func takeValue(_ name: String) {
      computed.append("the value of '\(name)'")
      reaches = true
    }
  }

  mutating func judgeCode() {
    let all = codes.map { concerns(of: $0) }
    let stored = zip(codes, all).first { !$0.way.isAutomatic && $0.way != .done && !$1.dangerous.isEmpty }
    for (code, found) in zip(codes, all) {
      report(code, found)
      // What runs by itself and calls functions of the file may call any of them.
      if code.way.isAutomatic, found.reaches, found.dangerous.isEmpty, let stored {
        report(
          .rRuns, at: code.offset,
          "\(described(code)) calls functions that the file brings, and one of them is dangerous.",
          evidence: listed(stored.1.dangerous))
      }
    }
  }

  private func described(_ code: RCode) -> String {
    let name = code.name.map { " '\($0)'" } ?? ""
    return switch code.way {
    case .promise: "An expression that runs when the value is looked at"
    case .activeBinding: "The active binding\(name), which runs when it is looked at,"
    case .startUp: "The function\(name), which R calls by itself,"
    case .method: "The function\(name), which R finds by itself or in place of its own,"
    case .stored: "The function\(name)"
    case .kept: "A call that is kept"
    case .done: "The expression of a value"
    }
  }

  private func listed(_ names: [String]) -> String {
    var seen: Set<String> = []
    let once = names.filter { seen.insert($0).inserted }
    return once.prefix(8).joined(separator: ", ") + (once.count > 8 ? ", ..." : "")
  }

  private mutating func report(_ code: RCode, _ found: Concerns) {
    let what = described(code)
    if !found.dangerous.isEmpty {
      if code.way.isAutomatic {
        report(
          .rRuns, at: code.offset, "\(what) calls what reaches outside.", evidence: listed(found.dangerous))
      } else {
        report(
          .rDangerous, at: code.offset, "\(what) calls what reaches outside.",
          evidence: listed(found.dangerous))
      }
    }
    if let payload = found.payload {
      report(.rPayload, at: code.offset, "\(what) holds \(payload).", evidence: listed(found.dangerous))
    }
    if !found.unknown.isEmpty {
      report(
        .rUnknown, at: code.offset, "\(what) calls what was not reviewed.", evidence: listed(found.unknown))
    }
    // A name that is made of others is hidden; an element that is called need not be.
    if code.way.isAutomatic, found.computed.contains(where: { $0.contains("(") }) {
      report(.rRuns, at: code.offset, "\(what) calls by a made name.", evidence: listed(found.computed))
    }
    if !found.computed.isEmpty {
      report(
        .rComputed, at: code.offset, "\(what) calls what it makes or finds by a made name.",
        evidence: listed(found.computed))
    }
    if !found.differing.isEmpty {
      report(.rByteCode, at: code.offset, "\(what) is byte code with \(listed(found.differing)).")
    }
    switch code.way {
    case .promise: report(.rPromise, at: code.offset, "An expression runs when the value is looked at.")
    case .activeBinding:
      report(
        .rActiveBinding, at: code.offset, "\(what) makes a value of its own each time.",
        evidence: code.name ?? "")
    default: break
    }
  }

  // MARK: One piece of code

  private func concerns(of code: RCode) -> Concerns {
    var found = Concerns()
    var names: Set<String> = []
    var texts: [String] = []
    for (use, scope, _) in code.uses {
      switch use {
      case .call(let name, let package):
        names.insert(name)
        judgeCall(name, of: package, scope, &found)
      case .mention(let name):
        guard code.way != .kept, code.way != .done, !isFormal(name, scope) else { continue }
        if functions.verdict(attached: name) == .deny { found.dangerous.append(name) }
        if RNames.environments.contains(name), name != ".GlobalEnv" { found.unknown.append(name) }
      case .handed(let name):
        names.insert(name)
        // A call that is kept has its values from wherever it is evaluated.
        let isOthers = code.way == .kept && !functions.isAttached(name)
        if isOthers || isValue(name, scope) {
          found.takeValue(name)
        } else {
          judgeCall(name, of: nil, scope, &found)
        }
      case .member(let name):
        if functions.verdict(attached: name) == .deny { found.dangerous.append(name) }
      case .entry(let entry, let name):
        if entries.contains(entry) || isFormal(entry, scope) { found.dangerous.append(name) }
      case .text(let text):
        texts.append(text)
        if let name = RNames.spelledCall(text) { found.dangerous.append("\(name) in a text") }
      case .computed(let what):
        found.computed.append(what)
        found.reaches = true
      case .differs(let what): found.differing.append(what)
      }
    }
    found.payload = payload(names, texts)
    return found
  }

  private func judgeCall(_ name: String, of package: String?, _ scope: Int, _ found: inout Concerns) {
    let shown = package.map { "\($0)::\(name)" } ?? name
    if package == nil, !functions.isAttached(name) {
      if isValue(name, scope) { return found.takeValue(name) }
      if isOwn(name, scope) || defined.contains(name) {
        found.reaches = true
        return
      }
    }
    switch package.map({ functions.verdict(name, of: $0) }) ?? functions.verdict(name) {
    case .deny: found.dangerous.append(shown)
    case .review: found.unknown.append(shown)
    case .allow, .apply: if package == nil, defined.contains(name) { found.reaches = true }
    case nil:
      if functions.verdict(name) == .deny {
        found.dangerous.append(shown)
      } else {
        found.unknown.append(shown)
      }
    }
  }

  private func isFormal(_ name: String, _ scope: Int) -> Bool { has(scope) { $0.formals.contains(name) } }

  /// Whether the name stands for a value of which the code does not say what it is. R passes over one that is no function,
  /// so the name of an attached function still means that.
  private func isValue(_ name: String, _ scope: Int) -> Bool {
    has(scope) { $0.formals.contains(name) || $0.variables.contains(name) }
  }

  private func isOwn(_ name: String, _ scope: Int) -> Bool { has(scope) { $0.functions.contains(name) } }

  private func has(_ scope: Int, _ test: (RScope) -> Bool) -> Bool {
    var next: Int? = scope
    while let scope = next {
      if test(scopes[scope]) { return true }
      next = scopes[scope].parent
    }
    return false
  }

  /// What no honest function does, in words.
  private func payload(_ names: Set<String>, _ texts: [String]) -> String? {
    if !names.isDisjoint(with: RNames.shells) {
      for text in texts {
        switch ShellCommand.danger(text) {
        case .remoteShell: return ShellCommand.Danger.remoteShell.words
        case .fetchesAndRuns: return ShellCommand.Danger.fetchesAndRuns.words
        case .fetches, nil: break
        }
      }
    }
    guard !names.isDisjoint(with: RNames.evaluators) else { return nil }
    let decoders = names.intersection(RNames.decoders).sorted()
    return decoders.first.map { "code that is run out of what '\($0)' gives" }
  }
}
