/// What a filter answers to a call.
package enum SeccompAnswer: Hashable, Sendable {
  case allow
  case killProcess
  case notify
  case refuse
  case errno(UInt16)
  /// Anything else: the compiler never makes it.
  case other(UInt32)

  init(_ value: UInt32) {
    switch value & 0xFFFF_0000 {
    case 0x7FFF_0000: self = .allow
    case 0x8000_0000: self = .killProcess
    case 0x7FC0_0000: self = .notify
    case 0x7FF0_0000: self = .refuse
    case 0x0005_0000: self = .errno(UInt16(truncatingIfNeeded: value))
    default: self = .other(value)
    }
  }
}

/// A call as the kernel shows it to a filter: `struct seccomp_data`.
package struct SeccompCall: Sendable {
  package var number: Int32
  package var architecture: UInt32
  package var arguments: [UInt64]

  /// A call with up to six arguments; those that are missing are 0.
  package init(number: Int32, architecture: UInt32, arguments: [UInt64] = []) {
    self.number = number
    self.architecture = architecture
    self.arguments = (0..<6).map { $0 < arguments.count ? arguments[$0] : 0 }
  }

  /// The word at a byte offset; the instruction pointer, which no filter here reads, is 0.
  fileprivate func word(at offset: UInt32) -> UInt32? {
    switch offset {
    case 0: return UInt32(bitPattern: number)
    case 4: return architecture
    case 8, 12: return 0
    case 16..<64 where offset.isMultiple(of: 4):
      let argument = arguments[Int(offset - 16) / 8]
      return UInt32(truncatingIfNeeded: offset.isMultiple(of: 8) ? argument : argument >> 32)
    default: return nil
    }
  }
}

extension SeccompProgram {
  /// Runs the filter on a call without the kernel: for proving what a compiled policy denies before anything
  /// relies on it.
  ///
  /// - Returns: nil for an instruction that libseccomp does not make, or a program that does not end.
  package func answer(to call: SeccompCall) -> SeccompAnswer? {
    var accumulator: UInt32 = 0
    var index = 0
    // Jumps only lead forwards, so the index grows with each turn.
    while index < instructionCount {
      let step = instruction(at: index)
      index += 1
      switch step.code {
      case 0x20:  // load a word of the call
        guard let word = call.word(at: step.operand) else { return nil }
        accumulator = word
      case 0x54: accumulator &= step.operand
      case 0x05: index += Int(step.operand)
      case 0x15: index += accumulator == step.operand ? step.jumpIfTrue : step.jumpIfFalse
      case 0x25: index += accumulator > step.operand ? step.jumpIfTrue : step.jumpIfFalse
      case 0x35: index += accumulator >= step.operand ? step.jumpIfTrue : step.jumpIfFalse
      case 0x06: return SeccompAnswer(step.operand)
      default: return nil
      }
    }
    return nil
  }
}
