internal import Findings
internal import Linux

/// One line on a terminal that says how far a run is, and goes away for everything else that is printed.
struct ProgressLine {
  private static let interval: UInt64 = 100_000_000
  private static let width = 79

  private let output: Output
  private let isOn: Bool
  private var isShown = false
  private var shownAt: UInt64 = 0

  init(on output: Output, isOn: Bool) {
    self.output = output
    self.isOn = isOn
  }

  /// Shows how many are done and the last path, at most ten times a second.
  mutating func show(_ tally: Tally, _ path: [UInt8]) {
    guard isOn, MonotonicClock.nanoseconds - shownAt >= Self.interval else { return }
    shownAt = MonotonicClock.nanoseconds
    isShown = true
    output.write("\r" + Self.text(tally, path) + "\u{1B}[K")
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
  static func text(_ tally: Tally, _ path: [UInt8]) -> String {
    let counts = "\(tally.artifacts) examined, \(tally.count(.deny)) denied  "
    let name = Escaping.visible(path)
    let room = width - counts.count
    return name.count <= room ? counts + name : counts + "…" + name.suffix(room - 1)
  }
}
