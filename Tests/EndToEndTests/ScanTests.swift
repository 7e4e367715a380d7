import Linux
import TestSupport
import Testing

/// `lazaret scan` and `lazaret gate` with a real worker.
struct ScanTests {
  private static let keys: Set<String> = [
    "kind", "path", "sha256", "size", "verdict", "formats", "findings", "coverage", "sandbox", "policy",
    "engine",
    "milliseconds", "cached", "waived", "unwaived", "model",
  ]

  /// Verdicts by the last part of the path.
  private static func verdicts(_ run: Installed.Run) throws -> [String: String] {
    var verdicts: [String: String] = [:]
    for line in run.lines {
      let object = try JSONDocument.parse(line)
      let name = object["path"].text?.split(separator: "/").last.map(String.init) ?? ""
      verdicts[name] = object["verdict"].text
    }
    return verdicts
  }

  @Test func `what is known to be safe is allowed, and exits with 0`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    try lazaret.place.write("m/model.pt", Artifact.benignTorch)
    let run = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(try Self.verdicts(run) == ["plain.pkl": "allow", "model.pt": "allow"])
    #expect(run.errors == "")
  }

  @Test func `a call of a command is denied in either carrier, and exits with 1`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("m/evil.pkl", Artifact.hostilePickle)
    try lazaret.place.write("m/evil.pt", Artifact.hostileTorch)
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    let run = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    #expect(run.status == 1)
    #expect(
      try Self.verdicts(run) == ["evil.pkl": "deny", "evil.pt": "deny", "plain.pkl": "allow"],
      "\(run.output)\(run.errors)")
  }

  @Test func `what nobody has judged is not allowed, and exits with 3 unless only deny fails`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("m/unknown.pkl", Artifact.unknownPickle)
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    #expect(try lazaret.lazaret("scan", lazaret.place.path + "/m").status == 3)
    let relaxed = try lazaret.lazaret("scan", "--fail-on", "deny", lazaret.place.path + "/m")
    #expect(relaxed.status == 0)
    #expect(
      relaxed.errors.contains("--fail-on deny: files that are review or incomplete do not fail this run"))
    #expect(try lazaret.lazaret("gate", path).status == 3)
  }

  @Test func `a page has everything in it, and its run ends as any scan`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("t/m/config.json", Array("{}".utf8))
    try lazaret.place.write("t/m/tokenizer.json", Array("{}".utf8))
    try lazaret.place.write("t/m/evil.pkl", Artifact.hostilePickle)
    try lazaret.place.write("t/<b>/plain.pkl", Artifact.benignPickle)
    let run = try lazaret.lazaret("scan", "--format", "html", lazaret.place.path + "/t")
    #expect(run.status == 1 && run.errors == "", "\(run.errors)")
    #expect(run.output.hasPrefix("<!DOCTYPE html>") && run.output.hasSuffix("</html>\n"))
    for part in [
      "<h1>1 of 4 files is denied</h1>", "1 model: 1 deny.", "/m</h3>", "hugging-face",
      "pickle.dangerous-call",
      "/&lt;b&gt;</h3>", ">plain.pkl</code>",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
    let list = lazaret.place.path + "/list"
    try lazaret.place.write("list", Array((lazaret.place.path + "/t/m\n").utf8))
    let batch = try lazaret.lazaret("batch", "--format", "html", list)
    #expect(batch.status == 1 && batch.output.contains("<h1>1 of 3 files is denied</h1>"))
    #expect(batch.output.contains("1 model: 1 deny."))
  }

  @Test func `a folder that is one model has a verdict of its own, after those of its files`() throws {
    let lazaret = try Installed()
    let index = CheckpointBuilder().index()
    try lazaret.place.write("m/saved_model.pb", TensorFlowBuilder().build())
    try lazaret.place.write("m/variables/variables.index", index)
    try lazaret.place.write(
      "m/variables/variables.data-00000-of-00001", [0x3F, 0x80, 9, 9, 0xBF, 0x80, 9, 9])
    let run = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    // The file of data is for review by itself, and the exit status says so.
    #expect(run.status == 3, "\(run.output)\(run.errors)")
    let objects = try run.lines.map { try JSONDocument.parse($0) }
    #expect(objects.map { $0["verdict"].text } == ["allow", "review", "allow", "allow"], "\(run.output)")
    let package = try #require(objects.last)
    #expect(package["kind"].text == "package" && package.keys == Self.keys.union(["files"]))

    try lazaret.place.write(
      "n/model.onnx",
      {
        var model = OnnxBuilder()
        model.tensors = [OnnxBuilder.tensor(external: [("location", "weights.bin")])]
        return model.build()
      }())
    let partial = try lazaret.lazaret("scan", lazaret.place.path + "/n")
    #expect(partial.status == 3)
    #expect(partial.output.contains("package.missing-file at model.onnx"), "\(partial.output)")
    #expect(
      partial.output.contains("1 package: 0 allow, 0 review, 1 incomplete, 0 deny"), "\(partial.output)")
  }

  @Test func `a truncated file is never allowed`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("m/cut.pkl", Array(Artifact.benignPickle.dropLast()))
    try lazaret.place.write("m/cut.pt", Array(Artifact.benignTorch.dropLast(40)))
    try lazaret.place.write("m/empty", [])
    let run = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    let verdicts = try Self.verdicts(run)
    #expect(verdicts.count == 3 && !verdicts.values.contains("allow"), "\(run.output)")
    #expect(run.status != 0)
  }

  @Test func `the gate says nothing and answers by its exit status`() throws {
    let lazaret = try Installed()
    let good = try lazaret.place.write("good.pt", Artifact.benignTorch)
    let evil = try lazaret.place.write("evil.pt", Artifact.hostileTorch)
    let allowed = try lazaret.lazaret("gate", good)
    #expect(allowed.status == 0 && allowed.output == "" && allowed.errors == "", "\(allowed.errors)")
    let denied = try lazaret.lazaret("gate", evil)
    #expect(denied.status == 1 && denied.output == "" && denied.errors == "")
  }

  @Test func `each line of jsonl and each artifact of json has exactly the contract's keys`() throws {
    let lazaret = try Installed()
    try lazaret.place.write("m/evil.pt", Artifact.hostileTorch)
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    _ = lazaret.place.link("m/out", to: "/etc/passwd")
    let lines = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    let document = try JSONDocument.parse(
      try lazaret.lazaret("scan", "--format", "json", "--no-cache", lazaret.place.path + "/m").output)
    #expect(document.keys == ["schema", "tool", "artifacts", "summary"])
    let objects = try lines.lines.map(JSONDocument.parse) + document["artifacts"].elements
    #expect(objects.count == 6)
    for object in objects {
      #expect(object.keys == Self.keys)
      #expect(object["kind"] == .string("file"))
      #expect(object["coverage"].keys == ["complete", "bytes", "members", "gaps"])
      #expect(object["sandbox"].keys == ["role", "filter", "layers"])
      for finding in object["findings"].elements {
        #expect(
          finding.keys == ["rule", "severity", "title", "detail", "location", "evidence", "cwe", "atlas"])
        #expect(finding["location"].keys == ["member", "offset"])
      }
    }
    let evil = try #require(objects.first { $0["verdict"] == .string("deny") })
    #expect(!evil["findings"].elements.isEmpty)
    #expect(evil["sha256"].text?.count == 64)
    #expect(evil["policy"].text?.hasPrefix("sha256:") == true)
    #expect(evil["sandbox"]["layers"].elements.contains(.string("seccomp")))
  }

  @Test func `nothing to examine is never a success`() throws {
    let lazaret = try Installed()
    try Directory.create(lazaret.place.path + "/empty/inner")
    for command in ["scan", "gate"] {
      let run = try lazaret.lazaret(command, lazaret.place.path + "/empty")
      #expect(run.status == 2)
      #expect(run.errors.contains("there is nothing to examine in"))
    }
    let relaxed = try lazaret.lazaret("scan", "--fail-on", "deny", lazaret.place.path + "/empty")
    #expect(relaxed.status == 2)
    #expect(try lazaret.lazaret("scan", lazaret.place.path + "/nowhere").status == 2)
  }

  @Test func `links out, pipes and missing files are reported, never followed or opened`() throws {
    let lazaret = try Installed()
    let outside = try lazaret.place.write("outside.pkl", Artifact.benignPickle)
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    _ = lazaret.place.link("m/out", to: outside)
    _ = lazaret.place.link("m/same", to: "plain.pkl")
    _ = lazaret.place.pipe("m/pipe")
    let run = try lazaret.lazaret("scan", "--format", "jsonl", lazaret.place.path + "/m")
    #expect(run.status == 3, "\(run.errors)")
    #expect(
      try Self.verdicts(run)
        == ["out": "incomplete", "pipe": "incomplete", "plain.pkl": "allow", "same": "allow"])
    #expect(run.errors.contains("m/out: a link that leads out of the tree is not followed"))
    #expect(run.errors.contains("m/pipe: not a regular file"))
    _ = lazaret.place.link("m/broken", to: "nowhere")
    #expect(try lazaret.lazaret("scan", lazaret.place.path + "/m").status == 2)
  }

  @Test func `names cannot write to a terminal`() throws {
    let lazaret = try Installed()
    let name = "a\u{1B}[2J\n\u{202E}\u{9B}.pkl"
    try lazaret.place.write("m/" + name, Artifact.unknownPickle)
    for format in ["text", "json", "jsonl"] {
      let run = try lazaret.lazaret("scan", "--format", format, lazaret.place.path + "/m")
      for text in [run.output, run.errors] {
        let visible = text.unicodeScalars.allSatisfy {
          $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{202E}")
        }
        #expect(visible, "\(format)")
      }
      if format == "jsonl" {
        #expect(try JSONDocument.parse(run.output)["path"].text == "\(lazaret.place.path)/m/\(name)")
      } else if format == "text" {
        #expect(run.lines.first?.hasSuffix("m/a\\u{1B}[2J\\n\\u{202E}\\u{9B}.pkl") == true)
      }
    }
  }

  @Test func `artifacts come in the order of the walk, however many workers there are`() throws {
    let lazaret = try Installed()
    for number in 0..<60 {
      let torch = number % 7 == 0
      try lazaret.place.write("m/\(1000 + number)", torch ? Artifact.benignTorch : Artifact.benignPickle)
    }
    for workers in ["1", "7"] {
      let run = try lazaret.lazaret(
        "scan", "--no-store", "--workers", workers, "--format", "jsonl", lazaret.place.path + "/m")
      let names = try run.lines.map { try JSONDocument.parse($0)["path"].text?.suffix(4) ?? "" }
      #expect(names == (0..<60).map { "\(1000 + $0)" }[...].map { $0[...] })
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test(.enabled(if: Installed.canBeNobody))
  func `an ordinary user's scan is confined, and what that user cannot read is reported`() throws {
    let lazaret = try Installed()
    #expect(lazaret.place.setMode("", 0o755))
    try lazaret.place.write("m/secret.pkl", Artifact.benignPickle)
    try lazaret.place.write("m/plain.pkl", Artifact.benignPickle)
    #expect(lazaret.place.setMode("m", 0o755) && lazaret.place.setMode("m/secret.pkl", 0o600))
    let run = try lazaret.lazaret(
      "scan", "--no-store", "--format", "jsonl", lazaret.place.path + "/m", user: Installed.nobody)
    #expect(run.status == 2, "\(run.errors)")
    #expect(try Self.verdicts(run) == ["plain.pkl": "allow", "secret.pkl": "incomplete"], "\(run.output)")
    #expect(run.errors.contains("m/secret.pkl: cannot be read: Permission denied"))
    let gate = try lazaret.lazaret(
      "gate", "--no-store", lazaret.place.path + "/m/plain.pkl", user: Installed.nobody)
    #expect(gate.status == 0, "\(gate.errors)")
  }

  @Test func `without policies, worker or store the request fails and says what is missing`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("plain.pkl", Artifact.benignPickle)
    let cases: [([String: String], [String], String)] = [
      (["LAZARET_POLICIES": ""], [], "no policies"),
      (["LAZARET_POLICIES": "/nonexistent"], [], "policies in /nonexistent"),
      (["LAZARET_WORKER": "/nonexistent"], [], "no worker program at /nonexistent"),
      (["LAZARET_WORKER": "/bin/true"], [], "no confinement"),
      (["HOME": "", "XDG_STATE_HOME": ""], [], "no verdict store"),
      ([:], ["--store", "/proc/nonexistent/v.db"], "verdict store"),
      (["LAZARET_POLICIES": lazaret.place.path], [], "policies"),
    ]
    for (environment, options, message) in cases {
      for command in ["scan", "gate"] {
        let run = try lazaret.run("lazaret", [command] + options + [path], environment: environment)
        #expect(run.status == 2 && run.output == "", "\(environment) \(run.output)")
        #expect(run.errors.contains(message), "\(run.errors)")
      }
    }
  }
}
