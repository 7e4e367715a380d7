internal import CLinux
internal import Glibc
internal import Linux

/// The pages that the program's own code lies in.
enum CodePages {
  /// Says whether the kernel gives huge pages to who asks for them.
  private static let modes = "/sys/kernel/mm/transparent_hugepage/enabled"

  /// Puts the code into huge pages, of which a worker has a handful instead of some thousand small ones, each to be
  /// found when it is first run and let go of at the end. For a small file that is a quarter of what a worker takes.
  ///
  /// Where there are none it does nothing: small pages in memory would have to be copied at each fork, unlike those of
  /// the program's file.
  static func enlarge() {
    do throws(SystemCallError) {
      let text = String(decoding: try FileDescriptor.open(modes).readAll(limit: 256), as: UTF8.self)
      guard !text.contains("[never]") else { return }
      try systemCall("mremap") { clinux_code_in_huge_pages() }
    } catch {
      // The code is where it was, and all the same.
    }
  }
}
