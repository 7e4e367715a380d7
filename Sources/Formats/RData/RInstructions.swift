/// The instructions of R's byte code, as far as they name functions.
///
/// Source: R 4.2, `src/main/eval.c` (the instructions in their order) and `compiler:::Opcodes.argc` (their
/// operands). Newer
/// versions have added instructions at the end.
package enum RInstructions {
  /// How many operands each instruction has.
  private static let operands: [Int] = [
    0, 0, 1, 2, 0, 0, 0, 2, 1, 0, 0, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0,
    0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 2, 0, 2,
    0, 2, 0, 2, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 1, 2, 1, 1, 1, 0, 1, 1, 1, 2,
    1, 0, 0, 4, 0, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1, 1, 2, 0, 0, 1, 0, 0,
  ]

  /// The instructions whose first operand is the constant that names a function.
  private static let lookups: Set<Int32> = [23, 24, 25, 26, 27]

  /// The numbers of the constants by which functions are looked up; nil where the instructions cannot be followed.
  ///
  /// - Parameter code: the version of the byte code, and the instructions with their operands.
  package static func functions(in code: [Int32]) -> [Int]? {
    var result: [Int] = []
    var index = 1
    while index < code.count {
      let instruction = code[index]
      guard operands.indices.contains(Int(instruction)) else { return nil }
      let count = operands[Int(instruction)]
      guard count < code.count - index else { return nil }
      if lookups.contains(instruction) { result.append(Int(code[index + 1])) }
      index += 1 + count
    }
    return result
  }
}
