import Findings
import Formats
import Policy

// Functions, promises and byte code: what of them is code, and when it runs.
extension RJudge {
  /// Begins new code. What is written inside code that runs by itself runs with it.
  private mutating func begin(
    _ way: RCode.Way, name: String?, at index: Int, package: String?, in place: Place
  ) -> (code: Int, scope: Int) {
    var way = way
    var parent: Int?
    switch place {
    case .code(let outer, let scope, _):
      if codes[outer].way.isAutomatic { way = codes[outer].way }
      parent = scope
    case .methods: way = .method
    default: break
    }
    scopes.append(RScope(parent: parent))
    codes.append(
      RCode(
        way: way, name: name, offset: objects.object(index).offset, package: package,
        scope: scopes.count - 1))
    return (codes.count - 1, scopes.count - 1)
  }

  /// The package in whose namespace an environment is, or is inside.
  private func package(of environment: Int?) -> String? {
    var next = environment
    for _ in 0..<64 {
      guard let environment = next else { return nil }
      let resolved = objects.resolved(environment)
      switch objects.object(resolved).kind {
      case .namespace: return objects.text(of: resolved)
      case .baseNamespace, .baseEnvironment: return "base"
      case .environment: next = objects.part(.enclosure, of: resolved)
      default: return nil
      }
    }
    return nil
  }

  mutating func examineClosure(_ index: Int, _ place: Place) {
    let environment = objects.part(.tag, of: index)
    var name: String?
    var way = RCode.Way.stored
    if case .bound(let given, let when) = place { (name, way) = (given, when) }
    let (code, scope) = begin(way, name: name, at: index, package: package(of: environment), in: place)
    bindFormals(objects.part(.head, of: index), code, scope)
    visit(objects.part(.rest, of: index), .code(code, scope: scope, isFormula: false))
    visit(environment, .data)
    visit(objects.part(.attributes, of: index), .data)
  }

  /// Enters a function's parameters in its scope, and has their defaults examined.
  mutating func bindFormals(_ first: Int?, _ code: Int, _ scope: Int) {
    for pair in objects.pairs(from: first) {
      guard let value = objects.part(.head, of: pair) else { continue }
      if let name = objects.symbol(objects.part(.tag, of: pair)) {
        switch objects.object(objects.resolved(value)).kind {
        case .missing, .symbol, .call, .byteCode, .null, .closure: scopes[scope].formals.insert(name)
        // A text may still be handed on as the name of a function.
        default: scopes[scope].variables.insert(name)
        }
      }
      visit(value, .code(code, scope: scope, isFormula: false))
      visit(objects.part(.attributes, of: pair), .data)
    }
  }

  mutating func examinePromise(_ index: Int, _ place: Place) {
    let value = objects.part(.head, of: index)
    let environment = objects.part(.tag, of: index)
    let isDone = value.map { objects.object($0).kind != .unbound } ?? false
    if !isDone, let code = objects.part(.rest, of: index), isPlain(code) {
      // Nothing runs where the expression is its own value, or the name of one: an argument that was not used.
      return visitParts(of: index, .data)
    }
    let (code, scope) = begin(
      isDone ? .done : .promise, name: nil, at: index, package: package(of: environment),
      in: isDone ? .data : place)
    visit(objects.part(.rest, of: index), .code(code, scope: scope, isFormula: false))
    // The value is what the binding has.
    visit(value, place)
    visit(environment, .data)
    visit(objects.part(.attributes, of: index), .data)
  }

  /// Whether an expression is a constant, or a name under which no function that reaches outside is found.
  private func isPlain(_ code: Int) -> Bool {
    switch objects.object(objects.resolved(code)).kind {
    case .texts, .logicals, .integers, .reals, .complexes, .null, .missing: true
    case .symbol: objects.symbol(code).map { functions.verdict(attached: $0) != .deny } ?? false
    default: false
    }
  }

  mutating func examineBuiltin(_ index: Int, _ place: Place) {
    let name = objects.text(of: index) ?? ""
    switch place {
    case .code(let code, let scope, _): add(.call(name, of: nil), to: code, scope: scope, at: index)
    default:
      var way = RCode.Way.stored
      if case .bound(_, let when) = place { way = when }
      let (code, scope) = begin(way, name: name, at: index, package: nil, in: place)
      add(.call(name, of: nil), to: code, scope: scope, at: index)
    }
    visitParts(of: index, .data)
  }

  /// A symbol in code that is not in the place of a function.
  mutating func examineSymbol(_ index: Int, _ place: Place) {
    guard case .code(let code, let scope, let isFormula) = place, !isFormula,
      let name = objects.symbol(index)
    else { return }
    add(.mention(name), to: code, scope: scope, at: index)
  }

  // MARK: Byte code

  mutating func examineByteCode(_ index: Int, _ place: Place) {
    guard case .code(let code, let scope, _) = place else {
      let (code, scope) = begin(.stored, name: nil, at: index, package: nil, in: place)
      return examineByteCode(index, .code(code, scope: scope, isFormula: false))
    }
    let constants = objects.parts(of: index).filter { objects.object($0).part == .constant }
    for constant in constants { visit(constant, place) }
    visit(objects.part(.attributes, of: index), .data)
    guard let holder = objects.part(.code, of: index) else { return }
    guard let instructions = objects.instructions[holder],
      let lookups = RInstructions.functions(in: instructions)
    else {
      return add(.differs("instructions that R has not"), to: code, scope: scope, at: index)
    }
    for number in lookups {
      // R does not check the number.
      guard constants.indices.contains(number), let name = objects.symbol(constants[number]) else {
        add(.differs("a function that is no constant"), to: code, scope: scope, at: index)
        continue
      }
      if RNames.foreign.contains(name), codes[code].package.map({ functions.knows(package: $0) }) ?? false {
        continue
      }
      // The compiler puts assignment functions in place of calls that are assigned to.
      add(.call(name, of: nil), to: code, scope: scope, at: index)
    }
  }
}
