/// What registries have and say, and what clients of clamd's protocol send.
extension Seeds {
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A byte that says what the rest is, and messages.
  private static func chosen(_ choice: UInt8, _ messages: [[UInt8]]) -> [UInt8] {
    [choice] + framed(messages)
  }

  private static let digests = ["a", "b", "c"].map { String(repeating: $0, count: 64) }

  static let clamdRequests: [[UInt8]] = [
    text("zPING\0"), text("nVERSIONCOMMANDS\n"), text("STATS"), text("zSCAN /a b\0"), text("nFILDES\nx"),
    text("zOPTSCAN ALLMATCH FILDES \0x"),
    text("zINSTREAM\0") + [0, 0, 0, 3] + text("abc") + [0, 0, 0, 1, 0x64, 0, 0, 0, 0],
    text("zIDSESSION\0zPING\0nVERSION\nzINSTREAM\0") + [0, 0, 0, 1, 0x61, 0, 0, 0, 0] + text("zEND\0"),
  ]

  /// A file of each kind, in the order of their names, which is that of the numbers.
  static let policyFiles: [[UInt8]] = SamplePolicy.files.sorted { $0.key < $1.key }.enumerated()
    .map { [UInt8($0.offset)] + Array($0.element.value.utf8) }

  /// A folder for each kind of registry, by the number of the kind: names and contents in turn.
  static let registryFolders: [[UInt8]] = {
    let config = "{\"digest\": \"sha256:\(digests[1])\", \"size\": 1, \"mediaType\": \"x\"}"
    let layer = """
      {"digest": "sha256:\(digests[2])", "size": 1, "annotations": {"org.opencontainers.image.title": "m.pkl"}}
      """
    let index = """
      {"schemaVersion": 2, "manifests": [{"digest": "sha256:\(digests[0])",
       "annotations": {"org.opencontainers.image.ref.name": "v1"}, "platform": {"os": "linux", "architecture": "x"}}]}
      """
    let folders: [[(String, String)]] = [
      [
        ("models--a--b/refs/main", "abc"), ("models--a--b/snapshots/abc/model.pkl", "x"),
        ("models--a--b/blobs/def.incomplete", "x"), ("models--a--b/refs/pr/1", "fed"), ("version.txt", "1"),
      ],
      [
        ("mlruns/models/m/version-1/meta.yaml", "source: runs:/r1/model\ncurrent_stage: Production\n"),
        (
          "mlruns/models/m/version-2/meta.yaml",
          "storage_location: 'models:/m-1'\nsource: \"mlflow-artifacts:/0/r2\"\n"
        ),
        ("mlruns/models/m/aliases/champion", "1"), ("mlruns/0/r1/artifacts/model/MLmodel", "x"),
        ("mlruns/0/models/m-1/artifacts/MLmodel", "x"), ("mlruns/0/meta.yaml", "x"),
        ("mlruns/0/r1/meta.yaml", "x"), ("mlruns/0/r1/tags/user", "x"), ("mlartifacts/0/r2/MLmodel", "x"),
      ],
      [
        ("oci-layout", "{}"), ("index.json", index),
        ("blobs/sha256/\(digests[0])", "{\"config\": \(config), \"layers\": [\(layer)]}"),
        ("blobs/sha256/\(digests[1])", "{}"), ("blobs/sha256/\(digests[2])", "x"), ("blobs/sha256/d", "x"),
      ],
      [("resnet.mar", "x"), ("plain/MAR-INF/MANIFEST.json", "{}"), ("plain/m.pt", "x"), ("config/x", "x")],
      [("a/1/model.onnx", "x"), ("a/config.pbtxt", "x"), ("b/02/x", "x")],
      [("a/config.json", "{}"), ("a/model.safetensors", "x"), ("b/saved_model.pb", "x"), ("c", "x")],
    ]
    return folders.enumerated().map { number, files in
      chosen(UInt8(number), files.flatMap { [text($0.0), text($0.1)] })
    }
  }()

  /// Answers to a fetch and to a list from each kind of registry. The first byte of each is the status, an empty line
  /// ends its headers.
  static let registryAnswers: [[UInt8]] = {
    let digest = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"  // of "aaa"
    let commit = String(repeating: "c", count: 40)
    let hub = """
      {"sha": "\(commit)", "siblings": [{"rfilename": "a/m.bin", "size": 3, "lfs": {"sha256": "\(digest)"}},
       {"rfilename": "c.json", "size": 2}]}
      """
    let blob = "\"digest\": \"sha256:\(digest)\", \"size\": 3"
    let manifest = """
      {"config": {\(blob)}, "layers": [{\(blob), "mediaType": "x.tar",
       "annotations": {"org.cncf.model.filepath": "a/m.bin"}}]}
      """
    let files = """
      {"files": [{"path": "m", "is_dir": true}, {"path": "MLmodel", "file_size": "3"}]}
      """
    func answer(_ body: String, _ headers: String = "") -> [UInt8] { [0] + text(headers + "\n" + body) }
    return [
      chosen(0, [answer(hub), answer("aaa", "ETag: \"\(digest)\"\nX-Linked-Size: 3\n"), answer("{}")]),
      chosen(1, [answer(hub)]),
      chosen(2, [answer("{}"), answer(manifest), answer("aaa"), answer("aaa")]),
      chosen(
        0x43,
        [
          [3] + text("WWW-Authenticate: Basic realm=\"x\"\n\n"),
          answer("{\"tags\": [\"v1\"]}", "Link: </v2/team/model/tags/list?last=v1>; rel=\"next\"\n"),
          answer("{\"tags\": null}"),
        ]),
      chosen(
        0x83,
        [
          answer("{}"), answer("{\"repositories\": [\"a/b\"]}"), answer("{}"),
          answer("{\"tags\": [\"1\"]}"),
        ]),
      chosen(
        4,
        [
          answer("{\"artifact_uri\": \"models:/m-1\"}"),
          answer("{\"model\": {\"info\": {\"artifact_uri\": \"mlflow-artifacts:/1/a\"}}}"), answer(files),
          answer("{\"files\": [{\"path\": \"x\", \"file_size\": 3}]}"), answer("aaa"), answer("aaa"),
        ]),
      chosen(
        0x85,
        [
          answer("{\"registered_models\": [{\"name\": \"m\"}], \"next_page_token\": \"t\"}"),
          answer("{\"registered_models\": []}"), answer("{\"model_versions\": [{\"version\": \"1\"}]}"),
        ]),
    ]
  }()
}
