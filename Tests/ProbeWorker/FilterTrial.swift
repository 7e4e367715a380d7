import CProbes
import Glibc
import Linux
import Sandbox

/// `ProbeWorker filter NUMBER A0 A1 A2 A3 A4 A5`: loads the filter on descriptor 3 and makes one call under it.
///
/// Exits with 0 where the call came back, whatever it returned, and dies where the filter says so. The filter lets
/// `exit_group` through, or every trial dies.
func tryFilter(_ arguments: [String]) -> Never {
  let words = arguments.dropFirst(2).map { UInt(truncatingIfNeeded: UInt64($0) ?? .max) }
  guard words.count == 7,
    let bytes = try? FileDescriptor(owning: 3).readAll(limit: SeccompProgram.byteLimit),
    let program = SeccompProgram(bytes), cprobes_set_no_new_privileges() == 0
  else { _exit(99) }
  do { try program.naming(pid: getpid()).load() } catch { _exit(98) }
  _ = unsafe cprobes_raw(Int(words[0]), Array(words.dropFirst()))
  _exit(0)
}
