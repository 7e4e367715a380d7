import Findings
import Linux
import Testing

@testable import VerdictStore

struct VerdictStoreTests {
  @Test func `what was recorded is served again, equal in everything`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    for examination in [Sample.allowed(), Sample.denied()] {
      try store.record(examination, path: Array("/models/a".utf8))
      var expected = examination
      expected.cached = true
      #expect(try served(examination, from: store)?.examination == expected)
    }
  }

  @Test func `the cache answers only for the same bytes, policy and engine`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    try store.record(Sample.allowed())
    let digest = Sample.digest(1)
    #expect(
      try store.lookup(sha256: Sample.digest(9), policy: Sample.policy, engine: Sample.engine) == .miss)
    #expect(try store.lookup(sha256: digest, policy: "sha256:other", engine: Sample.engine) == .miss)
    #expect(try store.lookup(sha256: digest, policy: Sample.policy, engine: "0.0.9") == .miss)
    #expect(try store.mayHold(size: 100, policy: Sample.policy, engine: Sample.engine))
    #expect(try !store.mayHold(size: 101, policy: Sample.policy, engine: Sample.engine))
    #expect(try !store.mayHold(size: 100, policy: "sha256:other", engine: Sample.engine))
    #expect(try !store.mayHold(size: 100, policy: Sample.policy, engine: "0.0.9"))
  }

  @Test(arguments: [
    WorkerOutcome.deadline(seconds: 180), .processorTime(seconds: 120), .violation(systemCall: "openat"),
    .violation(systemCall: nil), .crashed(signal: 11), .outOfMemory, .protocolError("out of order"),
    .exited(status: 3), .unavailable("no worker"),
  ])
  func `an end that may not repeat is recorded and never served`(outcome: WorkerOutcome) throws {
    let place = try TemporaryStore()
    let store = try place.open()
    var examination = Sample.allowed()
    examination.outcome = outcome
    examination.verdict = .incomplete
    try store.record(examination)
    #expect(try !store.mayHold(size: 100, policy: Sample.policy, engine: Sample.engine))
    #expect(
      try store.lookup(sha256: Sample.digest(1), policy: Sample.policy, engine: Sample.engine) == .miss)
    var found: [WorkerOutcome] = []
    try store.scans(matching: ScanFilter()) { scan in
      found.append(scan.examination.outcome)
      return true
    }
    #expect(found == [outcome])
    #expect(try store.verify().problems == [])
  }

  @Test func `a missing layer, a changed file and a verdict better than its findings are never served`()
    throws
  {
    let place = try TemporaryStore()
    let store = try place.open()
    var layerless = Sample.allowed(1)
    layerless.sandbox.missing = ["landlock"]
    var changed = Sample.allowed(2)
    changed.repeatable = false
    var improved = Sample.denied(3)
    improved.verdict = .allow
    for examination in [layerless, changed, improved] {
      try store.record(examination)
      #expect(
        try store.lookup(sha256: examination.sha256 ?? "", policy: Sample.policy, engine: Sample.engine)
          == .miss)
    }
  }

  @Test func `an unrepeatable end does not hide a verdict that was served before`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    try store.record(Sample.allowed())
    var late = Sample.allowed()
    late.outcome = .deadline(seconds: 1)
    late.verdict = .incomplete
    try store.record(late)
    #expect(try served(late, from: store)?.examination.verdict == .allow)
  }

  @Test func `an examination without a digest is not recorded`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    var examination = Sample.allowed()
    examination.sha256 = nil
    try store.record(examination, path: [1])
    #expect(try place.integer("SELECT count(*) FROM scan") == 0)
  }

  @Test func `paths are kept as bytes, each once`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    let odd: [UInt8] = [0x2F, 0xFF, 0x0A, 0x00, 0x1B]
    try store.record(Sample.allowed(), path: odd)
    try store.record(sha256: Sample.digest(1), seenAt: odd)
    try store.record(sha256: Sample.digest(1), seenAt: Array("/b".utf8))
    #expect(try served(Sample.allowed(), from: store)?.paths == [Array("/b".utf8), odd])
  }

  @Test func `scans are listed by artifact, by verdict, in either order, up to a limit`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    for number in 1...3 { try store.record(Sample.allowed(number)) }
    try store.record(Sample.denied(4))
    func numbers(_ change: (inout ScanFilter) -> Void) throws -> [String] {
      var filter = ScanFilter()
      change(&filter)
      var digests: [String] = []
      try store.scans(matching: filter) { scan in
        digests.append(String((scan.examination.sha256 ?? "").suffix(1)))
        return true
      }
      return digests
    }
    #expect(try numbers { _ in } == ["4", "3", "2", "1"])
    #expect(try numbers { $0.newestFirst = false } == ["1", "2", "3", "4"])
    #expect(try numbers { $0.limit = 2 } == ["4", "3"])
    #expect(try numbers { $0.verdict = .deny } == ["4"])
    #expect(try numbers { $0.sha256 = Sample.digest(2) } == ["2"])
  }

  @Test func `another opening of the same file sees what was acknowledged`() throws {
    let place = try TemporaryStore()
    let first = try place.open()
    try first.record(Sample.allowed())
    let second = try place.open(create: false)
    try second.record(Sample.denied())
    #expect(try first.verify().scans == 2)
    #expect(try second.verify().isSound)
  }
}

/// What the store serves for the same bytes; nil where nothing.
private func served(_ examination: Examination, from store: VerdictStore) throws -> StoredScan? {
  let answer = try store.lookup(
    sha256: examination.sha256 ?? "", policy: examination.policy, engine: examination.engine)
  if case .hit(let scan) = answer { return scan }
  return nil
}
