import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing
import VerdictStore

@testable import CommandLine

struct ArtifactExaminerTests {
  /// A store, a place for files, and a worker that counts its jobs.
  private final class Bench: Sendable {
    let place: TemporaryDirectory
    let store: VerdictStore
    let jobs = Monitor(0)

    init() throws {
      place = try TemporaryDirectory()
      store = try VerdictStore(path: place.path + "/store/verdicts.db")
    }

    func examiner(
      usesCache: Bool = true, policy: String = "sha256:feed", waivers: [Waiver] = [],
      _ change: @escaping @Sendable (inout Examination) -> Void = { _ in }
    ) -> ArtifactExaminer {
      ArtifactExaminer(
        context: ArtifactObject.Context(policy: policy, engine: "0.2.0"), store: store,
        usesCache: usesCache,
        workingDirectory: Array("/work".utf8), waivers: WaiverDecisions(waivers, clock: { 100 }),
        examine: { [jobs] file in
          jobs.withLock { $0 += 1 }
          var examination = Sample.examination()
          examination.policy = policy
          // What `abc` hashes to: FIPS 180-4, appendix B.1.
          examination.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
          examination.size = 3
          change(&examination)
          return examination
        })
    }

    func judge(_ examiner: ArtifactExaminer, _ name: String) throws -> ArtifactResult {
      let path = try place.write(name, Array("abc".utf8))
      return examiner.judge(
        .file(FileReference(path: Array(path.utf8), root: nil, relative: [], isLink: false)))
    }
  }

  @Test func `the second time the store answers, with the same judgement`() throws {
    let bench = try Bench()
    let first = try bench.judge(bench.examiner(), "a")
    let second = try bench.judge(bench.examiner(), "b")
    #expect(bench.jobs.withLock { $0 } == 1)
    var expected = try #require(first.examination)
    expected.cached = true
    var found = try #require(second.examination)
    #expect(found.milliseconds != expected.milliseconds)
    found.milliseconds = expected.milliseconds
    #expect(found == expected)
    guard
      case .hit(let scan) = try bench.store.lookup(
        sha256: expected.sha256 ?? "", policy: "sha256:feed", engine: "0.2.0")
    else {
      Issue.record("not in the store")
      return
    }
    #expect(scan.paths == ["a", "b"].map { Array("\(bench.place.path)/\($0)".utf8) })
  }

  @Test func `without the cache, under another policy and for other bytes a worker examines`() throws {
    let bench = try Bench()
    _ = try bench.judge(bench.examiner(), "a")
    _ = try bench.judge(bench.examiner(usesCache: false), "a")
    _ = try bench.judge(bench.examiner(policy: "sha256:other"), "a")
    let path = try bench.place.write("c", Array("abd".utf8))
    _ = bench.examiner().judge(
      .file(FileReference(path: Array(path.utf8), root: nil, relative: [], isLink: false)))
    #expect(bench.jobs.withLock { $0 } == 4)
  }

  @Test func `an end that may not repeat is tried again`() throws {
    let bench = try Bench()
    for _ in 0..<2 {
      let result = try bench.judge(
        bench.examiner {
          $0.outcome = .deadline(seconds: 1)
          $0.verdict = .incomplete
        }, "a")
      #expect(result.verdict == .incomplete && !result.isFailure)
    }
    #expect(bench.jobs.withLock { $0 } == 2)
  }

  @Test func `a verdict that cannot be recorded is reported and fails the run`() throws {
    let bench = try Bench()
    let result = try bench.judge(bench.examiner { $0.size = 4 }, "a")
    #expect(!result.isFailure)
    // The store knows these bytes with another size now, which cannot be.
    let contradiction = try bench.judge(bench.examiner(usesCache: false), "a")
    #expect(contradiction.isFailure)
    #expect(contradiction.verdict == .allow)
    #expect(contradiction.notices.first?.hasPrefix("the verdict is not recorded: ") == true)
    var tally = Tally()
    tally.add(contradiction)
    #expect(tally.exitStatus(failOn: .review) == .failed)
  }

  @Test func `a file that cannot be hashed by the supervisor fails the run`() throws {
    let bench = try Bench()
    let result = try bench.judge(
      bench.examiner {
        $0.sha256 = nil
        $0.verdict = .incomplete
      }, "a")
    #expect(result.isFailure)
  }

  @Test func `a run reports in order, notices apart, and a reader who leaves is a failure`() throws {
    let bench = try Bench()
    for name in ["t/a", "t/b", "t/c"] { try bench.place.write(name, Array("abc".utf8)) }
    _ = bench.place.link("t/out", to: "/etc/passwd")
    let test = TestHost()
    let report = RunReport(
      host: test.host, renderer: TextRenderer(style: Style(isColored: false)), showsProgress: false)
    let tally = try report.run([Array("\(bench.place.path)/t".utf8)], bench.examiner(), workers: 2)
    test.host.output.flush()
    #expect(tally.exitStatus(failOn: .review) == .undecided)
    let lines = test.output.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(4).map { $0.split(separator: "/").last.map(String.init) } == ["a", "b", "c", "out"])
    #expect(test.errors.hasSuffix("t/out: a link that leads out of the tree is not followed\n"))

    let closed = TestHost(outputFailure: SystemCallError("write", 32))
    let cut = RunReport(
      host: closed.host, renderer: TextRenderer(style: Style(isColored: false)), showsProgress: false)
    let rest = try cut.run([Array("\(bench.place.path)/t".utf8)], bench.examiner(), workers: 1)
    #expect(rest.artifacts == 1)
    #expect(closed.run("rules") == .failed)
    #expect(closed.errors.contains("the report could not be written"))
  }

  @Test func `a terminal gets a progress line that goes away`() throws {
    let bench = try Bench()
    try bench.place.write("t/a", Array("abc".utf8))
    let test = TestHost(isTerminal: true)
    let report = RunReport(
      host: test.host, renderer: TextRenderer(style: Style(isColored: false), isQuiet: false),
      showsProgress: true)
    _ = try report.run([Array("\(bench.place.path)/t".utf8)], bench.examiner(), workers: 1)
    #expect(test.errors.contains("1 examined, 0 denied"))
    #expect(test.errors.hasSuffix("\r\u{1B}[K"))
  }

  @Test func `of a file in memory no state is kept, since a mapping can change it without a trace`() throws
  {
    let bench = try Bench()
    let name = Array("lazaret-test-\(Process.id)-\(UInt64.random(in: 0...(.max)))".utf8)
    let folder = try FileDescriptor.open("/dev/shm", .directory)
    try folder.open(name: name, [.writeOnly, .create, .exclusive]).write(Array("abc".utf8))
    defer { #expect(throws: Never.self) { try folder.remove(name: name) } }
    let file = FileReference(path: Array("/dev/shm/".utf8) + name, root: nil, relative: [], isLink: false)
    // The clock that stamps files goes on.
    var nothing: [PollEntry] = []
    try poll(&nothing, milliseconds: 50)
    let system = try file.open().fileSystem()
    #expect(system == .memory)
    #expect(bench.examiner().judge(.file(file)).identity == nil)
  }

  @Test func `a waiver counts for what is examined and for what the store answers`() throws {
    let bench = try Bench()
    let waiver = Waiver(
      digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", verdict: .review,
      reason: "tried", owner: "a person", until: 101)
    let examiner = bench.examiner(waivers: [waiver]) { $0.verdict = .review }
    let first = try bench.judge(examiner, "a")
    let second = try bench.judge(examiner, "b")
    #expect(first.isWaived && second.isWaived)
    #expect(second.examination?.cached == true && second.verdict == .review)
  }
}
