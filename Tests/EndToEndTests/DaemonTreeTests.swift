import Findings
import Linux
import TestSupport
import Testing
import Wire

/// Directories that are examined as a whole.
struct DaemonTreeTests {
  private static func examine(
    _ client: TestClient, _ id: UInt64, _ path: String, isFresh: Bool = false
  ) throws -> (findings: [FindingFrame], gaps: [Gap], frame: VerdictFrame) {
    let request = ScanRequest(id: id, isFresh: isFresh, label: Array("tree \(id)".utf8))
    try client.send(.tree(request), try FileDescriptor.open(path, [.readOnly, .directory]))
    var findings: [FindingFrame] = []
    var gaps: [Gap] = []
    while let reply = try client.receive() {
      switch reply {
      case .accepted, .part(_, .format): continue
      case .part(_, .finding(let finding)): findings.append(finding)
      case .part(_, .gap(let gap)): gaps.append(gap)
      case .verdict(id, let frame): return (findings, gaps, frame)
      default: throw WireError("\(reply)")
      }
    }
    throw WireError("no verdict")
  }

  @Test
  func `a tree has the worst verdict of its files, each named and recorded, and a digest of them all`()
    throws
  {
    let lazaret = try Installed()
    let place = lazaret.place
    try place.write("t/a.pkl", Artifact.benignPickle)
    try place.write("t/sub/deep/model.pt", Artifact.benignTorch)
    _ = place.link("t/again", to: "a.pkl")
    let daemon = try RunningDaemon(lazaret)
    let client = try TestClient(daemon.socket)
    let tree = place.path + "/t"

    let good = try Self.examine(client, 1, tree)
    let examination = good.frame.examination
    #expect(examination.verdict == .allow && good.findings.isEmpty && good.gaps.isEmpty)
    #expect(examination.report.coverage.members >= 3 && !examination.cached)
    let digest: String = try #require(examination.sha256)
    let known = try Self.examine(client, 2, tree).frame.examination
    #expect(known.sha256 == digest && known.cached && known.verdict == .allow)
    #expect(try client.ask(.query(id: 3, sha256: digest)) == .unknown(id: 3))

    try place.write("t/sub/evil.pt", Artifact.hostileTorch)
    try place.write("t/unknown.pkl", Artifact.unknownPickle)
    let bad = try Self.examine(client, 4, tree)
    #expect(bad.frame.examination.verdict == .deny && bad.frame.examination.sha256 != digest)
    #expect(!bad.findings.isEmpty)
    for finding in bad.findings {
      #expect(["sub/evil.pt", "unknown.pkl"].contains(finding.location.path.first))
    }
    let export = try lazaret.lazaret("store", "export", "--store", daemon.store).output
    for name in ["tree 1/a.pkl", "tree 1/sub/deep/model.pt", "tree 4/sub/evil.pt"] {
      #expect(export.contains(name), "\(name)")
    }
  }

  @Test func `what a tree holds besides files that can be read is a gap, and never allowed`() throws {
    let lazaret = try Installed()
    let place = lazaret.place
    try place.write("secret/key", Artifact.benignPickle)
    try place.write("out/a.pkl", Artifact.benignPickle)
    _ = place.link("out/link", to: place.path + "/secret/key")
    try place.write("pipe/a.pkl", Artifact.benignPickle)
    _ = place.pipe("pipe/p")
    try #require(try lazaret.runTool("/bin/mkdir", [place.path + "/empty"]) == 0)
    let daemon = try RunningDaemon(lazaret)
    let client = try TestClient(daemon.socket)
    let trees = [
      ("out", "link", "leads out"), ("pipe", "p", "not a regular file"), ("empty", nil, "no file"),
    ]
    for (index, (name, path, reason)) in trees.enumerated() {
      let (_, gaps, frame) = try Self.examine(client, UInt64(index + 1), "\(place.path)/\(name)")
      #expect(frame.examination.verdict == .incomplete && frame.examination.sha256 == nil, "\(name)")
      #expect(gaps.count == 1 && gaps.first?.reason.contains(reason) == true, "\(gaps)")
      #expect(gaps.first?.location.path.first == path)
    }
  }

  @Test func `only an open directory is a tree, and hanging up ends it`() throws {
    let lazaret = try Installed()
    let file = try lazaret.place.write("t/f", Array("sleep".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let client = try TestClient(daemon.socket)
    let tree = lazaret.place.path + "/t"
    let wrong: [(String, FileDescriptor.OpenFlags)] = [
      (file, .readOnly), (tree, [.pathOnly, .directory]), ("/dev/null", .readOnly),
    ]
    for (index, (path, flags)) in wrong.enumerated() {
      let id = UInt64(index + 1)
      try client.send(.tree(ScanRequest(id: id)), try FileDescriptor.open(path, flags))
      guard case .refused(id, .descriptor, _)? = try client.receive() else {
        Issue.record("\(path) was taken")
        return
      }
    }
    var leaver: TestClient? = try TestClient(daemon.socket)
    try leaver?.send(
      .tree(ScanRequest(id: 1)), try FileDescriptor.open(tree, [.readOnly, .directory]))
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }
    leaver = nil
    try daemon.wait("it is ended") { try daemon.counter("running") == 0 }
    let allow = try lazaret.place.write("allow", Array("allow".utf8))
    _ = try client.scan(9, allow)
    guard case .verdict(9, _)? = try client.receiveEnd() else {
      Issue.record("nothing is examined any more")
      return
    }
  }

  @Test(.enabled(if: Installed.canBeNobody))
  func `nobody has a tree examined with the daemon's rights`() throws {
    let lazaret = try Installed()
    #expect(lazaret.place.setMode(".", 0o755))
    let daemon = try RunningDaemon(
      lazaret, worker: "StandInWorker", arguments: ["--allow-uid", "\(Installed.nobody)"])
    // A tree with nothing but the bytes of the protocol: hello, and type 72 with the id 1 and no label.
    let program = """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      s.connect(sys.argv[1])
      s.send(bytes([64, 1, 0, 1, 0, 0, 0, 0, 0]))
      assert s.recv(65536)[0] == 96
      socket.send_fds(s, [bytes([72, 1] + [0] * 12)], [os.open("/", os.O_RDONLY | os.O_DIRECTORY)])
      reply = s.recv(65536)
      sys.exit(0 if reply[0] == 101 and reply[9] == 7 else 1)
      """
    guard try lazaret.runTool("/usr/bin/python3", ["-c", "import socket; socket.send_fds"]) == 0 else {
      print("NOTICE: no python3 here: A TREE OF ANOTHER USER WAS NOT TRIED")
      return
    }
    let run = try lazaret.run(
      "/usr/bin/python3", ["-c", program, daemon.socket], user: Installed.nobody)
    #expect(run.status == 0, "\(run.errors)")
  }
}
