package import Linux

/// Has `CallTracer` kill a program, or fail one of its calls, at a system call of a chosen number.
package final class TracedCalls: Sendable {
  package enum Mode {
    /// Counts the calls of a program and of all that it forks.
    case kill
    /// Counts for each process that is forked while a number is chosen.
    case killEach
    /// Counts the program's calls of one name, and fails one with an error number.
    case fail(String, Int32)

    fileprivate var word: String {
      switch self {
      case .kill: "kill"
      case .killEach: "kill-each"
      case .fail(let call, let error): "fail:\(call):\(error)"
      }
    }
  }

  /// Whether programs may be traced here; says so where not.
  package static let isPossible: Bool = {
    do {
      let calls = try TracedCalls()
      try calls.choose(1_000_000)
      let words = calls.words(.kill) + ["/bin/true"]
      let child = try Process.spawn(words[0], arguments: words, environment: [], descriptors: [])
      if try Child.awaitEnd(child, "CallTracer") == .exited(status: 0), try calls.counted > 10 {
        return true
      }
    } catch {
      print("CallTracer: \(error)")
    }
    print("NOTICE: no program may be traced here: NOTHING WAS KILLED AT ITS CALLS, NOR REFUSED ANY")
    return false
  }()

  private let place: TemporaryDirectory
  private var plan: String { place.path + "/plan" }

  package init() throws(SystemCallError) {
    place = try TemporaryDirectory()
    try choose(0)
  }

  /// Begins to count anew, for the call of this number, from 1; at 0 nothing is counted and nothing happens.
  package func choose(_ number: Int) throws(SystemCallError) {
    let bytes = [number, 0, 0].flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    // Not truncated: whoever traces has it mapped.
    try FileDescriptor.open(plan, [.writeOnly, .create]).write(bytes)
  }

  /// How many calls were counted since the choice; the most of one process where each counts its own.
  package var counted: Int { get throws(SystemCallError) { try value(1) } }

  /// How many processes were killed, or calls failed, since the choice.
  package var hits: Int { get throws(SystemCallError) { try value(2) } }

  private func value(_ index: Int) throws(SystemCallError) -> Int {
    let bytes = try FileDescriptor.open(plan).readAll(limit: 64)
    return (0..<8).reduce(0) { $0 | Int(bytes[index * 8 + $1]) << ($1 * 8) }
  }

  /// The words that run a program under the tracer, before its own; it is named by its whole path.
  package func words(_ mode: Mode) -> [String] { [Repository.program("CallTracer"), mode.word, plan] }

  /// A program in the place of a worker program, which it runs under the tracer.
  package func script(_ mode: Mode, _ program: String) throws(SystemCallError) -> String {
    let words = (words(mode) + [program]).joined(separator: " ")
    let path = try place.write("worker", Array("#!/bin/sh\nexec \(words) \"$@\"\n".utf8))
    guard place.setMode("worker", 0o755) else { throw SystemCallError.badMessage("chmod", path) }
    return path
  }
}
