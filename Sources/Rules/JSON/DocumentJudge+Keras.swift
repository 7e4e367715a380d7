import ByteParsing
import Findings
import Formats
import Policy

/// Keras models as JSON: `model.to_json()`, `config.json` of a `.keras` file, attributes of an HDF5 file.
///
/// Source: Keras 3, `keras/src/saving/serialization_lib.py` (`deserialize_keras_object`); tf_keras,
/// `saving/legacy/serialization.py`.
extension DocumentJudge {
  /// Judges an object that has a `class_name` and a `config`. Where a key is there twice, Python takes the last and others the
  /// first: each counts.
  mutating func judgeKeras(_ object: JSONValue, named value: JSONValue) {
    let configs = object.all("config")
    guard let name = value.string, !configs.isEmpty else { return }
    for config in configs { judgeKerasPaths(config) }
    if KerasOperations.carriers.contains(name) {
      return configs.forEach { judgeOperation($0, of: name, at: value) }
    }
    if let reason = keras.code(name) {
      report(.configurationKerasCode, at: value, "A layer is '\(name)': \(reason)", evidence: object.shown)
      return configs.forEach { judgeLambda($0) }
    }
    let isFunction = name == "function"
    for called in isFunction ? configs.compactMap(\.string) : [name] {
      judgeKerasObject(object, called, isFunction ? .functions : .classes, at: value)
    }
  }

  private mutating func judgeKerasObject(
    _ object: JSONValue, _ name: String, _ kind: KerasTable.Kind, at value: JSONValue
  ) {
    let registered = object.all("registered_name").compactMap(\.string)
    for candidate in [name] + registered {
      let last = candidate.split { $0 == ">" || $0 == "." }.last.map(String.init) ?? ""
      guard let reason = keras.tool(last) else { continue }
      return report(.configurationDangerousName, at: value, "'\(last)': \(reason)", evidence: candidate)
    }
    if kind == .functions, name.contains("."), let reason = danger(of: name) {
      return report(.configurationDangerousName, at: value, "\(name): \(reason)", evidence: name)
    }
    if name == "__typespec__" { return judgeTypeSpec(object, at: value) }
    let modules = object.all("module").filter { $0.kind != .null }
    var isOwn = true
    for module in modules where !judgeKerasModule(module, name, kind, at: value) { isOwn = false }
    guard isOwn else { return }
    for text in registered
    where text != name && text != "keras>\(name)"
      && !(keras.isRegistered(text) && text.hasSuffix(">\(name)"))
      && !(kind == .functions && text == "function")
    {
      if let reason = danger(of: text), text.contains(".") {
        return report(.configurationDangerousName, at: value, "\(text): \(reason)", evidence: text)
      }
      return report(
        .configurationKerasName, at: value, "A class is registered as '\(text)'.", evidence: text)
    }
    if modules.isEmpty, !keras.has(kind, name), !keras.isRegistered(name) {
      report(
        .configurationKerasName, at: value,
        "A \(kind == .functions ? "function" : "class") is '\(name)'.", evidence: name)
    }
  }

  // MARK: Modules

  private static let ownModules = ["keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"]

  /// - Returns: whether the module is Keras's own, and has a part of models by that name.
  private mutating func judgeKerasModule(
    _ module: JSONValue, _ name: String, _ kind: KerasTable.Kind, at value: JSONValue
  ) -> Bool {
    guard let text = module.string else {
      report(.configurationKerasName, at: module, "A module is no text.", evidence: module.shown)
      return false
    }
    let path = "\(text).\(name)"
    if text == "builtins" {
      // Under this module Keras finds its own functions, and those that the user's program registers.
      if keras.has(kind, name) || kind == .functions && Self.isForeign(name) { return true }
    } else if let rest = Self.ownModules.compactMap({ Self.rest(of: text, after: $0) }).first {
      if keras.has(kind, name, in: text) || keras.has(kind, name, in: "keras" + rest) { return true }
      let isTool = KerasOperations.toolModules.contains {
        rest == $0 || rest.contains($0 + ".") || rest.hasSuffix($0)
      }
      report(
        isTool ? .configurationKerasCode : .configurationKerasName, at: module,
        "'\(name)' is taken from '\(text)', where Keras has no part of models by that name.", evidence: path
      )
      return false
    }
    if let reason = danger(of: path) {
      report(.configurationDangerousName, at: module, "\(path): \(reason)", evidence: path)
    } else if let rest = Self.rest(of: path, after: "tensorflow"), rest.count > 1,
      KerasOperations.standing(of: String(rest.dropFirst())) == .reachesOut
    {
      report(
        .configurationDangerousName, at: module, "TensorFlow's '\(path)' opens files or runs code.",
        evidence: path)
    } else {
      report(
        .configurationKerasName, at: module,
        "A \(kind == .functions ? "function" : "class") is '\(name)' of '\(text)'.", evidence: path)
    }
    return false
  }

  /// Whether a name can be none of Python's own functions: those that are there already are not registered by anybody.
  private static func isForeign(_ name: String) -> Bool {
    !KerasOperations.builtins.contains(name)
      && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 | 0x20 }
      && !name.hasPrefix("__")
  }

  /// What follows a package's name: nothing, or a dot and its submodules.
  private static func rest(of module: String, after package: String) -> String? {
    guard module.hasPrefix(package) else { return nil }
    let rest = module.dropFirst(package.count)
    return rest.isEmpty || rest.hasPrefix(".") ? String(rest) : nil
  }

  /// A type of TensorFlow's: the loader imports the module and takes the name that stands beside.
  private mutating func judgeTypeSpec(_ object: JSONValue, at value: JSONValue) {
    let names = object.all("spec_name").compactMap(\.string)
    for module in object.all("module") {
      for name in names {
        let text = module.string ?? ""
        if Self.rest(of: text, after: "tensorflow") != nil, KerasOperations.typeSpecs.contains(name) {
          continue
        }
        let path = "\(text).\(name)"
        if let reason = danger(of: path) {
          report(.configurationDangerousName, at: module, "\(path): \(reason)", evidence: path)
        } else {
          report(.configurationKerasName, at: module, "A type is '\(name)' of '\(text)'.", evidence: path)
        }
      }
    }
  }

  // MARK: Code

  private static let functionKeys = [
    "function", "output_shape", "mask", "code", "value", "residual_fn", "dropout_fn",
  ]

  /// A function that a wrapper of Keras 2 carries: `ResidualWrapper`, `DropoutWrapper` (tf_keras,
  /// `layers/rnn/cell_wrappers.py`, `_parse_config_to_function`).
  mutating func judgeWrapped(_ function: JSONValue, key: JSONValue, in config: JSONValue) {
    guard function.kind != .null else { return }
    report(
      .configurationKerasCode, at: key, "A wrapper brings its '\(key.string ?? "")' along.",
      evidence: config.shown)
    judgeLambda(config)
  }

  /// A Lambda layer's configuration: functions as bytecode in base64, in the shapes of each version of Keras.
  private mutating func judgeLambda(_ config: JSONValue) {
    for (key, value) in config.members where Self.functionKeys.contains(where: { key.equals($0) }) {
      switch value.kind {
      case .string: judgeFunctionText(value)
      case .array:
        if let first = value.elements.first(where: { _ in true }) { judgeFunctionText(first) }
      case .object:
        for inner in value.all("config") { judgeLambda(inner) }
        judgeLambda(value)
      case .null, .boolean, .number: break
      }
    }
  }

  /// What a loader takes for bytecode, however it is written; or the name or source of a function.
  private mutating func judgeFunctionText(_ value: JSONValue) {
    guard let text = value.utf8 else { return }
    if !judgeCode(text, at: value, isExpected: true) {
      let words = String(decoding: text, as: UTF8.self)
      guard let mark = CarriedCodeTable.evaluatedMarks.first(where: { words.contains($0) }) else { return }
      report(
        .dangerousEmbeddedCode, at: value, "A layer's function is written as source that has '\(mark)'.",
        evidence: words)
    }
  }

  /// A layer that calls a function of TensorFlow by its name.
  private mutating func judgeOperation(_ config: JSONValue, of name: String, at value: JSONValue) {
    let functions = config.all("function")
    guard !functions.isEmpty, name == "TFOpLambda" || name == "SlicingOpLambda" else {
      return report(
        .configurationKerasCode, at: value, "A layer is '\(name)': \(keras.code(name) ?? "")",
        evidence: config.shown)
    }
    for function in functions {
      let text = function.string ?? ""
      switch KerasOperations.standing(of: text) {
      case .computes: continue
      case .reachesOut:
        report(
          .configurationDangerousName, at: function,
          "A layer calls TensorFlow's '\(text)', which opens files or runs code.", evidence: text)
      case .unknown:
        report(
          .configurationKerasCode, at: function, "A layer calls TensorFlow's '\(text)'.", evidence: text)
      }
    }
  }

  // MARK: Paths

  /// Layers that read their words from a file that the configuration names.
  private mutating func judgeKerasPaths(_ config: JSONValue) {
    for (key, value) in config.members where value.kind == .string && !value.isEmptyText {
      guard let name = key.string, KerasOperations.pathKeys.contains(name) else { continue }
      report(.configurationKerasCode, at: value, "'\(name)' is a file's name.", evidence: value.shown)
    }
  }

  /// A document inside a text of the document: some loaders read it as one.
  mutating func judgeNested(_ text: [UInt8], at value: JSONValue) {
    let opening = text.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    guard opening == UInt8(ascii: "{") || opening == UInt8(ascii: "["),
      let root = try? StrictJSON.parse(
        text, bounds: StrictJSON.Bounds(depth: 256, allowsPythonNumbers: true))
    else { return }
    guard nesting < Self.nestingLimit else { return isNestedFurther = true }
    var inner = DocumentJudge(table: table, keras: keras, path: path, base: base + value.offset)
    inner.nesting = nesting + 1
    inner.judge(root)
    take(inner)
  }
}

/// Names of TensorFlow and Keras that configurations have besides the parts of models.
enum KerasOperations {
  /// Classes that call what the configuration names.
  static let carriers: Set<String> = [
    "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty",
  ]

  /// Functions and classes of Python's `builtins`.
  static let builtins: Set<String> = [
    "abs", "aiter", "all", "anext", "any", "apply", "ascii", "bin", "bool", "breakpoint", "bytearray",
    "bytes",
    "callable", "chr", "classmethod", "compile", "complex", "copyright", "credits", "delattr", "dict",
    "dir",
    "divmod", "enumerate", "eval", "exec", "execfile", "exit", "file", "filter", "float", "format",
    "frozenset",
    "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "intern", "isinstance",
    "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "memoryview", "min", "next",
    "object",
    "oct", "open", "ord", "pow", "print", "property", "quit", "range", "raw_input", "reduce", "reload",
    "repr",
    "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super",
    "tuple", "type",
    "unicode", "vars", "xrange", "zip",
  ]

  static let toolModules = [
    ".utils", ".saving", ".config", ".models.model_loading", ".callbacks", ".datasets", ".export",
    ".legacy.saving", ".visualization", ".applications", ".preprocessing",
  ]

  static let pathKeys: Set<String> = [
    "vocabulary", "filepath", "path", "url", "fname", "origin", "file_path", "filename", "idf_weights",
    "vocabulary_path", "vocab_file", "model_path", "saved_model_path",
  ]

  static let typeSpecs: Set<String> = [
    "TensorSpec", "SparseTensorSpec", "RaggedTensorSpec", "IndexedSlicesSpec", "TypeSpec", "VariableSpec",
    "NoneTensorSpec", "StructuredTensorSpec",
  ]

  enum Standing { case computes, reachesOut, unknown }

  /// Namespaces of TensorFlow whose functions compute.
  private static let namespaces: Set<String> = [
    "math", "nn", "linalg", "image", "signal", "strings", "random", "sparse", "bitwise", "quantization",
    "__operators__",
  ]

  /// Functions without a namespace that compute.
  private static let functions: Set<String> = [
    "abs", "acos", "add", "add_n", "argmax", "argmin", "argsort", "atan", "atan2", "boolean_mask",
    "broadcast_to",
    "cast", "ceil", "clip_by_norm", "clip_by_value", "complex", "concat", "constant", "cos", "cosh",
    "convert_to_tensor", "cumsum", "divide", "dynamic_partition", "dynamic_stitch", "einsum", "equal",
    "exp",
    "expand_dims", "eye", "fill", "floor", "gather", "gather_nd", "greater", "greater_equal", "identity",
    "less",
    "less_equal", "linspace", "logical_and", "logical_not", "logical_or", "matmul", "maximum", "meshgrid",
    "minimum", "multiply", "negative", "norm", "not_equal", "one_hot", "ones", "ones_like", "pad", "pow",
    "range",
    "rank", "reduce_all", "reduce_any", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min",
    "reduce_prod", "reduce_sum", "repeat", "reshape", "reverse", "reverse_sequence", "roll", "round",
    "saturate_cast",
    "scatter_nd", "searchsorted", "sequence_mask", "shape", "sigmoid", "sign", "sin", "sinh", "size",
    "slice",
    "sort", "split", "sqrt", "square", "squeeze", "stack", "stop_gradient", "strided_slice", "subtract",
    "tan",
    "tanh", "tensordot", "tile", "transpose", "truediv", "unique", "unstack", "where", "zeros",
    "zeros_like",
  ]

  private static let reaching: Set<String> = [
    "io", "gfile", "raw_ops", "saved_model", "data", "summary", "profiler", "print", "py_function",
    "numpy_function", "py_func", "load_library", "load_op_library", "eval", "exec",
  ]

  /// What is known of a function of TensorFlow by the name that a configuration has.
  static func standing(of name: String) -> Standing {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.starts(with: ["compat", "v1"]) { parts.removeFirst(2) }
    guard let first = parts.first, parts.allSatisfy({ !$0.isEmpty }) else { return .unknown }
    if parts.contains(where: { part in
      reaching.contains(part) || part.hasPrefix("load_") || part.hasSuffix("_file")
    }) {
      return .reachesOut
    }
    if parts.count == 1 { return functions.contains(first) ? .computes : .unknown }
    return namespaces.contains(first) && parts.count <= 3 ? .computes : .unknown
  }
}
