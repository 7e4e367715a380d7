/// All filters of a run, compiled once by the supervisor; zygote and workers only load bytes.
package struct FilterSet: Hashable, Sendable {
  /// The filters of one role.
  package struct Role: Hashable, Sendable {
    /// Kills for the calls of the never-list and lets everything else through.
    package let never: SeccompProgram
    /// The rules; what they do not name gets the policy's default.
    package let rules: SeccompProgram
    /// The rules with kill as their default, for where the kernel cannot ask.
    package let killing: SeccompProgram

    package init(never: SeccompProgram, rules: SeccompProgram, killing: SeccompProgram) {
      self.never = never
      self.rules = rules
      self.killing = killing
    }
  }

  /// The worker's.
  package let scan: Role
  /// Takes receiving, sending, limits and further filters away, once the input is there.
  package let sealing: SeccompProgram
  /// The zygote's, which its workers inherit below their own.
  package let zygote: Role

  private static let magic = Array("LZFILTER".utf8)
  private static let programCount = 7
  /// The most bytes of an encoded set.
  package static let byteLimit = magic.count + programCount * (4 + SeccompProgram.byteLimit)

  package init(scan: Role, sealing: SeccompProgram, zygote: Role) {
    self.scan = scan
    self.sealing = sealing
    self.zygote = zygote
  }

  /// The set as bytes: magic, then for each program its length in bytes (u32, little-endian) and its
  /// instructions. Their SHA-256 is the filter digest of the sandbox evidence.
  package func encoded() -> [UInt8] {
    let programs = [
      scan.never, scan.rules, scan.killing, sealing, zygote.never, zygote.rules, zygote.killing,
    ]
    var bytes = Self.magic
    for program in programs {
      let count = UInt32(program.bytes.count)  // at most SeccompProgram.byteLimit
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: count >> shift))
      }
      bytes += program.bytes
    }
    return bytes
  }

  /// Reads what `encoded()` made; nil for anything else.
  package init?(decoding bytes: [UInt8]) {
    guard bytes.starts(with: Self.magic) else { return nil }
    var rest = bytes[Self.magic.count...]
    var programs: [SeccompProgram] = []
    while rest.count >= 4 {
      let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard count <= rest.count, let program = SeccompProgram(Array(rest.prefix(count))) else { return nil }
      programs.append(program)
      rest = rest.dropFirst(count)
    }
    guard rest.isEmpty, programs.count == Self.programCount else { return nil }
    self.init(
      scan: Role(never: programs[0], rules: programs[1], killing: programs[2]), sealing: programs[3],
      zygote: Role(never: programs[4], rules: programs[5], killing: programs[6]))
  }
}
