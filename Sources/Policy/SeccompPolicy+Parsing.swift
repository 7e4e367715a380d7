import ByteParsing

extension PolicyBundle {
  /// The system calls of one role, without anything else of the policy being read.
  ///
  /// - Throws: also where it is missing.
  package func seccomp(_ role: String) throws(PolicyError) -> SeccompPolicy {
    let path = "seccomp/\(role).json"
    guard let file = files.first(where: { $0.path == path }) else {
      throw PolicyError(file: path, line: 0, reason: "the file is missing")
    }
    return try SeccompPolicy(parsing: PolicyFile(file))
  }
}

extension SeccompPolicy {
  /// Reads `seccomp/<role>.json`.
  init(parsing file: PolicyFile) throws(PolicyError) {
    let object = try file.object(
      required: ["role", "default", "never", "rules"], optional: ["deny_all"])
    try file.expectStem(object, "role")
    let never = try Self.never(object)
    let rules = try Self.rules(object, never: never)
    let denyAll = object.has("deny_all") ? try object.boolean("deny_all") : false
    guard rules.isEmpty == denyAll else {
      throw file.error(
        at: try object.value(denyAll ? "deny_all" : "rules"),
        denyAll
          ? "\"deny_all\" together with rules"
          : "no rules; a role that may do nothing says \"deny_all\": true")
    }
    self.init(
      file: file.path, role: file.stem, defaultAction: try object.choice("default"), never: never,
      rules: rules)
  }

  private static func never(_ object: PolicyObject) throws(PolicyError) -> [NeverCall] {
    var calls: [NeverCall] = []
    for element in try object.array("never") {
      let name = try systemCall(element, "\"never\"", object.file)
      guard !calls.contains(where: { $0.systemCall == name }) else {
        throw object.file.error(at: element, "\"never\" names \(name) twice")
      }
      calls.append(NeverCall(systemCall: name, line: element.line))
    }
    return calls
  }

  private static func rules(
    _ object: PolicyObject, never: [NeverCall]
  ) throws(PolicyError) -> [Rule] {
    let file = object.file
    var rules: [Rule] = []
    for element in try object.array("rules") {
      let entry = try PolicyObject(
        element, in: file, required: ["syscall", "action", "why"], optional: ["args"])
      let name = try systemCall(try entry.value("syscall"), "\"syscall\"", file)
      guard !never.contains(where: { $0.systemCall == name }) else {
        throw file.error(at: element, "a rule for \(name), which is on the never-list")
      }
      let arguments = try arguments(entry)
      let twin = rules.first { $0.systemCall == name && sameConditions($0.arguments, arguments) }
      guard twin == nil else {
        throw file.error(at: element, "a second rule for \(name) with the same arguments")
      }
      rules.append(
        Rule(
          systemCall: name, arguments: arguments, action: try action(entry), why: try entry.text("why"),
          line: element.line))
    }
    return rules
  }

  private static func action(_ entry: PolicyObject) throws(PolicyError) -> Action {
    let json = try entry.value("action")
    if json.equals("allow") { return .allow }
    guard json.kind == .object else {
      throw entry.file.error(
        at: json, "\"action\" must be \"allow\" or {\"errno\": NAME}, not \(json.source)")
    }
    let object = try PolicyObject(json, in: entry.file, required: ["errno"])
    let name = try object.text("errno")
    guard isIdentifier(name), name.utf8.first == UInt8(ascii: "E") else {
      throw entry.file.error(at: json, "\"\(name)\" is not the name of an error number")
    }
    return .errno(name)
  }

  private static func arguments(_ entry: PolicyObject) throws(PolicyError) -> [ArgumentCheck] {
    guard entry.has("args") else { return [] }
    let file = entry.file
    var checks: [ArgumentCheck] = []
    for element in try entry.array("args") {
      let object = try PolicyObject(
        element, in: file, required: ["arg", "op", "value", "width"], optional: ["mask"])
      let index = try object.integer("arg", in: 0...5)
      guard !checks.contains(where: { $0.argument == index }) else {
        throw file.error(at: element, "argument \(index) is compared twice in one rule")
      }
      let width = try object.integer("width", in: 32...64)
      guard width == 32 || width == 64 else {
        throw file.error(at: try object.value("width"), "\"width\" is \(width), neither 32 nor 64")
      }
      let comparison: Comparison = try object.choice("op")
      guard object.has("mask") == (comparison == .maskedEqual) else {
        throw file.error(
          at: element,
          comparison == .maskedEqual
            ? "masked_equal needs a \"mask\"" : "only masked_equal takes a \"mask\"")
      }
      checks.append(
        ArgumentCheck(
          argument: index, comparison: comparison,
          mask: object.has("mask") ? try operand("mask", of: object, width: width) : nil,
          value: try operand("value", of: object, width: width), width: width, line: element.line))
    }
    guard !checks.isEmpty else { throw file.error(at: try entry.value("args"), "\"args\" is empty") }
    return checks
  }

  private static func operand(
    _ key: String, of object: PolicyObject, width: Int
  ) throws(PolicyError) -> Operand {
    let json = try object.value(key)
    switch json.kind {
    case .number:
      return .number(UInt64(try object.integer(key, in: 0...(width == 32 ? Int(UInt32.max) : Int.max))))
    case .string:
      let name = try object.text(key)
      guard isIdentifier(name) else {
        throw object.file.error(at: json, "\"\(name)\" is not the name of a constant")
      }
      return .constant(name)
    default: throw try object.wrongType(key, "a number or the name of a constant")
    }
  }

  private static func systemCall(
    _ json: JSONValue, _ what: String, _ file: PolicyFile
  ) throws(PolicyError) -> String {
    guard let name = json.string, isIdentifier(name) else {
      throw file.error(at: json, "\(what) holds \(json.source), which is not the name of a system call")
    }
    return name
  }

  private static func sameConditions(_ left: [ArgumentCheck], _ right: [ArgumentCheck]) -> Bool {
    left.count == right.count
      && left.allSatisfy { one in
        right.contains { other in
          one.argument == other.argument && one.comparison == other.comparison && one.mask == other.mask
            && one.value == other.value && one.width == other.width
        }
      }
  }

  /// Letters, digits and `_`, no digit first, as the names of system calls and constants are.
  private static func isIdentifier(_ name: String) -> Bool {
    PolicyBundle.isPlainName(name.utf8)
      && !name.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
      && name.utf8.first.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } == false
  }
}
