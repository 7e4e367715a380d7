internal import CLinux
internal import Linux
internal import Policy

/// Landlock: access to files, TCP, abstract sockets and signals, denied by the kernel whatever a process holds,
/// except through the descriptors it has already. `Documentation/userspace-api/landlock.rst`
enum Landlock {
  /// The latest version whose rights are known here; later kernels deny these too.
  private static let newest: Int32 = 7

  /// What may be done with a file, or in a folder and everything below it.
  struct Rights: OptionSet {
    let rawValue: UInt64

    static let read = Rights(rawValue: 1 << 2)
    /// Making, writing, listing, moving and removing files and folders; links, devices, sockets and pipes are none.
    static let stage = Rights(
      rawValue: 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | refer | truncate)

    /// Moving from one folder to another; known since version 2.
    fileprivate static let refer: UInt64 = 1 << 13
    /// Known since version 3; earlier versions deny nobody to cut a file.
    fileprivate static let truncate: UInt64 = 1 << 14

    /// Those that this version of Landlock knows.
    fileprivate func known(to version: Int32) -> UInt64 {
      rawValue & ~(version < 2 ? Self.refer : 0) & ~(version < 3 ? Self.truncate : 0)
    }
  }

  /// Denies everything. Needs no privilege, only `no_new_privs`; can be stacked; there is no way back.
  static func denyAll(into confinement: inout Confinement) {
    deny(network: 0x3, into: &confinement) { _, _ throws(SystemCallError) in }
  }

  /// Denies everything but these rights on these files, which the process has open; it may connect by TCP, and not
  /// listen.
  static func denyAll(
    except exceptions: [(file: Int32, rights: Rights)], into confinement: inout Confinement
  ) {
    deny(network: 0x1, into: &confinement) { rules, version throws(SystemCallError) in
      for (file, rights) in exceptions {
        try systemCall("landlock_add_rule") {
          clinux_landlock_allow(rules, file, rights.known(to: version))
        }
      }
    }
  }

  private static func deny(
    network: UInt64, into confinement: inout Confinement,
    allowing: (Int32, Int32) throws(SystemCallError) -> Void
  ) {
    let version: Int32
    do {
      version = try systemCall("landlock_create_ruleset", "version") { clinux_landlock_version() }
    } catch {
      // The kernel was built or started without it, or a container's own filter hides it.
      return confinement.miss("landlock", "\(error)", refused: false)
    }
    do {
      let known = min(version, newest)
      let rules = FileDescriptor(
        owning: try systemCall("landlock_create_ruleset") { clinux_landlock_begin(known, network) })
      try allowing(rules.number, known)
      try systemCall("landlock_restrict_self") { clinux_landlock_enforce(rules.number) }
      confinement.add(.landlock, version: version)
    } catch {
      confinement.miss("landlock", "\(error)", refused: true)
    }
  }
}
