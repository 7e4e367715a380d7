/// A compiled Python function, class body or module: what `marshal` stores and `types.CodeType` makes.
///
/// Nothing in it is to be believed: names and constants are what the file says, and indexes in the bytecode may point
/// anywhere.
package struct CodeObject: Equatable, Sendable {
  /// `co_name`.
  package var name = ""
  /// `co_qualname`; empty before Python 3.11.
  package var qualifiedName = ""
  /// The source file as recorded by whoever compiled it.
  package var fileName = ""
  package var firstLine = 0

  /// Positional arguments, positional-only ones included.
  package var argumentCount = 0
  package var positionalOnlyCount = 0
  package var keywordOnlyCount = 0
  /// `co_flags`: bit 2 is `*args`, bit 3 `**kwargs`, bit 5 a generator.
  package var flags = 0

  /// Names of globals, attributes and modules that the bytecode uses by index: `co_names`.
  package var names: [String] = []
  /// Local variables, the arguments first: `co_varnames`.
  package var variables: [String] = []
  /// Local variables that inner functions use: `co_cellvars`.
  package var cellVariables: [String] = []
  /// Variables of the functions around it: `co_freevars`.
  package var freeVariables: [String] = []
  /// Since Python 3.11 one index space of locals, cells and free variables; empty before.
  package var localsPlus: [String] = []
  /// `co_consts`; inner functions and classes are among them.
  package var constants: [CodeConstant] = []
  /// `co_code` as it is stored.
  package var bytecode: [UInt8] = []

  /// The version of Python whose bytecode it is. Nothing stores it; see ``CodeObject/inferVersion(among:)``.
  package var version: PythonVersion = .v3_11
  /// Whether the bytecode reads as that version's without anything impossible in it.
  package var isPlausible = false

  package init() {}

  /// The name to show: the qualified one where there is one.
  package var title: String { qualifiedName.isEmpty ? name : qualifiedName }
}

/// A constant of a code object, or any other value that marshal can hold.
package enum CodeConstant: Equatable, Sendable {
  case none
  case boolean(Bool)
  case ellipsis
  case stopIteration
  case integer(Int)
  /// An integer that fits no `Int`, in hexadecimal digits.
  case bigInteger(String)
  case float(Double)
  case complex(Double, Double)
  case string(String)
  case bytes([UInt8])
  case tuple([CodeConstant])
  case list([CodeConstant])
  /// Keys and values by turns.
  case dictionary([CodeConstant])
  case set([CodeConstant])
  case frozenSet([CodeConstant])
  /// Start, stop and step.
  case slice([CodeConstant])
  indirect case code(CodeObject)
  /// What is not followed, in words.
  case other(String)
}
