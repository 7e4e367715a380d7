import Linux
import TestSupport
import Testing
import Wire

/// The programs on a kernel that lacks a layer, or refuses it: a filter around them answers in its place.
@Suite struct MissingLayerTests {
  /// A layer by the name that the probe program has for it, the error of its calls, and what is said of it.
  struct Lack: Sendable, CustomTestStringConvertible {
    let layer: String
    let error: Int32
    let words: String

    init(_ layer: String, _ error: Int32, _ words: String) {
      self.layer = layer
      self.error = error
      self.words = words
    }

    var testDescription: String { "\(layer), error \(error)" }
  }

  private static let notPermitted: Int32 = 1
  private static let invalid: Int32 = 22
  private static let noSuchCall: Int32 = 38
  private static let notSupported: Int32 = 95

  /// Layers without which nothing may be examined.
  private static let required: [Lack] =
    [noSuchCall, invalid, notPermitted].map { Lack("seccomp", $0, "seccomp") }
    + [
      Lack("no-new-privs", invalid, "PR_SET_NO_NEW_PRIVS"), Lack("undumpable", invalid, "PR_SET_DUMPABLE"),
      Lack("parent-death", invalid, "PR_SET_PDEATHSIG"), Lack("rlimits", notPermitted, "setrlimit"),
      Lack("rlimits", noSuchCall, "setrlimit"), Lack("capabilities", notPermitted, "capset"),
      Lack("landlock-enforcing", notPermitted, "landlock"),
      Lack("landlock-enforcing", notSupported, "landlock"),
    ] + (Process.effectiveUser == 0 ? [Lack("credentials", notPermitted, "credentials")] : [])

  /// Layers that are taken where there are any.
  private static let optional: [Lack] = [
    Lack("landlock", noSuchCall, "landlock"), Lack("landlock", notSupported, "landlock"),
    Lack("namespaces", notPermitted, "netns"), Lack("namespaces", noSuchCall, "netns"),
    Lack("listener", invalid, "seccomp-notify"),
  ]

  private let lazaret: Installed
  private let path: String
  private let policies: String

  init() throws {
    lazaret = try Installed()
    policies = try lazaret.smallPolicies("small")
    path = try lazaret.place.write("model.pkl", Artifact.benignPickle)
  }

  private func scan(_ lack: Lack, policies: String = Repository.root + "/policies") throws -> Installed.Run
  {
    try lazaret.run(
      "ProbeWorker",
      [
        "without", lack.layer, "\(lack.error)", Repository.program("lazaret"), "scan", "--no-store",
        "--policies", policies, path,
      ])
  }

  private func expectNothingAllowed(_ run: Installed.Run, _ lack: Lack) {
    #expect(run.status == 2 || run.status == 3, "\(lack.testDescription): \(run.output)\(run.errors)")
    #expect(!run.output.contains("allow "), "\(lack.testDescription): \(run.output)")
    #expect(
      (run.output + run.errors).contains(lack.words), "\(lack.testDescription): \(run.output)\(run.errors)")
  }

  @Test func `without a required layer nothing is allowed, and the status and the words say so`() throws {
    let lacks = Proof.extent([Self.required[0], Self.required[5], Self.required[9]], whole: Self.required)
    for lack in lacks {
      expectNothingAllowed(try scan(lack, policies: policies), lack)
      let daemon = try RunningDaemon.failing(
        lazaret, worker: try lazaret.place.changed("lazaret-worker", Self.lacking(lack)), policies: policies
      )
      #expect(daemon.status == 2, "\(lack.testDescription): \(daemon.errors)")
      #expect(daemon.errors.contains(lack.words), "\(lack.testDescription): \(daemon.errors)")
      #expect(!daemon.errors.contains("listening"), "\(lack.testDescription)")
    }
    try Proof.record("\(lacks.count) missing layers: nothing was allowed, and no daemon started")
  }

  /// The line of a script that goes on without the layer.
  private static func lacking(_ lack: Lack) -> String {
    "exec '\(Repository.program("ProbeWorker"))' without \(lack.layer) \(lack.error) "
      + "'\(Repository.program("lazaret-worker"))' \"$@\""
  }

  @Test func `a daemon that loses a layer examines nothing and is not healthy`() throws {
    let mark = lazaret.place.path + "/mark"
    for lack in Proof.extent([Self.required[0]], whole: [0, 5, 9].map { Self.required[$0] }) {
      let worker = try lazaret.place.changed(
        "lazaret-worker", "[ ! -e '\(mark)' ] || \(Self.lacking(lack))")
      let daemon = try RunningDaemon(lazaret, worker: worker, workers: 1, policies: policies)
      #expect(try lazaret.lazaret("health", "--socket", daemon.socket).status == 0)
      #expect(try lazaret.lazaret("gate", "--socket", daemon.socket, path).status == 0)

      try lazaret.place.write("mark", [])
      // The process that makes workers is lost, and the next one is started on a lesser kernel.
      for process in try daemon.descendants() where Descendants.parent(of: process) == daemon.id {
        try FileDescriptor.process(process).signalProcess(Signal.kill)
      }
      let health = try lazaret.lazaret("health", "--socket", daemon.socket)
      #expect(health.status == 1, "\(lack.testDescription): \(health.output)")
      #expect(health.output.contains("BAD"), "\(lack.testDescription): \(health.output)")
      #expect(health.output.contains(lack.words), "\(lack.testDescription): \(health.output)")
      let other = try lazaret.place.write("other.pkl", Artifact.number(7))
      let gate = try lazaret.lazaret("gate", "--socket", daemon.socket, other)
      #expect(gate.status == 2, "\(lack.testDescription): \(gate.errors)")
      try #require(lazaret.place.remove("mark"))
      #expect(try daemon.end(Signal.terminate) == .exited(status: 0))
    }
  }

  @Test func `without a layer that not every kernel has, files are judged unless the policy requires it`()
    throws
  {
    let strict = try lazaret.smallPolicies("strict")
    let required = SamplePolicy.scan.replacing("[\"landlock\"]", with: "[]")
      .replacing("\"seccomp\", ", with: "\"seccomp\", \"landlock\", ")
    try lazaret.place.write("strict/scan/default.json", Array(required.utf8))
    for lack in Proof.extent([Self.optional[0]], whole: Self.optional) {
      let run = try scan(lack, policies: policies)
      #expect(run.status == 0, "\(lack.testDescription): \(run.output)\(run.errors)")
      if lack.layer == "landlock" { expectNothingAllowed(try scan(lack, policies: strict), lack) }
    }
  }
}
