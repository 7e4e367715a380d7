internal import CSeccomp
internal import Glibc
package import Policy

/// Compiles seccomp policies to filters, with libseccomp, in the supervisor.
package enum SeccompCompiler {
  /// The filters of the roles `scan` and `zygote`.
  ///
  /// - Throws: at a name or a comparison that cannot be compiled, with its line; and where the result
  ///   would let a worker do what no worker may.
  package static func compile(_ policies: [String: SeccompPolicy]) throws(PolicyError) -> FilterSet {
    guard let scan = policies["scan"], let zygote = policies["zygote"] else {
      throw PolicyError(file: "seccomp", line: 0, reason: "the roles scan and zygote are needed")
    }
    guard zygote.defaultAction == .refuse else {
      throw PolicyError(
        file: zygote.file, line: 0,
        reason:
          "the default must be \(SeccompPolicy.Default.refuse.rawValue): another would answer for the workers"
      )
    }
    let set = FilterSet(
      scan: try role(scan), sealing: try killing(sealed, file: scan.file), zygote: try role(zygote))
    try SeccompFloor.check(set, file: scan.file)
    return set
  }

  /// The filter of the role `fetch`: one is enough, since what its rules do not name kills.
  ///
  /// - Throws: as the other.
  package static func compileFetch(_ fetch: SeccompPolicy) throws(PolicyError) -> SeccompProgram {
    guard fetch.defaultAction == .killProcess else {
      throw PolicyError(
        file: fetch.file, line: 0,
        reason:
          "the default must be \(SeccompPolicy.Default.killProcess.rawValue): nobody is there to be asked")
    }
    let program = try role(fetch).rules
    try SeccompFloor.check(fetch: program, file: fetch.file)
    return program
  }

  /// What a worker needs until it has its input, and never after.
  private static let sealed = ["recvmsg", "sendmsg", "prlimit64", "seccomp"].map {
    SeccompPolicy.NeverCall(systemCall: $0, line: 0)
  }

  private static func role(_ policy: SeccompPolicy) throws(PolicyError) -> FilterSet.Role {
    for rule in policy.rules where policy.never.contains(where: { $0.systemCall == rule.systemCall }) {
      throw PolicyError(
        file: policy.file, line: rule.line, reason: "\(rule.systemCall) has a rule and is on the never-list"
      )
    }
    return FilterSet.Role(
      never: try killing(policy.never, file: policy.file),
      rules: try rules(policy, default: action(policy.defaultAction)),
      killing: try rules(policy, default: .killProcess))
  }

  /// A filter that kills for some calls and lets the others through.
  private static func killing(
    _ calls: [SeccompPolicy.NeverCall], file: String
  ) throws(PolicyError) -> SeccompProgram {
    let filter = try SeccompFilter.make(default: .allow, file: file)
    for call in calls {
      guard let number = try systemCallNumber(call.systemCall, file: file, line: call.line) else {
        continue
      }
      try filter.add(number, .killProcess, when: [], line: call.line)
    }
    return try filter.program()
  }

  private static func rules(
    _ policy: SeccompPolicy, default action: SeccompFilter.Action
  ) throws(PolicyError) -> SeccompProgram {
    let filter = try SeccompFilter.make(default: action, file: policy.file)
    for rule in policy.rules {
      guard let number = try systemCallNumber(rule.systemCall, file: policy.file, line: rule.line) else {
        continue
      }
      var comparisons: [scmp_arg_cmp] = []
      for check in rule.arguments { comparisons.append(try comparison(check, file: policy.file)) }
      try filter.add(number, try self.action(rule, policy.file), when: comparisons, line: rule.line)
    }
    return try filter.program()
  }

  private static func action(_ default: SeccompPolicy.Default) -> SeccompFilter.Action {
    switch `default` {
    case .notify: .notify
    case .killProcess: .killProcess
    case .refuse: .refuse
    }
  }

  private static func action(
    _ rule: SeccompPolicy.Rule, _ file: String
  ) throws(PolicyError) -> SeccompFilter.Action {
    switch rule.action {
    case .allow: return .allow
    case .errno(let name):
      guard let number = softRefusals[name] else {
        throw PolicyError(
          file: file, line: rule.line, reason: "\(name) is not one of \(softRefusals.keys.sorted())")
      }
      return .errno(number)
    }
  }

  /// The error numbers that a rule may answer with.
  private static let softRefusals: [String: UInt16] = ["EPERM": 1, "EACCES": 13, "ENOSYS": 38]

  /// A condition as libseccomp takes it, which compares 64 bits.
  private static func comparison(
    _ check: SeccompPolicy.ArgumentCheck, file: String
  ) throws(PolicyError) -> scmp_arg_cmp {
    let value = try number(check.value, file: file, line: check.line)
    let argument = UInt32(check.argument)
    switch (check.comparison, check.width) {
    case (.equal, 32):
      return scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: 0xFFFF_FFFF, datum_b: value)
    case (.equal, _):
      return scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    case (.maskedEqual, let width):
      let mask = try check.mask.map { (mask) throws(PolicyError) in
        try number(mask, file: file, line: check.line)
      }
      guard let mask, width == 64 || mask <= 0xFFFF_FFFF, value & ~mask == 0 else {
        throw PolicyError(file: file, line: check.line, reason: "the value has bits that the mask has not")
      }
      return scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    case (.lessOrEqual, 64):
      return scmp_arg_cmp(arg: argument, op: SCMP_CMP_LE, datum_a: value, datum_b: 0)
    case (.notEqual, 64):
      return scmp_arg_cmp(arg: argument, op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
    case (.lessOrEqual, _), (.notEqual, _):
      throw PolicyError(
        file: file, line: check.line,
        reason: "\(check.comparison.rawValue) compares 64 bits: with 32 the upper half would decide")
    }
  }

  private static func number(
    _ operand: SeccompPolicy.Operand, file: String, line: Int
  ) throws(PolicyError) -> UInt64 {
    switch operand {
    case .number(let value): return value
    case .constant(let name):
      guard let value = SeccompConstant.values[name] else {
        throw PolicyError(file: file, line: line, reason: "\(name) is not a known constant")
      }
      return value
    }
  }

  /// The number of a call on this machine; nil for one that only other machines have.
  package static func systemCallNumber(
    _ name: String, file: String, line: Int
  ) throws(PolicyError) -> Int32? {
    // SAFETY: the string ends in a zero and outlives the call.
    let number = unsafe seccomp_syscall_resolve_name(name)
    guard number != __NR_SCMP_ERROR else {
      throw PolicyError(file: file, line: line, reason: "\(name) is not a known system call")
    }
    return number >= 0 ? number : nil
  }

  /// The name of a call of this machine: what the supervisor calls a violation. Nil for a number that
  /// libseccomp does not know.
  package static func systemCallName(_ number: Int32) -> String? {
    // SAFETY: libseccomp gives a string that the caller frees, or nil.
    guard let text = unsafe seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number) else {
      return nil
    }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
