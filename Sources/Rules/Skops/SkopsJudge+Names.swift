import ByteParsing
import Findings
import Policy

/// What a loader does with the class it has fetched.
enum SkopsUse: String {
  case creates = "created without arguments"
  case calls = "called with what the file says"
  case callsWithConstants = "called with constants"
  case callsWithNothing = "called without arguments"
}

extension SkopsJudge {
  /// Judges a module and a class that are imported and fetched, whatever is done with them.
  ///
  /// skops imports the module as it is written and fetches one attribute; nothing is mapped from Python 2's names and
  /// no dots are followed.
  ///
  /// - Returns: what they are, where that is known and not dangerous.
  @discardableResult
  mutating func judgeReference(_ node: SkopsNode) -> Standing? {
    guard let module = node.module, let name = node.name else { return nil }
    return judgeReference(module: module, name: name, at: node.json)
  }

  mutating func judgeReference(module: String, name: String, at json: JSONValue) -> Standing? {
    let standing = table.standing(module: module, name: name, profile: .plain)
    switch standing.kind {
    case .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue): return standing
    case .listed(.dangerous), .walk:
      report(
        .skopsDangerousName, at: json, "\(standing.name): \(standing.reason)", evidence: standing.name)
      return nil
    case .listed(.deniedCall), .listed(.embeddedCode):
      report(
        .skopsUnknownName, at: json,
        "\(standing.name) belongs to a reviewed library and is not among its safe names",
        evidence: standing.name)
      return standing
    case .unknown, .scriptType, .scriptExtension:
      report(.skopsUnknownName, at: json, "\(standing.name) is on no list", evidence: standing.name)
      return nil
    }
  }

  /// Judges a class that the loader creates or calls at once.
  ///
  /// - Returns: the entry of a class or function that may be used so.
  @discardableResult
  mutating func judge(_ node: SkopsNode, _ use: SkopsUse) -> GlobalEntry.Kind? {
    guard let standing = judgeReference(node) else { return nil }
    guard case .listed(let kind) = standing.kind else { return nil }
    switch kind {
    case .safeClass(let shape, _, _) where Self.allows(shape, use): return kind
    case .safeFunction(let shape, _, _)
    where use != .creates && shape != .created && Self.allows(shape, use):
      return kind
    case .deniedCall, .embeddedCode, .dangerous:
      report(
        .skopsLibraryCall, at: node.json, "\(standing.name) is \(use.rawValue)", evidence: standing.name)
    case .safeClass, .safeFunction, .safeValue:
      report(
        .skopsUnreviewedUse, at: node.json, "\(standing.name) is \(use.rawValue)", evidence: standing.name)
    }
    return nil
  }

  /// Whether a callee reviewed with that shape may be used so.
  private static func allows(_ shape: CallShape, _ use: SkopsUse) -> Bool {
    switch (shape, use) {
    case (.any, _): true
    case (.constants, .creates), (.constants, .callsWithConstants), (.constants, .callsWithNothing): true
    case (.bounded, .creates), (.bounded, .callsWithNothing): true
    case (.none, .creates), (.none, .callsWithNothing): true
    case (.created, .creates): true
    default: false
    }
  }

  /// Judges the state that an object of a known class is given: by `__setstate__`, or into its attributes.
  mutating func judgeState(_ content: SkopsNode?, of node: SkopsNode, _ kind: GlobalEntry.Kind) {
    guard let content else { return }
    let shape: StateShape
    switch kind {
    case .safeClass(_, let state, _), .safeFunction(_, let state, _): shape = state
    case .safeValue, .dangerous, .deniedCall, .embeddedCode: return
    }
    if Self.isNothing(content) { return }
    switch shape {
    case .any: return
    case .treeNodes where node.loader == .tree: judgeTree(node, content)
    case .dictionary where content.loader == .dictionary && content.isNamed("builtins", ["dict"]): return
    default:
      report(
        .skopsUnreviewedUse, at: content.json,
        "\(node.fullName) is given a state that its own files do not have", evidence: node.fullName)
    }
  }

  /// Whether a state is one that no loader sets: None or an empty container.
  private static func isNothing(_ content: SkopsNode) -> Bool {
    switch content.loader {
    case .json: return content.jsonText == "null"
    case .dictionary, .tuple, .list: return content["content"]?.isEmpty ?? false
    default: return false
    }
  }

  /// NumPy's types of one number, text or time; the loader calls them with an array, or with a key's text.
  static let scalarTypes: Set<String> = [
    "bool", "bool_", "bytes_", "complex128", "complex64", "datetime64", "float16", "float32", "float64",
    "int16",
    "int32", "int64", "int8", "intc", "intp", "longdouble", "longlong", "str_", "timedelta64", "uint16",
    "uint32",
    "uint64", "uint8", "uintc", "uintp", "ulonglong",
  ]

  static let keyTypes: Set<String> = ["bool", "float", "int", "str"]
}
