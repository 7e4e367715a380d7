import Linux
import TestSupport
import Testing

/// `lazaret registry` with real workers.
struct RegistryTests {
  private let lazaret: Installed
  private var root: String { lazaret.place.path + "/r" }

  init() throws { lazaret = try Installed() }

  private func sweep(_ kind: String, _ flags: String...) throws -> (status: Int32, lines: [JSONDocument]) {
    let run = try lazaret.run("lazaret", ["registry", kind, root, "--format", "jsonl"] + flags)
    return (run.status, try run.lines.map { try JSONDocument.parse($0) })
  }

  /// Verdicts of models by `name@revision`.
  private func models(_ lines: [JSONDocument]) -> [String: String] {
    var verdicts: [String: String] = [:]
    for line in lines where line["kind"].text == "package" {
      let revision = line["model"]["revision"].text.map { "@" + $0 } ?? ""
      verdicts[(line["model"]["name"].text ?? "?") + revision] = line["verdict"].text
    }
    return verdicts
  }

  private func writeCache() throws {
    let repository = "r/models--o--m"
    try lazaret.place.write("\(repository)/blobs/good", Artifact.benignPickle)
    try lazaret.place.write("\(repository)/blobs/evil", Artifact.hostilePickle)
    for (commit, blob) in [("1", "good"), ("2", "evil")] {
      try lazaret.place.write(
        "\(repository)/snapshots/\(commit)/note.txt", Array("A note for people.\n".utf8))
      _ = lazaret.place.link("\(repository)/snapshots/\(commit)/m.pkl", to: "../../blobs/\(blob)")
    }
  }

  @Test func `every revision has a verdict, and every file names its model`() throws {
    try writeCache()
    let (status, lines) = try sweep("hf-cache")
    #expect(status == 1)
    #expect(models(lines) == ["o/m@1": "allow", "o/m@2": "deny"])
    for line in lines {
      #expect(line["model"]["name"].text == "o/m")
      #expect(line["path"].text?.contains("/snapshots/\(line["model"]["revision"].text ?? "?")") == true)
    }
    let text = try lazaret.lazaret("registry", "hf-cache", root, "--quiet").output
    #expect(text.contains("deny        o/m@2 at \(root)/models--o--m/snapshots/2: 2 files\n"), "\(text)")
  }

  @Test func `a second sweep has everything from the store, and says the same`() throws {
    try writeCache()
    try waitUntilSettled()
    let first = try sweep("hf-cache").lines
    for flags in [[], ["--rehash"]] {
      let run = try lazaret.run("lazaret", ["registry", "hf-cache", root, "--format", "jsonl"] + flags)
      let again = try run.lines.map { try JSONDocument.parse($0) }
      #expect(models(again) == models(first))
      for line in again where line["kind"].text == "file" {
        #expect(line["cached"] == .bool(true), "\(flags)")
      }
    }
  }

  /// A file that was just written could change and look the same, so its state is not remembered.
  private func waitUntilSettled() throws {
    var nothing: [PollEntry] = []
    try poll(&nothing, milliseconds: 50)
  }

  @Test func `bytes that were changed behind the time that programs can set are read again`() throws {
    try lazaret.place.write("r/m.pkl", Artifact.number(7))
    #expect(lazaret.place.setTime("r/m.pkl", 1_000_000_000))
    try waitUntilSettled()
    #expect(try sweep("dir").status == 0)
    let hostile = Array(Artifact.hostilePickle.prefix(Artifact.number(7).count))
    #expect(hostile.count == Artifact.number(7).count)
    try lazaret.place.write("r/m.pkl", hostile)
    #expect(lazaret.place.setTime("r/m.pkl", 1_000_000_000))
    let (status, lines) = try sweep("dir")
    #expect(status != 0)
    #expect(lines.first?["cached"] == .bool(false))
  }

  @Test func `a layer whose bytes are not those of its digest denies its model only`() throws {
    let good = Artifact.benignPickle
    let digest = "ab" + String(repeating: "0", count: 62)
    try lazaret.place.write("r/oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))
    try lazaret.place.write("r/blobs/sha256/\(digest)", good)
    let manifest = "{\"config\":{\"digest\":\"sha256:\(digest)\"},\"layers\":[]}"
    try lazaret.place.write("r/blobs/sha256/\(String(repeating: "1", count: 64))", Array(manifest.utf8))
    let index = "{\"manifests\":[{\"digest\":\"sha256:\(String(repeating: "1", count: 64))\"}]}"
    try lazaret.place.write("r/index.json", Array(index.utf8))
    let (status, lines) = try sweep("oci-layout")
    #expect(status == 1)
    let package = try #require(lines.first { $0["kind"].text == "package" })
    #expect(package["verdict"].text == "deny")
    #expect(
      package["findings"].elements.map { $0["rule"].text } == [
        "package.blob-mismatch", "package.blob-mismatch",
      ])
  }

  @Test func `what did not change is left out and counted, and a sweep of nothing is no success`() throws {
    try writeCache()
    let run = try lazaret.lazaret("registry", "hf-cache", root, "--changed-since", "2200-01-01")
    #expect(run.status == 2)
    #expect(
      run.errors.contains(
        "nothing of them changed since 2200-01-01T00:00:00Z: 2 models, 0 files of no model"))
    let whole = try lazaret.lazaret("registry", "hf-cache", root, "--changed-since", "2020-01-01T00:00:00Z")
    #expect(whole.status == 1 && whole.output.contains("o/m@1"))
  }

  @Test func `a kind that there is not, and a root that is none, are errors of the call`() throws {
    try writeCache()
    let kind = try lazaret.lazaret("registry", "npm", root)
    #expect(
      kind.status == 2 && kind.errors.contains("hf-cache, mlflow, oci-layout, torchserve, triton, dir"))
    let place = try lazaret.lazaret("registry", "dir", root + "/none")
    #expect(place.status == 2 && place.errors.contains("no registry can be read there"))
    let time = try lazaret.lazaret("registry", "dir", root, "--changed-since", "yesterday")
    #expect(time.status == 2 && time.errors.contains("--changed-since is a day like"))
  }
}
