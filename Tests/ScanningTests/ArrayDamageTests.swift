import Findings
import TestSupport
import Testing

/// Hostile files stay caught when they are damaged, and honest ones with random data stay allowed.
@Suite struct ArrayDamageTests {
  private static let hostile = JoblibBuilder.objects(count: 1, prelude: TorchBuilder.hostileCall)

  @Test func `a damaged file with a call in an array of objects is never allowed`() {
    let samples = [
      NpyBuilder("'|O'", shape: "(1,)", data: Self.hostile).build(),
      JoblibBuilder(.array(.init(objects: Self.hostile, count: 1)), .array(.init([1, 2, 3]))).build(),
    ]
    for sample in samples {
      let call = sample.indices.first { sample[$0...].starts(with: Array("cos\nsystem".utf8)) } ?? 0
      for mutation in Mutations.byteFlips(of: Array(sample)) {
        // The name may be damaged into another, which is on no list either.
        let report = Examination.report(mutation.bytes)
        #expect(report.verdict > .allow, "\(mutation.what), the call at \(call): \(report.summary)")
      }
    }
  }

  /// Without padding, the first bytes of an array are opcodes to `pickle.load`: random ones must hardly ever matter.
  @Test func `files with random data are allowed but for a few, and none is denied`() {
    var random = SeededRandom(seed: 11)
    var allowed = 0
    for index in 0..<500 {
      let builder = JoblibBuilder(
        .opcodes([.text("coef_")]), .array(.init(random.bytes(64), alignment: index % 2 == 0 ? nil : 16)))
      let report = Examination.report(builder.build())
      if report.verdict == .allow { allowed += 1 }
      #expect(report.verdict < .incomplete, "seed \(random.seed): \(report.summary)")
    }
    #expect(allowed > 485, "seed \(random.seed): \(allowed) of 500")
  }
}
