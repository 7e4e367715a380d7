package import Linux

/// A program that did not end.
package struct ChildStuck: Error, CustomStringConvertible {
  let program: String
  let minutes: UInt64
  let threads: String

  package var description: String {
    "\(program) did not end within \(minutes) minutes; its threads:\n\(threads)"
  }
}

/// A program that a test has started.
package enum Child {
  /// Longer than any program of a test takes, in a debug build on a busy machine.
  private static let seconds: UInt64 = 600

  /// Waits for a child's end and takes it off the process table.
  ///
  /// - Throws: ``ChildStuck`` for one that does not end, and is killed: the test fails instead of waiting for ever.
  package static func awaitEnd(_ pid: Int32, _ program: String) throws -> ProcessEnd {
    let process = try FileDescriptor.process(pid)
    var entries = [PollEntry(process.number)]
    var trouble: ChildStuck?
    if try poll(&entries, milliseconds: Int(seconds) * 1_000) == 0 {
      trouble = ChildStuck(program: program, minutes: seconds / 60, threads: threads(of: pid))
      try process.signalProcess(Signal.kill)
    }
    let reaped = try Process.reap(pid)
    if let trouble { throw trouble }
    guard let reaped else { throw SystemCallError.badMessage("wait4", "\(program) is no child") }
    return ProcessEnd(waitStatus: reaped.waitStatus)
  }

  /// The calls in which the threads of a process are, from /proc.
  private static func threads(of pid: Int32) -> String {
    do {
      let folder = "/proc/\(pid)/task"
      return try Directory(.open(folder, [.readOnly, .directory])).names().map { name in
        let thread = "\(folder)/\(String(decoding: name, as: UTF8.self))"
        let calls = try ["comm", "wchan", "syscall"].map { file in
          String(decoding: try FileDescriptor.open("\(thread)/\(file)").readAll(limit: 4096), as: UTF8.self)
        }
        return calls.joined(separator: " ").replacing("\n", with: " ")
      }.joined(separator: "\n")
    } catch {
      return "what it waits for is not known: \(error)"
    }
  }
}
