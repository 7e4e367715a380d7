import ByteParsing
import Findings
import Policy

extension SkopsJudge {
  /// A function or ufunc by its name. Protocol 0 has the names in the content, and a node may have both.
  mutating func judgeFunction(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    guard let content = node.fields(of: "content") else { return }
    guard let module = content["module_path"]?.string, let name = content["function"]?.string else {
      report(.skopsMalformed, at: node.json, "A function has a content without its names.")
      return visitEverything(in: content.json, &likeness)
    }
    likeness.combine(module)
    likeness.combine(name)
    _ = judgeReference(module: module, name: name, at: content.json)
  }

  /// `functools.partial` over a function that is called later, with arguments nobody sees.
  mutating func judgePartial(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    visitParts(node, ["func", "args", "kwds", "namespace"], &likeness)
    guard let function = node.fields(of: "content")?.child("func") else { return }
    switch function.loader {
    case .type, .function:
      if function["content"] == nil { judge(function, .calls) } else { fallthrough }
    default:
      report(
        .skopsUnreviewedUse, at: function.json, "A partial holds what is no known function",
        evidence: function.fullName)
    }
  }

  /// A method bound to an object. Where the class that is checked is not the object's, the check is deceived
  /// (CVE-2025-54413).
  mutating func judgeMethod(_ node: SkopsNode, _ likeness: inout Hasher) {
    judgeReference(node)
    guard let content = node.fields(of: "content"), let object = content.child("obj"),
      let function = content["func"]?.string
    else {
      report(.skopsMalformed, at: node.json, "A method has no object or no name.", evidence: node.fullName)
      return visitEverything(in: node["content"] ?? node.json, &likeness)
    }
    likeness.combine(function)
    likeness.combine(visit(object.json))
    guard node.fullName == object.fullName else {
      report(
        .skopsForgedNode, at: node.json,
        "A method of \(node.fullName) is bound to an object of \(object.fullName)", evidence: function)
      return
    }
    guard !function.hasPrefix("_"), !function.isEmpty else {
      report(
        .skopsForgedNode, at: node.json, "The private method '\(function)' of \(node.fullName) is fetched",
        evidence: function)
      return
    }
    report(
      .skopsUnreviewedUse, at: node.json, "The method '\(function)' of \(node.fullName) is fetched",
      evidence: node.fullName)
  }

  /// One of operator's getters, made by calling it. Versions before 0.12 showed another module to the check than the
  /// one they called (CVE-2025-54412), and every function of operator is called at once.
  mutating func judgeOperation(_ node: SkopsNode, _ likeness: inout Hasher) {
    defer { visitChild(node, "attrs", &likeness) }
    guard node.module == "operator" else {
      judgeReference(node)
      report(
        .skopsForgedNode, at: node.json, "The function is taken from operator, whatever the module says",
        evidence: node.fullName)
      return
    }
    guard node.isNamed("operator", ["attrgetter", "itemgetter", "methodcaller"]) else {
      report(
        .skopsForgedNode, at: node.json, "\(node.fullName) is called with what the file says",
        evidence: node.fullName)
      return
    }
    guard node.name != "methodcaller", let attrs = node.child("attrs"), constants(attrs),
      attrs["content"]?.elements.allSatisfy(Self.isPublicKey) ?? false
    else {
      report(
        .skopsUnreviewedUse, at: node.json, "\(node.fullName) over names that are not plain",
        evidence: node.fullName)
      return
    }
  }

  /// Whether a JSON node is a number, or a text without private names.
  private static func isPublicKey(_ json: JSONValue) -> Bool {
    guard let text = SkopsNode(json)?.jsonText else { return false }
    return !text.utf8.contains(UInt8(ascii: "[")) && !text.utf8.contains(UInt8(ascii: "{"))
      && !text.utf8.contains(UInt8(ascii: "\\")) && !text.hasPrefix("\"_") && !text.contains("._")
  }

  /// An object that its constructor makes, and that is then given its state: trees and loss functions.
  mutating func judgeReduced(_ node: SkopsNode, _ likeness: inout Hasher) {
    let reduce = node.fields(of: "__reduce__")
    let kind = judge(node, constants(reduce?.child("args")) ? .callsWithConstants : .calls)
    if let kind { judgeState(node.child("content"), of: node, kind) }
    if let reduce {
      checkParts(reduce, ["args"])
      visitChild(reduce, "args", &likeness)
    } else {
      report(.skopsMalformed, at: node.json, "A node has no arguments.", evidence: node.fullName)
    }
    visitChild(node, "content", &likeness)
  }

  /// The state of a tree: its links are looked at when the array's member is met.
  mutating func judgeTree(_ node: SkopsNode, _ content: SkopsNode) {
    guard content.loader == .dictionary, let state = content.fields(of: "content"),
      let nodes = state.child("nodes"), nodes.loader == .array, nodes["type"]?.equals("numpy") ?? false,
      let nodeCount = state.child("node_count")?.jsonText.flatMap({ Int($0) }),
      let arguments = node.fields(of: "__reduce__")?.child("args"), arguments.loader == .tuple,
      let features = arguments["content"]?.elements.first(where: { _ in true }).flatMap(SkopsNode.init),
      let featureCount = features.jsonText.flatMap({ Int($0) })
    else {
      report(
        .skopsUnreviewedUse, at: node.json, "The nodes of a tree could not be found",
        evidence: node.fullName)
      return
    }
    takeFile(nodes, .treeNodes(SkopsTree(nodeCount: nodeCount, featureCount: featureCount)))
  }

  private static let bitGenerators: Set<String> = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]

  /// A random generator: the loader fetches the bit generator from numpy.random by a name in its state, and calls it.
  /// Before 0.16 the name is not checked.
  mutating func judgeGenerator(_ node: SkopsNode, _ likeness: inout Hasher) {
    if !node.isNamed("numpy.random._generator", ["Generator"]), !node.isNamed("numpy.random", ["Generator"])
    {
      judge(node, .calls)
    }
    guard let content = node.fields(of: "content"), let state = content["bit_generator"] else {
      report(.skopsMalformed, at: node.json, "A generator has no state.", evidence: node.fullName)
      return
    }
    checkParts(content, ["bit_generator", "seed_seq"])
    let name = Self.bitGenerator(state)
    if !Self.bitGenerators.contains(name ?? "") {
      report(
        .skopsForgedNode, at: node.json, "A generator is made by what is no bit generator",
        evidence: "numpy.random.\(name ?? "?")")
    }
    // Protocol 0 has the state as plain JSON.
    visitAnything(state, &likeness)
    visitOptional(content, "seed_seq", &likeness)
  }

  /// The name in a generator's state; nil where it is not one of the bit generators' names.
  private static func bitGenerator(_ state: JSONValue) -> String? {
    guard let node = SkopsNode(state), node.loader == .dictionary else {
      return state.first("bit_generator")?.string
    }
    let text = state.first("content")?.first("bit_generator").flatMap(SkopsNode.init)?.jsonText
    guard let text, text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count > 2 else { return nil }
    return String(text.dropFirst().dropLast())
  }
}
