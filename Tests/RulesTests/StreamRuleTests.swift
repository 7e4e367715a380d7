import ByteParsing
import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// How the stream is written: each irregularity has its rule, and near ones that picklers write have none.
@Suite struct StreamRuleTests {
  @Test func `every irregularity of the machine is a rule that denies`() {
    var sinks: Set<String> = []
    for kind in Irregularity.Kind.allCases {
      var judge = PickleJudge(
        table: PolicyFolder.table, profile: .plain, path: ["a.pkl"], evidenceLimit: 100,
        sink: TestedReport(for: Test.current))
      judge.receive(Irregularity(kind, at: 7, "what exactly"))
      let finding = judge.sink.report.findings.first
      #expect(finding?.rule.verdict == .deny, "\(kind)")
      #expect(finding?.location == Location(path: ["a.pkl"], offset: 7))
      if let finding { sinks.insert(finding.rule.id) }
    }
    #expect(sinks.count == Irregularity.Kind.allCases.count)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rules: [String]
    let bytes: [UInt8]

    init(_ name: String, _ rules: [String], _ bytes: [UInt8]) {
      testDescription = name
      self.rules = rules
      self.bytes = bytes
    }
  }

  static let cases: [Case] = [
    .init("an honest frame", [], pickle(.proto(4), .framed(.text("abc"), .memoize, .stop))),
    .init(
      "an opcode across a frame's end", ["pickle.frame-crossed"],
      pickle(.proto(4), .frame(4), .text("a long text"), .stop)),
    .init("a second protocol", ["pickle.protocol-repeated"], pickle(.proto(2), .none, .proto(4), .stop)),
    .init("an integer of protocol 0", [], pickle(.lines(.int, "10"), .stop)),
    .init("a truth value of protocol 0", [], pickle(.lines(.int, "01"), .stop)),
    .init("a long of Python 2", [], pickle(.lines(.long, "10L"), .stop)),
    .init("an integer of base 16", ["pickle.non-canonical"], pickle(.lines(.int, "0x10"), .stop)),
    .init("a memo index within reach", [], pickle(.proto(2), .none, .longBinput(3), .stop)),
    .init(
      "a memo index far beyond", ["pickle.memo-bomb"],
      pickle(.proto(2), .none, .longBinput(0x4000_0000), .stop)),
  ]

  @Test(arguments: cases) func `an irregular stream is denied`(_ sample: Case) {
    let judged = judge(sample.bytes)
    #expect(judged.rules == sample.rules, judged.account)
  }

  @Test func `a broken tail keeps what ran before it`() {
    let call = pickle(.proto(4), .global("os", "system"), .text("id"), .tuple1, .reduce)
    for tail: [UInt8] in [[], [0xFF], [0x65], [0x93]] {
      let judged = judge(call + tail)
      #expect(judged.verdict == .deny)
      #expect(judged.rules.contains("pickle.dangerous-call"))
      #expect(!judged.report.coverage.gaps.isEmpty)
    }
  }
}
