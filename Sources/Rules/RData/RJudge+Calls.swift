import Findings
import Formats
import Policy

// Calls: which function, and what it is given.
extension RJudge {
  mutating func examineCall(_ index: Int, _ place: Place) {
    guard case .code(let code, let scope, let isFormula) = place else {
      // A call that is kept runs only where somebody evaluates it.
      let (way, name): (RCode.Way, String?) =
        if case .methods = place { (.method, nil) } else { (.kept, nil) }
      scopes.append(RScope(parent: nil))
      codes.append(
        RCode(
          way: way, name: name, offset: objects.object(index).offset, package: nil, scope: scopes.count - 1)
      )
      return examineCall(index, .code(codes.count - 1, scope: scopes.count - 1, isFormula: false))
    }
    visit(objects.part(.attributes, of: index), .data)
    guard let head = objects.part(.head, of: index) else { return }
    let arguments = objects.pairs(from: objects.part(.rest, of: index))
    for pair in arguments { visit(objects.part(.attributes, of: pair), .data) }
    var site = CallSite(index: index, code: code, scope: scope, isFormula: isFormula)
    site.values = arguments.compactMap { objects.part(.head, of: $0) }
    site.tags = arguments.map { objects.symbol(objects.part(.tag, of: $0)) }
    guard let name = objects.symbol(head) else {
      examineHead(head, site)
      return visitValues(site, from: 0)
    }
    examineNamed(name, site)
  }

  /// One call in code.
  private struct CallSite {
    let index: Int
    let code: Int
    let scope: Int
    let isFormula: Bool
    var values: [Int] = []
    var tags: [String?] = []

    var place: Place { .code(code, scope: scope, isFormula: isFormula) }
  }

  private mutating func add(_ use: RCode.Use, _ site: CallSite) {
    add(use, to: site.code, scope: site.scope, at: site.index)
  }

  private mutating func visitValues(_ site: CallSite, from first: Int) {
    for value in site.values.dropFirst(first) { visit(value, site.place) }
  }

  private mutating func examineNamed(_ name: String, _ site: CallSite) {
    switch name {
    case "function": examineFunction(site)
    case "~":
      add(.call(name, of: nil), site)
      for value in site.values { visit(value, .code(site.code, scope: site.scope, isFormula: true)) }
    case "::", ":::": examineQualified(site)
    case "$", "@":
      visit(site.values.first, site.place)
      if let member = site.values.dropFirst().first.flatMap({ objects.symbol($0) ?? objects.singleText($0) }
      ) {
        add(.member(member), site)
      } else {
        visitValues(site, from: 1)
      }
    case "[[":
      examineIndex(site)
      visitValues(site, from: 0)
    case "<-", "=", "<<-": examineAssignment(site)
    case "for":
      if let name = site.values.first.flatMap({ objects.symbol($0) }) { bind(name, from: site.scope) }
      visitValues(site, from: 1)
    default:
      if let use = foreign(name, site) {
        add(use, site)
        return visitValues(site, from: 1)
      }
      add(.call(name, of: nil), site)
      if name == "cat", writesFile(site) { add(.call("file", of: nil), site) }
      if functions.verdict(name) == .apply { examineHanded(name, site) }
      // Its own environment, without an argument, has what the code itself put there.
      if RNames.environmentMakers.contains(name), name != "environment" || !site.values.isEmpty {
        add(.computed("what '\(name)' gives"), site)
      }
      if RNames.dispatchers.contains(name) { add(.computed("what '\(name)' finds"), site) }
      visitValues(site, from: 0)
    }
  }

  /// `function(x) x` in code.
  private mutating func examineFunction(_ site: CallSite) {
    scopes.append(RScope(parent: site.scope))
    let scope = scopes.count - 1
    bindFormals(site.values.first, site.code, scope)
    visit(site.values.dropFirst().first, .code(site.code, scope: scope, isFormula: false))
    // Where it was written stands behind its body.
    for value in site.values.dropFirst(2) { visit(value, .data) }
  }

  private mutating func examineQualified(_ site: CallSite) {
    let names = site.values.map { objects.symbol($0) ?? objects.singleText($0) }
    guard names.count == 2, let package = names[0], let name = names[1] else {
      add(.computed("::"), site)
      return visitValues(site, from: 0)
    }
    add(.call(name, of: package), site)
  }

  /// An element taken by a name that the code makes.
  private mutating func examineIndex(_ site: CallSite) {
    for value in site.values.dropFirst() {
      if let name = objects.singleText(value) { add(.member(name), site) }
      if let maker = maker(value) { add(.computed("[[\(maker)(...)]]"), site) }
    }
  }

  /// The function that makes a text here; nil where none is seen.
  private func maker(_ value: Int) -> String? {
    let value = objects.resolved(value)
    guard objects.object(value).kind == .call,
      let name = objects.symbol(objects.part(.head, of: value)), RNames.textMakers.contains(name)
    else { return nil }
    return name
  }

  private mutating func examineAssignment(_ site: CallSite) {
    guard let target = site.values.first else { return }
    if let name = objects.symbol(target) {
      if RNames.isEntry(name) { entries.insert(name) }
      let value = site.values.dropFirst().first.map { objects.resolved($0) }
      if let value, objects.object(value).kind == .call,
        objects.symbol(objects.part(.head, of: value)) == "function"
      {
        scopes[site.scope].functions.insert(name)
      } else {
        bind(name, from: site.scope)
      }
    } else if let function = assignmentFunction(target) {
      add(.call(function, of: nil), site)
      visit(target, site.place)
    } else {
      visit(target, site.place)
    }
    visitValues(site, from: 1)
  }

  /// Notes that a name is given a value that may be any function: here, or with `<<-` further out.
  private mutating func bind(_ name: String, from scope: Int) {
    var next: Int? = scope
    while let scope = next {
      scopes[scope].variables.insert(name)
      next = scopes[scope].parent
    }
  }

  /// `names(x) <- y` calls `names<-`.
  private func assignmentFunction(_ target: Int) -> String? {
    let target = objects.resolved(target)
    guard objects.object(target).kind == .call, let head = objects.symbol(objects.part(.head, of: target)),
      !["$", "@", "::", ":::"].contains(head)
    else { return nil }
    return "\(head)<-"
  }

  /// A package's own function that calls the package's own compiled code: `.Call(C_logit_link, mu)`.
  private func foreign(_ name: String, _ site: CallSite) -> RCode.Use? {
    guard RNames.foreign.contains(name), let entry = site.values.first.flatMap({ objects.symbol($0) }),
      RNames.isEntry(entry), let package = codes[site.code].package, functions.knows(package: package)
    else { return nil }
    return .entry(entry, of: name)
  }

  /// `cat` with a file that is none of the console's.
  private func writesFile(_ site: CallSite) -> Bool {
    zip(site.tags, site.values).contains { tag, value in
      guard let tag, !tag.isEmpty, "file".hasPrefix(tag) else { return false }
      if objects.singleText(value) == "" { return false }
      let call = objects.resolved(value)
      guard objects.object(call).kind == .call else { return true }
      return !["stdout", "stderr"].contains(objects.symbol(objects.part(.head, of: call)))
    }
  }

  /// What is given to a function that calls functions.
  private mutating func examineHanded(_ name: String, _ site: CallSite) {
    let position = RNames.functionPosition[name]
    let tagged = site.tags.filter { !($0 ?? "").isEmpty }.count
    var untagged = 0
    for (number, value) in site.values.enumerated() {
      let tag = number < site.tags.count ? site.tags[number] ?? "" : ""
      var isFunction = !tag.isEmpty && RNames.isFunctionTag(tag)
      if tag.isEmpty {
        // Arguments with tags take places away from those without.
        isFunction = position.map { untagged...(untagged + tagged) ~= $0 } ?? false
        untagged += 1
      }
      examineHanded(value, isFunction: isFunction, to: name, site)
    }
  }

  private mutating func examineHanded(_ value: Int, isFunction: Bool, to name: String, _ site: CallSite) {
    if let text = objects.singleText(value) {
      return add(isFunction ? .handed(text) : .member(text), site)
    }
    guard isFunction else { return }
    if let symbol = objects.symbol(value) { return add(.handed(symbol), site) }
    let value = objects.resolved(value)
    switch (objects.object(value).kind, objects.symbol(objects.part(.head, of: value))) {
    case (.call, "function"), (.call, "::"), (.call, ":::"), (.closure, _), (.builtin, _), (.special, _),
      (.null, _), (.missing, _):
      return
    case (_, let maker?): add(.computed("\(name)(\(maker)(...))"), site)
    default: add(.computed("\(name)(...)"), site)
    }
  }

  /// A function that is no name: what makes it.
  private mutating func examineHead(_ head: Int, _ site: CallSite) {
    var head = objects.resolved(head)
    for _ in 0..<64 {
      guard objects.object(head).kind == .call, objects.symbol(objects.part(.head, of: head)) == "(",
        let inner = objects.pairs(from: objects.part(.rest, of: head)).first
          .flatMap({ objects.part(.head, of: $0) })
      else { break }
      head = objects.resolved(inner)
    }
    let kind = objects.object(head).kind
    switch (kind, objects.symbol(objects.part(.head, of: head))) {
    case (.call, "::"), (.call, ":::"), (.call, "$"), (.call, "@"), (.call, "function"): break
    case (.call, "[["):
      let index = objects.pairs(from: objects.part(.rest, of: head)).dropFirst().first
        .flatMap { objects.part(.head, of: $0) }
      if index.flatMap({ objects.singleText($0) }) == nil { add(.computed("[[...]]"), site) }
    case (.closure, _), (.builtin, _), (.special, _): break
    case (_, let name): add(.computed(name.map { "\($0)(...)" } ?? "a value"), site)
    }
    if let part = objects.part(.head, of: site.index) { visit(part, site.place) }
  }
}
