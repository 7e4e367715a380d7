internal import CLinux
internal import Findings
internal import Glibc
internal import Linux
internal import Policy
internal import Sandbox
internal import Wire

/// The process that forks the workers: one thread, everything loaded, confined as far as all workers share.
struct Zygote<Examiner: ArtifactExaminer>: ~Copyable {
  private let examiner: Examiner
  private let samples: [[UInt8]]
  private let policy: PolicySet
  private let filters: FilterSet
  private var children: [Child] = []

  /// A worker that has not been reaped.
  private struct Child {
    let pid: Int32
    /// Readable when it has ended. The zygote's own; the supervisor has another.
    let process: Int32
    /// Where its end is written.
    let status: Int32
  }

  init(examiner: Examiner, samples: [[UInt8]], policy: PolicySet, filters: FilterSet) {
    self.examiner = examiner
    self.samples = samples
    self.policy = policy
    self.filters = filters
  }

  /// Forks a worker for each request until the supervisor is gone. The workers die with this process.
  mutating func serve(_ control: borrowing FileDescriptor) throws {
    var connected = true
    while connected {
      var entries = [PollEntry(control.number)] + children.map { PollEntry($0.process) }
      try poll(&entries, milliseconds: nil)
      // Backwards, so that removing one leaves the places of those before it.
      for index in children.indices.reversed() where !entries[index + 1].found.isEmpty {
        try reap(children.remove(at: index))
      }
      if !entries[0].found.isEmpty { connected = try answer(control) }
    }
  }

  /// Takes one request; false when the supervisor is gone.
  private mutating func answer(_ control: borrowing FileDescriptor) throws -> Bool {
    guard let message = try control.receive(limit: 16) else { return false }
    guard let request = SpawnRequest(parsing: message.bytes) else {
      throw WireError("the supervisor sent no request")
    }
    let sockets = try SocketPair()
    let status = try FileDescriptor.pipe()
    let pid = try fork(request, socket: sockets.second.number)
    let process = try FileDescriptor.process(pid)
    try control.send(
      ZygoteMessage.worker(pid: pid).encoded(),
      descriptors: [sockets.first.number, process.number, status.reading.number])
    children.append(Child(pid: pid, process: process.release(), status: status.writing.release()))
    return true
  }

  /// Forks one worker, which does not come back from here.
  private borrowing func fork(
    _ request: SpawnRequest, socket: Int32
  ) throws(SystemCallError) -> Int32 {
    let zygote = Process.id
    let pid = try systemCall("fork") { clinux_fork() }
    if pid > 0 { return pid }
    _exit(
      WorkerBody.run(
        socket: socket, zygote: zygote, policy: policy, filters: filters, examiner: examiner,
        rehearsal: request == .rehearsed ? samples : []))
  }

  /// Takes an ended worker off the process table and writes how it ended into its pipe.
  private func reap(_ child: Child) throws {
    let status = FileDescriptor(owning: child.status)
    _ = FileDescriptor(owning: child.process)
    guard let reaped = try Process.reap(child.pid) else { return }
    let record = StatusRecord(
      waitStatus: reaped.waitStatus, userMicroseconds: reaped.usage.userMicroseconds,
      systemMicroseconds: reaped.usage.systemMicroseconds, residentKiB: reaped.usage.residentKibibytes)
    do {
      try status.write(record.encoded())
    } catch {
      // The supervisor has let go of the pipe: it no longer asks how this one ended.
    }
  }
}
