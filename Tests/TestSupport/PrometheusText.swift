/// A reader of Prometheus's text format 0.0.4, as strict as a collector and stricter.
package struct PrometheusText {
  /// A line that a collector would refuse, or that belongs to nothing before it.
  package struct Malformed: Error, CustomStringConvertible {
    package let description: String
  }

  package struct Sample: Equatable {
    package let name: String
    package let labels: [String: String]
    package let value: Double
  }

  package private(set) var types: [String: String] = [:]
  package private(set) var samples: [Sample] = []
  package private(set) var comments: [String] = []
  private var helped: Set<String> = []
  private var family = ""

  package init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(description: "no end of the last line") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      try read(String(line))
    }
  }

  /// The value of the one sample with this name and these labels.
  package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let found = samples.filter { $0.name == name && $0.labels == labels }
    return found.count == 1 ? found[0].value : nil
  }

  private mutating func read(_ line: String) throws {
    guard line.hasPrefix("#") else { return try readSample(line) }
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    switch words.count > 1 ? words[1] : "" {
    case "HELP" where words.count == 4:
      family = String(words[2])
      guard helped.insert(family).inserted else { throw Malformed(description: "helped twice: \(line)") }
    case "TYPE" where words.count == 4:
      guard words[2] == family, types[family] == nil else { throw Malformed(description: line) }
      guard ["counter", "gauge", "summary"].contains(words[3]) else { throw Malformed(description: line) }
      types[family] = String(words[3])
    default: comments.append(line)
    }
  }

  private mutating func readSample(_ line: String) throws {
    var rest = line[...]
    let name = Self.takeName(&rest)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      repeat {
        rest.removeFirst()
        let label = Self.takeName(&rest)
        guard rest.hasPrefix("=\""), !label.isEmpty, labels[label] == nil else {
          throw Malformed(description: line)
        }
        rest.removeFirst(2)
        labels[label] = try Self.takeValue(&rest, line)
      } while rest.first == ","
      guard rest.first == "}" else { throw Malformed(description: line) }
      rest.removeFirst()
    }
    guard rest.first == " ", let value = Double(rest.dropFirst()), let type = types[family],
      name == family || type == "summary" && [family + "_sum", family + "_count"].contains(name),
      type != "counter" || name.hasSuffix("_total"), value >= 0
    else { throw Malformed(description: line) }
    let sample = Sample(name: name, labels: labels, value: value)
    guard !samples.contains(where: { $0.name == name && $0.labels == labels }) else {
      throw Malformed(description: "twice: \(line)")
    }
    samples.append(sample)
  }

  private static func takeName(_ rest: inout Substring) -> String {
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    rest.removeFirst(name.count)
    return name.first?.isNumber == true ? "" : String(name)
  }

  private static func takeValue(_ rest: inout Substring, _ line: String) throws -> String {
    var value = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return value
      case "\\":
        switch rest.popFirst() {
        case "n": value += "\n"
        case "\\": value += "\\"
        case "\"": value += "\""
        default: throw Malformed(description: line)
        }
      default: value.append(character)
      }
    }
    throw Malformed(description: line)
  }
}
