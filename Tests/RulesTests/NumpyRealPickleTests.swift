import Findings
import Testing

/// What real NumPy writes must pass without a finding.
@Suite struct NumpyRealPickleTests {
  @Test(arguments: NumpyTypes.samples)
  func `types that NumPy wrote are allowed`(_ sample: Sample) {
    let judged = judge(sample.bytes)
    #expect(judged.verdict == .allow, judged.account)
  }

  @Test(arguments: NumpyArrays.samples)
  func `arrays and scalars that NumPy wrote are allowed`(_ sample: Sample) {
    let judged = judge(sample.bytes)
    #expect(judged.verdict == .allow, judged.account)
  }
}
