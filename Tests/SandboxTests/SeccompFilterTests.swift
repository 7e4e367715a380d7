import Linux
import Policy
import TestSupport
import Testing

@testable import Sandbox

/// The repository's policies as filters: what they let through, by the evaluator and by the kernel.
@Suite struct SeccompFilterTests {
  static let x86: UInt32 = 0xC000_003E
  static let i386: UInt32 = 0x4000_0003
  private static let pid: Int32 = 4_242

  private static func policies() throws -> [String: SeccompPolicy] {
    try PolicySet(parsing: try Probing.bundle()).seccomp
  }

  private static func filters() throws -> FilterSet { try SeccompCompiler.compile(try policies()) }

  private static func number(_ name: String) throws -> Int32 {
    try #require(try SeccompCompiler.systemCallNumber(name, file: "", line: 0))
  }

  /// The constant of a policy, the placeholder for the own process replaced as a worker does.
  private static func value(_ operand: SeccompPolicy.Operand) throws -> UInt64 {
    switch operand {
    case .number(let value): return value
    case .constant(let name):
      let value = try #require(SeccompConstant.values[name])
      return value == UInt64(SeccompConstant.selfPlaceholder) ? UInt64(pid) : value
    }
  }

  /// Values for the arguments of a rule: those that it allows, and for each checked one those that it does not.
  struct Trial {
    let allowed: [UInt64]
    var refused: [[UInt64]] = []

    init(_ rule: SeccompPolicy.Rule) throws {
      var arguments: [UInt64] = [0, 0, 0, 0, 0, 0]
      for check in rule.arguments { arguments[check.argument] = try SeccompFilterTests.value(check.value) }
      allowed = arguments
      for check in rule.arguments {
        let mask = try check.mask.map(SeccompFilterTests.value) ?? (check.width == 32 ? 0xFFFF_FFFF : .max)
        for bit in 0..<64 where mask & (1 << bit) != 0 {
          var other = arguments
          other[check.argument] ^= 1 << bit
          refused.append(other)
        }
      }
    }
  }

  /// The filter of a role in which what no rule names kills.
  private static func killing(_ policy: SeccompPolicy) throws -> SeccompProgram {
    switch policy.role {
    case "scan": try filters().scan.killing
    case "zygote": try filters().zygote.killing
    default: try SeccompCompiler.compileFetch(policy)
    }
  }

  private static func answer(of rule: SeccompPolicy.Rule) -> SeccompAnswer {
    switch rule.action {
    case .allow: .allow
    // The one error that a rule of the repository answers with, EACCES.
    case .errno: .errno(13)
    }
  }

  /// What the policy's rules for the same call make of these arguments.
  private static func answer(
    of policy: SeccompPolicy, _ name: String, _ arguments: [UInt64]
  ) throws -> SeccompAnswer {
    let rule = try policy.rules.filter { $0.systemCall == name }.first { rule in
      try rule.arguments.allSatisfy { check in
        let width: UInt64 = check.width == 32 ? 0xFFFF_FFFF : .max
        let argument = arguments[check.argument] & width
        let value = try value(check.value)
        switch check.comparison {
        case .equal: return argument == value
        case .notEqual: return argument != value
        case .lessOrEqual: return argument <= value
        case .maskedEqual: return argument & (try check.mask.map(Self.value) ?? width) == value
        }
      }
    }
    return rule.map(answer(of:)) ?? .killProcess
  }

  @Test(arguments: ["scan", "zygote", "fetch"]) func `each rule allows its arguments and not one bit more`(
    role: String
  ) throws {
    let policy = try #require(try Self.policies()[role])
    let program = try Self.killing(policy).naming(pid: Self.pid)
    var tried = 0
    for rule in policy.rules {
      let call = try Self.number(rule.systemCall)
      let trial = try Trial(rule)
      func answer(_ arguments: [UInt64]) -> SeccompAnswer? {
        program.answer(to: SeccompCall(number: call, architecture: Self.x86, arguments: arguments))
      }
      let given = Self.answer(of: rule)
      #expect(answer(trial.allowed) == given, "\(rule.systemCall) at line \(rule.line)")
      for arguments in trial.refused {
        let expected = try Self.answer(of: policy, rule.systemCall, arguments)
        #expect(answer(arguments) == expected, "\(rule.systemCall)\(arguments) at line \(rule.line)")
        tried += 1
      }
    }
    try Proof.record("\(role): \(policy.rules.count) rules, \(tried) arguments with another bit")
  }

  @Test func `a call that no rule names gets the role's default`() throws {
    let set = try Self.filters()
    let named = Set(try Self.policies().values.flatMap(\.rules).map(\.systemCall))
    var asked = 0
    for number in Int32(0)..<600 where !named.contains(SeccompCompiler.systemCallName(number) ?? "") {
      let call = SeccompCall(number: number, architecture: Self.x86)
      #expect(set.scan.rules.answer(to: call) == .notify, "\(number)")
      #expect(set.scan.killing.answer(to: call) == .killProcess, "\(number)")
      #expect(set.zygote.rules.answer(to: call) == .refuse, "\(number)")
      asked += 1
    }
    #expect(asked > 300)
  }

  @Test func `the never-list kills whatever the arguments`() throws {
    let set = try Self.filters()
    for (role, program) in [("scan", set.scan.never), ("zygote", set.zygote.never)] {
      let never = try #require(try Self.policies()[role]).never
      #expect(never.count > 50)
      for entry in never {
        for arguments: [UInt64] in [[], [1, 2, 3, 4, 5, 6], [.max, .max, .max, .max, .max, .max]] {
          let call = SeccompCall(
            number: try Self.number(entry.systemCall), architecture: Self.x86, arguments: arguments)
          #expect(program.answer(to: call) == .killProcess, "\(entry.systemCall)")
        }
      }
    }
  }

  /// What the kernel may say that a call was made in, `AUDIT_ARCH_*`: every machine that has system call filters, in
  /// both orders of bytes where it has both, and what is none.
  private static let foreign: [UInt32] = [
    i386, 0xC000_00B7, 0x4000_0028, 0x0000_0028, 0xC000_00F3, 0x4000_00F3, 0xC000_0102, 0x8000_0008,
    0xC000_0008, 0xA000_0008, 0xE000_0008, 0x0000_0008, 0x4000_0008, 0x8000_0015, 0xC000_0015, 0x0000_0014,
    0x8000_0016, 0x0000_0016, 0x8000_000F, 0x0000_000F, 0x4000_003E, 0x0000_003E, 0, 1, .max,
  ]

  @Test func `another architecture's calls kill in every filter`() throws {
    let set = try Self.filters()
    let fetch = try SeccompCompiler.compileFetch(try #require(try Self.policies()["fetch"]))
    let programs = [
      set.scan.never, set.scan.rules, set.scan.killing, set.sealing, set.zygote.never, set.zygote.rules,
      set.zygote.killing, fetch,
    ]
    let calls =
      Self.foreign.flatMap { architecture in
        (Array(Int32(0)..<1_024) + [-1, .max, .min]).map {
          SeccompCall(number: $0, architecture: architecture)
        }
      } + (Int32(0)..<1_024).map { SeccompCall(number: $0 | 0x4000_0000, architecture: Self.x86) }
    var tried = 0
    for (place, program) in programs.enumerated() {
      for call in calls {
        tried += 1
        guard program.answer(to: call) != .killProcess else { continue }
        Issue.record("filter \(place) lets \(call.number) of \(call.architecture) live")
      }
    }
    try Proof.record(
      "\(tried) calls of \(Self.foreign.count + 1) other architectures killed in \(programs.count) filters")
  }

  @Test func `sealing takes away what only the job needed`() throws {
    let sealing = try Self.filters().sealing
    for name in ["recvmsg", "sendmsg", "prlimit64", "seccomp"] {
      let call = SeccompCall(number: try Self.number(name), architecture: Self.x86)
      #expect(sealing.answer(to: call) == .killProcess)
    }
    #expect(
      sealing.answer(to: SeccompCall(number: try Self.number("write"), architecture: Self.x86)) == .allow)
  }

  @Test func `a worker may signal itself and nobody else`() throws {
    let rules = try Self.filters().scan.rules
    let number = try Self.number("tgkill")
    func answer(_ program: SeccompProgram, _ pid: UInt64) -> SeccompAnswer? {
      program.answer(to: SeccompCall(number: number, architecture: Self.x86, arguments: [pid, pid, 6]))
    }
    let own = UInt64(Self.pid)
    #expect(answer(rules, own) == .notify)
    #expect(answer(rules.naming(pid: Self.pid), own) == .allow)
    #expect(answer(rules.naming(pid: Self.pid), own + 1) == .notify)
    #expect(answer(rules.naming(pid: Self.pid), UInt64(SeccompConstant.selfPlaceholder)) == .notify)
  }

  /// The evaluator is only worth something if the kernel agrees: every rule, once allowed and once with each
  /// checked argument's lowest bit turned over, in a process of its own.
  @Test func `the kernel decides as the evaluator does`() throws {
    let set = try Self.filters()
    let policy = try #require(try Self.policies()["scan"])
    // Allowed ones that do not come back, or that take the trial's own memory apart.
    let fatal: Set = ["exit_group", "brk", "munmap", "mremap", "tgkill", "recvmsg", "futex"]
    for rule in policy.rules where !fatal.contains(rule.systemCall) {
      let number = try Self.number(rule.systemCall)
      let trial = try Trial(rule)
      #expect(try run(set.scan.killing, number, trial.allowed) == .exited(status: 0), "\(rule.systemCall)")
      for check in rule.arguments {
        var other = trial.allowed
        other[check.argument] ^= try check.mask.map(Self.value).map { $0 & ~($0 - 1) } ?? 1
        let expected: ProcessEnd =
          try Self.answer(of: policy, rule.systemCall, other) == .allow
          ? .exited(status: 0) : .killed(signal: Signal.badSystemCall)
        #expect(try run(set.scan.killing, number, other) == expected, "\(rule.systemCall)\(other)")
      }
    }
  }

  /// Makes one call under a filter in a new process, and gives its end.
  private func run(_ program: SeccompProgram, _ number: Int32, _ arguments: [UInt64]) throws -> ProcessEnd {
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let file = try FileDescriptor.sealedMemory(program.bytes, name: "filter")
    let pid = try Process.spawn(
      Repository.program("ProbeWorker"),
      arguments: ["ProbeWorker", "filter", "\(number)"] + arguments.map { "\($0)" },
      environment: ["SWIFT_BACKTRACE=enable=no"],
      descriptors: [null.number, null.number, null.number, file.number])
    return try Child.awaitEnd(pid, "ProbeWorker filter \(number)")
  }
}
