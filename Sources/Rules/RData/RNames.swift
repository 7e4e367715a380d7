/// Names that mean something to R itself.
enum RNames {
  /// Functions that R calls when it starts, ends, or loads a package, if the workspace has them.
  static let startUp: Set<String> = [
    ".First", ".Last", ".First.sys", ".First.lib", ".Last.lib", ".onLoad", ".onAttach", ".onUnload",
    ".onDetach",
    ".Rprofile", ".OptRequireMethods",
  ]

  /// Generic functions that R, or everybody who looks at an object, calls without having named them.
  private static let generics: Set<String> = [
    "print", "format", "show", "toString", "summary", "plot", "str", "length", "dim", "names", "levels",
    "dimnames", "[",
    "[[", "$", "[<-", "[[<-", "$<-", "c", "rep", "sort", "unique", "as.character", "as.list",
    "as.data.frame", "as.vector",
    "as.double", "as.numeric", "as.integer", "as.logical", "as.environment", "is.na", "mean", "median", "t",
    "head", "tail",
    "Ops", "Math", "Summary", "Complex", "matrixOps", "all.equal", "xtfrm", "lengths", "rev", "seq",
    "predict", "row.names",
    "+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "!", "&", "|", "^", "%%", "%/%", "%*%", "cat",
    "anyNA", "unlist",
    "duplicated", "merge", "update", "fitted", "residuals", "coef", "cbind", "rbind", "within", "with",
    ".DollarNames",
  ]

  /// Whether a function of that name is a method that R finds by itself: `print.lm`.
  static func isMethod(_ name: String) -> Bool {
    var index = name.startIndex
    while let dot = name[index...].dropFirst(index == name.startIndex ? 1 : 0).firstIndex(of: ".") {
      let next = name.index(after: dot)
      if next < name.endIndex, generics.contains(String(name[..<dot])) { return true }
      index = next
    }
    return false
  }

  /// Functions that an object with an environment of its own (R6, reference classes) has called when it is printed.
  static let displayed: Set<String> = ["print", "show", "format", "toString", ".__print__", "length"]

  /// Which argument of a function is the function that it calls, counted from 0.
  static let functionPosition: [String: Int] = [
    "do.call": 0, "match.fun": 0, "get": 0, "get0": 0, "getFunction": 0, "Map": 0, "Reduce": 0, "Filter": 0,
    "Find": 0,
    "Position": 0, "mapply": 0, ".mapply": 0, "lapply": 1, "sapply": 1, "vapply": 1, "eapply": 1,
    "rapply": 1, "apply": 2,
    "outer": 2, "tapply": 2, "sweep": 3, "by": 2, "aggregate": 2, "Vectorize": 0, "Negate": 0, "optim": 1,
    "optimHess": 1,
    "optimise": 0, "optimize": 0, "uniroot": 0, "integrate": 0, "nlm": 0, "nlminb": 1, "dendrapply": 1,
    "forceAndCall": 1,
    ".Primitive": 0, "call": 0, "as.name": 0, "as.symbol": 0, "exists": 0, "getS3method": 0,
    "getElement": 1, "mget": 0, "callCC": 0, "existsFunction": 0, "getMethod": 0, "selectMethod": 0,
    "by.data.frame": 2, "by.default": 2, "aggregate.data.frame": 2, "aggregate.ts": 2, "constrOptim": 1,
    "maphash": 1, "map": 1, "map_chr": 1, "map_dbl": 1, "map_int": 1, "map_lgl": 1, "map2": 2, "pmap": 1,
    "reduce": 1,
  ]

  private static let functionTags: Set<String> = ["FUN", "f", "fun", "what", "fn", "FUN.", "func", "name"]

  /// Whether an argument with this tag may be the function. Tags may be cut short.
  static func isFunctionTag(_ tag: String) -> Bool {
    functionTags.contains { $0.hasPrefix(tag) || tag.hasPrefix($0 + ".") }
  }

  /// Functions that call the method of a name: with a generic `sys` and a class `source` that is `sys.source`.
  static let dispatchers: Set<String> = ["UseMethod", "NextMethod"]

  /// Functions that hand over an environment: of the session, of the caller, of a function's package.
  static let environmentMakers: Set<String> = [
    "environment", "globalenv", "parent.frame", "sys.frame", "sys.frames", "sys.function", "as.environment",
    "topenv", "parent.env",
  ]

  /// Functions that call into compiled code by the name of its entry.
  static let foreign: Set<String> = [
    ".C", ".Call", ".External", ".External2", ".Fortran", ".Call.graphics", ".External.graphics",
  ]

  /// Whether a package names an entry of its compiled code so.
  static func isEntry(_ name: String) -> Bool { name.hasPrefix("C_") }

  /// Functions that make texts, of which nobody knows what they say.
  static let textMakers: Set<String> = [
    "paste", "paste0", "sprintf", "rawToChar", "intToUtf8", "chartr", "rev", "sub", "gsub", "tolower",
    "toupper", "substr",
    "substring", "strsplit", "format", "toString", "gettextf", "casefold", "URLdecode", "readLines",
    "readline",
    "Sys.getenv", "as.character", "unlist", "deparse", "iconv", "basename", "trimws", "strtrim",
    "memDecompress",
  ]

  /// Functions that run a text as R, and those that make one out of something unreadable or from elsewhere.
  static let evaluators: Set<String> = [
    "parse", "str2lang", "str2expression", "source", "parse_expr", "parse_exprs",
  ]
  static let decoders: Set<String> = [
    "rawToChar", "intToUtf8", "memDecompress", "base64decode", "base64_dec", "base64_decode", "url",
    "download.file",
    "unserialize", "hex2raw", "aes_cbc_decrypt", "getURL", "GET", "curl_download", "curl_fetch_memory",
  ]

  /// Functions whose text is a command for a shell.
  static let shells: Set<String> = [
    "system", "system2", "shell", "shell.exec", "pipe", "exec_wait", "exec_background", "exec_internal",
    "run",
  ]

  /// Functions that hand over an environment in which everything of a package stands.
  static let environments: Set<String> = [".BaseNamespaceEnv", ".GlobalEnv", ".ArgsEnv", ".GenericArgsEnv"]

  /// Calls of functions that a text spells: `eval(`.
  private static let spelled = [
    "system(", "system2(", "shell(", "eval(", "parse(", "source(", "download.file(", "pipe(",
    "socketConnection(",
    "unlink(", "dyn.load(", "readRDS(", "shell.exec(", "do.call(", "Sys.setenv(", "library.dynam(",
    ".Internal(",
  ]

  /// The function whose call a text spells; nil for a text that is none of code.
  static func spelledCall(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "(")) else { return nil }
    let dense = text.filter { !$0.isWhitespace }
    return spelled.first { call in
      dense.ranges(of: call).contains { range in
        guard range.lowerBound > dense.startIndex else { return true }
        let before = dense[dense.index(before: range.lowerBound)]
        return !before.isLetter && !before.isNumber && before != "." && before != "_"
      }
    }.map { String($0.dropLast()) }
  }

  /// A name as packages have: `R_FindNamespace` makes a path of it.
  static func isPackageName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 100 else { return false }
    func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5A ~= byte || 0x61...0x7A ~= byte }
    return isLetter(first)
      && name.utf8.allSatisfy { isLetter($0) || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") }
  }
}
