internal import CLinux
package import Findings

/// A call that no worker may make.
package struct ForbiddenCall: Hashable, Sendable {
  /// `openat-memory`: the system call, and where several are tried, which.
  package let name: String

  /// The name of the system call.
  private var systemCall: Substring { name.prefix { $0 != "-" } }

  /// Every one that is tried.
  package static let all: [ForbiddenCall] = (0..<clinux_attack_count()).compactMap {
    index -> ForbiddenCall? in
    // SAFETY: the table has constant strings, and nil beyond its end.
    guard let name = unsafe clinux_attack_name(index) else { return nil }
    return unsafe ForbiddenCall(name: String(cString: name))
  }

  /// Whether a worker that made this call ended as it must: by this call, where the kernel told us which.
  package func isRefused(_ outcome: WorkerOutcome) -> Bool {
    guard case .violation(let refused) = outcome else { return false }
    return refused.map { $0[...] == systemCall } ?? true
  }
}
