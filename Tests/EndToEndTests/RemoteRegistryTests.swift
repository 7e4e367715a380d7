import Linux
import TestSupport
import Testing

/// `lazaret registry hf` with a real worker and a real fetcher, against a hub that can misbehave.
@Suite(.enabled(if: RunningHub.isAvailable)) struct RemoteRegistryTests {
  private let lazaret: Installed
  private let hub: RunningHub
  /// Large enough for the store of large files, and harmless.
  private static let large = pickle(.proto(4), .text(String(repeating: "x", count: 300_000)), .stop)

  init() throws {
    lazaret = try Installed()
    hub = try RunningHub(lazaret)
  }

  private func sweep(_ more: String..., environment: [String: String] = [:]) throws -> Installed.Run {
    try lazaret.run("lazaret", ["registry", "hf", hub.address] + more, environment: environment)
  }

  private func put(_ name: String, _ files: [String: [UInt8]]) throws {
    for (path, bytes) in files { try lazaret.place.write("hub/\(name)/\(path)", bytes) }
  }

  private func records(_ run: Installed.Run) throws -> [JSONDocument] {
    try run.lines.map { try JSONDocument.parse($0) }
  }

  /// Why the first record is no verdict.
  private func reason(_ run: Installed.Run) -> String {
    do {
      let gaps = try records(run).first?["coverage"]["gaps"]
      return gaps?.elements.first?["reason"].text ?? "no reason: \(run.output)\(run.errors)"
    } catch {
      return "no report: \(run.output)\(run.errors)"
    }
  }

  @Test func `good models are allowed, a hostile one is denied, and each has a verdict of its own`() throws
  {
    try put("org/good", ["model.pkl": Self.large, "sub/small.pkl": Artifact.benignPickle])
    try put("org/evil", ["model.pkl": Artifact.hostilePickle])
    let run = try sweep("org/good", "org/evil", "--format", "jsonl")
    #expect(run.status == 1, "\(run.errors)")
    let records = try self.records(run)
    #expect(records.map { $0["kind"].text } == ["file", "file", "package", "file", "package"])
    #expect(records.map { $0["verdict"].text } == ["allow", "allow", "allow", "deny", "deny"])
    #expect(records.map { $0["model"]["name"].text }.suffix(2) == ["org/evil", "org/evil"])
    let revision = records[0]["model"]["revision"].text ?? ""
    #expect(revision.utf8.count == 40)
    #expect(records[0]["path"].text == "\(hub.address)/org/good@\(revision)/model.pkl")
    // Nothing stays.
    #expect(try lazaret.names(".cache/lazaret/fetch") == [])
  }

  @Test func `what is allowed is let in whole, what is not stays out`() throws {
    try put("org/good", ["model.pkl": Self.large, "sub/small.pkl": Artifact.benignPickle])
    try put("org/mixed", ["a.pkl": Artifact.benignPickle, "b.pkl": Artifact.hostilePickle])
    try Directory.create(lazaret.place.path + "/models")
    let run = try sweep("org/good@main", "org/mixed", "--into", lazaret.place.path + "/models")
    #expect(run.status == 1, "\(run.errors)")
    #expect(try lazaret.names("models/org--mixed") == [])
    let revision = try #require(try lazaret.names("models/org--good").first)
    #expect(try lazaret.bytes("models/org--good/\(revision)/model.pkl") == Self.large)
    #expect(try lazaret.bytes("models/org--good/\(revision)/sub/small.pkl") == Artifact.benignPickle)
    #expect(
      run.output.contains("admitted: \(lazaret.place.path)/models/org--good/\(revision)"), "\(run.output)")
    #expect(run.output.contains("not admitted: "), "\(run.output)")
  }

  @Test func `a fetcher is confined before it asks for anything`() throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    // By its limit it is told from the fetchers of other tests, some of which have only just been started.
    let limit = 123_456_789
    #expect(
      try sweep("org/m", "--size-limit", "\(limit)", environment: ["HF_TOKEN": "secret-token"]).status == 0)
    let seen = try hub.requests().flatMap { $0.json["confinement"].elements }
      .filter { $0["arguments"].elements.last?.text == "\(limit + 1 << 20)" }
    guard !seen.isEmpty else {
      print(
        "NOTICE: the processes of others cannot be seen here: THE FETCHER'S CONFINEMENT WAS NOT LOOKED AT")
      return
    }
    for process in seen {
      #expect(process["NoNewPrivs"].text == "1")
      #expect(process["Seccomp"].text == "2")
      #expect(process["CapEff"].text == "0000000000000000")
      #expect(process["Threads"].text == "1")
      #expect(process["arguments"].elements.allSatisfy { $0.text?.contains("secret") == false })
    }
  }

  @Test func `a token goes to the endpoint and to no other server`() throws {
    try put("org/m", ["model.pkl": Self.large])
    #expect(try sweep("org/m", environment: ["HF_TOKEN": "secret-token"]).status == 0)
    let requests = try hub.requests()
    #expect(requests.contains { $0.isOfStore })
    for request in requests {
      #expect(
        (request.json["authorization"].text == "Bearer secret-token") == !request.isOfStore,
        "\(request.path)")
    }
  }

  @Test func `a hub that wants a token says so, and gets it`() throws {
    let lazaret = try Installed()
    let hub = try RunningHub(lazaret, token: "t")
    try lazaret.place.write("hub/org/m/a.pkl", Artifact.benignPickle)
    let without = try lazaret.run("lazaret", ["registry", "hf", hub.address, "org/m"])
    #expect(without.status == 2 && without.errors.contains("asks for credentials"), "\(without.errors)")
    let with = try lazaret.run(
      "lazaret", ["registry", "hf", "org/m"], environment: ["HF_TOKEN": "t", "HF_ENDPOINT": hub.address])
    #expect(with.status == 0, "\(with.errors)")
  }

  @Test func `a download that broke off goes on where it was, in the same run`() throws {
    try put("org/m", ["model.pkl": Self.large])
    try hub.behave(
      #"{"path":"model.pkl","store":true,"do":"cut","file":"org/m/model.pkl","bytes":100000,"times":2}"#)
    let run = try sweep("org/m")
    #expect(run.status == 0, "\(run.errors)")
    let ranges = try hub.requests().filter(\.isOfStore).map(\.range)
    #expect(ranges == [nil, "bytes=100000-", "bytes=200000-"])
  }

  @Test func `a download that broke off goes on where it was, in a later run`() throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle, "model.pkl": Self.large])
    try hub.behave(#"{"path":"model.pkl","store":true,"do":"cut","file":"org/m/model.pkl","bytes":50000}"#)
    let first = try sweep("org/m", "--format", "jsonl")
    #expect(first.status == 2, "\(first.errors)")
    let record = try #require(try records(first).first)
    #expect(record["verdict"].text == "incomplete" && record["model"]["name"].text == "org/m")
    #expect(reason(first).hasPrefix("model.pkl: "), "\(reason(first))")
    let kept = try lazaret.names(".cache/lazaret/fetch")
    #expect(kept.count == 1)
    try hub.behave()
    let before = try hub.requests().count
    let second = try sweep("org/m")
    #expect(second.status == 0, "\(second.errors)")
    let requests = try hub.requests().dropFirst(before)
    #expect(requests.filter(\.isOfStore).map(\.range) == ["bytes=200000-"])
    // What was whole is not fetched again.
    #expect(!requests.contains { $0.path.hasSuffix("a.pkl") })
  }

  @Test func `a store that knows no ranges sends all of it again`() throws {
    try put("org/m", ["model.pkl": Self.large])
    try hub.behave(
      #"{"path":"model.pkl","store":true,"do":"cut","file":"org/m/model.pkl","bytes":100000,"times":1}"#,
      #"{"path":"model.pkl","store":true,"do":"flip","file":"org/m/model.pkl","times":1}"#)
    let run = try sweep("org/m", "--format", "jsonl")
    #expect(run.status == 2)
    #expect(reason(run).contains("not those of the digest"), "\(reason(run))")
    // And without the lie.
    let again = try sweep("org/m")
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test(arguments: ["model.pkl", "small.pkl"])
  func `bytes that are not those of their digest are never examined`(name: String)
    throws
  {
    try put("org/m", ["model.pkl": Self.large, "small.pkl": Artifact.benignPickle])
    try hub.behave(
      #"{"path":"\#(name)","store":\#(name == "model.pkl"),"do":"flip","file":"org/m/\#(name)"}"#)
    let run = try sweep("org/m", "--format", "jsonl")
    #expect(run.status == 2)
    #expect(try records(run).count == 1)
    #expect(reason(run).contains("not those of the digest"), "\(reason(run))")
  }

  @Test func `what is larger than the limit is refused before it is fetched`() throws {
    try put("org/m", ["model.pkl": Self.large])
    let run = try sweep("org/m", "--size-limit", "200000", "--format", "jsonl")
    #expect(run.status == 2)
    #expect(reason(run).contains("larger than the limit of 200000 bytes"), "\(reason(run))")
    #expect(try !hub.requests().contains { $0.path.contains("resolve") || $0.isOfStore })
  }

  @Test func `a stream without an end is cut at the limit`() throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    try hub.behave(
      #"{"path":"/api/models/org/m","do":"sibling","value":{"rfilename":"endless.bin"}}"#,
      #"{"path":"endless.bin","do":"endless"}"#)
    let run = try sweep("org/m", "--size-limit", "3000000", "--format", "jsonl")
    #expect(run.status == 2)
    #expect(reason(run).contains("larger than the limit"), "\(reason(run))")
  }

  @Test func `lists and refusals without an end are cut too`() throws {
    for rule in [
      #"{"path":"/api/models/org/m","do":"endless"}"#,
      #"{"path":"/api/models/org/m","do":"headers","count":1000}"#,
      #"{"path":"/api/models/org/m","do":"raw","text":"not json"}"#,
      #"{"path":"/api/models/org/m","do":"json","value":[]}"#,
      #"{"path":"/api/models/org/m","do":"json","value":{"sha":"../../etc"}}"#,
      #"{"path":"/api/models/org/m","do":"status","status":404}"#,
    ] {
      try hub.behave(rule)
      let run = try sweep("org/m")
      #expect(run.status == 2, "\(rule): \(run.output)")
      #expect(!run.errors.contains("forbidden system call"), "\(run.errors)")
    }
  }

  @Test(arguments: [
    "../escape.pkl", "/tmp/escape.pkl", "a/../../escape.pkl", "a//b", "A.PKL", "a.pkl/b", "a\\u0000b",
    "a\\u001b[2Jb",
  ]) func `a name that leads elsewhere refuses the model`(name: String) throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    try hub.behave(#"{"path":"/api/models/org/m","do":"sibling","value":{"rfilename":"\#(name)"}}"#)
    let run = try sweep("org/m", "--format", "jsonl")
    #expect(run.status == 2, "\(run.output)")
    #expect(try records(run).count == 1)
    #expect(try !hub.requests().contains { $0.path.contains("resolve") })
    #expect(!run.errors.utf8.contains(0x1B))
  }

  @Test(arguments: [
    (#"{"path":"a.pkl","do":"redirect","to":"/org/m/resolve/main/a.pkl"}"#, "more than 5 redirects"),
    (#"{"path":"a.pkl","do":"redirect","to":"file:///etc/passwd"}"#, "neither http nor https"),
    (
      #"{"path":"a.pkl","do":"redirect","to":"http://198.51.100.1/a.pkl"}"#, "plain http to another machine"
    ),
    (
      #"{"path":"a.pkl","do":"redirect","to":"http://user:secret@127.0.0.1/"}"#,
      "an address with a user's name"
    ),
    (#"{"path":"a.pkl","do":"status","status":403}"#, "the server answers 403"),
    (#"{"path":"a.pkl","do":"silent-end"}"#, "bytes came"),
    (#"{"path":"a.pkl","do":"raw","text":"x","headers":{"Content-Encoding":"gzip"}}"#, "encoded"),
  ]) func `an answer that leads elsewhere or is not whole is refused`(rule: String, words: String) throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    try hub.behave(rule)
    let run = try sweep("org/m", "--format", "jsonl")
    #expect(run.status == 2, "\(run.output)")
    #expect(reason(run).contains(words), "\(reason(run))")
  }

  @Test func `a model that cannot be fetched fails the run, and the others are done`() throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    let run = try sweep("org/missing", "org/m", "../../x", "--format", "jsonl")
    #expect(run.status == 2)
    #expect(try records(run).map { $0["verdict"].text } == ["incomplete", "allow", "allow", "incomplete"])
  }

  @Test func `one document is one report of all models`() throws {
    try put("org/a", ["a.pkl": Artifact.benignPickle])
    try put("org/b", ["b.pkl": Artifact.benignTorch])
    let run = try sweep("org/a", "org/b", "--format", "json")
    #expect(run.status == 0, "\(run.errors)")
    let document = try JSONDocument.parse(run.output)
    #expect(document["artifacts"].elements.count == 4)
    #expect(document["summary"]["artifacts"] == .number(2) && document["summary"]["packages"] == .number(2))
  }

  @Test func `what makes no sense is refused before anything is asked`() throws {
    for arguments in [
      ["hf", "https://h.example"], ["oci", "registry.example"], ["hf", hub.address, "a@b@c"],
      ["hf", hub.address, "m", "--set-tags"],
      ["hf", hub.address, "m", "--into", "/tmp", "--format", "json"], ["dir", "/tmp", "--set-tags"],
      ["dir", "/tmp", "more"],
    ] {
      let run = try lazaret.run("lazaret", ["registry"] + arguments)
      #expect(run.status == 2 && run.errors.contains("--help"), "\(arguments): \(run.errors)")
    }
    #expect(try hub.requests().isEmpty)
  }

  @Test func `downloads wait where nobody else can look`() throws {
    try put("org/m", ["a.pkl": Artifact.benignPickle])
    try Directory.create(lazaret.place.path + "/open")
    #expect(lazaret.place.setMode("open", 0o755))
    try Directory.create(lazaret.place.path + "/open/lazaret/fetch")
    #expect(lazaret.place.setMode("open/lazaret/fetch", 0o755))
    let run = try sweep("org/m", environment: ["XDG_CACHE_HOME": lazaret.place.path + "/open"])
    #expect(run.status == 2 && run.errors.contains("others can look into it"), "\(run.errors)")
  }
}
