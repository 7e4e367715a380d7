internal import Linux

/// Turns many threads' single writes into few large ones: while one thread commits, the others' items gather,
/// and the next commit takes them all.
///
/// There is no thread of its own. Whoever finds nobody committing leads: it commits what has gathered, its own
/// item among it, and wakes the others. `submit` returns only after the commit that holds its item.
final class GroupCommit<Item: Sendable>: Sendable {
  private struct State {
    /// Items nobody has begun to commit, in order of arrival.
    var waiting: [(ticket: Int, item: Item)] = []
    /// Results not yet taken by their owners. nil stands for success.
    var results: [Int: StoreError?] = [:]
    var nextTicket = 0
    var isCommitting = false
  }

  private enum Turn {
    case done(StoreError?)
    case lead([(ticket: Int, item: Item)])
  }

  private let state = Monitor(State())
  private let batchLimit: Int
  private let commit: @Sendable ([Item]) throws(StoreError) -> Void

  /// - Parameters:
  ///   - batchLimit: how many items one commit may take.
  ///   - commit: commits all the items or none; called by one thread at a time.
  init(batchLimit: Int = 64, commit: @escaping @Sendable ([Item]) throws(StoreError) -> Void) {
    self.batchLimit = batchLimit
    self.commit = commit
  }

  /// How many items nobody has begun to commit.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Returns when the item is committed.
  ///
  /// - Throws: what `commit` threw for this item.
  func submit(_ item: Item) throws(StoreError) {
    let ticket = state.withLock { state in
      defer { state.nextTicket += 1 }
      state.waiting.append((state.nextTicket, item))
      return state.nextTicket
    }
    while true {
      switch state.wait(until: { turn(of: ticket, in: &$0) }) {
      case .done(nil): return
      case .done(let error?): throw error
      case .lead(let batch): lead(batch)
      }
    }
  }

  /// What the owner of a ticket is to do now; nil while it is to wait.
  private func turn(of ticket: Int, in state: inout State) -> Turn? {
    if let result = state.results.removeValue(forKey: ticket) { return .done(result) }
    guard !state.isCommitting else { return nil }
    state.isCommitting = true
    let batch = Array(state.waiting.prefix(batchLimit))
    state.waiting.removeFirst(batch.count)
    return .lead(batch)
  }

  private func lead(_ batch: [(ticket: Int, item: Item)]) {
    let results = outcomes(of: batch.map(\.item))
    state.update { state in
      for (entry, result) in zip(batch, results) { state.results.updateValue(result, forKey: entry.ticket) }
      state.isCommitting = false
    }
  }

  /// One result for each item. Where a batch fails, each item gets a commit of its own, so that one that cannot
  /// be stored does not take others with it.
  private func outcomes(of items: [Item]) -> [StoreError?] {
    if failure(of: items) == nil { return items.map { _ in nil } }
    return items.map { failure(of: [$0]) }
  }

  private func failure(of items: [Item]) -> StoreError? {
    do {
      try commit(items)
      return nil
    } catch {
      return error
    }
  }
}
