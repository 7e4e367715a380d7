internal import Findings
internal import Linux

/// One line on a terminal that says how far a run is, and goes away for everything else that is printed.
struct ProgressLine {
  private static let interval: UInt64 = 100_000_000
  private static let width = 79

  private let output: Output
  private let isOn: Bool
  private let startedAt = MonotonicClock.nanoseconds
  private var isShown = false
  private var shownAt: UInt64 = 0

  init(on output: Output, isOn: Bool) {
    self.output = output
    self.isOn = isOn
  }

  /// Shows how many are done, how fast and the last path, at most ten times a second.
  ///
  /// - Parameter fractionTaken: what part of all has been taken; nil where nobody knows.
  mutating func show(_ tally: Tally, _ path: [UInt8], fractionTaken: Double? = nil) {
    guard isOn, MonotonicClock.nanoseconds - shownAt >= Self.interval else { return }
    shownAt = MonotonicClock.nanoseconds
    isShown = true
    let seconds = Double(shownAt - startedAt) / 1e9
    let text = Self.text(tally, path, seconds: seconds, fractionTaken: fractionTaken)
    output.write("\r" + text + "\u{1B}[K")
    output.flush()
  }

  /// Takes the line away.
  mutating func clear() {
    guard isShown else { return }
    isShown = false
    output.write("\r\u{1B}[K")
    output.flush()
  }

  /// What the line says, cut to a terminal's usual width.
  static func text(
    _ tally: Tally, _ path: [UInt8], seconds: Double, fractionTaken: Double? = nil
  ) -> String {
    var parts = ["\(tally.artifacts) examined", "\(tally.count(.deny)) denied"]
    // A rate of the first moments says nothing.
    if seconds >= 1 {
      let rate = Double(tally.artifacts) / seconds
      parts.append(rate < 10 ? "\((rate * 10).rounded() / 10)/s" : "\(Int(rate))/s")
      if let fraction = fractionTaken, fraction > 0 {
        parts.append(duration(seconds * max(0, 1 - fraction) / fraction) + " left")
      }
    }
    let counts = parts.joined(separator: ", ") + "  "
    let name = Escaping.visible(path)
    let room = width - counts.count
    return name.count <= room ? counts + name : counts + "…" + name.suffix(room - 1)
  }

  /// `1:02:03`, or `2:03`.
  private static func duration(_ seconds: Double) -> String {
    // A year is as good as never.
    let total = Int(min(seconds, 31_536_000).rounded())
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    let rest = (total % 60 < 10 ? "0" : "") + "\(total % 60)"
    return hours == 0 ? "\(minutes):\(rest)" : "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(rest)"
  }
}
