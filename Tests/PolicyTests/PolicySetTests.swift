import ByteParsing
import Findings
import Policy
import TestSupport
import Testing

@Suite struct PolicySetTests {
  @Test func `a policy in order is read`() throws {
    let policy = try PolicySet(parsing: SamplePolicy.bundle())
    #expect(policy.profile == "default")
    #expect(policy.limits.depth == 16)
    #expect(policy.limits.unpackedBytes == 64 << 30)
    #expect(policy.limits.wallSeconds == 180)
    #expect(policy.scan.requiredLayers == IsolationLayer.indispensable)
    #expect(policy.scan.requiredWhereSupported == [.landlock])
    #expect(policy.scan.raises == ["artifact.unrecognised": .deny])
    #expect(policy.scan.reviewBecomes == .review)
    #expect(policy.waivers.count == 1)
    #expect(policy.waivers.first?.until == 1_801_353_600)
  }

  @Test func `the bundle's profile chooses limits and scan policy`() throws {
    let policy = try PolicySet(parsing: SamplePolicy.bundle(profile: "strict"))
    #expect(policy.profile == "strict")
    #expect(policy.limits.depth == 8)
    #expect(policy.scan.reviewBecomes == .incomplete)
    #expect(throws: PolicyError(file: "limits/lax.json", line: 0, reason: "the file is missing")) {
      try PolicySet(parsing: SamplePolicy.bundle(profile: "lax"))
    }
  }

  @Test func `seccomp policies keep names, values and lines`() throws {
    let policy = try PolicySet(parsing: SamplePolicy.bundle())
    let scan = try #require(policy.seccomp["scan"])
    #expect(scan.file == "seccomp/scan.json")
    #expect(scan.role == "scan")
    #expect(scan.defaultAction == .notify)
    #expect(scan.never == [.init(systemCall: "execve", line: 5), .init(systemCall: "ptrace", line: 5)])
    #expect(
      scan.rules == [
        .init(systemCall: "read", action: .allow, why: "input", line: 7),
        .init(
          systemCall: "mmap",
          arguments: [
            .init(
              argument: 2, comparison: .maskedEqual, mask: .constant("PROT_EXEC"), value: .number(0),
              width: 32,
              line: 9)
          ], action: .allow, why: "memory", line: 8),
        .init(systemCall: "clone3", action: .errno("ENOSYS"), why: "probe", line: 11),
      ])
    let hash = try #require(policy.seccomp["hash"])
    #expect(hash.defaultAction == .killProcess)
    #expect(hash.rules.isEmpty)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-02T00:00:01Z", 86401), ("2000-02-29T12:00:00Z", 951_825_600),
    ("2000-03-01T00:00:00Z", 951_868_800), ("2024-12-31T23:59:59Z", 1_735_689_599),
    ("2100-03-01T00:00:00Z", 4_107_542_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ]) func `a waiver's end is counted in seconds since 1970`(text: String, seconds: Int) throws {
    let waivers = SamplePolicy.waivers.replacing("2027-01-31T00:00:00Z", with: text)
    let policy = try PolicySet(parsing: SamplePolicy.bundle(replacing: ["waivers.json": waivers]))
    #expect(policy.waivers.map(\.until) == [seconds])
  }

  @Test(arguments: [
    "", "2027-01-31", "2027-01-31T00:00:00", "2027-01-31t00:00:00z", "2027-01-31T00:00:00+00:00",
    "2027-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2027-00-10T00:00:00Z", "2027-13-10T00:00:00Z",
    "2027-01-00T00:00:00Z", "2027-04-31T00:00:00Z", "2027-01-31T24:00:00Z", "2027-01-31T00:60:00Z",
    "2027-01-31T00:00:60Z", "1969-12-31T23:59:59Z", "2027-01-31T00:00:00.5Z", "+027-01-31T00:00:00Z",
  ]) func `a time that is none is refused`(text: String) throws {
    let waivers = SamplePolicy.waivers.replacing("2027-01-31T00:00:00Z", with: text)
    #expect(throws: PolicyError.self) {
      try PolicySet(parsing: SamplePolicy.bundle(replacing: ["waivers.json": waivers]))
    }
  }

  @Test func `a policy of no waivers and no raised rules is in order`() throws {
    let scan = SamplePolicy.scan.replacing("\n    \"artifact.unrecognised\": \"deny\"\n  ", with: "")
    let policy = try PolicySet(
      parsing: SamplePolicy.bundle(replacing: [
        "waivers.json": #"{"schema":1,"waivers":[]}"#, "scan/default.json": scan,
      ]))
    #expect(policy.waivers.isEmpty)
    #expect(policy.scan.raises.isEmpty)
  }
}
