import Policy
import TestSupport
import Testing

@Suite struct RefusedPolicyTests {
  @Test(arguments: Spoilt.all)
  func `a spoilt file is refused with its line and the trouble`(spoilt: Spoilt) throws {
    let text = try #require(SamplePolicy.files[spoilt.path])
    let changed = try #require(spoilt.applied(to: text), "nothing was spoilt")
    try #require(changed != Array(text.utf8), "nothing was spoilt")
    let bundle = try SamplePolicy.bundle(replacingBytes: [spoilt.path: changed])
    do throws(PolicyError) {
      _ = try PolicySet(parsing: bundle)
      Issue.record("read in spite of \(spoilt)")
    } catch {
      #expect(error.file == spoilt.path)
      #expect(error.line == spoilt.line, "\(error)")
      for name in spoilt.names { #expect(error.reason.contains(name), "\(error)") }
    }
  }

  @Test(arguments: [
    "limits/default.json", "limits/strict.json", "scan/default.json", "scan/strict.json",
    "seccomp/scan.json",
    "globals/standard-library.json", "torchscript/operators.json", "tensorflow/operators.json",
    "keras/classes.json", "r/functions.json",
    "waivers.json",
  ]) func `a missing file is named`(path: String) throws {
    let bundle = try SamplePolicy.bundle(replacing: [path: nil])
    #expect(throws: PolicyError(file: path, line: 0, reason: "the file is missing")) {
      try PolicySet(parsing: bundle)
    }
  }

  @Test(arguments: ["globals/safe/numbers.json", "globals/dangerous/processes.json"])
  func `a folder of globals without lists is refused`(path: String) throws {
    let bundle = try SamplePolicy.bundle(replacing: [path: nil])
    #expect(throws: PolicyError.self) { try PolicySet(parsing: bundle) }
  }

  @Test(arguments: [
    "other.json", "limits.json", "limits/more/default.json", "globals/safe.json", "globals/unknown/a.json",
    "globals/safe/more/a.json", "seccomp/x86_64/scan.json", "scan/waivers/a.json", "policies/waivers.json",
  ]) func `a file that belongs nowhere is refused`(path: String) throws {
    let bundle = try SamplePolicy.bundle(replacing: [path: "{}"])
    #expect(throws: PolicyError(file: path, line: 0, reason: "no policy file has this name")) {
      try PolicySet(parsing: bundle)
    }
  }
}
