internal import CLinux
package import Linux

/// A compiled filter: instructions as the kernel takes them, `struct sock_filter`, 8 bytes each.
package struct SeccompProgram: Hashable, Sendable {
  package static let instructionSize = 8
  /// The kernel's `BPF_MAXINSNS`.
  package static let instructionLimit = 4_096
  package static let byteLimit = instructionSize * instructionLimit

  package let bytes: [UInt8]

  /// A program of those bytes; nil where they are not whole instructions, none, or too many.
  package init?(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes.count.isMultiple(of: Self.instructionSize), bytes.count <= Self.byteLimit
    else { return nil }
    self.bytes = bytes
  }

  package var instructionCount: Int { bytes.count / Self.instructionSize }

  struct Instruction {
    let code: UInt16
    let jumpIfTrue: Int
    let jumpIfFalse: Int
    let operand: UInt32
  }

  func instruction(at index: Int) -> Instruction {
    let start = index * Self.instructionSize
    return Instruction(
      code: UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8, jumpIfTrue: Int(bytes[start + 2]),
      jumpIfFalse: Int(bytes[start + 3]),
      operand: (0..<4).reduce(0) { $0 | UInt32(bytes[start + 4 + $1]) << (8 * $1) })
  }

  /// `BPF_JMP | BPF_JEQ | BPF_K`
  private static let compareEqual: UInt16 = 0x15

  /// The program in which every comparison with the placeholder for the own process compares with `pid`.
  package func naming(pid: Int32) -> SeccompProgram {
    var patched = bytes
    for index in 0..<instructionCount {
      let found = instruction(at: index)
      guard found.code == Self.compareEqual, found.operand == SeccompConstant.selfPlaceholder else {
        continue
      }
      for byte in 0..<4 {
        patched[index * Self.instructionSize + 4 + byte] = UInt8(
          truncatingIfNeeded: pid >> (8 * Int32(byte)))
      }
    }
    return SeccompProgram(patched) ?? self  // as many bytes as before
  }

  /// Puts the filter on this thread, for good. seccomp(2), SECCOMP_SET_MODE_FILTER
  package func load() throws(SystemCallError) {
    try systemCall("seccomp", "\(instructionCount) instructions") {
      // SAFETY: the array holds that many instructions.
      unsafe clinux_seccomp_filter(bytes, instructionCount, 0)
    }
  }

  /// As `load`, and gives the descriptor on which the kernel asks about calls that the filter leaves to it.
  package func loadWithListener() throws(SystemCallError) -> FileDescriptor {
    FileDescriptor(
      owning: try systemCall("seccomp", "\(instructionCount) instructions, with a listener") {
        // SAFETY: the array holds that many instructions.
        unsafe clinux_seccomp_filter(bytes, instructionCount, 1)
      })
  }
}
