import ByteParsing
import Findings
import Policy
import TestSupport

/// One file of a policy, whatever it holds, among others that are in order.
enum PolicyFileBytes {
  /// The first byte says which file it is.
  static func take(_ bytes: [UInt8]) {
    let paths = SamplePolicy.files.keys.sorted()
    guard let first = bytes.first else { return }
    let path = paths[Int(first) % paths.count]
    let content = Array(bytes.dropFirst())
    let files = paths.map {
      PolicyBundle.File(path: $0, bytes: $0 == path ? content : Array((SamplePolicy.files[$0] ?? "").utf8))
    }
    guard let bundle = try? PolicyBundle(files, profile: "default") else { return }
    let waivers = try? bundle.waivers()
    guard let policy = try? PolicySet(parsing: bundle) else {
      precondition(path == PolicyBundle.waiverPath || waivers != nil, "another file spoils the waivers")
      return
    }
    precondition(policy.waivers == waivers, "waivers that are read in two ways")
    precondition(Set(policy.waivers.map(\.digest)).count == policy.waivers.count, "two waivers of one file")
    for waiver in policy.waivers {
      precondition(waiver.verdict > .allow && waiver.until >= 0 && waiver.digest.utf8.count == 64)
    }
    let limits = policy.limits
    precondition(limits.depth > 0 && limits.wallSeconds > 0 && limits.memoryBytes > 0, "a limit of nothing")
  }
}
