package import ByteParsing
package import Findings
package import Policy

/// Judges what `skops.io.load` does with a schema.json: each node's module and class by the same lists as a
/// pickle's imports, each loader by what it does with them.
///
/// Every node counts, wherever it stands and whatever identity it has: the loader takes the first of two nodes of one
/// identity for both, so two that differ are a finding.
package struct SkopsJudge {
  let table: GlobalTable
  let path: [String]
  let evidenceLimit: Int
  package private(set) var findings: [Finding] = []
  /// The members that nodes refer to, by name.
  package private(set) var files: [String: SkopsFile] = [:]
  private var reported: Set<String> = []
  /// What the first node of each identity is like.
  private var identities: [Int: Int] = [:]

  /// JSON containers inside each other that a schema may have; about three for each object of a model.
  package static let depth = 200
  /// Different findings of one schema; of those beyond, the first of each rule.
  private static let findingLimit = 500

  /// - Parameters:
  ///   - path: the containers around the schema, its own name last.
  ///   - evidenceLimit: characters of a name shown in a finding.
  package init(table: GlobalTable, path: [String], evidenceLimit: Int) {
    self.table = table
    self.path = path
    self.evidenceLimit = evidenceLimit
  }

  /// Whether a JSON value is the root of a schema: without a loader, skops stops before it imports anything.
  package static func isSchema(_ json: JSONValue) -> Bool { json.first("__loader__") != nil }

  /// Judges a whole schema, parsed within ``depth``.
  package mutating func judge(_ root: JSONValue) {
    visit(root, isRoot: true)
    guard let number = root.first("protocol")?.integer, (0...2).contains(number) else {
      report(.skopsMalformed, at: root, "The protocol is none of 0, 1 and 2.")
      return
    }
  }

  /// Judges one node and those inside it.
  ///
  /// - Returns: what it is like, equal for nodes that load the same.
  @discardableResult
  mutating func visit(_ json: JSONValue, isRoot: Bool = false) -> Int {
    guard let node = SkopsNode(json) else {
      report(.skopsMalformed, at: json, "A node is expected, not \(json.kind.rawValue).")
      return 0
    }
    var likeness = Hasher()
    likeness.combine(node.fullName)
    likeness.combine(node["__loader__"]?.string)
    checkKeys(node, isRoot: isRoot)
    if let loader = node.loader {
      judge(node, loader, &likeness)
    } else {
      report(
        .skopsUnknownLoader, at: json, "The loader \(node["__loader__"]?.source ?? "is missing").",
        evidence: node.fullName)
      judgeReference(node)
      visitEverything(in: json, &likeness)
    }
    let result = likeness.finalize()
    checkIdentity(node, result)
    return result
  }

  /// The nodes somewhere inside a value whose form is not known.
  mutating func visitEverything(in json: JSONValue, _ likeness: inout Hasher) {
    switch json.kind {
    case .object:
      for (key, value) in json.members {
        likeness.combine(key.string)
        visitAnything(value, &likeness)
      }
    case .array: for element in json.elements { visitAnything(element, &likeness) }
    default: likeness.combine(json.source)
    }
  }

  /// A node, or a value that may have nodes inside it.
  mutating func visitAnything(_ json: JSONValue, _ likeness: inout Hasher) {
    if json.first("__loader__") != nil {
      likeness.combine(visit(json))
    } else {
      visitEverything(in: json, &likeness)
    }
  }

  private static let everyKey: Set<String> = ["__class__", "__module__", "__loader__", "__id__"]
  private static let rootKeys: Set<String> = ["protocol", "_skops_version"]

  private mutating func checkKeys(_ node: SkopsNode, isRoot: Bool) {
    for key in node.repeatedKeys {
      report(.skopsMalformed, at: node.json, "A node has the key '\(key)' twice.", evidence: node.fullName)
    }
    if node.module == nil || node.name == nil, node.loader != .cached {
      report(.skopsMalformed, at: node.json, "A node has no module and class.")
    }
    guard let loader = node.loader else { return }
    for key in node.keys.sorted() where !Self.everyKey.contains(key) && !loader.keys.contains(key) {
      if isRoot, Self.rootKeys.contains(key) { continue }
      report(
        .skopsMalformed, at: node.json, "No \(loader.rawValue) has the key '\(key)'.",
        evidence: node.fullName)
    }
  }

  /// Python takes 1, 1.0 and true for one identity, so only plain integers are followed.
  private mutating func checkIdentity(_ node: SkopsNode, _ likeness: Int) {
    guard let id = node["__id__"], node.loader != .cached else { return }
    guard let number = id.integer else {
      report(.skopsMalformed, at: node.json, "The identity \(id.source) is no integer.")
      return
    }
    // The loader does not remember 0.
    guard number != 0 else { return }
    if let first = identities[number] {
      guard first != likeness else { return }
      report(
        .skopsForgedNode, at: node.json,
        "Another node has the identity \(number) too; the loader takes the first of them for both.",
        evidence: node.fullName)
    } else {
      identities[number] = likeness
    }
  }

  /// Notes that a node takes its data from a member.
  mutating func takeFile(_ node: SkopsNode, _ use: SkopsFile) {
    guard let name = node["file"]?.string else {
      report(.skopsMalformed, at: node.json, "A node names no file.", evidence: node.fullName)
      return
    }
    switch (files[name], use) {
    case (.treeNodes(let one)?, .treeNodes(let other)) where one != other:
      report(.skopsUnreviewedUse, at: node.json, "Two trees have their nodes in one member", evidence: name)
    // The stricter of two uses decides.
    case (.treeNodes?, _), (.array?, .bytes): break
    default: files[name] = use
    }
  }

  /// Records a finding, once for each rule and detail and evidence.
  mutating func report(_ rule: Rule, at json: JSONValue, _ detail: String, evidence: String = "") {
    guard reported.insert("\(rule.id) \(detail) \(evidence)").inserted else { return }
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: json.offset), detail: clipped(detail),
        evidence: clipped(evidence)), upTo: Self.findingLimit)
  }

  private func clipped(_ text: String) -> String {
    text.utf8.count <= evidenceLimit ? text : String(text.prefix(evidenceLimit)) + "…"
  }
}
