/// The names that TorchScript's serialized source has by itself.
///
/// Source: `torch/csrc/jit/serialization/import_source.cpp` (`SourceImporterImpl`), `frontend/ir_emitter.cpp`
/// (`Environment::getSugaredVar`), `frontend/script_type_parser.cpp`, `frontend/lexer.h`.
enum ScriptNames {
  /// Words of statements and expressions.
  static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "break", "class", "continue", "def", "del", "elif",
    "else",
    "for", "global", "if", "in", "is", "not", "or", "pass", "raise", "return", "while", "with",
  ]

  /// Words of Python that TorchScript's importer has no statement for.
  static let pythonKeywords: Set<String> = [
    "async", "await", "except", "finally", "from", "lambda", "nonlocal", "try", "yield",
  ]

  /// Functions and constants: none has an effect outside of the values it is given, but for what `print` prints.
  static let builtins: Set<String> = [
    "CONSTANTS", "Exception", "__annotations__", "abs", "all", "annotate", "any", "awaitable", "bin", "chr",
    "divmod",
    "enumerate",
    "fork", "getattr", "hasattr", "hash", "hex", "inf", "infj", "isinstance", "len", "list", "max", "min",
    "nan",
    "nanj", "oct", "ord", "pow", "print", "range", "rangelist", "reversed", "round", "sorted", "sum",
    "unchecked_cast", "uninitialized", "zip",
  ]

  static let types: Set<String> = [
    "Any", "AnyClassType", "AnyEnumType", "AnyListType", "AnyTupleType", "Await", "Device", "Dict", "Enum",
    "Final", "Future", "Generator", "InferredType", "Interface", "Layout", "List", "MemoryFormat", "Module",
    "ModuleInterface", "NamedTuple", "NoneType", "Optional", "QScheme", "Scalar", "ScalarType", "Storage",
    "Stream", "SymBool", "SymFloat", "SymInt", "Tensor", "Tuple", "Union", "bool", "complex", "dict",
    "float",
    "int", "number", "object", "set", "str", "tuple",
  ]

  /// Methods of the classes that PyTorch itself registers for quantized and packed weights.
  static let nativeMethods: Set<String> = ["bias", "stride", "unpack", "weight"]

  /// Parts between `torch` and the name of an operator, which do not change what it is.
  static let operatorModules: Set<String> = ["_C", "_fft", "_linalg", "_nn", "_special", "autograd"]

  /// Attributes of tensors and lists that are written as attributes and not as operators.
  static let properties: Set<String> = [
    "H", "T", "device", "dtype", "grad", "imag", "is_cuda", "is_leaf", "is_quantized", "is_sparse",
    "itemsize",
    "layout", "mH", "mT", "name", "names", "ndim", "real", "requires_grad", "shape", "type", "value",
  ]

  /// Whether it is the name of a constant: `c15`.
  static func isConstant(_ name: String) -> Bool {
    name.utf8.first == 0x63 && name.utf8.count > 1
      && name.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether the text is an ASCII identifier.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
    }
  }

  static func isKnown(_ name: String) -> Bool {
    keywords.contains(name) || builtins.contains(name) || types.contains(name)
  }
}
