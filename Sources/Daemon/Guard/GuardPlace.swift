internal import Findings
internal import Linux

/// Where a guard may stand: a file system of its own, which no part of the system needs.
///
/// Anything that opens a file there waits for the guard. What the guard itself needs, or what it cannot answer without,
/// must lie elsewhere.
enum GuardPlace {
  /// Nothing at these places or below them.
  private static let systemTrees = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run", "/sbin",
    "/sys", "/usr",
  ]
  /// Not these places themselves.
  private static let systemPlaces = [
    "/", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/tmp", "/var", "/var/cache", "/var/lib",
    "/var/log",
    "/var/spool", "/var/tmp",
  ]
  /// File systems that know leases, and on which nobody can change a file but through this kernel.
  private static let types: Set = ["ext2", "ext3", "ext4", "f2fs", "tmpfs", "xfs"]

  /// Something the guard needs.
  struct Need: Equatable, Sendable {
    /// `the verdict store`.
    let what: String
    /// The number of its device, as stat(2) gives it.
    let device: UInt64
  }

  /// Why a place cannot be guarded, in words for its user; nil where it can.
  ///
  /// - Parameters:
  ///   - path: where it really is.
  ///   - device: of the directory, as stat(2) gives it.
  ///   - mounts: all there are.
  static func refusal(_ path: [UInt8], device: UInt64, mounts: [Mount], needs: [Need]) -> String? {
    if systemPlaces.contains(where: { Array($0.utf8) == path }) { return "it is a place of the system" }
    if let tree = systemTrees.first(where: { isAtOrBelow(path, Array($0.utf8)) }) {
      return "it is a place of the system, at or below \(tree)"
    }
    guard let mount = mounts.last(where: { $0.place == path }) else {
      return
        "no file system is mounted there. Only a whole file system can be guarded without a gap: mount one of its "
        + "own there, or let models in with 'lazaret admit'"
    }
    guard mount.root == [UInt8(ascii: "/")] else {
      return "only a part of a file system is mounted there, and its files can be reached elsewhere"
    }
    guard types.contains(mount.type) else {
      return "its file system, \(mount.type.withoutInvisibles), is none of those that can be guarded: "
        + types.sorted().joined(separator: ", ")
    }
    let others = mounts.filter { $0.device == mount.device && !isAtOrBelow($0.place, path) }
    if let other = others.first {
      return "its file system is mounted at \(String(decoding: other.place, as: UTF8.self)), too"
    }
    if let need = needs.first(where: { $0.device == device }) { return "\(need.what) lies on it" }
    return nil
  }

  private static func isAtOrBelow(_ path: [UInt8], _ tree: [UInt8]) -> Bool {
    path == tree || path.starts(with: tree + [UInt8(ascii: "/")])
  }
}
