internal import CLinux
internal import Linux
internal import Policy

/// Namespaces of the zygote, which its workers share.
enum Namespaces {
  /// A user namespace in which this user is itself: for one who is not root, it gives the right to make the
  /// others.
  static func enterUserNamespace(user: UInt32, group: UInt32) throws(SystemCallError) {
    try systemCall("unshare", "user") { clinux_unshare(clinux_namespace_user) }
    // Without the maps the ids are the overflow ids, and mounting fails. setgroups must go first.
    try write("deny", to: "/proc/self/setgroups")
    try write("\(user) \(user) 1", to: "/proc/self/uid_map")
    try write("\(group) \(group) 1", to: "/proc/self/gid_map")
  }

  private static func write(_ text: String, to path: String) throws(SystemCallError) {
    try FileDescriptor.open(path, .writeOnly).write(Array(text.utf8))
  }

  static func enter(_ kind: clinux_namespace, _ name: String) throws(SystemCallError) {
    try systemCall("unshare", name) { clinux_unshare(kind) }
  }

  /// Folders that every system has, one of which the empty root is mounted over on its way.
  private static let stepping = ["/tmp", "/proc", "/dev"]

  /// Needs a mount namespace of its own.
  static func emptyRoot() throws(SystemCallError) {
    var last = SystemCallError.badMessage("mount", "no folder to mount over")
    for directory in stepping {
      do {
        // SAFETY: the string ends in a zero and outlives the call.
        try systemCall("pivot_root", directory) { unsafe clinux_empty_root(directory) }
        return
      } catch {
        last = error
      }
    }
    throw last
  }
}
