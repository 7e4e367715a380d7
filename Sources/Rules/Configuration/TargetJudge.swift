import Formats
package import Policy

/// What is known of a name that a configuration tells its loader to import and call: Hydra's `_target_`, NeMo's `target`
/// and `cls`, Lightning's `class_path`.
///
/// The lists are those of pickle's imports, for what is called is the same. Hydra finds a name from the front and goes on
/// through attributes, so a module inside another one is reached as well: `package.os.system`.
package enum TargetJudge: Equatable {
  case known
  /// Nobody has looked at it.
  case unknown
  /// With the reason.
  case dangerous(String)

  /// Keys whose values are such names.
  static let keys: Set<String> = [
    "_target_", "target", "cls", "class_path", "_component_", "_class_", "_recipe_",
  ]

  /// Those whose values are nothing else.
  static let certainKeys: Set<String> = ["_target_", "class_path", "_component_", "_recipe_"]

  /// Judges a dotted name.
  package static func judge(_ written: String, table: GlobalTable) -> TargetJudge {
    let name = written.split { $0 == " " || $0 == "\n" || $0 == "\t" }.joined()
    let path = PolicyPath.normalized(name.split(separator: ":").joined(separator: "."))
    let parts = path.split(separator: ".").map(String.init)
    guard let last = parts.last else { return .unknown }
    if parts.contains(where: { $0.hasPrefix("__") }) { return .dangerous("It digs in Python's internals.") }
    for start in parts.indices where start == 0 || innerModules.contains(parts[start]) {
      let rest = parts[start...].joined(separator: ".")
      let entry = PolicyPath.entry(of: PolicyPath.normalized(rest), table)
      if let entry, entry.kind == .dangerous { return .dangerous(entry.reason) }
      if CarriedCodeTable.functions.contains(PolicyPath.normalized(rest)) {
        return .dangerous("It runs code or programs.")
      }
      if start > 0, start < parts.count - 1 {
        return .dangerous("It reaches one of Python's own modules through another.")
      }
    }
    if CarriedCodeTable.attributes.contains(last) {
      return .dangerous("It starts programs or loads libraries.")
    }
    return standing(path, last, table)
  }

  private static func standing(_ path: String, _ last: String, _ table: GlobalTable) -> TargetJudge {
    if let entry = PolicyPath.entry(of: path, table) {
      switch entry.kind {
      // Reviewed for any arguments, which a configuration may give; most classes are so only for being made without.
      case .safeClass(.any, _, _), .safeClass(.constants, _, _), .safeFunction(.any, _, _): return .known
      case .safeClass, .safeFunction, .safeValue: break
      case .dangerous: return .dangerous(entry.reason)
      case .embeddedCode, .deniedCall: return executes(entry) ? .dangerous(entry.reason) : .unknown
      }
    }
    let isClass = last.first?.isUppercase ?? false
    let isKnown = prefixes.contains { path.hasPrefix($0) } && !exceptions.contains { path.hasPrefix($0) }
    return isClass && isKnown ? .known : .unknown
  }

  /// Whether the function is known to run, load or import what it is told.
  private static func executes(_ entry: GlobalEntry) -> Bool {
    [FunctionEffect.executes, .evaluates, .unpickles, .imports].contains { $0.reason == entry.reason }
  }

  /// Modules that others have as attributes, and that no configuration has a reason to reach.
  private static let innerModules: Set<String> = [
    "os", "posix", "nt", "subprocess", "builtins", "importlib", "sys", "shutil", "socket", "ctypes", "pty",
    "runpy",
    "marshal", "pickle", "webbrowser", "multiprocessing",
  ]

  /// Where classes take parts of models and settings, and nothing that is run.
  private static let prefixes = [
    "nemo.collections.", "nemo.core.", "nemo.utils.", "nemo.lightning.", "torch.nn.", "torch.optim.",
    "torch.utils.data.", "torchmetrics.", "lightning.pytorch.callbacks.", "lightning.pytorch.loggers.",
    "lightning.pytorch.strategies.", "pytorch_lightning.callbacks.", "pytorch_lightning.loggers.",
    "pytorch_lightning.strategies.", "catboost.", "lightgbm.", "xgboost.",
  ]

  private static let exceptions = ["torch.utils.data.datapipes", "nemo.utils.exec", "torch.nn.parallel"]
}
