package import ByteParsing
internal import CLinux
internal import Glibc
package import Linux
internal import Policy

/// A worker's confinement, between fork and the first word to the supervisor: one list, in this order.
package enum WorkerLockdown {
  /// What a confined worker holds.
  package struct Confined: ~Copyable {
    package let confinement: Confinement
    /// On which the kernel asks about calls that the filter leaves open; nil where it cannot ask and kills.
    package var listener: FileDescriptor?
  }

  /// Confines this process for good. It has one thread and was forked by the zygote, whose confinement it has.
  ///
  /// - Parameters:
  ///   - socket: becomes ``WorkerDescriptor/socket``; every other descriptor is closed, except
  ///     `/dev/null` on 0, 1 and 2.
  ///   - zygote: the process that forked it.
  /// - Throws: where a layer fails that nothing may be examined without.
  package static func lockDown(
    socket: Int32, zygote: Int32, limits: Limits, filters: FilterSet
  ) throws(SystemCallError) -> Confined {
    var confinement = Confinement()
    try keepOnly(socket: socket)
    try systemCall("sigaction") { clinux_reset_signals() }
    try systemCall("prctl", "PR_SET_PDEATHSIG") { clinux_die_with_parent() }
    // The zygote may have died before the line above.
    guard getppid() == zygote else { throw SystemCallError("getppid", ESRCH, "the zygote is gone") }

    try ResourceLimits.apply(limits)
    confinement.add(.resourceLimits)
    guard clinux_is_unprivileged() == 1 else {
      throw SystemCallError("prctl", EPERM, "not inherited: no_new_privs and not dumpable")
    }
    confinement.add(.noNewPrivileges)
    // A second domain: workers cannot reach each other either.
    Landlock.denyAll(into: &confinement)
    try filters.scan.never.load()
    let listener = try loadRules(filters, into: &confinement)
    return Confined(confinement: confinement, listener: listener)
  }

  /// The last two steps, one on each side of receiving the job. This one comes after the worker's first message.
  package static func limitDescriptors() throws(SystemCallError) { try ResourceLimits.applyToDescriptors() }

  /// Takes away what was needed until the job came. From here on the worker reads, computes and reports.
  package static func seal(_ filters: FilterSet) throws(SystemCallError) { try filters.sealing.load() }

  private static func keepOnly(socket: Int32) throws(SystemCallError) {
    try systemCall("dup2") { dup2(socket, WorkerDescriptor.socket) }
    for number in Int32(1)...2 { try systemCall("dup2") { dup2(WorkerDescriptor.null, number) } }
    try systemCall("close_range") { clinux_close_from(UInt32(WorkerDescriptor.socket) + 1) }
  }

  private static func loadRules(
    _ filters: FilterSet, into confinement: inout Confinement
  ) throws(SystemCallError) -> FileDescriptor? {
    let pid = getpid()
    do {
      let listener = try filters.scan.rules.naming(pid: pid).loadWithListener()
      confinement.add(.seccomp)
      confinement.add("seccomp-notify")
      return listener
    } catch {
      // A kernel, or a filter outside this one, that cannot ask; the calls are refused all the same.
      try filters.scan.killing.naming(pid: pid).load()
      confinement.add(.seccomp)
      confinement.miss("seccomp-notify", "\(error)", refused: false)
      return nil
    }
  }
}
