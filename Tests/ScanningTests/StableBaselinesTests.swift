import Findings
import TestSupport
import Testing

/// Models of Stable-Baselines3: what `data` has unpickled, and the torch files beside it.
@Suite struct StableBaselinesTests {
  private let honest = pickle(.proto(4), .emptyDict, .stop)
  private let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  private func report(_ builder: StableBaselinesBuilder) -> Report { Examination.report(builder.build()) }

  @Test func `parameters of known parts are allowed`() {
    let report = report(StableBaselinesBuilder(("observation_space", honest)))
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats.contains("stable-baselines3"))
  }

  @Test func `a parameter that runs a command is denied, and named`() {
    let report = report(StableBaselinesBuilder(("clip_range", honest), ("lr_schedule", hostile)))
    #expect(report.verdict == .deny, "\(report.summary)")
    #expect(report.findings.contains { $0.location.path == ["data", "lr_schedule"] }, "\(report.summary)")
  }

  @Test func `what the loader does not decode is no finding`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.parameters =
      "\"inner\": {\"deep\": {\":serialized:\": \"\(StableBaselinesBuilder.base64(hostile))\"}}"
    let report = report(builder)
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  @Test func `base64 with foreign characters is a gap`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.encodingTail = " "
    let report = report(builder)
    #expect(report.rules.contains("sb3.bad-encoding"), "\(report.summary)")
    #expect(report.verdict == .incomplete)
  }

  @Test func `a hostile pickle in unclean base64 is denied`() {
    var builder = StableBaselinesBuilder(("clip_range", hostile))
    builder.encodingTail = "!!"
    #expect(report(builder).verdict == .deny)
  }

  @Test func `bytes that are no pickle are a gap`() {
    #expect(report(StableBaselinesBuilder(("clip_range", [0xFF, 0xFE, 0xFD]))).verdict == .incomplete)
  }

  @Test(arguments: [
    "\"a\": 1, \"a\": 2", "\"b\": {\":serialized:\": 5}",
    "\"c\": {\":serialized:\": \"gAR9Lg==\", \":serialized:\": \"gAR9Lg==\"}",
  ]) func `what the library does not write is for review`(parameters: String) {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.parameters = parameters
    let report = report(builder)
    #expect(report.rules.contains("sb3.malformed-data"), "\(report.summary)")
    #expect(report.verdict == .review)
  }

  @Test func `numbers that only Python writes are read`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.parameters = "\"a\": NaN, \"b\": [-Infinity, Infinity]"
    let report = report(builder)
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  @Test func `a hostile torch file beside the parameters is denied`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    var torch = TorchBuilder()
    torch.prelude = TorchBuilder.hostileCall
    builder.policy = torch.archive().build()
    #expect(report(builder).verdict == .deny)
  }

  @Test func `a torch file that is none is a gap`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.policy = Array("nothing".utf8)
    #expect(report(builder).verdict == .incomplete)
  }

  @Test func `a member that is not the library's is for review`() {
    var builder = StableBaselinesBuilder(("clip_range", honest))
    builder.members = [ZIPBuilder.Member("notes", [0, 1, 2])]
    #expect(report(builder).verdict == .review)
  }

  @Test func `JSON that is cut is a gap`() {
    let data = Array(StableBaselinesBuilder(("clip_range", honest)).data().dropLast(3))
    #expect(
      Examination.report(ZIPBuilder([ZIPBuilder.Member("data", data)]).build()).verdict == .incomplete)
  }

  @Test func `JSON without pickles under that name is not taken for a model`() {
    let report = Examination.report(
      ZIPBuilder([ZIPBuilder.Member("data", Array("{\"a\": 1}".utf8))]).build())
    #expect(report.formats == ["zip", "json"])
  }
}
