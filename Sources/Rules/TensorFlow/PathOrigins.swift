import Formats

/// Where the value of a tensor that is used as a path comes from.
struct PathOrigins {
  /// A text of the graph itself.
  struct Text {
    let bytes: [UInt8]
    /// Whether the path can begin with it.
    let isFirst: Bool
  }

  private(set) var texts: [Text] = []
  /// The tensor that a loader gives the name of a checkpoint.
  private(set) var hasSaver = false
  /// A tensor that a loader gives the path of an asset.
  private(set) var hasAsset = false
  /// What whoever runs the model gives it.
  private(set) var hasInput = false
  /// What is computed, or nobody knows.
  private(set) var hasOther = false

  var isEmpty: Bool { texts.isEmpty && !hasSaver && !hasAsset && !hasInput && !hasOther }

  /// The text that leads out of the model's folder.
  var outside: [UInt8]? {
    texts.first { $0.isFirst ? PortablePath($0.bytes).leavesItsFolder : Self.climbs($0.bytes) }?.bytes
  }

  /// Whether the texts are what TensorFlow's own saver puts behind the name of a checkpoint, or in its place.
  var areSavers: Bool { texts.allSatisfy { Self.isSaverText($0.bytes) } }

  /// `model`, `part`, `_temp/part`, `_temp_4f0b…/part` (`tensorflow/python/training/saver.py`,
  /// `saved_model/…/functional_saver.py`).
  private static func isSaverText(_ bytes: [UInt8]) -> Bool {
    var text = String(decoding: bytes, as: UTF8.self)[...]
    if ["model", "part", ".part", "/part"].contains(text) { return true }
    guard text.hasPrefix("_temp"), text.hasSuffix("/part") else { return false }
    text = text.dropFirst("_temp".count).dropLast("/part".count)
    return text.allSatisfy { $0 == "_" || $0.isHexDigit }
  }

  private static func climbs(_ bytes: [UInt8]) -> Bool {
    bytes.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.contains {
      $0.elementsEqual("..".utf8)
    }
  }

  private struct Place: Hashable {
    let scope: Int
    let name: String
    let isFirst: Bool
  }

  private static let stepLimit = 20_000

  /// - Parameter inputs: names of nodes or of arguments of the scope.
  init(of inputs: [String], in scope: Int, of model: GraphModel) {
    var open = inputs.map { Place(scope: scope, name: $0, isFirst: true) }
    var seen = Set(open)
    while let place = open.popLast() {
      guard seen.count < Self.stepLimit else {
        hasOther = true
        return
      }
      for next in follow(place, model) where seen.insert(next).inserted { open.append(next) }
    }
  }

  /// Names that TensorFlow's own saver gives its tensors: `saver_filename`, `save/Const`, `save_1/filename/input`.
  private static func isSaverName(_ name: String) -> Bool {
    let parts = name.split(separator: "/").map(String.init)
    if parts.last?.hasPrefix("saver_filename") == true { return true }
    guard let index = parts.lastIndex(where: { $0 == "save" || $0.hasPrefix("save_") }) else {
      return false
    }
    let rest = parts[(index + 1)...].joined(separator: "/")
    return ["Const", "filename", "filename/input"].contains(rest)
  }

  /// Operators whose value is made of their inputs' values, and of which inputs.
  private static let passing: [String: Range<Int>] = [
    "Identity": 0..<1, "IdentityN": 0..<Int.max, "StringJoin": 0..<Int.max, "ShardedFilename": 0..<1,
    "ShardedFilespec": 0..<1, "Select": 1..<3, "SelectV2": 1..<3, "Pack": 0..<Int.max,
    "ConcatV2": 0..<Int.max,
    "Reshape": 0..<1, "ExpandDims": 0..<1, "Squeeze": 0..<1, "Switch": 0..<1, "Merge": 0..<Int.max,
    "StopGradient": 0..<1, "Fill": 1..<2, "Tile": 0..<1, "GatherV2": 0..<1, "StridedSlice": 0..<1,
    "PlaceholderWithDefault": 0..<1, "EnsureShape": 0..<1, "AsString": 0..<1, "Slice": 0..<1,
  ]

  private mutating func follow(_ place: Place, _ model: GraphModel) -> [Place] {
    let scope = model.scopes[place.scope]
    guard let node = scope.node(named: place.name) else { return followArgument(place, model) }
    let isGraph = scope.function == nil
    if isGraph, model.assets.contains(node.name) {
      hasAsset = true
      return []
    }
    let isSaver = isGraph && (model.savers.contains(node.name) || Self.isSaverName(node.name))
    switch node.operation {
    case "Const":
      hasSaver = hasSaver || isSaver
      take(node, isFirst: place.isFirst)
      return []
    case "Placeholder", "PlaceholderV2":
      if isSaver { hasSaver = true } else { hasInput = true }
      return []
    case "_Arg":
      hasInput = true
      return []
    case "ReadVariableOp": return followVariable(node, place, scope)
    default: break
    }
    hasSaver = hasSaver || isSaver
    guard let range = Self.passing[node.operation] else {
      hasOther = true
      return []
    }
    for (name, text) in node.texts where ["separator", "fill"].contains(name) && !text.isEmpty {
      texts.append(Text(bytes: text, isFirst: false))
    }
    var isFirst = place.isFirst
    return node.values.enumerated().compactMap { index, name in
      guard range.contains(index) else { return nil }
      defer { if node.operation == "StringJoin" { isFirst = isFirst && Self.isEmpty(name, in: scope) } }
      return Place(scope: place.scope, name: name, isFirst: isFirst)
    }
  }

  /// Whether a tensor is an empty text, behind which a path begins only.
  private static func isEmpty(_ name: String, in scope: GraphScope) -> Bool {
    guard let node = scope.node(named: name), node.operation == "Const" else { return false }
    return node.texts.allSatisfy(\.text.isEmpty)
  }

  private mutating func take(_ node: TensorFlowGraph.Node, isFirst: Bool) {
    if node.hasMore || node.texts.isEmpty { hasOther = true }
    for (_, text) in node.texts { texts.append(Text(bytes: text, isFirst: isFirst)) }
  }

  /// A variable is what the graph assigns it, as long as it is given to nobody else.
  private mutating func followVariable(
    _ read: TensorFlowGraph.Node, _ place: Place, _ scope: GraphScope
  ) -> [Place] {
    guard let handle = read.values.first, scope.node(named: handle)?.operation == "VarHandleOp" else {
      hasOther = true
      return []
    }
    var places: [Place] = []
    for user in scope.nodes where user.values.contains(handle) {
      switch user.operation {
      case "ReadVariableOp", "VarIsInitializedOp", "DestroyResourceOp", "DisableCopyOnRead": break
      case "AssignVariableOp" where user.values.count == 2 && user.values[0] == handle:
        places.append(Place(scope: place.scope, name: user.values[1], isFirst: place.isFirst))
      default: hasOther = true
      }
    }
    if places.isEmpty { hasOther = true }
    return places
  }

  // MARK: Arguments

  /// An argument is what the callers give, and what a loader gives the functions of a model's objects.
  private mutating func followArgument(_ place: Place, _ model: GraphModel) -> [Place] {
    let scope = model.scopes[place.scope]
    guard let function = scope.function, let number = scope.arguments.firstIndex(of: place.name) else {
      hasOther = true
      return []
    }
    var places: [Place] = []
    let sites = model.calls[function] ?? []
    for site in sites {
      let caller = model.scopes[site.scope].nodes[site.node]
      let values = caller.values
      guard let first = site.firstInput, values.indices.contains(first + number) else {
        hasOther = true
        continue
      }
      places.append(Place(scope: site.scope, name: values[first + number], isFirst: place.isFirst))
    }
    let isBound = followCapture(place, number, function, model, &places)
    if sites.isEmpty, !isBound { takeCallersArgument(function, place.name) }
    return places
  }

  /// - Returns: whether the object graph says what the argument is.
  private mutating func followCapture(
    _ place: Place, _ number: Int, _ function: String, _ model: GraphModel, _ places: inout [Place]
  ) -> Bool {
    guard let captures = model.captures[function] else { return false }
    let own = model.scopes[place.scope].arguments.count - captures.count
    guard number >= own else {
      takeCallersArgument(function, place.name)
      return true
    }
    let object = captures[number - own]
    // With several graphs nobody can say whose object it is.
    guard model.graphs == 1, model.objects.indices.contains(object),
      let graph = model.scopes.firstIndex(where: { $0.function == nil })
    else {
      hasOther = true
      return true
    }
    switch model.objects[object] {
    case .asset: hasAsset = true
    case .constant(let name): places.append(Place(scope: graph, name: name, isFirst: place.isFirst))
    case .other: hasOther = true
    }
    return true
  }

  /// What a caller outside of the graph gives: for the saver's functions, the name of a checkpoint.
  private mutating func takeCallersArgument(_ function: String, _ argument: String) {
    let isSaver =
      function.hasPrefix("__inference__traced_save") || function.hasPrefix("__inference__traced_restore")
    if isSaver || argument == "file_prefix" { hasSaver = true } else { hasInput = true }
  }
}
