/// Takes an examination's results as they come: a damaged tail cannot erase what was found before it.
package protocol ReportSink {
  /// The bytes were examined as this format: `pytorch-zip`.
  mutating func record(format: String)
  mutating func record(_ finding: Finding)
  mutating func record(_ gap: Gap)
  /// Adds to what was examined.
  mutating func record(bytes: Int, members: Int, opcodes: Int)
  /// A line of the explanation, where one was asked for.
  mutating func record(_ line: ExplanationLine)
}

extension ReportSink {
  /// A report has no lines: they are for whoever asked.
  package mutating func record(_ line: ExplanationLine) {}
}

extension Report: ReportSink {
  package mutating func record(format: String) {
    if !formats.contains(format) { formats.append(format) }
  }

  package mutating func record(_ finding: Finding) { findings.append(finding) }

  package mutating func record(_ gap: Gap) { coverage.gaps.append(gap) }

  package mutating func record(bytes: Int, members: Int, opcodes: Int) {
    coverage.bytes = coverage.bytes.addingSaturated(bytes)
    coverage.members = coverage.members.addingSaturated(members)
    coverage.opcodes = coverage.opcodes.addingSaturated(opcodes)
  }
}

extension Int {
  /// The sum, or the number nearest to it that an `Int` can hold: these counts come from a process that may
  /// be in hostile hands, and must not stop whoever adds them up.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    guard overflow else { return sum }
    return other < 0 ? .min : .max
  }
}
