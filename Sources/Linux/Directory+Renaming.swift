internal import Glibc

extension Directory {
  /// Puts a file in the place of another at once: whoever opens the name gets the one or the other, whole. rename(2)
  package static func rename(_ path: String, to other: String) throws(SystemCallError) {
    try systemCall("rename", path) {
      // SAFETY: both paths end in a zero and outlive the call.
      unsafe Glibc.rename(path, other)
    }
  }
}
