internal import Synchronization

/// Says to an examination that nobody waits for it any more.
package final class Cancellation: Sendable {
  /// How long an examination may take to see it, in milliseconds.
  static let latencyMilliseconds = 50

  static let reason = "nobody waits for the examination any more"

  private let flag = Atomic(false)

  package init() {}

  package func cancel() { flag.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// Who has a part in an examination besides the worker.
struct Listeners {
  var explanation: ExplanationReader?
  var cancellation: Cancellation?
  var digest: (@Sendable (String) -> Void)?

  var isCancelled: Bool { cancellation?.isCancelled ?? false }
}
