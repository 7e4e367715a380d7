import Linux
import TestSupport
import Testing

/// `lazaret batch` with real workers.
struct BatchTests {
  private let lazaret: Installed
  private var results: String { lazaret.place.path + "/results.jsonl" }

  init() throws { lazaret = try Installed() }

  /// Writes files and a list of them; gives the list's path.
  private func list(_ files: [(String, [UInt8])]) throws -> String {
    var text = ""
    for (name, bytes) in files { text += try lazaret.place.write("m/\(name)", bytes) + "\n" }
    return try lazaret.place.write("list", Array(text.utf8))
  }

  private func benign(_ count: Int) -> [(String, [UInt8])] {
    (0..<count).map { ("\($0).pkl", Artifact.number(Int32($0))) }
  }

  private func lines(_ text: String) throws -> [JSONDocument] {
    try text.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
  }

  private func names(_ lines: [JSONDocument]) -> [String] {
    lines.map { $0["path"].text?.split(separator: "/").last.map(String.init) ?? "" }
  }

  @Test func `every file of the list has a line, and the end has a summary`() throws {
    let list = try self.list(
      benign(20) + [("evil.pkl", Artifact.hostilePickle), ("odd.pkl", Artifact.unknownPickle)])
    let run = try lazaret.lazaret("batch", list, "--workers", "4")
    #expect(run.status == 1, "\(run.errors)")
    let lines = try self.lines(run.output)
    #expect(names(lines).sorted() == ((0..<20).map { "\($0).pkl" } + ["evil.pkl", "odd.pkl"]).sorted())
    let scanned = try JSONDocument.parse(try lazaret.lazaret("scan", "--format", "jsonl", list).output)
    for line in lines { #expect(line.keys == scanned.keys.union(["identity", "repeatable"])) }
    #expect(run.errors.contains("\n22 files: 20 allow, 1 review, 0 incomplete, 1 deny; "), "\(run.errors)")
    #expect(run.errors.contains("\nby rule\n") && run.errors.contains("1  pickle.dangerous-call\n"))
    #expect(run.errors.contains("\nby format\n  22  pickle\n"))
    #expect(!run.errors.contains("\u{1B}") && !run.errors.contains("\r"))
  }

  @Test func `paths come from standard input too, in lines or ended by zeros, and trees are walked`() throws
  {
    try lazaret.place.write("m/a\nb.pkl", Artifact.benignPickle)
    try lazaret.place.write("m/deep/c.pkl", Artifact.benignPickle)
    for command in [
      "find \"$1\" -type f -print0 | \"$0\" batch -0",
      "find \"$1\" -type f -print0 | \"$0\" batch - --null",
      "echo \"$1\" | \"$0\" batch", "printf '\\n%s' \"$1\" | \"$0\" batch -",
    ] {
      let run = try lazaret.run(
        "/bin/sh", ["-c", command, Repository.program("lazaret"), lazaret.place.path + "/m"])
      #expect(run.status == 0, "\(command): \(run.errors)")
      #expect(names(try lines(run.output)).sorted() == ["a\nb.pkl", "c.pkl"], "\(command)")
    }
  }

  @Test func `what cannot be read is reported, and the rest goes on`() throws {
    let list = try self.list(benign(3))
    let text = String(decoding: try lazaret.bytes("list"), as: UTF8.self)
    try lazaret.place.write("list", Array(("/nowhere\n" + text).utf8))
    let run = try lazaret.lazaret("batch", list)
    #expect(run.status == 2 && run.lines.count == 4)
    #expect(run.errors.contains("/nowhere: cannot be read: No such file or directory"))
    #expect(try lazaret.lazaret("batch", lazaret.place.path + "/none").status == 2)
    #expect(try lazaret.lazaret("batch", "/dev/null").status == 2)
    #expect(try lazaret.lazaret("batch", lazaret.place.path + "/m").status == 2)
  }

  @Test func `a batch that was stopped goes on, and its end counts all`() throws {
    var files = benign(10)
    files.append(("evil.pkl", Artifact.hostilePickle))
    let list = try self.list(files)
    let first = try lazaret.lazaret("batch", list, "--results", results, "--no-store")
    #expect(first.status == 1 && first.output.contains("11 files: 10 allow"), "\(first.errors)")
    // As a killed run leaves it: some lines, and half of one.
    let all = String(decoding: try lazaret.bytes("results.jsonl"), as: UTF8.self).split(separator: "\n")
    let evil = try #require(all.first { $0.contains("evil.pkl") })
    let kept = all.filter { $0 != evil }.prefix(4) + [evil]
    let half = all.filter { !kept.contains($0) }[0].prefix(100)
    try lazaret.place.write("results.jsonl", Array((kept.joined(separator: "\n") + "\n" + half).utf8))

    let second = try lazaret.lazaret("batch", list, "--results", results, "--no-store")
    #expect(second.status == 1, "what was denied before is denied still")
    #expect(
      second.output.contains(
        "\n11 files: 10 allow, 0 review, 0 incomplete, 1 deny; 5 judged by an earlier run; "),
      "\(second.output)")
    #expect(
      second.output.contains("  11  pickle\n") && second.output.contains("1  pickle.dangerous-call\n"))
    #expect(second.errors.contains("100 bytes of a line that a killed run did not end were cut off"))
    let lines = try self.lines(String(decoding: try lazaret.bytes("results.jsonl"), as: UTF8.self))
    #expect(names(lines).sorted() == files.map(\.0).sorted())
  }

  @Test func `a file that changed is examined again, its times set back or not`() throws {
    let list = try self.list(benign(3))
    #expect(try lazaret.lazaret("batch", list, "--results", results).status == 0)
    let path = lazaret.place.path + "/m/1.pkl"
    let same = lazaret.place.path + "/same"
    #expect(try lazaret.runTool("/usr/bin/touch", ["-r", path, same]) == 0)
    // As long as the old one.
    var bytes = Artifact.number(1)
    bytes[bytes.count - 1] = 0x30
    try lazaret.place.write("m/1.pkl", bytes)
    #expect(try lazaret.runTool("/usr/bin/touch", ["-r", same, path]) == 0)
    let run = try lazaret.lazaret("batch", list, "--results", results)
    #expect(run.status != 0 && run.output.contains("2 judged by an earlier run"), "\(run.output)")
  }

  @Test func `a killed batch leaves results that the next goes on from`() throws {
    let list = try self.list(benign(60))
    let script = """
      "$0" batch "$1" --results "$2" --no-store >/dev/null 2>&1 & batch=$!
      while kill -0 $batch 2>/dev/null && [ "$(wc -l <"$2" 2>/dev/null || echo 0)" -lt 5 ]; do :; done
      kill -KILL $batch; wait $batch
      """
    _ = try lazaret.run("/bin/sh", ["-c", script, Repository.program("lazaret"), list, results])
    let run = try lazaret.lazaret("batch", list, "--results", results, "--no-store")
    #expect(run.status == 0 && run.output.contains("\n60 files: 60 allow"), "\(run.output)\(run.errors)")
    #expect(run.output.contains("judged by an earlier run"), "\(run.output)")
    let lines = try self.lines(String(decoding: try lazaret.bytes("results.jsonl"), as: UTF8.self))
    #expect(names(lines).sorted() == benign(60).map(\.0).sorted())
  }

  @Test func `only what is new is reported where that is asked for`() throws {
    let list = try self.list(benign(5))
    #expect(try lazaret.lazaret("scan", lazaret.place.path + "/m/3.pkl").status == 0)
    let run = try lazaret.lazaret("batch", list, "--only-new")
    #expect(run.status == 0)
    #expect(names(try lines(run.output)).sorted() == ["0.pkl", "1.pkl", "2.pkl", "4.pkl"])
    #expect(run.errors.contains("5 files: 5 allow") && run.errors.contains("1 known from the store"))
  }

  @Test func `the daemon may be the judge of a batch`() throws {
    let daemon = try RunningDaemon(lazaret)
    let list = try self.list(benign(5) + [("evil.pkl", Artifact.hostilePickle)])
    let arguments = ["batch", list, "--socket", daemon.socket, "--results", results]
    #expect(try lazaret.run("lazaret", arguments).status == 1)
    let again = try lazaret.run("lazaret", arguments)
    #expect(again.status == 1 && again.output.contains("6 judged by an earlier run"), "\(again.output)")
  }

  @Test func `results that cannot be written are a failure`() throws {
    let list = try self.list(benign(2))
    let program = Repository.program("lazaret")
    #expect(try lazaret.runTool("/bin/sh", ["-c", "\"$0\" batch \"$1\" >/dev/full", program, list]) == 2)
    #expect(try lazaret.lazaret("batch", list, "--results", "/dev/full").status == 2)
    try lazaret.place.write("results.jsonl", Array("text\n".utf8))
    let run = try lazaret.lazaret("batch", list, "--results", results)
    #expect(run.status == 2 && run.errors.contains("line 1: is no result of a batch"), "\(run.errors)")
  }

  @Test func `a terminal sees how far it is`() throws {
    guard try lazaret.runTool("/bin/sh", ["-c", "command -v script"]) == 0 else {
      print("NOTICE: script(1) is missing: NO PROGRESS LINE WAS LOOKED AT")
      return
    }
    let list = try self.list(benign(30))
    let command = "'\(Repository.program("lazaret"))' batch '\(list)' --results '\(results)'"
    let run = try lazaret.run("/bin/sh", ["-c", "script -qec \"$0\" /dev/null", command])
    #expect(run.status == 0 && run.output.contains(" examined, 0 denied"), "\(run.output)")
    #expect(run.output.contains("\r\u{1B}[K"))
  }
}
