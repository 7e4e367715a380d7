/// The instructions of one version of CPython.
struct OpcodeTable: Sendable {
  /// What an instruction's argument means.
  enum Argument: String, Sendable {
    /// There is none; the byte in its place is ignored.
    case none
    case number
    case const
    case name
    /// A name; since 3.11 the lowest bit says that NULL is pushed as well.
    case global
    /// A name; since 3.12 the lowest bit says that a method is wanted.
    case attribute
    /// A name above two bits of flags.
    case `super`
    case local
    /// Two locals, four bits each.
    case locals
    /// A cell or a free variable.
    case free
    case compare
    case binary
    /// A constant of a fixed list.
    case common
    /// A special method of a fixed list.
    case special
    /// Jumps: to a place, or so far from the next instruction.
    case absolute, forward, backward
  }

  struct Operation: Equatable, Sendable {
    let name: String
    let argument: Argument
    /// Units of two bytes behind the instruction that only the running interpreter uses.
    let caches: Int
  }

  /// By number.
  let operations: [Operation?]

  /// The table of a version.
  static func of(_ version: PythonVersion) -> OpcodeTable { tables[version] ?? OpcodeTable(operations: []) }

  private static let tables: [PythonVersion: OpcodeTable] = {
    var operations: [PythonVersion: [Operation?]] = [:]
    for row in rows.split(separator: "\n") {
      let cells = row.split(separator: " ")
      guard cells.count == 2 + columns.count, let argument = Argument(rawValue: String(cells[1])) else {
        preconditionFailure("a row of the opcode table is damaged: \(row)")
      }
      for (version, cell) in zip(columns, cells.dropFirst(2)) where cell != "-" {
        let numbers = cell.split(separator: "/").compactMap { Int($0) }
        let operation = Operation(
          name: String(cells[0]), argument: argument, caches: numbers.count > 1 ? numbers[1] : 0)
        operations[version, default: Array(repeating: nil, count: 256)][numbers[0]] = operation
      }
    }
    return operations.mapValues { OpcodeTable(operations: $0) }
  }()
}
