/// Code of one function, promise or call, and what it uses.
struct RCode {
  /// When the code runs.
  enum Way: Equatable {
    /// When somebody looks at the value.
    case promise
    case activeBinding
    /// When R starts or ends with the workspace.
    case startUp
    /// When R prints, compares or copies objects of some class, or somebody calls what he takes for R's own function.
    case method
    /// When somebody calls it.
    case stored
    /// When somebody evaluates it.
    case kept
    /// It was evaluated, and its value stands beside it.
    case done

    var isAutomatic: Bool {
      switch self {
      case .promise, .activeBinding, .startUp, .method: true
      case .stored, .kept, .done: false
      }
    }
  }

  /// What stands in code.
  enum Use {
    /// A function is called by its name, in the package of that name or wherever it is found.
    case call(String, of: String?)
    /// Something is handed on that may be a function of that name.
    case mention(String)
    /// A function is handed to one that calls it.
    case handed(String)
    /// A part of something is taken that has the name of a function.
    case member(String)
    /// Compiled code is called by the name of its entry, as packages call their own.
    case entry(String, of: String)
    case text(String)
    /// A function is called that the code has made or found by a name that is made.
    case computed(String)
    /// Byte code does not say what its source says.
    case differs(String)
  }

  let way: Way
  /// The name that it is bound to.
  let name: String?
  let offset: Int
  /// The package whose namespace its free names are looked up in.
  let package: String?
  /// The function's own scope.
  let scope: Int
  var uses: [(use: Use, scope: Int, offset: Int)] = []
}

/// The names that one function binds.
struct RScope {
  let parent: Int?
  var formals: Set<String> = []
  /// Names that it gives functions to that it spells out.
  var functions: Set<String> = []
  /// Names that it gives anything else to.
  var variables: Set<String> = []
}
