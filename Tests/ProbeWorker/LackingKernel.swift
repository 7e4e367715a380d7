import CProbes
import Glibc

/// `ProbeWorker without LAYER ERROR PROGRAM ARGUMENTS...`: becomes the program on a kernel that lacks a layer.
func startWithout(_ arguments: [String]) -> Never {
  guard arguments.count > 4, let error = Int32(arguments[3]), unsafe cprobes_lack(arguments[2], error) == 0
  else {
    _exit(99)
  }
  // SAFETY: the vector ends in nil, and lives until the program begins.
  var words = unsafe arguments.dropFirst(4).map { unsafe strdup($0) } + [nil]
  unsafe execv(arguments[4], &words)
  _exit(98)
}
