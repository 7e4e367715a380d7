internal import Linux
internal import Wire

/// What the daemon knows of itself from its tests.
struct SelfTest: Equatable, Sendable {
  /// When the last one ended, milliseconds since 1970; 0 before the first.
  private(set) var milliseconds: Int64 = 0
  private(set) var failures: UInt64 = 0
  /// What the last one found wrong; nil where it found nothing. While there is something, nothing is examined.
  private(set) var trouble: String?

  mutating func take(_ checks: [HealthCheck], at milliseconds: Int64) {
    self.milliseconds = milliseconds
    trouble = Self.trouble(in: checks)
    if trouble != nil { failures += 1 }
  }

  /// What is not good, in one sentence; nil where all is. Nothing tried is nothing proven.
  static func trouble(in checks: [HealthCheck]) -> String? {
    guard !checks.isEmpty else { return "nothing was tried" }
    let bad = checks.filter { !$0.isGood }.map { "\($0.name): \($0.detail)" }
    return bad.isEmpty ? nil : bad.joined(separator: "; ")
  }

  var counters: [Counter] {
    [
      Counter(name: "selftest_good", value: trouble == nil ? 1 : 0),
      Counter(name: "selftest_timestamp_seconds", value: UInt64(max(0, milliseconds) / 1_000)),
      Counter(name: "selftest_failures_total", value: failures),
    ]
  }
}

/// The daemon's tests of itself: at its start, then at every interval, and whenever it is asked for its health.
extension Operations {
  /// Tests what is at work now, and keeps what came of it.
  @discardableResult
  func testItself() -> [HealthCheck] {
    let station = station
    let checks = station.check()
    // A policy that was replaced meanwhile has been tested by itself.
    if station.generation == self.station.generation { keep(checks) }
    return checks
  }

  /// Keeps what came of a test, and lets the loop know.
  func keep(_ checks: [HealthCheck]) {
    let trouble = selfTest.withLock { test in
      test.take(checks, at: WallClock.milliseconds)
      return test.trouble
    }
    log.write("self-test") { line in
      line.append("good", trouble == nil)
      if let trouble { line.append("reason", trouble) }
    }
    wakeLoop()
  }

  /// What the last one found wrong.
  var trouble: String? { selfTest.withLock { $0.trouble } }
}

extension Daemon {
  /// Begins a test where one is due.
  func askForSelfTest() {
    guard MonotonicClock.nanoseconds >= nextSelfTest else { return }
    nextSelfTest = MonotonicClock.nanoseconds + limits.selfTestSeconds * 1_000_000_000
    keeper.add { [operations] in operations.testItself() }
  }

  /// Refuses what waits while something is wrong, and tells the service manager of each change.
  func heedSelfTest() {
    let trouble = operations.trouble
    if trouble != heededTrouble {
      heededTrouble = trouble
      manager.tell(
        .status(trouble.map { "examining nothing, the self-test failed: \($0)" } ?? operations.status))
    }
    guard let trouble else { return }
    for request in operations.queuedRequests where operations.withdraw(request) {
      guard let connection = connections[request.client] else { continue }
      counters.refused += 1
      send(.refused(id: request.id, .failing, reason: trouble), to: connection, completes: request.id)
    }
  }
}
