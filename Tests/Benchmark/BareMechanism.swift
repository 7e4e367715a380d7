import CLinux
import Glibc
import Linux

/// The least that a process for each file can cost: forked ahead, handed one descriptor, read, one answer, ended and
/// waited for. No confinement, no digest, no judgement, and nobody between parent and child.
enum BareMechanism {
  private struct Child: ~Copyable {
    let pid: Int32
    let socket: FileDescriptor
  }

  /// Has the file read by a child that waits for it already; prints the figures as JSON.
  static func measure(_ path: String, count: Int) throws {
    var idle: Child?
    func prepare() throws {
      idle = try fork()
      Latency.pause()
    }
    try Latency.report(count: count, prepare: prepare) {
      guard let child = idle.take() else { return }
      let file = try FileDescriptor.open(path)
      try child.socket.send([1], descriptors: [file.number])
      guard let answer = try child.socket.receive(limit: 8), answer.bytes == [1],
        let ended = try Process.reap(child.pid), ended.waitStatus == 0
      else { throw SystemCallError.badMessage("bare", "no answer") }
    }
  }

  private static func fork() throws -> Child {
    let sockets = try SocketPair()
    let pid = clinux_fork()
    guard pid != 0 else { _exit(work(sockets.second)) }
    return Child(pid: pid, socket: try sockets.first.duplicate())
  }

  private static func work(_ socket: borrowing FileDescriptor) -> Int32 {
    do {
      guard var job = try socket.receive(limit: 8, descriptors: 1...1),
        let file = job.descriptors.takeFirst()
      else { return 1 }
      guard try !file.readAll(limit: 1 << 20).isEmpty else { return 2 }
      try socket.send([1])
      return 0
    } catch {
      return 3
    }
  }
}
