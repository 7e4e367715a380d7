internal import Linux

/// The daemon's log: one JSON object a line, on standard error. For any number of threads at once.
final class Log: Sendable {
  private let file: FileDescriptor
  /// Whoever has it writes.
  private let turn = Monitor(())

  init(_ file: consuming FileDescriptor) { self.file = file }

  /// Writes a line that begins with the time, milliseconds since 1970, and the name of what happened.
  ///
  /// A line that cannot be written is lost: there is nobody to tell.
  func write(_ event: String, _ fields: (inout JSONLine) -> Void = { _ in }) {
    var line = JSONLine()
    line.append("time", WallClock.milliseconds)
    line.append("event", event)
    fields(&line)
    let bytes = Array(line.line.utf8)
    turn.withLock { _ in
      do throws(SystemCallError) {
        try file.write(bytes)
      } catch {
        return
      }
    }
  }
}
