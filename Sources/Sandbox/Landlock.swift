internal import CLinux
internal import Linux
internal import Policy

/// Landlock: access to files, TCP, abstract sockets and signals, denied by the kernel whatever a process holds,
/// except through the descriptors it has already. `Documentation/userspace-api/landlock.rst`
enum Landlock {
  /// The latest version whose rights are known here; later kernels deny these too.
  private static let newest: Int32 = 7

  /// Denies everything. Needs no privilege, only `no_new_privs`; can be stacked; there is no way back.
  static func denyAll(into confinement: inout Confinement) {
    let version: Int32
    do {
      version = try systemCall("landlock_create_ruleset", "version") { clinux_landlock_version() }
    } catch {
      // The kernel was built or started without it, or a container's own filter hides it.
      return confinement.miss("landlock", "\(error)", refused: false)
    }
    do {
      try systemCall("landlock_restrict_self") { clinux_landlock_deny_all(min(version, newest)) }
      confinement.add(.landlock, version: version)
    } catch {
      confinement.miss("landlock", "\(error)", refused: true)
    }
  }
}
