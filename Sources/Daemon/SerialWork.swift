internal import Linux

/// A thread of its own that does one thing after another, for as long as the daemon runs.
final class SerialWork: Sendable {
  private struct State {
    var tasks: [@Sendable () -> Void] = []
    var isOver = false
  }

  private let state: Monitor<State>

  init() { state = Monitor(State()) }

  func add(_ task: @escaping @Sendable () -> Void) { state.update { $0.tasks.append(task) } }

  /// Lets the thread end after what it does now.
  func finish() {
    state.update {
      $0.tasks = []
      $0.isOver = true
    }
  }

  /// What the thread does.
  func run() {
    while let task = state.wait(until: Self.next) { task() }
  }

  private static func next(_ state: inout State) -> (@Sendable () -> Void)?? {
    if state.isOver { return .some(nil) }
    return state.tasks.isEmpty ? nil : .some(state.tasks.removeFirst())
  }
}
