import Policy
import Testing

@testable import Sandbox

/// What the compiler refuses, with the line it stands on.
@Suite struct SeccompCompilerTests {
  private static let why = "a test"

  private static func scan(
    _ rules: [SeccompPolicy.Rule] = [], never: [String] = [], default: SeccompPolicy.Default = .notify
  ) -> SeccompPolicy {
    SeccompPolicy(
      file: "seccomp/scan.json", role: "scan", defaultAction: `default`,
      never: never.map { SeccompPolicy.NeverCall(systemCall: $0, line: 7) }, rules: rules)
  }

  private static let zygote = SeccompPolicy(
    file: "seccomp/zygote.json", role: "zygote", defaultAction: .refuse, never: [], rules: [])

  private static func rule(_ name: String, _ checks: [SeccompPolicy.ArgumentCheck] = [])
    -> SeccompPolicy.Rule
  {
    SeccompPolicy.Rule(systemCall: name, arguments: checks, action: .allow, why: why, line: 11)
  }

  private static func check(
    _ comparison: SeccompPolicy.Comparison, mask: SeccompPolicy.Operand? = nil,
    _ value: SeccompPolicy.Operand, width: Int
  ) -> SeccompPolicy.ArgumentCheck {
    SeccompPolicy.ArgumentCheck(
      argument: 0, comparison: comparison, mask: mask, value: value, width: width, line: 12)
  }

  private static func compile(_ scan: SeccompPolicy) throws(PolicyError) -> FilterSet {
    try SeccompCompiler.compile(["scan": scan, "zygote": zygote])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let policy: SeccompPolicy
    let line: Int
    let words: String
  }

  static let refused: [Case] = [
    Case(
      testDescription: "an unknown call", policy: scan([rule("opne")]), line: 11,
      words: "opne is not a known system call"),
    Case(
      testDescription: "an unknown call on the never-list", policy: scan(never: ["opne"]), line: 7,
      words: "opne is not a known system call"),
    Case(
      testDescription: "an unknown constant",
      policy: scan([rule("write", [check(.equal, .constant("FD_OTHER"), width: 32)])]), line: 12,
      words: "FD_OTHER is not a known constant"),
    Case(
      testDescription: "a call allowed and on the never-list",
      policy: scan([rule("write")], never: ["write"]),
      line: 11, words: "never-list"),
    Case(
      testDescription: "a comparison of half an argument that libseccomp would make on the whole",
      policy: scan([rule("write", [check(.notEqual, .number(3), width: 32)])]), line: 12, words: "64 bits"),
    Case(
      testDescription: "a value outside its mask",
      policy: scan([rule("write", [check(.maskedEqual, mask: .number(4), .number(2), width: 64)])]),
      line: 12,
      words: "mask"),
    Case(
      testDescription: "a call that no worker may make", policy: scan([rule("openat")]), line: 0,
      words: "openat would not be denied"),
    Case(
      testDescription: "a default that lets a worker go on", policy: scan(default: .refuse), line: 0,
      words: "would not be denied"),
  ]

  @Test(arguments: refused) func `a policy that cannot be kept is refused with its line`(example: Case)
    throws
  {
    let error = #expect(throws: PolicyError.self) { _ = try Self.compile(example.policy) }
    #expect(error?.file == "seccomp/scan.json")
    #expect(error?.line == example.line)
    #expect(error?.reason.contains(example.words) == true, "\(String(describing: error))")
  }

  @Test func `an empty role denies everything`() throws {
    let set = try Self.compile(Self.scan())
    for number in Int32(0)..<500 {
      #expect(set.scan.rules.answer(to: SeccompCall(number: number, architecture: 0xC000_003E)) == .notify)
    }
  }

  @Test func `a zygote's default that would answer for its workers is refused`() {
    let zygote = SeccompPolicy(
      file: "seccomp/zygote.json", role: "zygote", defaultAction: .killProcess, never: [], rules: [])
    let error = #expect(throws: PolicyError.self) {
      _ = try SeccompCompiler.compile(["scan": Self.scan(), "zygote": zygote])
    }
    #expect(error?.file == "seccomp/zygote.json")
  }

  @Test func `the encoded filters are read back, and nothing shorter, longer or other is`() throws {
    let set = try Self.compile(Self.scan([Self.rule("write")]))
    let bytes = set.encoded()
    #expect(FilterSet(decoding: bytes) == set)
    for count in 0..<bytes.count { #expect(FilterSet(decoding: Array(bytes.prefix(count))) == nil) }
    #expect(FilterSet(decoding: bytes + [0]) == nil)
    #expect(FilterSet(decoding: bytes + bytes) == nil)
  }
}
