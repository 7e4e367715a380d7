package import ByteParsing
package import Findings
package import Policy

/// Judges the JSON of an exported program: the operators that its graphs call, and every text that the loader evaluates
/// or writes into source.
///
/// Source: `torch/_export/serde/schema.py`, `torch/_export/serde/serialize.py`, `torch/utils/_pytree.py`.
package struct ExportedProgram {
  let operators: OperatorTable
  let path: [String]
  private var reported: Set<String> = []

  /// Findings of one document.
  private static let findingLimit = 256

  package init(operators: OperatorTable, path: [String]) {
    self.operators = operators
    self.path = path
  }

  /// Judges one document: a graph module, or the configuration of its weights.
  package mutating func judge(_ root: JSONValue, into sink: inout some ReportSink) {
    // Containers are taken from a list, so that the depth of the document costs nothing.
    var open = [root]
    while let value = open.popLast() {
      if value.kind == .array {
        open += value.elements.filter { $0.kind == .array || $0.kind == .object }
      }
      for (key, member) in value.members {
        let name = key.string ?? ""
        judge(name, member, into: &sink)
        // The metadata of a node or a graph are texts that nothing evaluates.
        if name == "metadata", isMetadata(member, of: value) { continue }
        if name == "path_name", member.string?.hasPrefix("custom_obj_") == true {
          report(
            .customObject, "payload", "An object of a registered class is restored from its state.",
            at: member,
            into: &sink)
        }
        if Self.namedValues.contains(name) { judgeKeys(member, isExpression: false, into: &sink) }
        if name == "config" { judgePaths(member, into: &sink) }
        if name == "range_constraints" { judgeKeys(member, isExpression: true, into: &sink) }
        if member.kind == .array || member.kind == .object { open.append(member) }
      }
    }
  }

  /// Whether an object holds nothing but texts, beside the target of a node or a graph. A value of the program may have
  /// the name "metadata" too.
  private func isMetadata(_ object: JSONValue, of owner: JSONValue) -> Bool {
    guard owner.first("target") != nil || owner.first("graph") != nil else { return false }
    return object.members.allSatisfy { $0.value.kind == .string }
  }

  /// The members that a payload configuration describes, and whether they are bare tensors: no pickles and no objects.
  package static func payloads(_ root: JSONValue) -> [(name: String, isTensor: Bool)] {
    guard let configuration = root.first("config") else { return [] }
    return configuration.members.compactMap { _, payload in
      guard let name = payload.first("path_name")?.string else { return nil }
      return (name, payload.first("use_pickle")?.boolean == false && !name.hasPrefix("custom_obj_"))
    }
  }

  private static let namedValues: Set<String> = [
    "tensor_values", "sym_int_values", "sym_bool_values", "sym_float_values", "custom_obj_values",
  ]

  private static let identifiers: Set<String> = ["name", "as_name"]

  private static let qualifiedNames: Set<String> = [
    "buffer_name", "custom_obj_name", "fqn", "parameter_name", "path_name", "tensor_constant_name",
    "user_input_name", "class_fqn",
  ]

  private mutating func judge(
    _ key: String, _ value: JSONValue, into sink: inout some ReportSink
  ) {
    switch key {
    case "target", "as_operator": judgeTarget(value, into: &sink)
    case "expr_str":
      evaluated(value, SymbolicText.isExpression, "a symbolic size", into: &sink)
    case "guards_code":
      for text in value.elements { evaluated(text, SymbolicText.isGuard, "a guard", into: &sink) }
    case "forward_arg_names", "field_names":
      for text in value.elements { evaluated(text, SymbolicText.isIdentifier, "a name", into: &sink) }
    case "in_spec", "out_spec": judgeTree(value, into: &sink)
    case "custom_obj", "as_custom_obj":
      report(
        .customObject, "object", "An object of a registered class is part of the program.", at: value,
        into: &sink)
    default:
      if Self.identifiers.contains(key) {
        evaluated(value, SymbolicText.isIdentifier, "a name", into: &sink)
      } else if Self.qualifiedNames.contains(key) {
        evaluated(value, SymbolicText.isQualifiedName, "a path", into: &sink)
      }
    }
    if key == "class_fqn", let name = value.string {
      report(.customObject, name, "An object of \(name) is part of the program.", at: value, into: &sink)
    }
  }

  /// The keys of a payload configuration: the paths of parameters.
  private mutating func judgePaths(_ object: JSONValue, into sink: inout some ReportSink) {
    for (key, _) in object.members {
      evaluated(key, SymbolicText.isQualifiedName, "a path", into: &sink)
    }
  }

  private mutating func judgeKeys(
    _ object: JSONValue, isExpression: Bool, into sink: inout some ReportSink
  ) {
    for (key, _) in object.members {
      let check = isExpression ? SymbolicText.isExpression : SymbolicText.isIdentifier
      evaluated(key, check, isExpression ? "a symbolic size" : "a name", into: &sink)
    }
  }

  /// A text that is evaluated must be one of those that PyTorch writes. Where no text is expected there is none.
  private mutating func evaluated(
    _ value: JSONValue, _ check: ([UInt8]) -> Bool, _ what: String, into sink: inout some ReportSink
  ) {
    guard let text = value.utf8, !text.isEmpty, !check(text) else { return }
    let shown = String(decoding: text.prefix(256), as: UTF8.self)
    report(
      .evaluatedExpression, shown, "In the place of \(what) stands other text.", at: value, into: &sink)
  }

  // MARK: operators

  /// `torch.ops.aten.add.Tensor`, `_operator.mul`, `torch.ops.higher_order.cond`, `torch.sym_max`.
  private mutating func judgeTarget(_ value: JSONValue, into sink: inout some ReportSink) {
    guard let target = value.string else { return }
    let parts = target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let named: (namespace: String, name: String)? =
      switch (parts[0], parts.count) {
      case ("torch", 4...5) where parts[1] == "ops": (parts[2], parts[3])
      case ("torch", 2): ("torch", parts[1])
      case ("_operator", 2), ("math", 2): (parts[0], parts[1])
      default: nil
      }
    guard let named, parts.allSatisfy(ScriptNames.isIdentifier) else {
      report(.foreignTarget, target, "The target \(target) is no operator.", at: value, into: &sink)
      return
    }
    let entry = operators.entry(namespace: named.namespace, name: named.name)
    switch entry?.verdict {
    case .allow?: break
    case .deny?:
      report(
        .dangerousOperator, target, "\(target) is called: \(entry?.reason ?? "")", at: value, into: &sink)
    case .review?:
      report(
        .unknownOperator, target, "\(target) is called: \(entry?.reason ?? "")", at: value, into: &sink)
    case nil where parts.count == 2:
      report(.foreignTarget, target, "The target \(target) is no operator.", at: value, into: &sink)
    case nil:
      report(.unknownOperator, target, "\(target) is on no list.", at: value, into: &sink)
    }
  }

  // MARK: trees

  /// Containers whose shape PyTorch rebuilds by itself. Others bring a function that does it.
  private static let treeTypes: Set<String> = [
    "builtins.dict", "builtins.list", "builtins.tuple", "collections.OrderedDict", "collections.deque",
    "torch.fx.immutable_collections.immutable_dict", "torch.fx.immutable_collections.immutable_list",
    "torch.return_types.max", "torch.return_types.min", "torch.return_types.sort",
    "torch.return_types.topk",
  ]

  /// A tree specification: JSON inside of the text, whose contexts are JSON once more. An object that says `__enum__`
  /// there makes the loader import the module that it names.
  private mutating func judgeTree(_ value: JSONValue, into sink: inout some ReportSink) {
    guard let text = value.utf8, !text.isEmpty else { return }
    do {
      try judgeTree(text, at: value, into: &sink)
    } catch {
      sink.record(
        Gap(at: Location(path: path, offset: value.offset), reason: "a tree specification: \(error.field)"))
    }
  }

  private mutating func judgeTree(
    _ text: [UInt8], at place: JSONValue, into sink: inout some ReportSink
  ) throws(ParseError) {
    var open = [try StrictJSON.parse(text)]
    while let value = open.popLast() {
      open += value.elements
      for (key, member) in value.members {
        if key.equals("__enum__") {
          report(
            .evaluatedExpression, "__enum__", "A tree specification makes the loader import a module.",
            at: place, into: &sink)
        }
        if key.equals("type"), let type = member.string, !Self.treeTypes.contains(type) {
          report(
            .customObject, type, "A container of the class \(type) is rebuilt.", at: place, into: &sink)
        }
        if key.equals("context"), let context = member.utf8, !context.isEmpty {
          open.append(try StrictJSON.parse(context))
        } else {
          open.append(member)
        }
      }
    }
  }

  private mutating func report(
    _ rule: Rule, _ subject: String, _ detail: String, at value: JSONValue,
    into sink: inout some ReportSink
  ) {
    let location = Location(path: path, offset: value.offset)
    guard reported.count < Self.findingLimit else {
      guard reported.insert("\(rule.id) beyond the limit").inserted else { return }
      sink.record(
        Gap(at: location, reason: "more than \(Self.findingLimit) different findings in one program"))
      sink.record(Finding(rule, at: location, detail: detail))
      return
    }
    guard reported.insert("\(rule.id) \(subject)").inserted else { return }
    sink.record(Finding(rule, at: location, detail: detail, evidence: String(subject.prefix(256))))
  }
}
