import Pickle
import Policy

extension PickleJudge {
  /// Hands `visit` a value and the values in the containers below it, breadth first, within the limits for walks;
  /// calls and instances are visited and not entered.
  ///
  /// - Returns: whether everything was visited: false where a container was not kept or a limit was reached.
  @discardableResult
  func walk(
    _ value: SymbolicValue, _ values: borrowing ValueTable, depth: Int = PickleJudgeLimits.walkDepth,
    limit: Int = PickleJudgeLimits.walkedValues,
    _ visit: (SymbolicValue, borrowing ValueTable) -> Void
  ) -> Bool {
    var complete = true
    var visited = 0
    var level = [value]
    for remaining in stride(from: depth, through: 0, by: -1) {
      var next: [SymbolicValue] = []
      for value in level {
        guard visited < limit else { return false }
        visited += 1
        visit(value, values)
        guard value.kind.isContainer else { continue }
        guard remaining > 0, let elements = values.elements(value) else {
          complete = complete && values.elementCount(value) == 0
          continue
        }
        guard elements.count <= limit - next.count else { return false }
        next += elements
      }
      if next.isEmpty { return complete }
      level = next
    }
    return false
  }

  /// Whether a value is a constant, or a container of constants. Bytes written by `_codecs.encode`, as
  /// protocol 2 has no bytes, count as constants; nil where it could not be followed.
  mutating func isConstant(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool? {
    var calls: [SymbolicValue] = []
    var constant = true
    let complete = walk(value, values) { value, _ in
      switch value.kind {
      case .none, .true, .false, .integer, .bigInteger, .float, .string, .bytes, .bytearray, .tuple, .list,
        .dictionary, .set, .frozenSet:
        break
      case .call: calls.append(value)
      case .unknown, .global, .instance, .persistent, .extension, .buffer: constant = false
      }
    }
    for call in calls where encodedText(call, values) == nil { constant = false }
    if !constant { return false }
    return complete ? true : nil
  }

  /// The string inside `_codecs.encode(string, 'latin1')`.
  mutating func encodedText(_ value: SymbolicValue, _ values: borrowing ValueTable) -> SymbolicValue? {
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      standing(of: callee, values)?.callShape == .codecsEncode,
      let tuple = values.arguments(value), let arguments = values.elements(tuple),
      let text = arguments.first, text.kind == .string
    else { return nil }
    return text
  }
}

extension SymbolicValue.Kind {
  /// Whether the value holds others.
  var isContainer: Bool {
    switch self {
    case .tuple, .list, .dictionary, .set, .frozenSet: true
    default: false
    }
  }
}
