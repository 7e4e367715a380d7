import Linux
import TestSupport
import Testing

/// The programs with policies that are not in order: nothing is examined, whatever is wrong with them.
@Suite struct RefusedPolicyStartTests {
  /// Rows of the table, of each file some.
  private static let spoilt: [Spoilt] = Proof.extent(
    Spoilt.all.enumerated().filter { $0.offset.isMultiple(of: 23) }.map(\.element), whole: Spoilt.all)

  /// What is read without complaint and cannot be compiled, in the repository's own rules: what replaces what, and
  /// words of the trouble.
  private static let uncompiled: [(path: String, old: String, new: String, words: String)] = [
    ("scan", #""pread64""#, #""preadd64""#, "preadd64 is not a known system call"),
    ("scan", #""bpf""#, #""bpff""#, "bpff is not a known system call"),
    ("scan", #""FD_INPUT""#, #""FD_OUTPUT""#, "FD_OUTPUT is not a known constant"),
    ("scan", #""gettid""#, #""openat""#, "openat would not be denied"),
    ("scan", #""default": "notify""#, #""default": "refuse""#, "would not be denied"),
    ("scan", #""MAP_PRIVATE_ANONYMOUS""#, #""FUTEX_WAKE_PRIVATE""#, "bits that the mask has not"),
    ("zygote", #""default": "refuse""#, #""default": "notify""#, "the default must be refuse"),
    ("zygote", #""default": "refuse""#, #""default": "kill_process""#, "the default must be refuse"),
    ("zygote", #""pipe2""#, #""pipe3""#, "pipe3 is not a known system call"),
  ]

  private let lazaret: Installed

  init() throws { lazaret = try Installed() }

  /// Both programs say what is wrong, and neither examines anything.
  private func expectRefused(_ policies: String, _ words: [String], _ what: String) throws {
    let path = try lazaret.place.write("model.pkl", Artifact.benignPickle)
    let scan = try lazaret.lazaret("scan", "--no-store", "--policies", policies, path)
    #expect(scan.status == 2, "\(what)")
    #expect(!scan.output.contains("allow"), "\(what): \(scan.output)")
    let daemon = try RunningDaemon.failing(lazaret, policies: policies)
    #expect(daemon.status == 2, "\(what)")
    #expect(!daemon.errors.contains("listening"), "\(what)")
    for word in words {
      #expect(scan.errors.contains(word), "\(what): \(scan.errors)")
      #expect(daemon.errors.contains(word), "\(what): \(daemon.errors)")
    }
  }

  @Test func `the small policy that is spoilt here allows what is harmless`() throws {
    let path = try lazaret.place.write("model.pkl", Artifact.benignPickle)
    let run = try lazaret.lazaret(
      "scan", "--no-store", "--policies", try lazaret.smallPolicies("good"), path)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  @Test func `with a spoilt policy nothing is allowed and the daemon does not start`() throws {
    for (index, spoilt) in Self.spoilt.enumerated() {
      let folder = try lazaret.smallPolicies("\(index)")
      let text = try #require(SamplePolicy.files[spoilt.path])
      try lazaret.place.write("\(index)/\(spoilt.path)", try #require(spoilt.applied(to: text)))
      try expectRefused(folder, ["\(spoilt.path):\(spoilt.line): "], "\(spoilt)")
    }
    for (index, row) in Self.uncompiled.enumerated() where Proof.isWhole || index.isMultiple(of: 4) {
      let folder = try lazaret.smallPolicies("u\(index)")
      let text = try #require(Repository.text(of: "policies/seccomp/\(row.path).json"))
      let changed = text.replacing(row.old, with: row.new)
      try #require(changed != text)
      try lazaret.place.write("u\(index)/seccomp/\(row.path).json", Array(changed.utf8))
      try expectRefused(folder, ["seccomp/\(row.path).json", row.words], "\(row)")
    }
    try Proof.record(
      "\(Self.spoilt.count + Self.uncompiled.count) spoilt policies refused by both programs")
  }

  @Test func `without a file of the policy nothing is allowed and the daemon does not start`() throws {
    let missing = [
      "seccomp/scan.json", "seccomp/zygote.json", "limits/default.json", "scan/default.json",
      "waivers.json",
      "globals/standard-library.json", "keras/classes.json", "r/functions.json",
      "torchscript/operators.json",
      "tensorflow/operators.json",
    ]
    for path in missing.prefix(Proof.extent(2, whole: missing.count)) {
      let name = path.replacing("/", with: "-")
      let folder = try lazaret.smallPolicies(name)
      try #require(lazaret.place.remove("\(name)/\(path)"))
      try expectRefused(folder, path == "seccomp/zygote.json" ? ["zygote"] : [path], path)
    }
    try Directory.create(lazaret.place.path + "/empty")
    try expectRefused(lazaret.place.path + "/empty", [], "an empty folder")
    try expectRefused(lazaret.place.path + "/nowhere", ["nowhere"], "no folder")
  }
}
