import Findings
import Linux
import TestSupport
import Testing
import Wire

/// `lazaret` as a client of `lazaretd`.
struct DaemonScanTests {
  /// Files of every verdict, and things that are no files.
  private static func writeTree(_ place: TemporaryDirectory) throws -> String {
    try place.write("m/plain.pkl", Artifact.benignPickle)
    try place.write("m/model.pt", Artifact.benignTorch)
    try place.write("m/evil.pkl", Artifact.hostilePickle)
    try place.write("m/evil.pt", Artifact.hostileTorch)
    try place.write("m/unknown.pkl", Artifact.unknownPickle)
    try place.write("m/cut.pt", Array(Artifact.benignTorch.dropLast(40)))
    try place.write("m/empty", [])
    _ = place.link("m/out", to: "/etc/passwd")
    return place.path + "/m"
  }

  /// What must not depend on who examined, and when.
  private static func judgements(_ run: Installed.Run) throws -> [[String: JSONDocument]] {
    try run.lines.map { line in
      let object = try JSONDocument.parse(line)
      let keys = object.keys.subtracting(["milliseconds", "cached"])
      return Dictionary(uniqueKeysWithValues: keys.map { ($0, object[$0]) })
    }
  }

  @Test func `a scan through the daemon reports what a scan without it does`() throws {
    let lazaret = try Installed()
    let tree = try Self.writeTree(lazaret.place)
    let daemon = try RunningDaemon(lazaret)
    let alone = try lazaret.lazaret("scan", "--format", "jsonl", tree)
    let through = try lazaret.lazaret("scan", "--socket", daemon.socket, "--format", "jsonl", tree)
    #expect(through.status == alone.status && alone.status == 1, "\(through.errors)")
    #expect(through.errors == alone.errors)
    #expect(try Self.judgements(through) == Self.judgements(alone))
    #expect(alone.lines.count == 8)

    // The second time both answer from their stores, and still agree.
    let environment = ["LAZARET_SOCKET": daemon.socket]
    let again = try lazaret.run("lazaret", ["scan", "--format", "jsonl", tree], environment: environment)
    #expect(try Self.judgements(again) == Self.judgements(alone))
    let cached = try again.lines.map { try JSONDocument.parse($0)["cached"] }
    #expect(cached.filter { $0 == .bool(true) }.count == 7)
    let anew = try lazaret.lazaret(
      "scan", "--socket", daemon.socket, "--no-cache", "--format", "jsonl", tree)
    #expect(try anew.lines.allSatisfy { try JSONDocument.parse($0)["cached"] == .bool(false) })
  }

  @Test func `the gate through the daemon answers by its exit status`() throws {
    let lazaret = try Installed()
    let tree = try Self.writeTree(lazaret.place)
    let daemon = try RunningDaemon(lazaret)
    for (name, status) in [("model.pt", 0), ("evil.pt", 1), ("unknown.pkl", 3), ("cut.pt", 3), ("no", 2)] {
      let run = try lazaret.lazaret("gate", "--socket", daemon.socket, "\(tree)/\(name)")
      #expect(run.status == Int32(status) && run.output == "", "\(name): \(run.errors)")
    }
  }

  @Test func `without a daemon the request fails, and says so`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    let nowhere = lazaret.place.path + "/none.sock"
    for command in [
      ["scan", "--socket", nowhere, path], ["gate", "--socket", nowhere, path],
      ["health", "--socket", nowhere],
    ] {
      let run = try lazaret.run("lazaret", command)
      #expect(run.status == 2 && run.output == "")
      #expect(run.errors.contains("no daemon answers at \(nowhere): No such file or directory"))
    }
  }

  @Test func `the daemon's policies and store are not the client's to choose`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    for flag in [["--no-store"], ["--store", "x.db"], ["--policies", "p"]] {
      let run = try lazaret.run("lazaret", ["scan", "--socket", "/nowhere"] + flag + [path])
      #expect(run.status == 2 && run.errors.contains("has its own policies and store"))
    }
  }

  @Test func `a daemon that leaves in the midst of a scan fails it`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("sleep".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let killer = try Thread(name: "killer") { [id = daemon.id] in
      do {
        while try Descendants.of(id).count < 4 {
          var nothing: [PollEntry] = []
          try poll(&nothing, milliseconds: 50)
        }
        try FileDescriptor.process(id).signalProcess(Signal.kill)
      } catch {
        Issue.record("\(error)")
      }
    }
    let run = try lazaret.lazaret("gate", "--socket", daemon.socket, path)
    killer.join()
    #expect(run.status == 2 && run.errors.contains("the daemon"), "\(run.errors)")
  }

  @Test func `health is good with a real worker, which is refused every forbidden call`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret)
    let good = try lazaret.lazaret("health", "--socket", daemon.socket)
    #expect(good.status == 0, "\(good.output)\(good.errors)")
    #expect(
      good.lines == [
        "good  known good sample: allow", "good  known bad sample: deny", "good  required layers: all on",
        "good  self-attack: 24 forbidden calls refused", "good  verdict store: it answers",
      ])
    #expect(try daemon.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `a query is answered from the store alone`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("evil.pkl", Artifact.hostilePickle)
    let daemon = try RunningDaemon(lazaret)
    let client = try TestClient(daemon.socket)
    _ = try client.scan(1, path)
    guard case .verdict(1, let frame)? = try client.receiveEnd(), let digest = frame.examination.sha256
    else {
      Issue.record("no verdict")
      return
    }
    let none = String(repeating: "0", count: 64)
    #expect(try client.ask(.query(id: 2, sha256: none)) == .unknown(id: 2))
    try client.send(.query(id: 3, sha256: digest))
    guard case .verdict(3, let known)? = try client.receiveEnd() else {
      Issue.record("no answer from the store")
      return
    }
    #expect(known.examination.verdict == .deny && known.examination.cached)
    #expect(known.findings == frame.findings && known.findings > 0)
  }
}
