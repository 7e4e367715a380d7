import ByteParsing
import Findings

extension ScanPolicy {
  /// Reads `scan/<profile>.json`.
  init(parsing file: PolicyFile) throws(PolicyError) {
    let object = try file.object(required: [
      "required_layers", "required_where_supported", "review_becomes", "incomplete_becomes", "raise",
    ])
    let required = try Self.layers(object, "required_layers")
    for layer in IsolationLayer.indispensable where !required.contains(layer) {
      throw file.error(
        at: try object.value("required_layers"), "no policy may do without the layer \"\(layer.rawValue)\"")
    }
    let supported = try Self.layers(object, "required_where_supported")
    if let twice = supported.first(where: required.contains) {
      throw file.error(
        at: try object.value("required_where_supported"), "\"\(twice.rawValue)\" is required already")
    }
    let review = try Self.verdict(
      try object.value("review_becomes"), atLeast: .review, file, "\"review_becomes\"")
    let incomplete = try Self.verdict(
      try object.value("incomplete_becomes"), atLeast: .incomplete, file, "\"incomplete_becomes\"")
    guard incomplete >= review else {
      throw file.error(
        at: try object.value("incomplete_becomes"),
        "\"incomplete_becomes\" is better than \"review_becomes\"")
    }
    self.init(
      requiredLayers: required, requiredWhereSupported: supported,
      raises: try Self.raises(try object.value("raise"), file), reviewBecomes: review,
      incompleteBecomes: incomplete)
  }

  private static func layers(_ object: PolicyObject, _ key: String) throws(PolicyError) -> [IsolationLayer]
  {
    var layers: [IsolationLayer] = []
    for element in try object.array(key) {
      guard let layer = element.string.flatMap(IsolationLayer.init(exactly:)) else {
        throw object.file.error(
          at: element, "\"\(key)\" holds \(element.source), which is no isolation layer")
      }
      guard !layers.contains(layer) else {
        throw object.file.error(at: element, "\"\(key)\" holds \(element.source) twice")
      }
      layers.append(layer)
    }
    return layers
  }

  /// `{"rule.id": "verdict"}`: known rules, each worse than the catalogue says.
  private static func raises(_ json: JSONValue, _ file: PolicyFile) throws(PolicyError) -> [String: Verdict]
  {
    guard json.kind == .object else {
      throw file.error(at: json, "\"raise\" must be an object, not \(json.kind)")
    }
    var raises: [String: Verdict] = [:]
    for (key, value) in json.members {
      guard let rule = key.string.flatMap(RuleCatalog.rule), key.equals(rule.id) else {
        throw file.error(at: key, "\"raise\" names \(key.source), which is no rule")
      }
      let verdict = try verdict(value, atLeast: rule.verdict, file, "the verdict of \(rule.id)")
      guard verdict > rule.verdict else {
        throw file.error(at: value, "\(rule.id) is \(rule.verdict.name) already")
      }
      guard raises.updateValue(verdict, forKey: rule.id) == nil else {
        throw file.error(at: key, "\"raise\" names \(key.source) twice")
      }
    }
    return raises
  }

  private static func verdict(
    _ json: JSONValue, atLeast lowest: Verdict, _ file: PolicyFile, _ what: String
  ) throws(PolicyError) -> Verdict {
    guard let verdict = json.string.flatMap(Verdict.init(name:)) else {
      throw file.error(at: json, "\(what) is \(json.source), which is no verdict")
    }
    guard verdict >= lowest else {
      throw file.error(
        at: json, "\(what) is \(verdict.name), better than \(lowest.name): a policy can only raise")
    }
    return verdict
  }
}
