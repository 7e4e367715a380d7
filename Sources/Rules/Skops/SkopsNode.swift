import ByteParsing

/// How skops loads a node: the text of its `__loader__`.
///
/// All that versions 0.4 to 0.16 have, in all protocols: the file chooses the protocol, and with it the older of
/// two loaders of one name.
///
/// Source: `skops/io/_audit.py` (`get_tree`) and the `NODE_TYPE_MAPPING` of the modules beside it.
enum SkopsLoader: String {
  case array = "NdArrayNode"
  case bytearray = "BytearrayNode"
  case bytes = "BytesNode"
  case cached = "CachedNode"
  case constructor = "ConstructorFromReduceNode"
  case defaultDictionary = "DefaultDictNode"
  case deprecatedKeys = "_DictWithDeprecatedKeysNode"
  case dictionary = "DictNode"
  case dtype = "DTypeNode"
  case function = "FunctionNode"
  case json = "JsonNode"
  case list = "ListNode"
  case loss = "LossNode"
  case maskedArray = "MaskedArrayNode"
  case method = "MethodNode"
  case object = "ObjectNode"
  case operation = "OperatorFuncNode"
  case partial = "PartialNode"
  case quantileForest = "QuantileForestNode"
  case randomGenerator = "RandomGeneratorNode"
  case randomState = "RandomStateNode"
  case set = "SetNode"
  case slice = "SliceNode"
  case sparseMatrix = "SparseMatrixNode"
  case stochasticGradientLoss = "SGDNode"
  case tree = "TreeNode"
  case tuple = "TupleNode"
  case type = "TypeNode"

  /// The keys that this loader reads, besides those of every node.
  var keys: Set<String> {
    switch self {
    case .array: ["type", "file", "content", "shape"]
    case .bytes, .bytearray: ["file"]
    case .cached, .type: []
    case .dictionary: ["content", "key_types"]
    case .json: ["content", "is_json"]
    case .operation: ["attrs"]
    case .sparseMatrix: ["type", "file"]
    case .loss, .quantileForest, .stochasticGradientLoss, .tree: ["content", "__reduce__"]
    case .constructor, .defaultDictionary, .deprecatedKeys, .dtype, .function, .list, .maskedArray, .method,
      .object, .partial, .randomGenerator, .randomState, .set, .slice, .tuple:
      ["content"]
    }
  }

  /// Whether its value is something that can be called, or that was fetched by its name.
  var givesCallable: Bool {
    switch self {
    case .function, .method, .operation, .partial, .type: true
    default: false
    }
  }

  /// Whether its value is made of data alone.
  var givesData: Bool {
    switch self {
    case .array, .bytearray, .bytes, .dictionary, .json, .list, .maskedArray, .set, .slice, .sparseMatrix,
      .tuple:
      true
    default: false
    }
  }
}

/// A node of schema.json without those inside it: the object's fields by key, the last of a repeated key as in
/// Python.
struct SkopsNode {
  let json: JSONValue
  /// `__module__` and `__class__`; nil where they are no strings.
  let module: String?
  let name: String?
  /// nil where the text is no loader's.
  let loader: SkopsLoader?
  private let fields: [String: JSONValue]
  /// Keys that are there twice.
  let repeatedKeys: [String]

  /// nil for anything but an object.
  init?(_ json: JSONValue) {
    guard json.kind == .object else { return nil }
    var fields: [String: JSONValue] = [:]
    var repeated: [String] = []
    for (key, value) in json.members {
      let key = key.string ?? ""
      if fields.updateValue(value, forKey: key) != nil { repeated.append(key) }
    }
    self.json = json
    self.fields = fields
    repeatedKeys = repeated
    module = fields["__module__"]?.string
    name = fields["__class__"]?.string
    loader = fields["__loader__"]?.string.flatMap(SkopsLoader.init)
  }

  subscript(_ key: String) -> JSONValue? { fields[key] }

  var keys: some Collection<String> { fields.keys }

  /// `sklearn.tree._tree.Tree`.
  var fullName: String { "\(module ?? "?").\(name ?? "?")" }

  /// Whether it names exactly that.
  func isNamed(_ module: String, _ names: Set<String>) -> Bool {
    guard let name else { return false }
    return self.module == module && names.contains(name)
  }

  /// The fields of an object that is no node itself: `content` of a partial, of a method, of a slice.
  func fields(of key: String) -> SkopsNode? { fields[key].flatMap(SkopsNode.init) }

  /// The node under a key.
  func child(_ key: String) -> SkopsNode? { fields[key].flatMap(SkopsNode.init) }

  /// The text of a JSON node: its value, as JSON.
  var jsonText: String? { loader == .json ? self["content"]?.string : nil }
}
