import Linux
import TestSupport
import Testing

/// `lazaret explain` with a real worker.
struct ExplainTests {
  @Test func `a hostile pickle is explained and denied`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("evil.pkl", Artifact.hostilePickle)
    let run = try lazaret.lazaret("explain", path)
    #expect(run.status == 1)
    #expect(run.errors == "")
    #expect(run.output.contains("DENY    _v0 = os.system('echo canary')"), "\(run.output)")
    #expect(run.output.contains("pickle.dangerous-call: "))
    #expect(run.lines.last?.hasPrefix("deny ") == true)
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func `the exit status is that of a scan`() throws {
    let lazaret = try Installed()
    let files = [
      ("plain.pkl", Artifact.benignPickle, 0), ("model.pt", Artifact.benignTorch, 0),
      ("unknown.pkl", Artifact.unknownPickle, 3), ("cut.pkl", Array(Artifact.benignPickle.dropLast()), 3),
      ("empty", [], 3), ("evil.pt", Artifact.hostileTorch, 1),
    ]
    for (name, bytes, status) in files {
      let path = try lazaret.place.write(name, bytes)
      let run = try lazaret.lazaret("explain", path)
      #expect(run.status == Int32(status), "\(name): \(run.output)\(run.errors)")
      #expect(try lazaret.lazaret("scan", "--no-store", path).status == Int32(status))
      #expect(run.lines.count >= 2, "\(name)")
    }
  }

  @Test func `what cannot be explained is said and exits with 2`() throws {
    let lazaret = try Installed()
    let missing = try lazaret.lazaret("explain", lazaret.place.path + "/missing")
    #expect(missing.status == 2 && missing.output == "" && missing.errors.contains("cannot be read"))
    let folder = try lazaret.lazaret("explain", lazaret.place.path)
    #expect(folder.status == 2 && folder.errors.contains("'lazaret scan' walks trees"))
    #expect(try lazaret.lazaret("explain").status == 2)
  }

  @Test func `the document has its keys, and its verdict is the artifact's`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("evil.pt", Artifact.hostileTorch)
    let run = try lazaret.lazaret("explain", "--json", "--opcodes", path)
    let document = try JSONDocument.parse(run.output)
    #expect(
      document.keys == [
        "schema", "tool", "path", "sections", "weightsOnly", "cut", "verdict", "artifact",
      ])
    #expect(document["verdict"].text == "deny")
    #expect(document["artifact"]["verdict"].text == "deny")
    let sections = document["sections"].elements
    #expect(sections.allSatisfy { $0.keys == ["kind", "member", "offset", "title", "lines"] })
    let lines = sections.flatMap { $0["lines"].elements }
    #expect(lines.allSatisfy { $0.keys == ["kind", "offset", "judgement", "rule", "text"] })
    #expect(lines.contains { $0["kind"].text == "opcode" && $0["text"].text == "REDUCE" })
    #expect(lines.contains { $0["rule"].text == "pickle.dangerous-call" && $0["judgement"].text == "deny" })
    #expect(document["weightsOnly"].elements.count == 1)
  }

  @Test func `what the file says is never obeyed by a terminal`() throws {
    let lazaret = try Installed()
    let name = "\u{1B}]0;owned\u{7}\u{202E}"
    let evil = pickle(
      .proto(4), .text(name), .text(name), .stackGlobal, .text(name), .tuple1, .reduce, .stop)
    let archive = ZIPBuilder([ZIPBuilder.Member(name + ".pkl", evil)]).build()
    let path = try lazaret.place.write("evil.zip", archive)
    for arguments in [[], ["--opcodes"], ["--json"]] {
      let run = try lazaret.run("lazaret", ["explain"] + arguments + [path])
      #expect(!run.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
      #expect(run.status == 1 || run.status == 3)
    }
  }

  @Test func `colour comes only when it is asked for or on a terminal`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("evil.pkl", Artifact.hostilePickle)
    #expect(try lazaret.lazaret("explain", "--color", "always", path).output.contains("\u{1B}[1;31mDENY"))
    #expect(
      try !lazaret.lazaret("explain", path, environment: ["NO_COLOR": "1"]).output.contains("\u{1B}"))
  }

  @Test func `nothing is recorded`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    #expect(try lazaret.lazaret("explain", path).status == 0)
    #expect(throws: SystemCallError.self) { _ = try FileDescriptor.open(lazaret.store) }
  }

  /// A sample of the visible corpus: every file is explained, whatever it is, in bounded time.
  @Test func `every file of the corpus is explained as it is judged`() throws {
    let corpus = Repository.root + "/../shared/corpus"
    guard let manifest = try? FileDescriptor.open(corpus + "/hostile/manifest.tsv") else {
      print("NO CORPUS at \(corpus): the corpus tests prove nothing here")
      return
    }
    let lazaret = try Installed()
    let rows = String(decoding: try manifest.readAll(limit: 1 << 26), as: UTF8.self).split(separator: "\n")
    for row in rows.dropFirst().enumerated().filter({ $0.offset % 12 == 0 }).map(\.element) {
      let path = corpus + "/" + (row.split(separator: "\t").first ?? "")
      let clock = ContinuousClock()
      let start = clock.now
      let run = try lazaret.lazaret("explain", "--opcodes", path)
      #expect(clock.now - start < .seconds(600), "\(path)")
      #expect(run.status == 1 || run.status == 3, "\(path): \(run.status) \(run.errors)")
      #expect(run.lines.count >= 2 && run.errors == "", "\(path): \(run.errors)")
    }
  }
}
