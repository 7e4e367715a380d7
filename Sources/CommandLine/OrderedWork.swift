internal import Linux

/// The order in which the results of shared work come out.
enum WorkOrder: Sendable {
  case asTaken, asFinished
}

/// Work by several threads whose results come out in the order in which the work was taken, unless their user does
/// not mind.
enum OrderedWork {
  private struct State<Item, Result> {
    /// How many items were taken.
    var taken = 0
    /// How many were finished.
    var finished = 0
    /// How many results were delivered.
    var delivered = 0
    /// Results whose turn has not come, by the turn.
    var ready: [Int: Result] = [:]
    /// Nothing more is to be taken.
    var isOver = false
    /// Gives the next item; nil while a thread is at it. It may wait long, and results come out meanwhile.
    var next: (() -> Item?)?

    /// Lets the next thread at it, if there is more.
    mutating func endTurn(_ next: @escaping () -> Item?, isOver: Bool) {
      self.next = next
      if isOver { self.isOver = true }
    }
  }

  /// Runs until `next` has nothing more or `deliver` returns false.
  ///
  /// - Parameters:
  ///   - workers: how many threads, 1 or more. At most eight times as many results wait for their turn.
  ///   - next: gives the next item; called by one thread at a time.
  ///   - perform: called by many threads at once.
  ///   - deliver: called on this thread.
  ///   - stop: is called when nothing more is to be taken, for a `next` that waits.
  /// - Throws: where not one thread can be started.
  static func run<Item: Sendable, Result: Sendable>(
    workers: Int, order: WorkOrder = .asTaken, next: sending @escaping () -> Item?,
    perform: @escaping @Sendable (Item) -> Result,
    stop: () -> Void = {},
    deliver: (Result) -> Bool
  ) throws(SystemCallError) {
    let state = Monitor(State<Item, Result>(next: next))
    var threads: [HeldThread] = []
    defer { for thread in threads { thread.join() } }
    do {
      for _ in 0..<workers {
        threads.append(
          try HeldThread(name: "lazaret-scan") {
            work(state, order, window: workers * 8, perform)
          })
      }
    } catch {
      // Fewer threads do the same work.
      if threads.isEmpty { throw error }
    }
    while let result = state.wait(until: takeReady) {
      guard deliver(result) else { break }
    }
    state.update { $0.isOver = true }
    stop()
  }

  /// The next result in order; nil inside where all is done, nil outside while there is none yet.
  private static func takeReady<Item, Result>(_ state: inout State<Item, Result>) -> Result?? {
    if let result = state.ready.removeValue(forKey: state.delivered) {
      state.delivered += 1
      return .some(result)
    }
    return state.isOver && state.delivered == state.taken ? .some(nil) : nil
  }

  private static func work<Item, Result>(
    _ state: Monitor<State<Item, Result>>, _ order: WorkOrder, window: Int, _ perform: (Item) -> Result
  ) {
    while let next = state.wait(until: { takeTurn(&$0, window: window) }) {
      guard let item = next() else { return state.update { $0.endTurn(next, isOver: true) } }
      let index = state.update { state in
        defer { state.taken += 1 }
        state.endTurn(next, isOver: false)
        return state.taken
      }
      let result = perform(item)
      state.update { state in
        state.ready[order == .asTaken ? index : state.finished] = result
        state.finished += 1
      }
    }
  }

  /// What gives the next item, for one thread alone; nil inside where there are no more, nil outside while another
  /// thread is at it or too many results wait.
  private static func takeTurn<Item, Result>(
    _ state: inout State<Item, Result>, window: Int
  ) -> (() -> Item?)?? {
    if state.isOver { return .some(nil) }
    guard state.taken - state.delivered < window, let next = state.next.take() else { return nil }
    return .some(next)
  }
}
