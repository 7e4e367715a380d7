import Findings
import Pickle

/// What is known of code that picklers such as cloudpickle and dill store.
enum EmbeddedCode {
  /// Whether that constructor makes a class, or looks one of Python's own up: cloudpickle's `_builtin_type`, dill's
  /// `_load_type`, and both ones' makers of classes. Everything else makes functions, cells and the like.
  static func makesType(_ name: String) -> Bool {
    typeMakers.contains { name.hasSuffix(".\($0)") }
  }

  private static let typeMakers = [
    "_builtin_type", "_load_type", "_create_type", "_make_skeleton_class", "_make_skeleton_enum",
    "_rehydrate_skeleton_class", "_create_namedtuple", "_make_typevar",
  ]

  /// Whether that constructor finds a module, a type or an attribute of the loading program by its name, rather than
  /// making something new: what is done to its result is done to the program.
  static func finds(_ name: String) -> Bool {
    finders.contains { name.hasSuffix(".\($0)") }
  }

  private static let finders = [
    "_builtin_type", "_load_type", "_import_module", "_get_attr", "subimport", "__main__",
  ]

  /// Whether that function finds a module or one of its attributes by its name, which is then used by carried code.
  static func looksUp(_ name: String) -> Bool {
    finders.contains { name.hasSuffix(".\($0)") } || name.hasSuffix("._get_module_attr")
      || name.hasSuffix("._getattribute")
  }

  /// Whether that constructor, or the type of that name, makes a code object.
  static func makesCode(_ name: String) -> Bool {
    ["._create_code", ".CodeType", ".code", "._make_skel_func"].contains { name.hasSuffix($0) }
  }

  /// Whether the function changes what it is given, or evaluates and opens what it is told: honest only on what the
  /// pickler has made itself.
  static func reachesFurther(_ name: String) -> Bool { farReaching.contains { name.hasSuffix($0) } }

  private static let farReaching = [
    "builtins.setattr", "._setattr", "._setitems", "._eval_repr", "._create_filehandle",
    "._restore_modules", ".__new__", "._generate_next_value_",
  ]

  /// Whether that function gives a decorator, which only keeps the function it is called on.
  static func makesDecorator(_ name: String) -> Bool { decorators.contains(name) }

  private static let decorators: Set<String> = ["functools.lru_cache", "_functools.lru_cache"]

  /// Names that dill sets on a class it looks up instead of making it: a text there changes nothing else.
  static let describingNames: Set<String> = ["__doc__", "__module__", "__name__", "__qualname__"]

  /// Names that a function uses only to run, fetch or reach something. Words that models' own methods have too
  /// (`eval`, `compile`, `run`, `open`) are not here; `system` alone is `platform.system`.
  static let dangerousNames: Set<String> = [
    "Popen", "__builtins__", "__import__", "__subclasses__", "check_call", "check_output",
    "create_connection", "ctypes", "exec", "execv", "execve", "execvp", "fork_exec", "getoutput",
    "import_module",
    "marshal", "popen", "posix", "posix_spawn", "pty", "socket", "spawnl", "spawnv", "subprocess",
    "urlopen",
    "urllib",
  ]

  /// Pairs that are dangerous together.
  static let dangerousPairs: [(String, String)] = [("os", "system"), ("nt", "system"), ("os", "fork")]

  /// Whether a name alone reaches programs or code.
  static func reaches(_ name: String) -> Bool {
    dangerousNames.contains(name) || ["compile", "eval", "fork", "system"].contains(name)
  }

  /// The dangerous ones among the names that code uses, sorted.
  static func dangerous(_ names: Set<String>) -> [String] {
    var found = names.intersection(dangerousNames)
    for (module, name) in dangerousPairs where names.contains(module) && names.contains(name) {
      found.insert("\(module).\(name)")
    }
    return found.sorted()
  }
}

extension PickleJudge {
  /// Whether the first of the arguments was made of code that the file carries.
  mutating func isCode(_ arguments: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let first = values.elements(arguments)?.first, case .code = origin(of: first, values) else {
      return false
    }
    return !isFound(first, values)
  }

  /// Whether a pickler of code found the value in the loading program by its name.
  mutating func isFound(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let callee = values.callee(value), let standing = standing(of: callee, values) else {
      return false
    }
    return EmbeddedCode.finds(standing.name)
  }

  /// Whether the call is `lru_cache(...)(function)` on a function of the file.
  mutating func wraps(_ effect: Effect, _ values: borrowing ValueTable) -> Bool {
    guard let maker = values.callee(effect.target), let standing = standing(of: maker, values),
      EmbeddedCode.makesDecorator(standing.name), values.elementCount(effect.operand) == 1
    else { return false }
    return isCode(effect.operand, values)
  }

  /// Whether the call is `setattr(class, '__qualname__', 'text')` on a class that is on no list.
  mutating func describes(_ arguments: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let parts = values.elements(arguments), parts.count == 3,
      case .unknown? = standing(of: parts[0], values)?.kind,
      let name = values.string(parts[1], limit: 64), EmbeddedCode.describingNames.contains(name)
    else { return false }
    return parts[2].kind == .string || parts[2].kind == .none
  }

  /// Judges a call that makes code, or an object of code, out of the file. That it carries code was said at the import;
  /// this is about what the code does.
  mutating func judgeEmbeddedCode(_ effect: Effect, name: String, _ values: borrowing ValueTable) {
    if examineCode(effect, maker: name, values) { return }
    judgeLookup(effect, name: name, values)
    guard EmbeddedCode.makesCode(name) || holdsBytes(effect.operand, values) else { return }
    // Code in a form that is not known: the names it has count, used or not.
    var names: Set<String> = []
    walk(effect.operand, values) { value, values in
      if value.kind == .string, let text = values.string(value, limit: 64) { names.insert(text) }
    }
    let dangerous = EmbeddedCode.dangerous(names)
    if !dangerous.isEmpty {
      report(
        .dangerousEmbeddedCode, at: effect.offset, subject: name,
        "\(name) makes code that uses \(dangerous.prefix(8).joined(separator: ", "))",
        showing: effect.result, values)
    }
  }

  /// Whether one of the arguments is bytes, as bytecode is.
  private func holdsBytes(_ arguments: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    values.elements(arguments)?.contains { $0.kind == .bytes || $0.kind == .bytearray } ?? false
  }
}
