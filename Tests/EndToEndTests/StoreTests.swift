import Linux
import TestSupport
import Testing

/// The store behind real scans.
struct StoreTests {
  @Test func `the second scan is answered from the store, with the same judgement`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("m/evil.pt", Artifact.hostileTorch)
    try lazaret.place.write("m/model.pt", Artifact.benignTorch)
    let tree = lazaret.place.path + "/m"
    let first = try lazaret.lazaret("scan", "--format", "jsonl", tree).lines.map(JSONDocument.parse)
    let second = try lazaret.lazaret("scan", "--format", "jsonl", tree).lines.map(JSONDocument.parse)
    #expect(first.map { $0["cached"] } == [.bool(false), .bool(false)])
    #expect(second.map { $0["cached"] } == [.bool(true), .bool(true)])
    for (fresh, known) in zip(first, second) {
      for key in fresh.keys.subtracting(["cached", "milliseconds"]) {
        #expect(fresh[key] == known[key], "\(key)")
      }
    }
    let anew = try lazaret.lazaret("scan", "--no-cache", "--format", "jsonl", tree).lines.map(
      JSONDocument.parse)
    #expect(anew.map { $0["cached"] } == [.bool(false), .bool(false)])
  }

  @Test func `the store is private, sound, and tells what it knows`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("evil.pt", Artifact.hostileTorch)
    #expect(try lazaret.lazaret("scan", path).status == 1)
    let file = try FileDescriptor.open(lazaret.store)
    #expect(try file.ownership().mode == 0o600)

    let verify = try lazaret.lazaret("store", "verify")
    #expect(
      verify.status == 0 && verify.output.contains(": sound\n1 examinations, 1 audit entries\nhead sha256:")
    )

    let exported = try lazaret.lazaret("store", "export")
    let object = try JSONDocument.parse(exported.output)
    let digest = try #require(object["sha256"].text)
    #expect(object["paths"] == .array([.string(path)]))
    #expect(object["time"].text?.hasSuffix("Z") == true)

    let list = try lazaret.lazaret("store", "list", "--verdict", "deny")
    #expect(list.lines.count == 1 && list.output.contains(digest))
    #expect(try lazaret.lazaret("store", "list", "--verdict", "allow").output == "")

    let show = try lazaret.lazaret("store", "show", digest)
    #expect(show.status == 0 && show.output.contains("pickle.dangerous-call"), "\(show.output)")

    let verdict = try lazaret.lazaret("verdict", digest)
    #expect(verdict.status == 1 && verdict.lines.first == "deny        \(path)")
    #expect(try lazaret.lazaret("verdict", String(repeating: "0", count: 64)).status == 2)
  }

  @Test func `a verdict under another policy is no answer`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    #expect(try lazaret.lazaret("gate", path).status == 0)
    let digest = try #require(
      try JSONDocument.parse(lazaret.lazaret("store", "export").output)["sha256"].text)
    #expect(try lazaret.lazaret("verdict", digest).status == 0)

    // The same policies with other spaces: another digest.
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    #expect(
      try lazaret.runTool(
        "/bin/sed", ["-i", "s/$/ /", policies + "/limits/default.json"]) == 0)
    let run = try lazaret.lazaret("verdict", "--policies", policies, digest)
    #expect(run.status == 2 && run.errors.contains("the last examination ended allow"), "\(run.errors)")
    let scan = try lazaret.lazaret("scan", "--policies", policies, "--format", "jsonl", path)
    #expect(try JSONDocument.parse(scan.output)["cached"] == .bool(false))
  }

  @Test func `several scans at once share one store`() throws {
    let lazaret = try Installed()
    for number in 0..<20 {
      try lazaret.place.write(
        "m/\(number)", pickle(.proto(2), .integer(Int32(number)), .stop))
    }
    let script =
      #""$0" gate "$1" & a=$!; "$0" gate "$1" & b=$!; "$0" gate "$1" & c=$!; wait $a && wait $b && wait $c"#
    #expect(
      try lazaret.runTool(
        "/bin/bash", ["-c", script, Repository.program("lazaret"), lazaret.place.path + "/m"]) == 0)
    let verify = try lazaret.lazaret("store", "verify")
    #expect(verify.status == 0, "\(verify.errors)")
  }
}

/// The programs' other answers.
struct ProgramTests {
  @Test func `the daemon says what it is, and refuses flags that mean nothing`() throws {
    let lazaret = try Installed()
    let run = try lazaret.run("lazaretd", ["--sockets", "x"])
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors == "lazaretd: lazaretd has no flag '--sockets'\nTry 'lazaretd --help'.\n")
    let help = try lazaret.run("lazaretd", ["--help"])
    #expect(help.status == 0 && help.output.hasPrefix("Usage: lazaretd [OPTIONS]\n"))
    #expect(try lazaret.run("lazaretd", ["--version"]).output.hasPrefix("lazaretd "))
  }

  @Test func `help and version succeed, usage errors do not`() throws {
    let lazaret = try Installed()
    #expect(try lazaret.lazaret("--version").output.hasPrefix("lazaret "))
    #expect(
      try lazaret.lazaret("scan", "--help").output.hasPrefix("Usage: lazaret scan [OPTIONS] PATH...\n"))
    #expect(try lazaret.lazaret().status == 2)
    #expect(try lazaret.lazaret("scan").status == 2)
    #expect(try lazaret.lazaret("policy", "check", Repository.root + "/policies").status == 0)
  }

  @Test func `a report that cannot be written is a failure`() throws {
    let lazaret = try Installed()
    let program = Repository.program("lazaret")
    #expect(try lazaret.runTool("/bin/bash", ["-c", "\"$0\" rules >/dev/full", program]) == 2)
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    #expect(try lazaret.runTool("/bin/bash", ["-c", "\"$0\" scan \"$1\" >/dev/full", program, path]) == 2)
  }
}
