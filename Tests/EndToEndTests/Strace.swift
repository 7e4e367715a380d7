import TestSupport

/// The tracer of system calls, where it is here.
enum Strace {
  static let path = "/usr/bin/strace"

  /// Whether it is here and may trace; says so where not.
  static let isPossible: Bool = {
    do {
      if try Installed().runTool("/bin/sh", ["-c", "\(path) -o /dev/null /bin/true"]) == 0 { return true }
    } catch {
      print("strace: \(error)")
    }
    print(
      "NOTICE: strace is missing or may not trace: THE ORDER OF CALLS WAS NOT SEEN, AND ADMISSION NOT KILLED AT ITS OWN"
    )
    return false
  }()
}
