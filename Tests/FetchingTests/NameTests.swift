import ByteParsing
import Testing
import Wire

@testable import Fetching

/// What servers may call files, and what is made of it.
@Suite struct NameTests {
  @Test(arguments: [
    "a", "a/b", "model-00001-of-00002.safetensors", "ünïcode/名前.txt", ".gitattributes", "a b/c%41",
    "..a/...b",
  ])
  func `a path below a folder is taken as it is`(text: String) throws {
    #expect(try StagedPath(text).text == text)
  }

  @Test(arguments: [
    "", "/", "/etc/passwd", "a//b", "a/", ".", "..", "a/..", "../a", "a/./b", "a/../../b", "a\0b", "a\nb",
    "a\u{1B}[2J",
    "a\u{2028}b", "a\u{FFFD}b", String(repeating: "x", count: 256),
    String(repeating: "x/", count: 32) + "x",
    Array(repeating: String(repeating: "x", count: 200), count: 6).joined(separator: "/"),
  ])
  func `a path that leads elsewhere or cannot be a name is refused`(text: String) {
    #expect(throws: FetchFailure.self) { try StagedPath(text) }
  }

  private func plan(_ paths: [String], size: Int? = 1, limit: Int = 100) throws -> Int {
    try FilePlan.check(
      try paths.map { PlannedFile(path: try StagedPath($0), source: .bytes([]), size: size) },
      byteLimit: limit)
  }

  @Test func `files that one file system or another would take for one are refused`() throws {
    #expect(try plan(["a", "b", "c/a", "c/b"]) == 4)
    for paths in [
      ["a", "a"], ["Model.bin", "model.BIN"], ["é", "e\u{301}"], ["a", "a/b"], ["A/b", "a"],
    ] {
      #expect(throws: FetchFailure.self, "\(paths)") { try plan(paths) }
    }
  }

  @Test func `what was announced to be too much is refused before it is fetched`() throws {
    #expect(try plan(["a", "b"], size: 50) == 100)
    #expect(throws: FetchFailure.self) { try plan(["a", "b"], size: 51) }
    #expect(throws: FetchFailure.self) { try plan(["a", "b"], size: .max) }
    #expect(throws: FetchFailure.self) { try plan([]) }
    #expect(try plan(["a", "b"], size: nil) == 0)
  }

  @Test func `a digest is one that can be checked, or none`() throws {
    let sha256 = String(repeating: "0a", count: 32)
    #expect(try NamedDigest(oci: "sha256:\(sha256)").oci == "sha256:\(sha256)")
    #expect(try NamedDigest(oci: "sha512:\(sha256)\(sha256)").form == .sha512)
    for text in [
      "sha256:", "sha256:\(sha256)0", "sha256:" + sha256.uppercased(), "md5:\(sha256)", sha256,
      "sha256:\(sha256):x",
      "sha256:../../../../etc/passwd",
    ] {
      #expect(throws: FetchFailure.self, "\(text)") { try NamedDigest(oci: text) }
    }
    // printf hello | git hash-object --stdin
    let blob = NamedDigest(.gitBlob, "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0")
    #expect(try blob?.isOf(Array("hello".utf8)) == true)
    #expect(try blob?.isOf(Array("hellp".utf8)) == false)
  }

  @Test func `names of repositories and references are those of the specification`() {
    for name in ["model", "team/model", "a/b/c-d_e.f", "a__b", "registry0"] {
      #expect(OCIName.isRepository(name))
    }
    for name in [
      "", "/a", "a/", "a//b", "A", "a..b", "-a", "a-", "a b", "a/../b", "a?b",
      String(repeating: "a", count: 256),
    ] {
      #expect(!OCIName.isRepository(name), "\(name)")
    }
    for tag in ["latest", "v1.0", "_x", "V-1", "sha256:" + String(repeating: "0a", count: 32)] {
      #expect(OCIName.isReference(tag))
    }
    for tag in ["", ".a", "-a", "a/b", "a b", "sha256:xyz", String(repeating: "a", count: 129)] {
      #expect(!OCIName.isReference(tag), "\(tag)")
    }
  }

  @Test(arguments: [
    (#"{"digest":"sha256:ab"}"#, "sha256-ab"),
    (#"{"digest":"sha256:ab","annotations":{"org.opencontainers.image.title":"./a/b.bin"}}"#, "a/b.bin"),
    (
      #"{"mediaType":"application/vnd.cncf.model.weight.v1.tar","annotations":{"org.cncf.model.filepath":"m.safetensors","org.opencontainers.image.title":"x"}}"#,
      "m.safetensors.tar"
    ),
    (
      #"{"mediaType":"application/vnd.cncf.model.weight.v1.raw","annotations":{"org.cncf.model.filepath":"m.safetensors"}}"#,
      "m.safetensors"
    ),
    (
      #"{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","annotations":{"org.opencontainers.image.title":"dir/"}}"#,
      "dir.tar.gz"
    ),
  ]) func `a layer has the name that its annotations give it, and says that it is an archive`(
    json: String, name: String
  )
    throws
  {
    #expect(try OCIName.path(of: try StrictJSON.parse(Array(json.utf8))) == name)
  }

  @Test func `addresses of MLflow lead to what its server serves, and nowhere else`() throws {
    #expect(
      try ArtifactAddress("mlflow-artifacts:/1/abc/artifacts/m")
        == .served(authority: "", path: "1/abc/artifacts/m"))
    #expect(
      try ArtifactAddress("mlflow-artifacts://host:5000/1/abc")
        == .served(authority: "host:5000", path: "1/abc"))
    #expect(try ArtifactAddress("models:/m-0a") == .loggedModel(id: "m-0a", path: ""))
    #expect(try ArtifactAddress("models:/churn/3") == .version(RemoteModel(name: "churn", revision: "3")))
    #expect(try ArtifactAddress("runs:/0a/model") == .run(id: "0a", path: "model"))
    for text in [
      "s3://bucket/model", "file:///etc", "/etc/passwd", "http://169.254.169.254/latest",
      "https://elsewhere/m",
      "mlflow-artifacts:/../../etc", "mlflow-artifacts:/1/%2e%2e/etc", "mlflow-artifacts:/1?x=1",
      "models:/",
      "models://elsewhere/m/1", "runs:", "dbfs:/m", "", "ftp://h/m",
    ] {
      #expect(throws: FetchFailure.self, "\(text)") { try ArtifactAddress(text) }
    }
  }
}
