import CProbes
import Glibc
import Linux
import Sandbox

/// `ProbeWorker calls ENTRY ARGUMENT STEP ASKING COUNT`: makes every STEP-th call from 0 to 1023 under the filters, each in
/// a process of its own, and writes how it ended.
///
/// Descriptor 3 must be the writing end of a pipe, 4 its reading end, 5 takes a line `NUMBER KIND VALUE` for each call, and
/// the COUNT filters come after it. ASKING is the place of the one that has a listener, or -1.
func tryCalls(_ arguments: [String]) -> Never {
  let words = arguments.dropFirst(2).map { Int($0) ?? .min }
  guard words.count == 5, words[2] > 0, words[4] > 0 else { _exit(99) }
  do {
    let programs = try (0..<words[4]).map { place throws -> [UInt8] in
      try FileDescriptor(owning: Int32(6 + place)).readAll(limit: SeccompProgram.byteLimit)
    }
    let bytes = Array(programs.joined())
    let counts = programs.map { $0.count / SeccompProgram.instructionSize }
    guard cprobes_set_no_new_privileges() == 0 else { _exit(98) }
    var lines = ""
    for number in stride(from: 0, to: 1_024, by: words[2]) {
      let trial = cprobes_trial(
        filters: Int32(counts.count), asking: Int32(words[3]), entry: cprobes_entry(UInt32(words[0])),
        number: number, argument: UInt(bitPattern: words[1]))
      // SAFETY: the arrays have the filters that the trial counts, and stay as they are.
      let end = unsafe cprobes_try(trial, bytes, counts, 4)
      lines += "\(number) \(end.kind.rawValue) \(end.value)\n"
    }
    try FileDescriptor(owning: 5).write(Array(lines.utf8))
    _exit(0)
  } catch {
    _exit(97)
  }
}
