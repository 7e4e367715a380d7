import TestSupport
import Testing

/// The demonstrations, as they are called.
struct DemoTests {
  private func run(_ name: String, _ arguments: String...) throws -> Installed.Run {
    let lazaret = try Installed()
    return try lazaret.run(
      Repository.root + "/scripts/demo/" + name, arguments,
      environment: [
        "LAZARET": Repository.program("lazaret"), "PATH": "/usr/bin:/bin", "TMPDIR": lazaret.place.path,
      ])
  }

  @Test func `the gate keeps a hostile pickle out and lets a harmless one in`() throws {
    let run = try self.run("gate")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("==> hostile.pkl is hostile and was kept out"))
    #expect(run.output.contains("==> harmless.pkl may be loaded"))
    #expect(run.lines.last == "let in: harmless.pkl")
  }

  @Test(.enabled(if: RunningHub.isAvailable))
  func `a hub is swept: good models get in, the hostile one does not`() throws {
    let run = try self.run("registry-hf")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("exit status 1; let in:\n  demo--embedding/"), "\(run.output)")
  }

  @Test func `the batch makes samples and sums them up`() throws {
    let run = try self.run("batch")
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("43 files: 40 allow, 1 review, 1 incomplete, 1 deny; "), "\(run.output)")
    #expect(run.output.contains("exit status 1; not allowed:\n  deny  /"), "\(run.output)")
  }

  @Test func `the batch takes a folder, and goes on from its results`() throws {
    let place = try TemporaryDirectory()
    try place.write("m/a.pkl", Artifact.benignPickle)
    try place.write("m/b.pkl", Artifact.benignTorch)
    let results = place.path + "/results.jsonl"
    #expect(try run("batch", place.path + "/m", results).status == 0)
    let again = try self.run("batch", place.path + "/m", results)
    #expect(again.status == 0 && again.output.contains("2 judged by an earlier run"), "\(again.output)")
  }
}
