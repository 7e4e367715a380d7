import ByteParsing
import Findings
import Pickle
import Policy
import Rules
import TestSupport
import Testing

/// A pickle that a real library wrote, in base 64.
struct Sample: Sendable, CustomTestStringConvertible {
  let name: String
  let base64: String

  init(_ name: String, _ base64: String) {
    self.name = name
    self.base64 = base64
  }

  var testDescription: String { name }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in base64.utf8 where character != UInt8(ascii: "=") {
      let value: UInt8 =
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        default: 63
        }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }
}

/// What a judge made of one pickle.
struct Judged {
  let report: Report
  let nested: [NestedInput]
  let storages: [TorchStorage]

  /// The rules that fired, sorted.
  var rules: [String] { Set(report.findings.map(\.rule.id)).sorted() }
  var verdict: Verdict { report.verdict }

  /// Everything that fired, for an expectation's comment.
  var account: Comment {
    "\(report.findings.map { "\($0.rule.id): \($0.detail)" }) \(report.coverage.gaps.map(\.reason))"
  }
}

/// Runs one pickle through the machine into a judge with the shipped lists and one class that is on no list.
func judge(_ bytes: [UInt8], _ profile: PickleProfile = .plain) -> Judged {
  var judge = PickleJudge(
    table: PolicyFolder.table, profile: profile, path: [], evidenceLimit: 200,
    sink: TestedReport(for: Test.current))
  let result = Machine.run(Input(bytes), at: 0, opcodeLimit: 1_000_000, sink: &judge)
  var report = judge.sink.report
  if case .broken(let error) = result.end {
    report.record(Gap(at: Location(offset: error.offset), reason: error.description))
  }
  report.coverage.finished = true
  return Judged(report: report, nested: judge.nested, storages: judge.storages)
}

func judge(_ opcodes: PickleOpcode..., profile: PickleProfile = .plain) -> Judged {
  judge(pickle(opcodes), profile)
}
