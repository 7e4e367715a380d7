import ByteParsing
import Findings
import Policy

extension SkopsJudge {
  /// Judges what one loader does, and the nodes inside.
  mutating func judge(_ node: SkopsNode, _ loader: SkopsLoader, _ likeness: inout Hasher) {
    switch loader {
    case .json: judgeJSON(node, &likeness)
    case .bytes, .bytearray:
      judgeReference(node)
      takeFile(node, .bytes)
    case .array: judgeArray(node, &likeness)
    case .sparseMatrix:
      judgeReference(node)
      takeFile(node, .array)
      likeness.combine(node["file"]?.string)
    case .list, .set: judgeSequence(node, &likeness)
    case .tuple: judgeTuple(node, &likeness)
    case .dictionary: judgeDictionary(node, &likeness)
    case .defaultDictionary: judgeDefaultDictionary(node, &likeness)
    case .deprecatedKeys:
      judgeReference(node)
      visitParts(node, ["main", "_deprecated_key_to_new_key"], &likeness)
    case .maskedArray:
      judgeReference(node)
      visitParts(node, ["data", "mask"], &likeness)
    case .slice: judgeSlice(node, &likeness)
    case .type: judgeReference(node)
    case .function: judgeFunction(node, &likeness)
    case .partial: judgePartial(node, &likeness)
    case .method: judgeMethod(node, &likeness)
    case .operation: judgeOperation(node, &likeness)
    case .object:
      let kind = judge(node, .creates)
      if let kind { judgeState(node.child("content"), of: node, kind) }
      visitOptional(node, "content", &likeness)
    case .constructor:
      judge(node, constants(node.child("content")) ? .callsWithConstants : .calls)
      visitChild(node, "content", &likeness)
    case .tree, .loss, .stochasticGradientLoss, .quantileForest: judgeReduced(node, &likeness)
    case .dtype: judgeDtype(node, &likeness)
    case .randomState:
      judge(node, .callsWithNothing)
      // skops asks a shared generator for its state anew each time, which is data alone.
      var state = Hasher()
      visitChild(node, "content", &state)
    case .randomGenerator: judgeGenerator(node, &likeness)
    case .cached:
      likeness.combine(node["__id__"]?.source)
      report(.skopsUnreviewedUse, at: node.json, "A node stands for another one by its identity.")
    }
  }

  // MARK: nodes inside

  mutating func visitChild(_ node: SkopsNode, _ key: String, _ likeness: inout Hasher) {
    guard let child = node[key] else {
      report(.skopsMalformed, at: node.json, "A node has no '\(key)'.", evidence: node.fullName)
      return
    }
    likeness.combine(key)
    likeness.combine(visit(child))
  }

  mutating func visitOptional(_ node: SkopsNode, _ key: String, _ likeness: inout Hasher) {
    guard let child = node[key], child.kind != .null else { return }
    visitChild(node, key, &likeness)
  }

  /// The nodes of a list under `content`.
  private mutating func visitElements(_ node: SkopsNode, _ likeness: inout Hasher) {
    guard let content = node["content"], content.kind == .array else {
      report(.skopsMalformed, at: node.json, "A node has no list as its content.", evidence: node.fullName)
      return
    }
    for element in content.elements { likeness.combine(visit(element)) }
  }

  /// The nodes under the keys of a `content` that is no node; it has no other keys.
  mutating func visitParts(_ node: SkopsNode, _ keys: [String], _ likeness: inout Hasher) {
    guard let parts = node.fields(of: "content") else {
      report(.skopsMalformed, at: node.json, "A node has no content.", evidence: node.fullName)
      return
    }
    checkParts(parts, keys)
    for key in keys { visitChild(parts, key, &likeness) }
  }

  mutating func checkParts(_ parts: SkopsNode, _ keys: [String]) {
    for key in parts.keys.sorted() where !keys.contains(key) || parts.repeatedKeys.contains(key) {
      report(.skopsMalformed, at: parts.json, "A content has the key '\(key)', or has it twice.")
    }
  }

  // MARK: containers

  private mutating func judgeSequence(_ node: SkopsNode, _ likeness: inout Hasher) {
    // Python's own are called with a list that the file holds.
    if !node.isNamed("builtins", ["list", "set", "frozenset", "tuple"]) { judge(node, .calls) }
    visitElements(node, &likeness)
  }

  private mutating func judgeTuple(_ node: SkopsNode, _ likeness: inout Hasher) {
    // Any other class is called where it is a named tuple.
    if !node.isNamed("builtins", ["tuple"]) { judge(node, .calls) }
    visitElements(node, &likeness)
  }

  private mutating func judgeDictionary(_ node: SkopsNode, _ likeness: inout Hasher) {
    switch judge(node, .callsWithNothing) {
    case .safeClass(_, _, items: false)?, .safeFunction?:
      report(
        .skopsUnreviewedUse, at: node.json, "\(node.fullName) is filled with items",
        evidence: node.fullName)
    default: break
    }
    judgeKeyTypes(node)
    visitChild(node, "key_types", &likeness)
    guard let content = node["content"], content.kind == .object else {
      report(.skopsMalformed, at: node.json, "A dictionary has no content.", evidence: node.fullName)
      return
    }
    var keys: Set<String> = []
    for (key, value) in content.members {
      let name = key.string ?? ""
      likeness.combine(name)
      if !keys.insert(name).inserted {
        report(.skopsMalformed, at: value, "A dictionary has the key '\(name)' twice.")
      }
      checkAttribute(name, value)
      likeness.combine(visit(value))
    }
  }

  /// Each key's text is given to the type of its place, so only types of numbers and texts may stand there.
  private mutating func judgeKeyTypes(_ node: SkopsNode) {
    guard let types = node.child("key_types") else { return }
    let areTypes =
      types.loader == .list && types.isNamed("builtins", ["list"])
      && (types["content"]?.elements.allSatisfy(Self.isKeyType) ?? false)
    guard !areTypes else { return }
    report(
      .skopsUnreviewedUse, at: types.json,
      "The keys of a dictionary are made by calling what is no type of keys", evidence: node.fullName)
  }

  private static func isKeyType(_ json: JSONValue) -> Bool {
    guard let type = SkopsNode(json), type.loader == .type else { return false }
    return type.isNamed("builtins", keyTypes) || type.isNamed("numpy", scalarTypes)
  }

  /// A dictionary may become an object's attributes, where Python itself looks for methods of such names.
  private mutating func checkAttribute(_ name: String, _ value: JSONValue) {
    guard name.hasPrefix("__"), name.hasSuffix("__"), let child = SkopsNode(value) else { return }
    if child.loader?.givesCallable ?? false {
      report(.skopsForgedNode, at: value, "The attribute \(name) is something to call.")
    } else if !(child.loader?.givesData ?? false) {
      report(.skopsUnreviewedUse, at: value, "The attribute \(name) is an object.")
    }
  }

  private mutating func judgeDefaultDictionary(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    visitParts(node, ["main", "default_factory"], &likeness)
    guard let factory = node.fields(of: "content")?.child("default_factory") else { return }
    switch factory.loader {
    case .json: return
    case .type, .function:
      if factory.module != nil { judge(factory, .callsWithNothing) }
    default:
      report(
        .skopsUnreviewedUse, at: factory.json, "A dictionary makes its missing values by an object",
        evidence: factory.fullName)
    }
  }

  // MARK: data

  private mutating func judgeJSON(_ node: SkopsNode, _ likeness: inout Hasher) {
    if !node.isNamed("builtins", ["str"]) { judgeReference(node) }
    guard let text = node.jsonText else {
      report(.skopsMalformed, at: node.json, "A JSON node has no text.")
      return
    }
    likeness.combine(text)
  }

  private mutating func judgeSlice(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    let keys = ["start", "stop", "step"]
    guard let parts = node.fields(of: "content") else {
      report(.skopsMalformed, at: node.json, "A slice has no content.")
      return
    }
    checkParts(parts, keys)
    for key in keys {
      let value = parts[key]
      likeness.combine(value?.source)
      guard value?.kind != .object, value?.kind != .array else {
        report(.skopsMalformed, at: node.json, "The \(key) of a slice is no number.")
        continue
      }
    }
  }

  private mutating func judgeArray(_ node: SkopsNode, _ likeness: inout Hasher) {
    // An array of a subclass, or one number of an array of none.
    if !node.isNamed("numpy", ["ndarray"]), !node.isNamed("numpy", Self.scalarTypes) {
      judge(node, .calls)
    }
    switch node["type"]?.string {
    case "numpy":
      likeness.combine(node["file"]?.string)
      takeFile(node, .array)
    case "json":
      visitElements(node, &likeness)
      visitChild(node, "shape", &likeness)
    default: report(.skopsMalformed, at: node.json, "An array is neither 'numpy' nor 'json'.")
    }
  }

  private mutating func judgeDtype(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    if node.child("content")?.loader != .array {
      report(.skopsUnreviewedUse, at: node.json, "A dtype is taken from what is no array")
    }
    // skops makes an empty array anew each time.
    var array = Hasher()
    visitChild(node, "content", &array)
  }

  /// Whether a node is a tuple of JSON values.
  func constants(_ node: SkopsNode?) -> Bool {
    guard let node, node.loader == .tuple, node.isNamed("builtins", ["tuple"]) else { return false }
    return node["content"]?.elements.allSatisfy { SkopsNode($0)?.loader == .json } ?? false
  }
}
