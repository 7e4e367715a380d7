/// The text of a file of rules for system calls, which can be had without one of them.
///
/// Each rule stands in lines of its own, as the repository writes them.
package struct RulesText {
  package let text: String
  private let lines: [Substring]
  /// The lines of each rule.
  private let places: [ClosedRange<Int>]

  package init(_ text: String) {
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var places: [ClosedRange<Int>] = []
    var start: Int?
    for (index, line) in lines.enumerated() where line.hasPrefix("    {") || start != nil {
      let first = start ?? index
      let isEnd = line == "    }" || line == "    }," || start == nil && !line.hasSuffix("    {")
      start = isEnd ? nil : first
      if isEnd { places.append(first...index) }
    }
    self.places = places
  }

  package var count: Int { places.count }

  /// The lines of a rule, as one.
  package func rule(_ index: Int) -> String {
    lines[places[index]].map { $0.trimming() }.joined(separator: " ")
  }

  /// The text without one rule.
  package func without(_ index: Int) -> String {
    var kept = Array(lines[..<places[index].lowerBound])
    // Behind the last one there is no comma.
    if index == places.count - 1, kept.last?.hasSuffix(",") == true { kept[kept.count - 1].removeLast() }
    return (kept + lines[(places[index].upperBound + 1)...]).joined(separator: "\n")
  }
}

extension Substring {
  fileprivate func trimming() -> Substring { drop { $0 == " " } }
}
