internal import Linux

/// The socket that clients connect to, under its name for as long as it is open.
final class ListeningSocket {
  private static let backlog: Int32 = 4_096

  let descriptor: FileDescriptor
  let kind: LocalSocketKind
  /// The name, and what stood under it when it was made; nil for a socket whose name is another's to take away.
  private let name: (path: String, identity: FileIdentity)?

  /// A socket that was handed over.
  init(inherited descriptor: consuming FileDescriptor, kind: LocalSocketKind) {
    self.descriptor = descriptor
    self.kind = kind
    name = nil
  }

  /// Listens at `path`, in the place of a socket that nobody listens at any more.
  ///
  /// - Parameter isShared: whether other users may connect; otherwise only the same one and root.
  /// - Throws: where somebody listens there already, or the name is of something else.
  init(path: String, kind: LocalSocketKind, isShared: Bool) throws {
    try Directory.create(Directory.parent(of: path))
    try Self.clear(path, kind)
    let descriptor = try FileDescriptor.listen(
      at: path, kind: kind, mode: isShared ? 0o666 : 0o600, backlog: Self.backlog)
    let identity = try FileIdentity(path: path, followingLinks: false)
    self.descriptor = descriptor
    self.kind = kind
    name = (path, identity)
  }

  deinit {
    guard let (path, identity) = name else { return }
    // The name may be that of another daemon by now, or of nothing.
    do throws(SystemCallError) {
      let now = try FileIdentity(path: path, followingLinks: false)
      guard (now.device, now.inode) == (identity.device, identity.inode) else { return }
      try FileDescriptor.removeSocket(path)
    } catch {}
  }

  private static func clear(_ path: String, _ kind: LocalSocketKind) throws {
    guard let trouble = connectionTrouble(path, kind) else {
      throw DaemonFailure("another daemon listens at \(path)")
    }
    if trouble.isMissingFile { return }
    guard trouble.isRefusedConnection else { throw trouble }
    try FileDescriptor.removeSocket(path)
  }

  /// Why nobody can be reached there; nil where somebody can.
  private static func connectionTrouble(_ path: String, _ kind: LocalSocketKind) -> SystemCallError? {
    do throws(SystemCallError) {
      _ = try FileDescriptor.connect(to: path, kind: kind)
      return nil
    } catch {
      return error
    }
  }
}

/// Why the daemon cannot start.
struct DaemonFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
