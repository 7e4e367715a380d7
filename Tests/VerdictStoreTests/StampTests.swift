import Findings
import Linux
import Testing

@testable import VerdictStore

/// A clock that is wrong: stamps are said by it, and nothing else depends on them.
struct StampTests {
  @Test func `whatever the clock says, the chain holds, the order is that of recording, and all is served`()
    throws
  {
    let place = try TemporaryStore()
    let times: [Int64] = [
      1_700_000_000_000, 1_700_000_000_001, 1_600_000_000_000, 4_102_444_800_000, 0, -1, .min, .max,
      1_700_000_000_000,
    ]
    for (number, time) in times.enumerated() {
      try place.open(time: time).record(Sample.allowed(number), path: Array("/m/\(number)".utf8))
    }
    let store = try place.open()
    let verification = try store.verify()
    #expect(verification.problems == [] && verification.scans == times.count)
    var filter = ScanFilter()
    filter.newestFirst = false
    var found: [(String?, Int64)] = []
    try store.scans(matching: filter) { scan in
      found.append((scan.examination.sha256, scan.time))
      return true
    }
    #expect(found.map(\.0) == times.indices.map(Sample.digest))
    #expect(found.map(\.1) == times)
    for number in times.indices {
      let answer = try store.lookup(
        sha256: Sample.digest(number), policy: Sample.policy, engine: Sample.engine)
      guard case .hit(let scan) = answer else {
        Issue.record("\(number): \(answer)")
        continue
      }
      #expect(scan.time == times[number])
    }
  }
}
