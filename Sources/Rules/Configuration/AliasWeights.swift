import Formats

/// Counts how many values the aliases of a YAML text stand for, without writing them out.
struct AliasWeights {
  private struct Open {
    let name: String
    let line: Int
    let parent: Int
    let depth: Int
    var weight = 0
    /// Whether the node has begun.
    var hasBegun = false
  }

  private var weights: [String: Int] = [:]
  private var open: [Open] = []
  /// Values with all aliases written out; saturates.
  private(set) var total = 0
  /// Values as they are written.
  private(set) var written = 0
  /// Whether there were more anchors than are followed.
  private(set) var isCut = false

  /// Values that no honest text stands for, and how many times as many as it has.
  static let limit = 1_000_000
  static let ratio = 100

  var isBomb: Bool { total > Self.limit && total / max(1, written) > Self.ratio }

  mutating func take(_ event: YAMLEvent) {
    close(before: event)
    switch event.kind {
    case .anchor:
      guard open.count < 64, weights.count < YAMLLimits.anchors else {
        isCut = true
        return
      }
      open.append(Open(name: event.text, line: event.line, parent: event.parent, depth: event.depth))
    case .alias: add(max(1, weights[event.text] ?? 1), event)
    case .key, .value: add(1, event)
    case .tag, .directive: break
    }
  }

  private mutating func add(_ weight: Int, _ event: YAMLEvent) {
    written += 1
    total = total.addingReportingOverflow(weight).overflow ? .max : total + weight
    for index in open.indices {
      let sum = open[index].weight.addingReportingOverflow(weight)
      open[index].weight = sum.overflow ? .max : sum.partialValue
      open[index].hasBegun = true
    }
    // A scalar beside its anchor is the whole of it.
    while let last = open.last, event.kind != .key, event.depth == last.depth, event.line == last.line {
      end(last)
    }
  }

  /// Ends the anchored values that do not reach as far as an event.
  private mutating func close(before event: YAMLEvent) {
    while let last = open.last {
      let leaves =
        event.depth < last.depth || last.depth > 0 && last.hasBegun && event.depth == last.depth
        || last.depth == 0 && event.line > last.line && event.depth == 0 && event.column <= last.parent
      guard leaves else { return }
      end(last)
    }
  }

  private mutating func end(_ anchor: Open) {
    weights[anchor.name] = max(1, anchor.weight)
    open.removeLast()
  }
}
