import Findings
import TestSupport
import Testing

/// A pickle that is spelled otherwise does the same, and is judged no better.
@Suite struct RewrittenPickleTests {
  private static func isPickle(_ report: Report) -> Bool { report.formats.first == "pickle" }

  /// Whether it is denied for its frames alone, which no rewriting keeps.
  private static func isDeniedForFrames(_ report: Report) -> Bool {
    report.findings.allSatisfy { $0.rule.verdict < .deny || $0.rule.id.hasPrefix("pickle.frame-") }
  }

  /// Whether joblib put arrays between the opcodes, filled up by the place where they stand: another spelling moves them.
  private static func holdsArrays(_ bytes: [UInt8]) -> Bool {
    bytes.firstRange(of: Array("NumpyArrayWrapper".utf8)) != nil
  }

  @Test func `no hostile pickle is better in another spelling`() throws {
    var changes = Metamorphosis()
    var random = SeededRandom(seed: 5)
    let samples = try Metamorphosis.hostile(brief: 60, seed: 5).filter {
      Self.isPickle($0.report) && !Self.isDeniedForFrames($0.report)
    }
    for (sample, before) in samples {
      for way in PickleRewriting.all.shuffled(using: &random).prefix(Proof.extent(6, whole: .max)) {
        changes.take(sample, before, way, Examination.report(way(sample.bytes)))
      }
      // Several at once.
      for _ in 0..<Proof.extent(1, whole: 6) {
        let ways = PickleRewriting.all.shuffled(using: &random).prefix(3)
        let bytes = ways.reduce(sample.bytes) { $1($0) }
        changes.take(sample, before, ways.map(\.description), Examination.report(bytes))
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(changes.changes) other spellings of \(samples.count) hostile pickles, none better")
  }

  @Test func `an honest pickle is not denied for its spelling`() throws {
    var changes = Metamorphosis()
    for (sample, before) in try Metamorphosis.benign(brief: 60, seed: 6)
    where Self.isPickle(before) && !Self.holdsArrays(sample.bytes) {
      for way in PickleRewriting.all {
        changes.takeHonest(sample, way, Examination.report(way(sample.bytes)))
      }
    }
    changes.expectSound()
    try Proof.record(changes.honestFigure)
  }
}
