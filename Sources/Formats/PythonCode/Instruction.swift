/// One instruction as it stands in the bytecode.
struct Instruction: Equatable {
  let offset: Int
  let number: UInt8
  /// nil for a number that the version does not have.
  let operation: OpcodeTable.Operation?
  /// With what `EXTENDED_ARG` put before it, cut to 32 bits.
  let argument: Int
  /// The offset behind its argument and caches.
  let next: Int
}

/// Reads the instructions of a piece of bytecode one after the other, as one version of Python has them.
///
/// Source: CPython, `Lib/dis.py`, `_unpack_opargs`, of 2.7 (one or three bytes) and 3.6 to 3.14 (two bytes and caches).
struct InstructionReader {
  private let bytecode: [UInt8]
  private let version: PythonVersion
  private let table: OpcodeTable
  private var offset = 0
  private var extended = 0

  init(_ bytecode: [UInt8], version: PythonVersion) {
    self.bytecode = bytecode
    self.version = version
    table = OpcodeTable.of(version)
  }

  /// The next instruction; nil at the end, and where what is left is too short for one.
  mutating func next() -> Instruction? {
    let start = offset
    guard start < bytecode.count else { return nil }
    let number = bytecode[start]
    let operation = table.operations[Int(number)]
    let width = version == .v2_7 ? (number < 90 ? 1 : 3) : 2
    guard bytecode.count - start >= width else { return nil }
    var argument = 0
    if width == 2 {
      argument = Int(bytecode[start + 1]) | (extended << 8 & 0xFFFF_FFFF)
    } else if width == 3 {
      argument =
        Int(bytecode[start + 1]) | Int(bytecode[start + 2]) << 8 | (extended << 16 & 0xFFFF_FFFF)
    }
    extended = operation?.name == "EXTENDED_ARG" ? argument : 0
    offset = start + width + 2 * (operation?.caches ?? 0)
    return Instruction(
      offset: start, number: number, operation: operation, argument: argument, next: offset)
  }
}

extension Instruction {
  /// Where a jump goes; nil for what does not jump.
  func target(_ version: PythonVersion) -> Int? {
    let unit = version >= .v3_10 ? 2 : 1
    switch operation?.argument {
    case .absolute: return argument * unit
    case .forward: return next + argument * unit
    case .backward: return next - argument * unit
    default: return nil
    }
  }

  /// The index into the names that the argument holds; nil where it holds none.
  func nameIndex(_ version: PythonVersion) -> Int? {
    switch operation?.argument {
    case .name: argument
    case .global: version >= .v3_11 ? argument >> 1 : argument
    case .attribute: version >= .v3_12 ? argument >> 1 : argument
    case .super: argument >> 2
    default: nil
    }
  }
}
