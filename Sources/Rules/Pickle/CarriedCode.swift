import ByteParsing
package import Formats
import Pickle

/// A function or class body that a pickle carries as bytecode.
package struct CarriedCode: Sendable {
  package let object: CodeObject
  /// The offset of the effect that makes it, in the pickle.
  package let offset: Int
  /// What makes it: `dill._dill._create_code`.
  package let maker: String
}

/// How much code is read out of one pickle.
enum CarriedCodeLimits {
  /// Code objects, inner ones included.
  static let objects = 4096
  /// Bytes of bytecode and constants that are copied.
  static let bytes = 64 << 20
  /// Bytes of one constant that are copied; of a longer one only the length is kept.
  static let constantBytes = 1 << 16
  /// Values in constants, and what is walked of code inside code.
  static let values = 1 << 22
  /// Tuples inside each other among the constants.
  static let depth = 32
  /// Constants that are read as marshalled code.
  static let marshalled = 256
  /// Findings that describe a piece of code.
  static let described = 64
}

/// Builds code objects from what constructors of code are given.
///
/// The arguments are those of `types.CodeType` in some version of Python, as dill and cloudpickle store them:
/// integers, the bytecode, constants, names, variables, the file, the name, since 3.11 the qualified name, the
/// first line, tables of bytes, free variables, cells. Versions differ in how many integers and texts there are. dill puts
/// the table of lines before all of them as well (`dill/_dill.py`, `save_code`).
struct CodeBuilder {
  /// A code object, and how much there is to walk in it and the code inside it.
  struct Built {
    let object: CodeObject
    let weight: Int
    /// Code objects inside each other.
    let depth: Int
  }

  /// The code objects built so far, by the value that a call left.
  private(set) var objects: [UInt64: Built] = [:]
  /// Whether something was left out because there was too much.
  private(set) var isCut = false
  /// What may still be copied.
  private var bytesLeft = CarriedCodeLimits.bytes
  private var valuesLeft = CarriedCodeLimits.values
  /// The weight and the depth of what is being built.
  private var weight = 0
  private var depth = 0

  /// The code object that a call with these arguments makes; nil where they are not such arguments.
  mutating func build(
    _ arguments: SymbolicValue, result: SymbolicValue, _ values: borrowing ValueTable
  ) -> CodeObject? {
    guard arguments.kind == .tuple, let count = values.elementCount(arguments), (10...24).contains(count),
      var parts = values.elements(arguments).map({ $0[...] })
    else { return nil }
    if let first = parts.first, isBytes(first, values) { parts.removeFirst() }
    let numbers = parts.prefix { $0.kind == .integer }
    parts = parts.dropFirst(numbers.count)
    guard (4...6).contains(numbers.count), parts.count >= 8,
      let bytecode = bytes(parts.removeFirst(), values)
    else { return nil }
    guard objects.count < CarriedCodeLimits.objects else {
      isCut = true
      return nil
    }
    weight = bytecode.count
    depth = 0
    var code = CodeObject()
    code.bytecode = bytecode
    code.setCounts(numbers.compactMap { values.integer($0) })
    guard fill(&code, parts, values) else { return nil }
    code.inferVersion(among: Self.versions(numbers.count, code))
    objects[result.raw] = Built(object: code, weight: weight, depth: depth + 1)
    return code
  }

  /// The fields behind the bytecode.
  private mutating func fill(
    _ code: inout CodeObject, _ fields: ArraySlice<SymbolicValue>, _ values: borrowing ValueTable
  ) -> Bool {
    var parts = fields
    guard let constants = parts.popFirst(), constants.kind == .tuple,
      let names = self.names(parts.popFirst(), values),
      let variables = self.names(parts.popFirst(), values),
      let fileName = text(parts.popFirst(), values), let name = text(parts.popFirst(), values)
    else { return false }
    code.constants = tuple(constants, values, depth: CarriedCodeLimits.depth)
    code.names = names
    code.variables = variables
    code.fileName = fileName
    code.name = name
    if parts.first?.kind == .string, let qualified = text(parts.popFirst(), values) {
      code.qualifiedName = qualified
    }
    guard let line = parts.popFirst(), let number = values.integer(line) else { return false }
    code.firstLine = number
    while let table = parts.first, isBytes(table, values) { parts.removeFirst() }
    code.freeVariables = self.names(parts.popFirst(), values) ?? []
    code.cellVariables = self.names(parts.popFirst(), values) ?? []
    if !code.qualifiedName.isEmpty { code.joinVariables() }
    return true
  }

  /// The versions whose constructor takes so many integers.
  private static func versions(_ integers: Int, _ code: CodeObject) -> [PythonVersion] {
    switch integers {
    case 4: [.v2_7]
    case 5: [.v3_6, .v3_7]
    default: code.qualifiedName.isEmpty ? [.v3_8, .v3_9, .v3_10] : [.v3_11, .v3_12, .v3_13, .v3_14]
    }
  }

  // MARK: parts

  private mutating func bytes(_ value: SymbolicValue, _ values: borrowing ValueTable) -> [UInt8]? {
    var value = value
    if value.kind == .call { value = latin1(value, values) ?? value }
    guard value.kind.isText, let contents = values.decodedContents(value, limit: bytesLeft),
      contents.count <= bytesLeft, let bytes = try? contents.bytes(at: 0, count: contents.count)
    else { return nil }
    bytesLeft -= bytes.count
    return bytes
  }

  /// Whether the value is bytes in one of the forms that picklers have: protocol 2 writes `_codecs.encode(text, 'latin1')`,
  /// and `bytes()` for none.
  private func isBytes(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    if value.kind.isText { return true }
    guard value.kind == .call, let callee = values.callee(value) else { return false }
    return latin1(value, values) != nil || calledName(callee, values) == "bytes"
  }

  /// The text inside `_codecs.encode(text, 'latin1')`, as protocol 2 writes bytes.
  private func latin1(_ value: SymbolicValue, _ values: borrowing ValueTable) -> SymbolicValue? {
    guard let callee = values.callee(value), calledName(callee, values) == "encode",
      let tuple = values.arguments(value), let text = values.elements(tuple)?.first, text.kind == .string
    else { return nil }
    return text
  }

  /// The name of what is called: an import, or what dill finds by its name (`_get_attr(module, 'encode')`, `_load_type('bytes')`).
  private func calledName(_ callee: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    if let global = values.global(callee) { return global.resolvedName }
    guard let tuple = values.arguments(callee), let last = values.elements(tuple)?.last else { return nil }
    return values.string(last, limit: 16)
  }

  private func text(_ value: SymbolicValue?, _ values: borrowing ValueTable) -> String? {
    guard let value else { return nil }
    if value.kind == .string { return values.string(value, limit: 4096) ?? "" }
    guard value.kind == .bytes, let bytes = values.decodedPrefix(value, count: 4096) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func names(_ value: SymbolicValue?, _ values: borrowing ValueTable) -> [String]? {
    guard let value, value.kind == .tuple, let elements = values.elements(value) else { return nil }
    var names: [String] = []
    for element in elements {
      guard let name = text(element, values) else { return nil }
      names.append(name)
    }
    return names
  }

  private mutating func tuple(
    _ value: SymbolicValue, _ values: borrowing ValueTable, depth: Int
  ) -> [CodeConstant] {
    guard let elements = values.elements(value), elements.count <= valuesLeft else {
      isCut = true
      return [.other("too many values to be kept")]
    }
    valuesLeft -= elements.count
    weight += elements.count
    return elements.map { constant($0, values, depth: depth) }
  }

  private mutating func constant(
    _ value: SymbolicValue, _ values: borrowing ValueTable, depth: Int
  ) -> CodeConstant {
    switch value.kind {
    case .none: return .none
    case .true: return .boolean(true)
    case .false: return .boolean(false)
    case .integer, .bigInteger:
      return values.integer(value).map { .integer($0) } ?? .other("a long integer")
    case .float: return values.float(value).map { .float($0) } ?? .other("a float")
    case .string: return values.string(value, limit: textLimit).map { .string($0) } ?? .other("a long text")
    case .bytes, .bytearray:
      guard let contents = values.decodedContents(value, limit: textLimit), contents.count <= textLimit,
        let bytes = try? contents.bytes(at: 0, count: contents.count)
      else { return .other("long bytes") }
      bytesLeft -= bytes.count
      return .bytes(bytes)
    case .tuple:
      guard depth > 0 else { return .other("tuples nested too deeply") }
      return .tuple(tuple(value, values, depth: depth - 1))
    case .call, .instance:
      if let inner = objects[value.raw] { return embedded(inner) }
      if let text = latin1(value, values), let bytes = bytes(text, values) { return .bytes(bytes) }
      return .other(values.describe(value, limit: 80))
    default: return .other(values.describe(value, limit: 80))
    }
  }

  /// Code inside code. One piece may be inside many, so what is walked is counted and not what is kept.
  private mutating func embedded(_ inner: Built) -> CodeConstant {
    guard inner.depth < CarriedCodeLimits.depth, inner.weight <= valuesLeft else {
      isCut = true
      return .other("code nested too deeply")
    }
    valuesLeft -= inner.weight
    weight += inner.weight
    depth = max(depth, inner.depth)
    return .code(inner.object)
  }

  private var textLimit: Int { min(bytesLeft, CarriedCodeLimits.constantBytes) }
}

extension CodeObject {
  /// The integers before the bytecode. Which is which follows from how many there are.
  fileprivate mutating func setCounts(_ counts: [Int]) {
    argumentCount = counts.first ?? 0
    if counts.count == 6 { positionalOnlyCount = counts[1] }
    if counts.count >= 5 { keywordOnlyCount = counts[counts.count - 4] }
    flags = counts.last ?? 0
  }
}

extension SymbolicValue.Kind {
  /// Whether the value is text or bytes; Python 2's bytes are strings.
  var isText: Bool { self == .string || self == .bytes || self == .bytearray }
}
