import Formats
import Policy

/// What is to be said of the code that a file carries.
struct CarriedCodeJudgement {
  /// What it does that no model's function needs, each with the reason; sorted. Empty for code that only a person can
  /// judge.
  private(set) var denied: [String: String] = [:]
  /// Every path it uses that the policy calls dangerous; sorted.
  private(set) var notable: [String] = []

  /// Judges one piece of code with all code inside it.
  init(_ code: CodeObject, table: GlobalTable) {
    let uses = code.uses()
    for module in uses.imports { judgeImport(module, table) }
    for path in uses.paths { judgePath(path, table) }
    for call in uses.calls { judgeCall(call, uses, table) }
    judgeClassWalk(uses)
    // Bytecode that is no version's is not followed: its names count, used or not.
    if !code.isReadable {
      for name in EmbeddedCode.dangerous(code.allNames()) {
        denied[name] = "named by bytecode that cannot be read"
      }
    }
    if uses.isCut { notable.append("more than \(CodeUses.limit) names") }
    notable.sort()
  }

  /// Why a module or attribute that is looked up by name is denied; nil where it is not.
  static func denial(ofLookup path: String, table: GlobalTable) -> String? {
    var judgement = CarriedCodeJudgement()
    judgement.judgeImport(path, table)
    judgement.judgePath(path, table)
    let isEvaluator = ["exec", "compile", "execfile", "eval", "__import__"].contains(
      PolicyPath.normalized(path))
    return judgement.denied.first?.value ?? (isEvaluator ? "it runs text as code" : nil)
  }

  private init() {}

  /// The denied names, with what the policy says of them.
  var account: String {
    denied.sorted { $0.key < $1.key }.prefix(8).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
  }

  private mutating func deny(_ name: String, _ table: GlobalTable, _ reason: String? = nil) {
    denied[PythonText.plain(name, limit: 80)] =
      reason ?? PolicyPath.entry(of: name, table)?.reason ?? "no model's function needs it"
  }

  private mutating func judgeImport(_ module: String, _ table: GlobalTable) {
    let top = String(module.prefix { $0 != "." })
    if CarriedCodeTable.modules.contains(top) { return deny(module, table) }
    if PolicyPath.entry(of: module, table)?.kind == .dangerous {
      notable.append(PythonText.plain(module, limit: 80))
    }
  }

  private mutating func judgePath(_ written: String, _ table: GlobalTable) {
    let path = PolicyPath.normalized(written)
    let parts = path.split(separator: ".").map(String.init)
    guard let first = parts.first, let last = parts.last else { return }
    if CarriedCodeTable.attributes.contains(last) || CarriedCodeTable.functions.contains(path) {
      // `compile` and `exec` as names alone are globals of the function's own as often as builtins: judged at calls.
      if !PolicyPath.isBuiltin(path) || path.hasPrefix("__") { return deny(path, table) }
    }
    if CarriedCodeTable.unmistakable.contains(first) { return deny(path, table) }
    if let entry = PolicyPath.entry(of: path, table), entry.kind == .dangerous || entry.kind == .deniedCall,
      parts.count > 1
    {
      notable.append(PythonText.plain(path, limit: 80))
    }
  }

  private mutating func judgeCall(_ call: CodeUses.Call, _ uses: CodeUses, _ table: GlobalTable) {
    let path = PolicyPath.normalized(call.path)
    switch path {
    case "exec", "execfile", "compile": deny(path, table)
    case "eval": judgeEvaluation(call, uses, table)
    case "__import__":
      notable.append("__import__")
      if call.text == nil { deny(path, table, "it imports what is computed") }
    case "getattr":
      // With a constant name it is a path, and judged as one.
      guard call.text == nil, let object = call.firstPath.map(PolicyPath.normalized) else { return }
      let roots: Set<String> = [
        "os", "sys", "importlib", "subprocess", "ctypes", "", "builtins", "globals()",
      ]
      if roots.contains(object) || object == "__builtins__" {
        deny("getattr(\(call.firstPath ?? ""), …)", table, "it takes a computed name out of a module")
      }
    case "open", "input", "globals", "vars", "setattr", "delattr", "breakpoint": notable.append(path)
    default: break
    }
  }

  /// `eval` of what was decoded, or of text that reaches out, is an attack. Of anything else it is for a person.
  private mutating func judgeEvaluation(_ call: CodeUses.Call, _ uses: CodeUses, _ table: GlobalTable) {
    notable.append("eval")
    if let text = call.text, CarriedCodeTable.evaluatedMarks.contains(where: { text.contains($0) }) {
      return deny("eval", table, "the text it evaluates reaches out")
    }
    if CarriedCodeTable.decodes(uses) { deny("eval", table, "beside what decodes data") }
  }

  /// `().__class__.__base__.__subclasses__()`.
  private mutating func judgeClassWalk(_ uses: CodeUses) {
    for path in uses.paths where path.hasSuffix("__subclasses__") {
      let parts = path.split(separator: ".").map(String.init)
      let walks = parts.contains {
        CarriedCodeTable.classWalk.contains($0) || $0 == "object" || $0 == "type"
      }
      if walks || uses.paths.contains(where: { $0.hasSuffix(".__base__") || $0.hasSuffix(".__bases__") }) {
        denied["__subclasses__"] = "it looks for a class it was not given"
      }
    }
  }
}

/// Dotted paths as the policy's pairs of module and name.
enum PolicyPath {
  /// The path under its usual name: `posix.system` is `os.system`, `builtins.exec` is `exec`.
  static func normalized(_ path: String) -> String {
    let first = path.prefix { $0 != "." }
    guard let alias = CarriedCodeTable.aliases[String(first)] else { return path }
    let rest = path.dropFirst(first.count)
    if rest.isEmpty { return alias.isEmpty ? path : alias }
    return alias.isEmpty ? String(rest.dropFirst()) : alias + rest
  }

  static func isBuiltin(_ path: String) -> Bool { !path.contains(".") }

  /// What the policy says of a path, wherever it is cut into module and name; the longest module that it knows
  /// decides.
  static func entry(of path: String, _ table: GlobalTable) -> GlobalEntry? {
    let parts = path.split(separator: ".").map(String.init)
    guard !parts.isEmpty, parts.count <= PickleJudgeLimits.nameComponents else { return nil }
    if parts.count == 1 {
      return table.entry(module: "builtins", name: path) ?? table.entry(module: path, name: "*")
    }
    for cut in stride(from: parts.count - 1, through: 1, by: -1) {
      let module = parts[..<cut].joined(separator: ".")
      if let entry = table.entry(module: module, name: parts[cut...].joined(separator: ".")) {
        return entry
      }
    }
    return nil
  }
}

extension CodeObject {
  /// Whether its bytecode, and that of all code inside it, reads without trouble.
  var isReadable: Bool {
    var readable = isPlausible
    for constant in constants { constant.forEachCode { readable = readable && $0.isReadable } }
    return readable
  }
}
