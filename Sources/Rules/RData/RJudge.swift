package import Findings
package import Formats
package import Policy

/// Judges the objects of a file of R: what runs when it is loaded and looked at, and what could be called.
package struct RJudge {
  let objects: RObjects
  let functions: RFunctionTable
  private let path: [String]
  package private(set) var findings: [Finding] = []

  var codes: [RCode] = []
  var scopes: [RScope] = []
  /// Names that the file gives to functions of its own.
  var defined: Set<String> = []
  /// Names that the file gives to anything and that look like entries of compiled code.
  var entries: Set<String> = []
  private var visits: [Visit] = []
  private var packages: Set<String> = []

  /// Where an object stands.
  enum Place {
    case data
    /// The bindings of an environment. `shows` where it is an object that R prints by its own functions.
    case frame(shows: Bool)
    /// The bindings of an image.
    case image
    /// A function with the name that it is bound to, and when it runs.
    case bound(String?, RCode.Way)
    /// Everything below runs that way.
    case methods
    /// In the code of that number, in a scope.
    case code(Int, scope: Int, isFormula: Bool)
  }

  struct Visit {
    let object: Int
    let place: Place
  }

  private static let useLimit = 1 << 20
  private var useCount = 0
  /// Whether more code was there than is read.
  package private(set) var isCut = false

  package init(_ objects: RObjects, functions: RFunctionTable, path: [String]) {
    self.objects = objects
    self.functions = functions
    self.path = path
  }

  mutating func report(_ rule: Rule, at offset: Int, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(rule, at: Location(path: path, offset: offset), detail: detail, evidence: evidence), upTo: 512
    )
  }

  mutating func add(_ use: RCode.Use, to code: Int, scope: Int, at object: Int) {
    guard useCount < Self.useLimit else { return isCut = true }
    useCount += 1
    codes[code].uses.append((use, scope, objects.object(object).offset))
  }

  mutating func visit(_ object: Int?, _ place: Place) {
    if let object { visits.append(Visit(object: object, place: place)) }
  }

  /// Goes through all objects, then says what they come to.
  package mutating func judge() {
    guard !objects.objects.isEmpty else { return }
    visit(0, objects.isImage ? .image : .data)
    while let next = visits.popLast() { examine(next.object, next.place) }
    judgeCode()
  }

  private mutating func examine(_ index: Int, _ place: Place) {
    let object = objects.object(index)
    switch object.kind {
    case .pairs, .dots: examinePairs(index, place)
    case .call: examineCall(index, place)
    case .closure: examineClosure(index, place)
    case .promise: examinePromise(index, place)
    case .special, .builtin: examineBuiltin(index, place)
    case .symbol, .reference, .codeReference: examineSymbol(index, place)
    case .texts, .text:
      if case .code(let code, let scope, _) = place, let text = objects.singleText(index) {
        add(.text(text), to: code, scope: scope, at: index)
      }
      visitParts(of: index, .data)
    case .environment: examineEnvironment(index, place)
    case .byteCode: examineByteCode(index, place)
    case .list, .expressions: examineList(index, place)
    case .alternative: examineAlternative(index)
    case .package, .namespace, .persistentName: examinePackage(index)
    default: visitParts(of: index, .data)
    }
  }

  /// Attributes, and texts' own, are data wherever they stand.
  func partPlace(_ part: RObjects.Part, _ place: Place) -> Place {
    part == .attributes ? .data : place
  }

  mutating func visitParts(of index: Int, _ place: Place) {
    for part in objects.parts(of: index) { visit(part, partPlace(objects.object(part).part, place)) }
  }

  // MARK: Lists and environments

  private mutating func examinePairs(_ index: Int, _ place: Place) {
    let object = objects.object(index)
    let name = objects.symbol(objects.part(.tag, of: index))
    var own = place
    switch place {
    case .frame, .image:
      if let name, let head = objects.part(.head, of: index) {
        own = bind(name, to: head, isActive: object.levels & RObjects.activeBinding != 0, place)
      } else {
        own = .data
      }
    case .data where object.levels & RObjects.activeBinding != 0: own = .bound(name, .activeBinding)
    case .bound: own = .data
    default: break
    }
    for part in objects.parts(of: index) {
      switch objects.object(part).part {
      case .head: visit(part, own)
      case .rest: visit(part, place)
      case .tag: break
      default: visit(part, .data)
      }
    }
  }

  /// What a binding makes of a value.
  private mutating func bind(_ name: String, to value: Int, isActive: Bool, _ place: Place) -> Place {
    let kind = objects.object(objects.resolved(value)).kind
    let isFunction = [.closure, .builtin, .special].contains(kind)
    if isFunction || kind == .promise { defined.insert(name) }
    if RNames.isEntry(name) { entries.insert(name) }
    if isActive { return .bound(name, .activeBinding) }
    switch place {
    case .frame(let shows):
      return .bound(name, shows && RNames.displayed.contains(name) ? .method : .stored)
    case .image:
      let offset = objects.object(value).offset
      if RNames.startUp.contains(name) {
        report(
          .rStartUp, at: offset, "R calls '\(name)' by itself if the workspace has it.", evidence: name)
        return .bound(name, .startUp)
      }
      if name.hasPrefix(".__T__") { return .methods }
      guard isFunction else {
        if ["T", "F"].contains(name), kind == .logicals {
          report(
            .rMask, at: offset, "The image binds '\(name)', which R's code takes for a truth value.",
            evidence: name)
        }
        return .bound(name, .stored)
      }
      if functions.isAttached(name) {
        report(
          .rMask, at: offset, "The image has a function named '\(name)', which hides R's own.",
          evidence: name)
        return .bound(name, .method)
      }
      return .bound(name, RNames.isMethod(name) ? .method : .stored)
    default: return .data
    }
  }

  private mutating func examineEnvironment(_ index: Int, _ place: Place) {
    let attributes = objects.pairs(from: objects.part(.attributes, of: index))
    let isClassed = attributes.contains { objects.symbol(objects.part(.tag, of: $0)) == "class" }
    for part in objects.parts(of: index) {
      switch objects.object(part).part {
      case .frame, .table:
        if case .methods = place { visit(part, .methods) } else { visit(part, .frame(shows: isClassed)) }
      default: visit(part, .data)
      }
    }
  }

  private mutating func examineList(_ index: Int, _ place: Place) {
    // `load` also takes a list with names.
    if case .image = place, let names = names(of: index) {
      let elements = objects.parts(of: index).filter { objects.object($0).part == .element }
      for (element, name) in zip(elements, names) {
        visit(element, bind(name, to: element, isActive: false, .image))
      }
      return visit(objects.part(.attributes, of: index), .data)
    }
    switch place {
    // An environment's table is a list of frames.
    case .frame, .methods, .code: visitParts(of: index, place)
    default: visitParts(of: index, .data)
    }
  }

  private func names(of index: Int) -> [String]? {
    let attributes = objects.pairs(from: objects.part(.attributes, of: index))
    guard let names = attributes.first(where: { objects.symbol(objects.part(.tag, of: $0)) == "names" }),
      let texts = objects.part(.head, of: names)
    else { return nil }
    return objects.parts(of: texts).filter { objects.object($0).part == .element }
      .map { objects.text(of: $0) ?? "" }
  }

  // MARK: What loads

  private mutating func examinePackage(_ index: Int) {
    let object = objects.object(index)
    let full = objects.text(of: index) ?? ""
    if object.kind == .persistentName {
      return report(
        .rIrregular, at: object.offset, "An object is kept elsewhere, under the name '\(full)'.",
        evidence: full)
    }
    guard packages.insert(full).inserted else { return }
    let name = full.hasPrefix("package:") ? String(full.dropFirst("package:".count)) : full
    guard RNames.isPackageName(name) else {
      return report(
        .rPackagePath, at: object.offset, "A package is named by what is no name of one.", evidence: full)
    }
    if !functions.knows(package: name) {
      report(
        .rPackage, at: object.offset, "The package '\(name)' is loaded with the object.", evidence: full)
    }
  }

  private static let alternatives: Set<String> = [
    "compact_intseq", "compact_realseq", "deferred_string", "wrap_integer", "wrap_logical", "wrap_real",
    "wrap_complex",
    "wrap_raw", "wrap_string", "wrap_list",
  ]

  private mutating func examineAlternative(_ index: Int) {
    let offset = objects.object(index).offset
    let information = objects.pairs(from: objects.part(.information, of: index))
      .map { objects.symbol(objects.part(.head, of: $0)) }
    let name = information.first.flatMap { $0 } ?? ""
    let package = information.dropFirst().first.flatMap { $0 } ?? ""
    let evidence = "\(package)::\(name)"
    if name.hasPrefix("mmap_") {
      report(
        .rFileMapping, at: offset, "A vector's elements are those of a file on the machine.",
        evidence: evidence)
    } else if package != "base" || !Self.alternatives.contains(name) {
      report(
        .rAlternative, at: offset, "A vector is made by a class of the package '\(package)'.",
        evidence: evidence)
    } else if !hasState(of: name, index) {
      report(
        .rIrregular, at: offset, "A vector is made from what its class does not expect.", evidence: evidence
      )
    }
    visitParts(of: index, .data)
  }

  /// Whether the state is one that the class of base writes: what it makes of others is not checked.
  private func hasState(of name: String, _ index: Int) -> Bool {
    guard let state = objects.part(.state, of: index) else { return true }
    let object = objects.object(state)
    func kind(_ part: RObjects.Part) -> RObjects.Kind? {
      objects.part(part, of: state).map { objects.object($0).kind }
    }
    switch name {
    case "compact_intseq", "compact_realseq": return object.kind == .reals && object.value == 3
    case "deferred_string":
      return object.kind == .pairs && [.integers, .reals, .alternative].contains(kind(.head))
        && kind(.rest) == .integers
    default:
      let parts = objects.parts(of: state).filter { objects.object($0).part == .element }
      return object.kind == .list && parts.count == 2 && objects.object(parts[1]).kind == .integers
        || object.kind == .pairs && kind(.rest) == .integers
    }
  }
}
