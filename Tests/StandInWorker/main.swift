/// Stands in for the worker program in the supervisor's tests: it speaks the zygote's protocol, claims every
/// layer of confinement without having one, and its workers do what the file says that they are given.
/// So each way in which a worker can end or lie can be had at will, one that no real worker takes included.

import CLinux
import Findings
import Glibc
import Linux
import Wire

/// One worker that runs, as the zygote sees it.
final class Running {
  let pid: Int32
  let process: FileDescriptor
  private let status: FileDescriptor

  /// Forks a worker and hands it to the supervisor.
  init(_ control: borrowing FileDescriptor) throws {
    let sockets = try SocketPair()
    let pipe = try FileDescriptor.pipe()
    pid = clinux_fork()
    if pid == 0 {
      // Its socket takes the control socket's place; everything else goes.
      dup2(sockets.second.number, 3)
      clinux_close_from(4)
      Behaviour.run(FileDescriptor(owning: 3))
    }
    process = try FileDescriptor.process(pid)
    status = try pipe.writing.duplicate()
    try control.send(
      ZygoteMessage.worker(pid: pid).encoded(),
      descriptors: [sockets.first.number, process.number, pipe.reading.number])
  }

  /// Writes how it ended into its status pipe.
  func settle() throws {
    guard let reaped = try Process.reap(pid) else { return }
    let record = StatusRecord(
      waitStatus: reaped.waitStatus, userMicroseconds: reaped.usage.userMicroseconds,
      systemMicroseconds: reaped.usage.systemMicroseconds, residentKiB: reaped.usage.residentKibibytes)
    do throws(SystemCallError) {
      try status.write(record.encoded())
    } catch  where error.isDisconnected {
      return
    }
  }
}

func runZygote() throws {
  Signal.ignore(Signal.brokenPipe)
  let control = FileDescriptor(owning: 3)
  let layers = ["no-new-privs", "seccomp", "landlock:7", "rlimits", "credentials"]
  try control.send(
    ZygoteMessage.hello(
      engine: Engine.version, kernel: try Process.kernelRelease(), layers: Layers(active: layers)
    ).encoded())
  var workers: [Int32: Running] = [:]
  while true {
    var entries = [PollEntry(control.number)] + workers.keys.map { PollEntry($0) }
    try poll(&entries, milliseconds: nil)
    for entry in entries where !entry.found.isEmpty {
      if entry.descriptor == control.number {
        guard try control.receive(limit: 1) != nil else { return }
        let worker = try Running(control)
        workers[worker.process.number] = worker
      } else {
        try workers.removeValue(forKey: entry.descriptor)?.settle()
      }
    }
  }
}

try runZygote()
