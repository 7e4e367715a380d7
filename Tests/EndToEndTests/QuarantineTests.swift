import Linux
import TestSupport
import Testing

/// What `lazaret admit` keeps, and what it leaves behind.
struct QuarantineTests {
  private let lazaret: Installed
  private var source: String { lazaret.place.path + "/src" }
  private var destination: String { lazaret.place.path + "/in/dest" }

  init() throws {
    lazaret = try Installed()
    try Directory.create(lazaret.place.path + "/in")
  }

  private func admit(into quarantine: String) throws -> Installed.Run {
    try lazaret.lazaret("admit", source, destination, "--quarantine", quarantine)
  }

  /// The files of a folder but records, after everything that must hold of them was checked.
  private func kept(_ folder: String) throws -> [String] {
    let names = try Directory(try .open(folder, [.readOnly, .directory])).names().map {
      String(decoding: $0, as: UTF8.self)
    }
    for name in names {
      #expect(try FileDescriptor.open("\(folder)/\(name)").ownership().mode == 0o600, "\(name)")
    }
    let files = names.filter { !$0.hasSuffix(".json") }
    #expect(names == files.flatMap { [$0, $0 + ".json"] }.sorted())
    return files
  }

  private func checkRecord(_ folder: String, _ digest: String, source: String, verdict: String) throws {
    let text = try FileDescriptor.open("\(folder)/\(digest).json").readAll(limit: 1 << 20)
    let record = try JSONDocument.parse(String(decoding: text, as: UTF8.self))
    #expect(record.keys == ["schema", "time", "source", "artifact"])
    #expect(record["source"] == .string(source))
    #expect(record["artifact"]["sha256"] == .string(digest))
    #expect(record["artifact"]["verdict"] == .string(verdict))
    #expect(record["time"].text?.hasSuffix("Z") == true)
  }

  @Test func `what is not allowed is kept under its digest, with the reason, and nothing else is`() throws {
    try lazaret.place.write("src/good.pkl", Artifact.benignPickle)
    try lazaret.place.write("src/deep/evil.pkl", Artifact.hostilePickle)
    try lazaret.place.write("src/unknown.pkl", Artifact.unknownPickle)
    #expect(lazaret.place.setMode("src/deep/evil.pkl", 0o755))
    let folder = lazaret.place.path + "/quarantine"
    let run = try admit(into: folder)
    #expect(run.status == 1, "\(run.errors)")
    let files = try kept(folder)
    #expect(files.count == 2)
    #expect(run.lines.suffix(2).sorted() == files.map { "quarantined: \(folder)/\($0)" }.sorted())
    for digest in files {
      let isEvil = try lazaret.bytes("quarantine/" + digest) == Artifact.hostilePickle
      #expect(try isEvil || lazaret.bytes("quarantine/" + digest) == Artifact.unknownPickle)
      try checkRecord(
        folder, digest, source: source + (isEvil ? "/deep/evil.pkl" : "/unknown.pkl"),
        verdict: isEvil ? "deny" : "review")
    }
    #expect(try lazaret.names("in") == [])

    // The same bytes again, from elsewhere: kept once, and the last record counts.
    #expect(try lazaret.runTool("/bin/rm", ["-r", source]) == 0)
    try lazaret.place.write("src", Artifact.hostilePickle)
    #expect(try admit(into: folder).status == 1)
    #expect(try kept(folder) == files)
    let evil = try #require(files.first { try lazaret.bytes("quarantine/" + $0) == Artifact.hostilePickle })
    try checkRecord(folder, evil, source: source, verdict: "deny")
  }

  @Test func `the quarantine may lie on another file system`() throws {
    let folder = "/dev/shm/lazaret-test-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    do {
      try Directory.create(folder)
    } catch {
      print("NOTICE: \(error): NO QUARANTINE ON ANOTHER FILE SYSTEM WAS TRIED")
      return
    }
    defer { #expect(throws: Never.self) { try lazaret.runTool("/bin/rm", ["-r", folder]) } }
    if try FileIdentity(path: folder, followingLinks: false).device
      == FileIdentity(path: lazaret.place.path, followingLinks: false).device
    {
      print("NOTICE: /dev/shm is no other file system: NO QUARANTINE ON ANOTHER FILE SYSTEM WAS TRIED")
    }
    try lazaret.place.write("src", Artifact.hostilePickle)
    for _ in 0..<2 {
      #expect(try admit(into: folder).status == 1)
      let files = try kept(folder)
      #expect(files.count == 1)
      #expect(
        try FileDescriptor.open("\(folder)/\(files[0])").readAll(limit: 1 << 20) == Artifact.hostilePickle)
    }
    #expect(try lazaret.names("in") == [])
  }

  @Test func `a folder that others can write is no quarantine, and nothing is begun`() throws {
    try lazaret.place.write("src", Artifact.benignPickle)
    try Directory.create(lazaret.place.path + "/open")
    #expect(lazaret.place.setMode("open", 0o777))
    let run = try admit(into: lazaret.place.path + "/open")
    #expect(run.status == 2 && run.errors.contains("others can write it"), "\(run.errors)")
    #expect(try lazaret.names("in") == [])
  }

  @Test func `what a killed run left behind goes, and what another run uses stays`() throws {
    try lazaret.place.write("src", Artifact.benignPickle)
    for name in ["dead", "live", "alien"] {
      try Directory.create(lazaret.place.path + "/in/.lazaret-admit-\(name)")
      try lazaret.place.write("in/.lazaret-admit-\(name)/lock", [])
    }
    try Directory.create(lazaret.place.path + "/in/.lazaret-admit-young")
    try lazaret.place.write("in/.lazaret-admit-dead/content/deep/file", [1])
    try lazaret.place.write("in/.lazaret-admit-live/content", [1])
    try lazaret.place.write("in/.lazaret-admit-alien/letters", [1])
    try Directory.create(lazaret.place.path + "/in/.lazaret-admit-open")
    #expect(lazaret.place.setMode("in/.lazaret-admit-open", 0o755))
    let lock = try FileDescriptor.open(lazaret.place.path + "/in/.lazaret-admit-live/lock", .readWrite)
    #expect(try lock.takeLock())
    let run = try lazaret.lazaret("admit", source, destination)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(
      try lazaret.names("in") == [
        ".lazaret-admit-alien", ".lazaret-admit-live", ".lazaret-admit-open", "dest",
      ])
  }

  @Test func `of many runs with one destination exactly one succeeds`() throws {
    try lazaret.place.write("src", Artifact.benignPickle)
    let script = """
      for n in 1 2 3 4 5; do "$0" admit "$1" "$2" --no-store >/dev/null 2>&1 & jobs="$jobs $!"; done
      won=0; for job in $jobs; do wait $job && won=$((won + 1)); done; echo $won
      """
    let run = try lazaret.run(
      "/bin/sh", ["-c", script, Repository.program("lazaret"), source, destination])
    #expect(run.output == "1\n")
    #expect(try lazaret.names("in") == ["dest"])
  }
}
