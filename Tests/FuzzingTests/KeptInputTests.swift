import Fuzzing
import TestSupport
import Testing

/// What fuzz runs have found. A trap, or something that a target must hold and that does not, ends the process.
struct KeptInputTests {
  /// What no input may take: on whatever machine, and on a quiet one.
  private static let limit = Proof.extent(Duration.seconds(30), whole: .seconds(2))

  @Test func `every target has a kept corpus, and every corpus a target`() throws {
    #expect(try Kept.corpora() == Set((Seeds.all + Seeds.interfaces).map(\.name)))
  }

  @Test func `no kept input stops its target, says what is not so, or takes long`() throws {
    let step = Proof.extent(16, whole: 1)
    var count = 0
    var slowest = Duration.zero
    let targets = Seeds.all + Seeds.interfaces
    for seeds in targets {
      let target = try #require(FuzzTarget(seeds.scanner))
      let inputs = try Kept.corpus(seeds.name)
      #expect(!inputs.isEmpty, "\(seeds.name)")
      for index in stride(from: 0, to: inputs.count, by: step) {
        let time = ContinuousClock().measure { target.run(inputs[index], asAnything: true) }
        #expect(time < Self.limit, "\(seeds.name): input \(index) took \(time)")
        slowest = max(slowest, time)
        count += 1
      }
    }
    let milliseconds = Int(slowest / .milliseconds(1))
    try Proof.record(
      "\(count) kept inputs of \(targets.count) fuzz targets, none longer than \(milliseconds) ms")
  }

  @Test func `the list of regressions has every file, and says what was wrong with it`() throws {
    let regressions = try Kept.regressions()
    #expect(Set(regressions.map(\.path)) == (try Kept.regressionFiles()))
    #expect(regressions.allSatisfy { !$0.fault.isEmpty })
  }

  @Test(arguments: try Kept.regressions())
  func `what once broke a target does not any more`(regression: Kept.Regression) throws {
    let target = try #require(FuzzTarget(regression.target))
    let bytes = try regression.bytes()
    let time = ContinuousClock().measure { target.run(bytes, asAnything: true) }
    #expect(time < Self.limit, "\(regression.path): \(regression.fault)")
  }
}
