internal import CLinux
internal import Glibc
package import Linux
internal import Policy

/// The zygote's confinement: everything that all workers share, made once.
///
/// The order is part of it: namespaces while there is still the right to make them, then the ids, then Landlock,
/// which forbids mounting, and the filter last, which forbids everything before it.
package enum ZygoteLockdown {
  /// The user and the group that a process started as root becomes.
  private static let nobody: UInt32 = 65_534

  /// Confines this process, which has one thread. Where it gets a process namespace, the caller goes on as
  /// the first process in it, and this function does not return in the process that was started.
  ///
  /// - Throws: where a layer fails that nothing may be examined without.
  package static func lockDown(filters: FilterSet) throws(SystemCallError) -> Confinement {
    var confinement = Confinement()
    let startedAsRoot = geteuid() == 0
    try systemCall("sigaction") { clinux_reset_signals() }
    Signal.ignore(Signal.brokenPipe)
    try systemCall("prctl", "PR_SET_NO_NEW_PRIVS") { clinux_set_no_new_privileges() }
    try systemCall("setrlimit") { clinux_set_limit(clinux_limit_core, 0, 0) }

    if !startedAsRoot {
      let (user, group) = (geteuid(), getegid())
      confinement.attempt(.userNamespace) { () throws(SystemCallError) in
        try Namespaces.enterUserNamespace(user: user, group: group)
      }
    }
    enterNamespaces(&confinement, filters: filters)
    if startedAsRoot {
      becomeNobody(&confinement)
      confinement.attempt(.userNamespace) { () throws(SystemCallError) in
        try Namespaces.enter(clinux_namespace_user, "user")
      }
    } else {
      confinement.add(.credentials)
    }
    try systemCall("capset") { clinux_clear_capabilities() }
    try systemCall("prctl", "PR_SET_DUMPABLE") { clinux_set_undumpable() }
    confinement.add(.noNewPrivileges)
    // Changing ids cleared it, so it comes after them.
    try systemCall("prctl", "PR_SET_PDEATHSIG") { clinux_die_with_parent() }

    Landlock.denyAll(into: &confinement)
    try filters.zygote.never.load()
    try filters.zygote.rules.load()
    return confinement
  }

  private static func enterNamespaces(_ confinement: inout Confinement, filters: FilterSet) {
    let kinds: [(IsolationLayer, clinux_namespace)] = [
      (.ipcNamespace, clinux_namespace_ipc), (.hostNameNamespace, clinux_namespace_host_name),
      (.networkNamespace, clinux_namespace_network), (.mountNamespace, clinux_namespace_mount),
      (.processNamespace, clinux_namespace_process),
    ]
    for (layer, kind) in kinds {
      confinement.attempt(layer) { () throws(SystemCallError) in
        try Namespaces.enter(kind, layer.rawValue)
      }
    }
    if confinement.active.contains(IsolationLayer.processNamespace.rawValue) {
      continueAsFirstProcess(filters)
    }
    if confinement.active.contains(IsolationLayer.mountNamespace.rawValue) {
      confinement.attempt(.emptyRoot) { () throws(SystemCallError) in try Namespaces.emptyRoot() }
    } else {
      confinement.miss(IsolationLayer.emptyRoot.rawValue, "no mount namespace to empty", refused: true)
    }
  }

  /// The first child of a process that left its process namespace is the first process of the new one. When it
  /// ends, so do all others in it, and no more can be made.
  private static func continueAsFirstProcess(_ filters: FilterSet) {
    let child = clinux_fork()
    // Failing to fork leaves a zygote that cannot fork workers either; it says so at the first.
    guard child > 0 else { return }
    // From here on this process only waits. It gives up what it can; nothing hostile ever reaches it.
    clinux_close_from(0)
    clinux_become(nobody, nobody)
    clinux_clear_capabilities()
    do {
      try filters.zygote.never.load()
      try filters.zygote.rules.load()
      guard let reaped = try Process.reap(child) else { _exit(1) }
      switch ProcessEnd(waitStatus: reaped.waitStatus) {
      case .exited(let status): _exit(status)
      case .killed(let signal): _exit(128 + signal)
      }
    } catch {
      _exit(1)
    }
  }

  private static func becomeNobody(_ confinement: inout Confinement) {
    confinement.attempt(.credentials) { () throws(SystemCallError) in
      // Needs a capability that a container may lack; with no_new_privs set it only makes sure twice.
      clinux_drop_bounding_set()
      try systemCall("setresuid", "\(nobody)") { clinux_become(nobody, nobody) }
    }
  }
}
