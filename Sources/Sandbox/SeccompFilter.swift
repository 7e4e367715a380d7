internal import CSeccomp
internal import Linux
internal import Policy

/// A filter under construction: owns libseccomp's context.
@safe struct SeccompFilter: ~Copyable {
  /// What a filter does with a call.
  enum Action {
    case allow, killProcess, notify
    /// ENOSYS, unless a filter further in says otherwise: what SECCOMP_RET_TRACE does where nobody traces, and
    /// the only refusal that ranks below SECCOMP_RET_USER_NOTIF. seccomp(2)
    case refuse
    case errno(UInt16)

    var code: UInt32 {
      switch self {
      case .allow: SCMP_ACT_ALLOW
      case .killProcess: SCMP_ACT_KILL_PROCESS
      case .notify: SCMP_ACT_NOTIFY
      case .refuse: 0x7FF0_0000  // the macro SCMP_ACT_TRACE
      case .errno(let number): 0x0005_0000 | UInt32(number)  // the macro SCMP_ACT_ERRNO
      }
    }
  }

  private let context: scmp_filter_ctx
  private let file: String

  /// An empty filter.
  private init(default action: Action, file: String) throws(PolicyError) {
    // SAFETY: the context belongs to this value alone; `deinit` releases it.
    guard let context = unsafe seccomp_init(action.code) else {
      throw PolicyError(file: file, line: 0, reason: "the kernel does not take this filter's default")
    }
    unsafe self.context = context
    self.file = file
  }

  deinit { unsafe seccomp_release(context) }

  /// A filter without rules. A call of another architecture, x32 included, kills.
  static func make(default action: Action, file: String) throws(PolicyError) -> SeccompFilter {
    let filter = try SeccompFilter(default: action, file: file)
    let kill = Action.killProcess.code
    // SAFETY: the context lives as long as `filter`.
    try filter.check(
      unsafe seccomp_attr_set(filter.context, SCMP_FLTATR_ACT_BADARCH, kill), 0, "kill other architectures")
    // 2 sorts the calls into a binary tree.
    try filter.check(
      unsafe seccomp_attr_set(filter.context, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0, "sort the filter")
    return filter
  }

  /// Adds a rule: the action where all comparisons hold.
  borrowing func add(
    _ number: Int32, _ action: Action, when comparisons: [scmp_arg_cmp], line: Int
  ) throws(PolicyError) {
    // SAFETY: the pointer and the count are of one array; the context lives as long as self.
    let code = unsafe seccomp_rule_add_array(
      context, action.code, number, UInt32(comparisons.count), comparisons)
    try check(code, line, "add the rule")
  }

  /// The finished instructions.
  borrowing func program() throws(PolicyError) -> SeccompProgram {
    do {
      let memory = try FileDescriptor.memory(name: "filter")
      // SAFETY: the context lives as long as self.
      try check(unsafe seccomp_export_bpf(context, memory.number), 0, "export the filter")
      guard let program = SeccompProgram(try memory.readAll(limit: SeccompProgram.byteLimit)) else {
        throw SystemCallError.badMessage("seccomp_export_bpf", "no whole instructions")
      }
      return program
    } catch let error as PolicyError {
      throw error
    } catch {
      throw PolicyError(file: file, line: 0, reason: "\(error)")
    }
  }

  /// libseccomp answers with a negative error number.
  private borrowing func check(_ code: Int32, _ line: Int, _ what: String) throws(PolicyError) {
    guard code < 0 else { return }
    let reason = SystemCallError("libseccomp", -code).message
    throw PolicyError(file: file, line: line, reason: "libseccomp cannot \(what): \(reason)")
  }
}
