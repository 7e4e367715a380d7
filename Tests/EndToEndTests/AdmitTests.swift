import Glibc
import Linux
import TestSupport
import Testing

/// `lazaret admit` with a real worker.
struct AdmitTests {
  private let lazaret: Installed
  private var source: String { lazaret.place.path + "/src" }
  private var destination: String { lazaret.place.path + "/in/dest" }

  init() throws {
    lazaret = try Installed()
    try Directory.create(lazaret.place.path + "/in")
  }

  private func admit(_ more: String...) throws -> Installed.Run {
    try lazaret.run("lazaret", ["admit", source, destination] + more)
  }

  @Test func `what is allowed is at the destination, byte for byte, and is a plain file`() throws {
    try lazaret.place.write("src", Artifact.benignTorch)
    #expect(lazaret.place.setMode("src", 0o4755))
    let run = try lazaret.run(
      "/bin/sh",
      ["-c", "umask 027; exec \"$@\"", "sh", Repository.program("lazaret"), "admit", source, destination])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.lines.first == "allow       \(source)" && run.lines.last == "admitted: \(destination)")
    #expect(try lazaret.names("in") == ["dest"])
    #expect(try lazaret.bytes("in/dest") == Artifact.benignTorch)
    #expect(try FileDescriptor.open(destination).ownership().mode == 0o640)
    #expect(try lazaret.bytes("src") == Artifact.benignTorch)
  }

  @Test(
    arguments: [
      ("deny", Artifact.hostilePickle, 1), ("review", Artifact.unknownPickle, 3),
      ("incomplete", Array(Artifact.benignPickle.dropLast()), 3),
    ] as [(String, [UInt8], Int32)])
  func `what is not allowed leaves nothing`(verdict: String, bytes: [UInt8], status: Int32) throws {
    try lazaret.place.write("src", bytes)
    let run = try admit()
    #expect(run.status == status, "\(run.errors)")
    #expect(run.lines.first?.hasPrefix(verdict) == true, "\(run.output)")
    #expect(run.lines.last == "not admitted: \(destination) is as it was")
    #expect(try lazaret.names("in") == [])
    #expect(try lazaret.lazaret("gate", source).status == status)
  }

  @Test func `what is there already is replaced only where that is asked for, and only by what is allowed`()
    throws
  {
    try lazaret.place.write("in/dest", [1, 2, 3])
    try lazaret.place.write("src", Artifact.benignPickle)
    let refused = try admit()
    #expect(refused.status == 2 && refused.errors.contains("is there already"), "\(refused.errors)")
    #expect(try lazaret.bytes("in/dest") == [1, 2, 3])

    #expect(try admit("--replace").status == 0)
    #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle)
    try lazaret.place.write("src", Artifact.hostilePickle)
    #expect(try admit("--replace").status == 1)
    #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle)

    // A file gives way to a tree, and the link that has the name is replaced itself.
    #expect(lazaret.place.remove("src") && lazaret.place.remove("in/dest"))
    try lazaret.place.write("src/a", Artifact.benignPickle)
    try lazaret.place.write("outside", [9])
    _ = lazaret.place.link("in/dest", to: "../outside")
    #expect(try admit("--replace").status == 0)
    #expect(try lazaret.names("in/dest") == ["a"] && lazaret.bytes("outside") == [9])
    #expect(try lazaret.names("in") == ["dest"])
  }

  @Test func `a tree comes in whole: files, hidden ones, empty folders, and one file for each hard link`()
    throws
  {
    try lazaret.place.write("src/model.pt", Artifact.benignTorch)
    try lazaret.place.write("src/deep/er/.hidden", Artifact.benignPickle)
    try Directory.create(source + "/assets")
    #expect(unsafe link(source + "/model.pt", source + "/same.pt") == 0)
    #expect(lazaret.place.setMode("src/model.pt", 0o755))
    let run = try lazaret.run(
      "/bin/sh",
      [
        "-c", "umask 022; exec \"$@\"", "sh", Repository.program("lazaret"), "admit", source + "/",
        destination + "/",
      ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(try lazaret.names("in") == ["dest"])
    #expect(try lazaret.names("in/dest") == ["assets", "deep", "model.pt", "same.pt"])
    #expect(try lazaret.bytes("in/dest/deep/er/.hidden") == Artifact.benignPickle)
    let files = try ["model.pt", "same.pt"].map {
      try FileIdentity(path: "\(destination)/\($0)", followingLinks: false)
    }
    #expect(files[0].inode != files[1].inode)
    #expect(try FileDescriptor.open(destination + "/model.pt").ownership().mode == 0o644)
    #expect(try FileDescriptor.open(destination + "/deep", .directory).ownership().mode == 0o755)
  }

  @Test func `one file that is not allowed keeps the tree out`() throws {
    try lazaret.place.write("src/a.pkl", Artifact.benignPickle)
    try lazaret.place.write("src/b/evil.pkl", Artifact.hostilePickle)
    let run = try admit("--quiet")
    #expect(run.status == 1)
    #expect(run.lines.first == "deny        \(source)/b/evil.pkl", "\(run.output)")
    #expect(try lazaret.names("in") == [])
  }

  @Test func `links and special files in a tree are refused, and a link that is the source is followed`()
    throws
  {
    try lazaret.place.write("src/a.pkl", Artifact.benignPickle)
    _ = lazaret.place.link("src/link", to: "a.pkl")
    let linked = try admit()
    #expect(
      linked.status == 3 && linked.output.contains("src/link\n    not examined: a link is not admitted"))
    #expect(lazaret.place.remove("src/link"))
    _ = lazaret.place.pipe("src/pipe")
    let special = try admit()
    #expect(
      special.status == 3 && special.output.contains("src/pipe\n    not examined: not a regular file"))
    #expect(try lazaret.names("in") == [])
    #expect(lazaret.place.remove("src/pipe"))
    let link = try #require(lazaret.place.link("link", to: "src"))
    #expect(try lazaret.lazaret("admit", link, destination).status == 0)
    #expect(try lazaret.names("in/dest") == ["a.pkl"])
  }

  @Test func `what cannot be is said before anything is examined`() throws {
    try lazaret.place.write("src/a.pkl", Artifact.benignPickle)
    for (destination, reason) in [
      (lazaret.place.path + "/nowhere/dest", "cannot be opened"), ("..", "does not end in a name"),
      (lazaret.place.path + "/in/.lazaret-admit-x", "does not end in a name"),
    ] {
      let run = try lazaret.lazaret("admit", source, destination)
      #expect(run.status == 2 && run.errors.contains(reason), "\(destination): \(run.errors)")
    }
    let missing = try lazaret.lazaret("admit", lazaret.place.path + "/none", destination)
    #expect(missing.status == 2 && missing.output.contains("No such file"), "\(missing.output)")
    let inside = try lazaret.lazaret("admit", source, source + "/dest")
    #expect(inside.status == 2 && inside.output.contains("the destination lies inside"), "\(inside.output)")
    #expect(try lazaret.names("src") == ["a.pkl"])
    try Directory.create(lazaret.place.path + "/empty")
    #expect(try lazaret.lazaret("admit", lazaret.place.path + "/empty", destination).status == 2)
    #expect(try lazaret.names("in") == [])
  }

  @Test func `programs are told what became of it`() throws {
    try lazaret.place.write("src", Artifact.benignPickle)
    let document = try JSONDocument.parse(try admit("--format", "json").output)
    #expect(document["admission"]["admitted"] == .bool(true))
    #expect(document["admission"]["destination"] == .string(destination))
    #expect(document["artifacts"].elements.map { $0["path"] } == [.string(source)])
    try lazaret.place.write("src", Artifact.hostilePickle)
    let lines = try admit("--replace", "--format", "jsonl").lines.map(JSONDocument.parse)
    #expect(lines.map { $0["kind"] } == [.string("file"), .string("admission")])
    #expect(lines[1]["admitted"] == .bool(false) && lines[1]["quarantined"] == .array([]))
  }

  @Test func `a waiver opens this gate as it opens the other`() throws {
    try lazaret.place.write("src", Artifact.unknownPickle)
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let until = try #require(try lazaret.run("/bin/date", ["-u", "-d", "+30 days", "+%F"]).lines.first)
    let waived = try lazaret.lazaret(
      "waive", source, "--policies", policies, "--reason", "r", "--owner", "o", "--until", until)
    #expect(waived.status == 0, "\(waived.errors)")
    #expect(try admit("--policies", policies).status == 0)
    #expect(try lazaret.bytes("in/dest") == Artifact.unknownPickle)
  }

  @Test func `the daemon may be the judge`() throws {
    let daemon = try RunningDaemon(lazaret)
    try lazaret.place.write("src", Artifact.benignPickle)
    let run = try admit("--socket", daemon.socket)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    try lazaret.place.write("src", Artifact.hostilePickle)
    #expect(try admit("--socket", daemon.socket, "--replace").status == 1)
    #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle)
  }

  @Test func `a source that changes all the time lets in only what is allowed`() throws {
    try lazaret.place.write("src", Artifact.benignPickle)
    let evil = try lazaret.place.write("evil", Artifact.hostilePickle)
    let good = try lazaret.place.write("good", Artifact.benignPickle)
    let script = """
      (while [ ! -e "$5" ]; do cat "$3" >"$1"; cat "$4" >"$1"; done) & writer=$!
      for n in 1 2 3 4 5 6 7 8; do "$0" admit "$1" "$2$n" --no-store >/dev/null 2>&1; done
      touch "$5"; wait $writer
      """
    _ = try lazaret.run(
      "/bin/sh",
      [
        "-c", script, Repository.program("lazaret"), source, destination, evil, good,
        lazaret.place.path + "/stop",
      ])
    for name in try lazaret.names("in") {
      #expect(try lazaret.bytes("in/\(name)") == Artifact.benignPickle, "\(name)")
    }
  }
}

extension Installed {
  /// The names in a folder of these surroundings.
  func names(_ folder: String) throws -> [String] {
    try Directory(try .open("\(place.path)/\(folder)", [.readOnly, .directory])).names().map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The bytes of a file of these surroundings.
  func bytes(_ name: String) throws -> [UInt8] {
    try FileDescriptor.open("\(place.path)/\(name)").readAll(limit: 64 << 20)
  }
}
