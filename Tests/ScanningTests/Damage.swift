import Findings
import TestSupport
import Testing

/// What every reader of an untrusted format has to bear.
enum Damage {
  /// Nothing traps or hangs, whatever byte is changed; the same bytes give the same verdict.
  static func bear(_ sample: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    for mutation in Mutations.byteFlips(of: sample) {
      let report = Examination.report(mutation.bytes)
      #expect(report.verdict >= .allow, "\(mutation.what)", sourceLocation: sourceLocation)
    }
    #expect(
      Examination.report(sample).summary == Examination.report(sample).summary,
      sourceLocation: sourceLocation)
  }

  /// No proper prefix is allowed, but for one so short that it is a word of text and nothing else.
  static func refuseTruncations(
    of sample: [UInt8], from first: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for mutation in Mutations.truncations(of: sample).dropFirst(first) {
      let report = Examination.report(mutation.bytes)
      if report.formats == ["text"] { continue }
      #expect(
        report.verdict > .allow, "\(mutation.what): \(report.summary)", sourceLocation: sourceLocation)
    }
  }

  /// A length, count or offset with an extreme value that differs from its own is never allowed.
  static func refuseExtremes(
    of sample: [UInt8], at offset: Int, width: Int, bigEndian: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for mutation in Mutations.extremes(of: sample, at: offset, width: width, bigEndian: bigEndian)
    where mutation.bytes != sample {
      let report = Examination.report(mutation.bytes)
      #expect(
        report.verdict > .allow, "\(mutation.what): \(report.summary)", sourceLocation: sourceLocation)
    }
  }

  /// Bytes at the end are never allowed.
  static func refuseTails(after sample: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    for mutation in Mutations.trailing(after: sample) {
      let report = Examination.report(mutation.bytes)
      #expect(
        report.verdict > .allow, "\(mutation.what): \(report.summary)", sourceLocation: sourceLocation)
    }
  }
}

/// A file and the verdict that it must have.
struct JudgedSample: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let rule: String
  let verdict: Verdict

  init(_ description: String, _ bytes: [UInt8], _ rule: String, _ verdict: Verdict) {
    testDescription = description
    self.bytes = bytes
    self.rule = rule
    self.verdict = verdict
  }

  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let report = Examination.report(bytes)
    #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
  }
}
