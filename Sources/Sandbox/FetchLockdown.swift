internal import CLinux
internal import Glibc
package import Linux
internal import Policy

/// The confinement of the process that fetches models: it may connect, and write below one folder. One list, in this
/// order, before the process knows what it is to fetch.
package enum FetchLockdown {
  /// What looking up a name reads, where it is there. `/etc/resolv.conf` may be a link, which is followed here.
  private static let resolverFiles = [
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/nsswitch.conf",
  ]

  /// Confines this process for good. It has one thread.
  ///
  /// It keeps its user: whoever admits what it wrote must own that, and no other process of a shared user must be able
  /// to change it meanwhile. As root it has no capabilities left, so it is the owner of its folder and nothing else.
  ///
  /// - Parameters:
  ///   - staging: the open folder below which it may write; nil where it is only to ask.
  ///   - fileBytes: the largest file that it may write.
  /// - Throws: where any layer fails.
  package static func lockDown(
    staging: Int32?, fileBytes: Int, filter: SeccompProgram
  ) throws(SystemCallError) -> Confinement {
    var confinement = Confinement()
    try systemCall("sigaction") { clinux_reset_signals() }
    Signal.ignore(Signal.brokenPipe)
    try systemCall("prctl", "PR_SET_NO_NEW_PRIVS") { clinux_set_no_new_privileges() }
    try systemCall("capset") { clinux_clear_capabilities() }
    confinement.add(.credentials)
    try systemCall("prctl", "PR_SET_DUMPABLE") { clinux_set_undumpable() }
    confinement.add(.noNewPrivileges)
    try systemCall("prctl", "PR_SET_PDEATHSIG") { clinux_die_with_parent() }
    try ResourceLimits.applyToFetcher(fileBytes: fileBytes)
    confinement.add(.resourceLimits)
    try systemCall("nss_configure_lookup") { clinux_resolve_without_modules() }
    try enterDomain(staging, &confinement)
    try filter.naming(pid: getpid()).load()
    confinement.add(.seccomp)
    return confinement
  }

  private static func enterDomain(
    _ staging: Int32?, _ confinement: inout Confinement
  ) throws(SystemCallError) {
    var exceptions: [(file: Int32, rights: Landlock.Rights)] = []
    var opened: [Int32] = []
    defer { for number in opened { close(number) } }
    for path in resolverFiles {
      do throws(SystemCallError) {
        opened.append(try FileDescriptor.open(path, .pathOnly).release())
      } catch {
        guard error.isMissingFile else { throw error }
      }
    }
    exceptions = opened.map { ($0, .read) }
    if let staging { exceptions.append((staging, .stage)) }
    Landlock.denyAll(except: exceptions, into: &confinement)
    if let missing = confinement.missing.first {
      throw SystemCallError("landlock", ENOSYS, missing.reason)
    }
  }
}
