package import Linux

extension FileIdentity {
  /// Milliseconds to wait at `now` until every later change of the file gives it another time stamp.
  ///
  /// File systems stamp in steps: the kernel's tick of up to 10 ms, or one or two seconds where a stamp has no
  /// fraction. A change in the step of the last one leaves no trace, so an examination that begins in that step
  /// could miss it. A stamp in the future is no reason to wait: what changes the file puts another in its place.
  package func settlingMilliseconds(at now: Int64) -> Int {
    let step: Int64 = changed % 1_000_000_000 == 0 ? 2_000_000_000 : 1
    let (settled, overflow) = changed.addingReportingOverflow(step)
    guard !overflow, now < settled, changed <= now + Self.tickLimit else { return 0 }
    return Int((settled - now + 999_999) / 1_000_000)
  }

  /// The longest tick there is: 100 in a second.
  private static let tickLimit: Int64 = 10_000_000
}

/// The file changes so often that no moment can be found to begin.
struct FileUnsettled: Error, CustomStringConvertible {
  var description: String { "it is being written" }
}

extension FileDescriptor {
  /// How often a file may change while it is waited for.
  private static let changeLimit = 5
  /// How long the file system's clock may take to leave a stamp behind: more than its coarsest step.
  private static let settlingSeconds: UInt64 = 10

  /// What the file is now, once a later change cannot hide in the time stamp of an earlier one.
  ///
  /// - Throws: ``FileUnsettled`` where it keeps changing, or `SystemCallError`.
  func settledIdentity() throws -> FileIdentity {
    let end = MonotonicClock.nanoseconds + Self.settlingSeconds * 1_000_000_000
    var last: FileIdentity?
    var changes = 0
    // The clock that stamps goes in steps, late ones on a busy machine: that it has not moved is no change.
    while changes < Self.changeLimit, MonotonicClock.nanoseconds < end {
      let now = WallClock.tickNanoseconds
      let identity = try identity()
      let wait = identity.settlingMilliseconds(at: now)
      guard wait > 0 else { return identity }
      if let last, last != identity { changes += 1 }
      last = identity
      var nothing: [PollEntry] = []
      try poll(&nothing, milliseconds: wait)
    }
    throw FileUnsettled()
  }
}
