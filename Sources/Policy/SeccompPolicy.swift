/// The system calls that a role of worker may make: one file of `policies/seccomp/`.
///
/// Names of system calls, constants and error numbers stay names here, with the line they stand on:
/// whoever compiles the filter resolves them and refuses the unknown ones.
package struct SeccompPolicy: Equatable, Sendable {
  /// What happens to a call that no rule names.
  package enum Default: String, CaseIterable, Sendable {
    /// The kernel asks the supervisor, which notes the call's name and kills the worker.
    case notify
    /// The kernel kills the worker.
    case killProcess = "kill_process"
    /// The call fails with ENOSYS. Only for the zygote: its workers inherit its filter, and this is the one
    /// refusal that leaves the answer to a worker's own `notify`.
    case refuse
  }

  /// What happens to a call that a rule describes.
  package enum Action: Equatable, Sendable {
    case allow
    /// The call fails with this error number, by name: `ENOSYS`.
    case errno(String)
  }

  /// How an argument is compared with a rule's value.
  package enum Comparison: String, CaseIterable, Sendable {
    case equal
    case notEqual = "not_equal"
    /// `argument & mask == value`.
    case maskedEqual = "masked_equal"
    case lessOrEqual = "less_or_equal"
  }

  /// A number, or the name of one.
  package enum Operand: Equatable, Sendable {
    /// Not negative; at most 2^32 - 1 in a comparison of 32 bits.
    case number(UInt64)
    /// The name of a constant: `PROT_EXEC`.
    case constant(String)
  }

  /// A condition on one argument of a call.
  package struct ArgumentCheck: Equatable, Sendable {
    /// 0 to 5.
    package let argument: Int
    package let comparison: Comparison
    /// There exactly where the comparison is `maskedEqual`.
    package let mask: Operand?
    package let value: Operand
    /// Bits that are compared, 32 or 64: the kernel sees 64, of which an `int` fills the lower half.
    package let width: Int
    /// The line in the policy file.
    package let line: Int

    package init(
      argument: Int, comparison: Comparison, mask: Operand? = nil, value: Operand, width: Int,
      line: Int
    ) {
      self.argument = argument
      self.comparison = comparison
      self.mask = mask
      self.value = value
      self.width = width
      self.line = line
    }
  }

  /// One call that is let through or softly refused.
  package struct Rule: Equatable, Sendable {
    package let systemCall: String
    /// All of them hold. Empty means any arguments.
    package let arguments: [ArgumentCheck]
    package let action: Action
    /// Who needs the call, and for what.
    package let why: String
    /// The line in the policy file.
    package let line: Int

    package init(
      systemCall: String, arguments: [ArgumentCheck] = [], action: Action, why: String, line: Int
    ) {
      self.systemCall = systemCall
      self.arguments = arguments
      self.action = action
      self.why = why
      self.line = line
    }
  }

  /// A call that kills the worker whatever else is allowed.
  package struct NeverCall: Equatable, Sendable {
    package let systemCall: String
    /// The line in the policy file.
    package let line: Int

    package init(systemCall: String, line: Int) {
      self.systemCall = systemCall
      self.line = line
    }
  }

  /// The file's path inside the policy folder, for errors.
  package let file: String
  /// `scan`; the file's stem.
  package let role: String
  package let defaultAction: Default
  package let never: [NeverCall]
  /// Empty only where the file says so with `deny_all`.
  package let rules: [Rule]

  package init(
    file: String, role: String, defaultAction: Default, never: [NeverCall], rules: [Rule]
  ) {
    self.file = file
    self.role = role
    self.defaultAction = defaultAction
    self.never = never
    self.rules = rules
  }
}
