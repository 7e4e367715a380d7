import Pickle
import Policy

extension PickleJudge {
  /// Whether a function is handed, at any depth, an object whose class was reviewed for being created and given its state
  /// alone, or something small that yields without end.
  ///
  /// `dict(x)` asks for `x.keys` and iterates `x`; NumPy, pandas and PyTorch make numbers of whatever lies in the lists that
  /// they are given, however deep, and ask it for its length and elements on the way. Only Python's own containers look no
  /// deeper than at the elements of their arguments' elements: `OrderedDict([[key, value]])` passes the value on.
  mutating func checkHanded(
    _ effect: Effect, by callee: Standing, _ values: borrowing ValueTable
  ) -> Judgement {
    // Where they could not be followed, that was said where they were checked.
    guard var level = values.elements(effect.operand) else { return .reviewed }
    let deepest = Self.containers.contains(callee.name) ? 1 : Int.max
    var judgement = Judgement.reviewed
    var entered: Set<UInt64> = []
    var depth = 0
    while !level.isEmpty {
      var next: [SymbolicValue] = []
      for value in level {
        judgement = judgement.merged(with: checkHanded(object: value, values))
        guard depth < deepest, value.kind.isContainer, values.elementCount(value) != 0,
          entered.insert(value.raw).inserted
        else { continue }
        guard let elements = values.elements(value), elements.count <= handedBudget else {
          return judgement.merged(with: .unfollowed("an argument is too large to be followed"))
        }
        handedBudget -= elements.count
        next += elements
      }
      level = next
      depth += 1
    }
    return judgement
  }

  /// Python's containers, which keep what they are given.
  static var containers: Set<String> {
    [
      "builtins.dict", "builtins.frozenset", "builtins.list", "builtins.set", "builtins.tuple",
      "collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
    ]
  }

  private mutating func checkHanded(object: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard object.kind == .instance || object.kind == .call else { return .reviewed }
    if yieldsWithoutEnd(object, values) {
      return .unfollowed(
        "it is handed \(evidence(object, values)), which yields without end or a great deal")
    }
    guard case .instance(let known) = origin(of: object, values) else { return .reviewed }
    _ = handed.insert(object)
    if functionHolders.contains(object) {
      return .unfollowed("it is handed an object of \(known.name) that has a function as an attribute")
    }
    if known.state.isOfKept {
      return .unfollowed("it is handed an object of \(known.name), which was reviewed for being kept alone")
    }
    if holdsUnreviewed(object, values) {
      return .unfollowed(
        "it is handed an object of \(known.name), which holds one that was reviewed for being kept alone")
    }
    return .reviewed
  }

  /// A state that a `__setstate__` of the class's own takes apart: pandas makes arrays and indexes of what it holds.
  mutating func checkHandedState(_ state: StateShape, _ effect: Effect, _ values: borrowing ValueTable)
    -> Judgement
  {
    guard state == .any || state == .treeNodes || state == .spatialTree,
      holdsUnreviewed(effect.operand, values)
    else { return .reviewed }
    return .unfollowed("its state holds an object that was reviewed for being kept alone")
  }

  /// Whether a value is, or holds at any depth, an object that no function may be handed, or more than can be followed:
  /// whoever iterates or prints the one comes to the other. Looked at when the value is handed on, for what it holds may
  /// have been put in since it was made.
  private mutating func holdsUnreviewed(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard makesUnreviewed else { return false }
    var open = [value]
    var entered: Set<UInt64> = []
    while let value = open.popLast() {
      let isObject = value.kind == .instance || value.kind == .call
      guard isObject || value.kind.isContainer, entered.insert(value.raw).inserted else { continue }
      var inner: [SymbolicValue] = []
      if isObject {
        if functionHolders.contains(value) || unreadHolders.contains(value) { return true }
        if case .instance(let known) = origin(of: value, values), known.state.isOfKept { return true }
        guard let held = contents.values(of: value) else { return true }
        inner = held + (values.arguments(value).map { [$0] } ?? [])
      } else if values.elementCount(value) != 0 {
        guard let elements = values.elements(value) else { return true }
        inner = elements
      }
      guard inner.count <= handedBudget else { return true }
      handedBudget -= inner.count
      open += inner
    }
    return false
  }

  /// `Index(count())`, `Index(ip_network('::/0'))`, `FrozenList(range(2 ** 30))`, and pandas' ranges of more than anybody
  /// counts.
  private func yieldsWithoutEnd(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let callee = values.callee(value).flatMap({ values.global($0) }) else { return false }
    if Self.endless[callee.resolvedModule]?.contains(callee.resolvedName) ?? false { return true }
    guard let operand = values.arguments(value) else { return false }
    let classes =
      [callee] + (values.elements(operand)?.first.flatMap { values.global($0) }.map { [$0] } ?? [])
    guard classes.contains(where: { $0.resolvedName == "RangeIndex" }) else { return false }
    var isBounded = true
    let complete = walk(operand, values) { value, _ in
      switch value.kind {
      case .integer, .bigInteger:
        let number = values.integer(value) ?? .max
        isBounded = isBounded && number.magnitude <= Self.allocationLimit.magnitude
      case .call, .instance, .unknown: isBounded = false
      default: break
      }
    }
    return !isBounded || !complete
  }

  private static var endless: [String: Set<String>] {
    [
      "builtins": ["range", "xrange"], "itertools": ["count"],
      "ipaddress": ["IPv4Interface", "IPv4Network", "IPv6Interface", "IPv6Network"],
    ]
  }
}

extension StateShape {
  /// Whether the object was reviewed for being kept alone.
  var isOfKept: Bool { self == .kept || self == .keptDictionary }
}

/// What objects were given as states and items.
struct ObjectContents {
  private var entries: [(value: SymbolicValue, previous: Int)] = []
  private var last: [UInt64: Int] = [:]

  /// More are not kept.
  private static let limit = 1 << 22

  mutating func add(_ value: SymbolicValue, to object: SymbolicValue) {
    guard entries.count < Self.limit else { return }
    entries.append((value, last.updateValue(entries.count, forKey: object.raw) ?? -1))
  }

  /// What the object was given; nil where that may not have been kept.
  func values(of object: SymbolicValue) -> [SymbolicValue]? {
    guard entries.count < Self.limit else { return nil }
    var result: [SymbolicValue] = []
    var index = last[object.raw] ?? -1
    while index >= 0 {
      result.append(entries[index].value)
      index = entries[index].previous
    }
    return result
  }
}
