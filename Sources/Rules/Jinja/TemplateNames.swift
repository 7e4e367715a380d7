/// What names, filters and methods mean to template engines.
enum TemplateNames {
  /// Attributes of Python's objects through which a template leaves its sandbox: frames, code, modules, globals. Jinja's own
  /// list is in `jinja2/sandbox.py`.
  private static let internals: Set<String> = [
    "ag_code", "ag_frame", "co_code", "cr_code", "cr_frame", "f_back", "f_builtins", "f_code", "f_globals",
    "f_locals", "func_closure", "func_code", "func_defaults", "func_globals", "gi_code", "gi_frame",
    "gi_yieldfrom",
    "im_class", "im_func", "im_self", "mro", "tb_frame", "tb_next", "_module",
    "_TemplateReference__context",
  ]

  /// Whether no honest template asks a value for it.
  static func isEscape(_ name: String) -> Bool {
    name.hasPrefix("__") && name.hasSuffix("__") && name.utf8.count > 4 || internals.contains(name)
  }

  /// Whether the sandbox refuses it as private.
  static func isPrivate(_ name: String) -> Bool { name.hasPrefix("_") && name != "_" }

  /// Functions of Python that no loader gives to templates, for good reasons.
  static let builtins: Set<String> = [
    "breakpoint", "compile", "delattr", "eval", "exec", "execfile", "getattr", "globals", "input", "locals",
    "open",
    "setattr", "vars",
  ]

  /// Names that stand for objects of the program around the template, in web frameworks and in Jinja itself.
  static let ambient: Set<String> = [
    "app", "builtins", "config", "current_app", "g", "get_flashed_messages", "importlib", "lipsum", "os",
    "request",
    "self",
    "session", "subprocess", "sys", "url_for",
  ]

  /// Functions that the loaders of chat templates define, and Jinja's own that make data.
  static let functions: Set<String> = [
    "caller", "cycler", "dict", "joiner", "loop", "namespace", "raise_exception", "range", "strftime_now",
    "super",
    "tojson",
  ]

  /// Jinja's filters (`jinja2/filters.py`) and those that the loaders add.
  static let filters: Set<String> = [
    "abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape",
    "filesizeformat",
    "first", "float", "forceescape", "format", "from_json", "fromjson", "groupby", "indent", "int", "items",
    "join",
    "last", "length", "list", "lower", "map", "max", "min", "pprint", "random", "reject", "rejectattr",
    "replace",
    "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "split", "string", "striptags",
    "sum", "title",
    "tojson", "trim", "truncate", "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap",
    "xmlattr", "keys",
    "values", "strip", "lstrip", "rstrip", "startswith", "endswith",
  ]

  /// Filters whose named argument is the attribute that they ask every value for.
  static let attributeFilters: Set<String> = [
    "groupby", "join", "map", "max", "min", "rejectattr", "selectattr", "sort", "sum", "unique",
  ]

  /// Those of them whose first argument is that attribute.
  static let attributeFirst: Set<String> = ["attr", "groupby", "rejectattr", "selectattr"]

  static let tests: Set<String> = [
    "boolean", "callable", "defined", "divisibleby", "eq", "equalto", "escaped", "even", "false", "filter",
    "float",
    "ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping",
    "ne", "none",
    "number", "odd", "sameas", "sequence", "string", "test", "true", "undefined", "upper", "contains",
    "startswith",
    "endswith", "match",
  ]

  /// Methods of text, lists and dictionaries.
  static let methods: Set<String> = [
    "append", "capitalize", "casefold", "center", "clear", "copy", "count", "decode", "encode", "endswith",
    "expandtabs",
    "extend", "find", "format", "get", "index", "insert", "isalnum", "isalpha", "isascii", "isdecimal",
    "isdigit",
    "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper", "items", "join", "keys",
    "ljust", "lower",
    "lstrip", "partition", "pop", "popitem", "remove", "removeprefix", "removesuffix", "replace", "reverse",
    "rfind",
    "rindex", "rjust", "rpartition", "rsplit", "rstrip", "setdefault", "sort", "split", "splitlines",
    "startswith",
    "strftime", "strip", "swapcase", "title", "tojson", "translate", "update", "upper", "values", "zfill",
    // Of `loop`, `cycler` and `namespace`.
    "changed", "cycle", "current", "next", "reset",
  ]
}
