/// Makes files as `skops.io.dump` does: nodes in a schema.json, and the arrays beside it.
package struct SkopsBuilder {
  /// A node of the schema, as JSON text.
  package struct Node {
    package let json: String

    /// - Parameter fields: keys and JSON texts, after those that every node has.
    package init(_ loader: String, _ module: String, _ name: String, _ fields: (String, String)...) {
      let common = [
        ("__class__", "\"\(name)\""), ("__module__", "\"\(module)\""), ("__loader__", "\"\(loader)\""),
      ]
      json = Self.object(common + fields)
    }

    package static func object(_ fields: [(String, String)]) -> String {
      "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    package static func array(_ nodes: [Node]) -> String {
      "[" + nodes.map(\.json).joined(separator: ", ") + "]"
    }

    /// A value that JSON has.
    package static func value(_ json: String) -> Node {
      let quoted = json.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return Node("JsonNode", "builtins", "str", ("content", "\"\(quoted)\""), ("is_json", "true"))
    }

    package static func type(_ module: String, _ name: String) -> Node { Node("TypeNode", module, name) }

    package static func function(_ module: String, _ name: String) -> Node {
      Node("FunctionNode", module, name)
    }

    package static func tuple(_ nodes: Node...) -> Node {
      Node("TupleNode", "builtins", "tuple", ("content", array(nodes)))
    }

    package static func list(_ nodes: [Node]) -> Node {
      Node("ListNode", "builtins", "list", ("content", array(nodes)))
    }

    /// A dict of texts, or of keys that are made by other types.
    package static func dictionary(_ items: [(String, Node)], keyTypes: Node? = nil) -> Node {
      let types = keyTypes ?? list(items.map { _ in type("builtins", "str") })
      return Node(
        "DictNode", "builtins", "dict", ("content", object(items.map { ($0.0, $0.1.json) })),
        ("key_types", types.json))
    }

    /// An object with these attributes.
    package static func object(_ module: String, _ name: String, _ attributes: [(String, Node)]) -> Node {
      Node("ObjectNode", module, name, ("content", dictionary(attributes).json))
    }

    package static func array(file: String) -> Node {
      Node("NdArrayNode", "numpy", "ndarray", ("type", "\"numpy\""), ("file", "\"\(file)\""))
    }

    /// The same node with one more key.
    package func with(_ key: String, _ value: String) -> Node {
      Node(unchecked: String(json.dropLast()) + ", \"\(key)\": \(value)}")
    }

    private init(unchecked json: String) { self.json = json }
  }

  package var root: Node
  package var protocolNumber = 2
  /// Besides the schema.
  package var members: [ZIPBuilder.Member] = []

  package init(_ root: Node) { self.root = root }

  /// An estimator with one attribute.
  package init(attribute: Node) {
    root = .object(
      "sklearn.linear_model._logistic", "LogisticRegression", [("C", .value("1.0")), ("extra", attribute)])
  }

  package func schema() -> [UInt8] {
    let root = root.with("protocol", "\(protocolNumber)").with("_skops_version", "\"0.16.0\"")
    return Array(root.json.utf8)
  }

  package func build() -> [UInt8] {
    ZIPBuilder(members + [ZIPBuilder.Member("schema.json", schema())]).build()
  }
}
