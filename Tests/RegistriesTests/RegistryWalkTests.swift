import Linux
import Registries
import Supervisor
import TestSupport
import Testing

/// What the walks through registries come to, and under which names.
struct RegistryWalkTests {
  private let sweep: Sweep

  init() throws { sweep = try Sweep() }

  // MARK: Hugging Face

  private static let repository = "models--openai--clip-vit"
  private static let first = String(repeating: "a", count: 40)
  private static let second = String(repeating: "b", count: 40)

  private func snapshot(_ commit: String, _ name: String, _ blob: String) throws {
    let folder = "\(Self.repository)/snapshots/\(commit)"
    try sweep.write("\(folder)/.keep")
    #expect(sweep.place.remove("\(folder)/.keep"))
    _ = try #require(sweep.place.link("\(folder)/\(name)", to: "../../blobs/\(blob)"))
  }

  @Test func `each commit of a cached repository is a model, with the names that lead to it`() throws {
    try sweep.write("\(Self.repository)/blobs/1", "\(Self.repository)/blobs/2")
    try snapshot(Self.first, "model.safetensors", "1")
    try snapshot(Self.second, "config.json", "2")
    try snapshot(Self.second, "model.safetensors", "1")
    try sweep.write("\(Self.repository)/refs/main", text: Self.second + "\n")
    try sweep.write("\(Self.repository)/refs/refs/pr/7", text: Self.second)
    let folder = "\(Self.repository)/snapshots"
    #expect(
      try sweep.steps(.huggingFace) == [
        "[openai/clip-vit@\(Self.first)", "\(folder)/\(Self.first)/model.safetensors", "]",
        "[openai/clip-vit@\(Self.second) (main, refs/pr/7)", "\(folder)/\(Self.second)/config.json",
        "\(folder)/\(Self.second)/model.safetensors", "]",
      ])
  }

  @Test func `a missing blob, a missing commit and half a download are said to be unexamined`() throws {
    try sweep.write("\(Self.repository)/blobs/old", "\(Self.repository)/blobs/2.incomplete")
    try snapshot(Self.first, "model.safetensors", "gone")
    try sweep.write("\(Self.repository)/refs/main", text: Self.second)
    let missing = "\(Self.repository)/snapshots/\(Self.second)"
    #expect(
      try sweep.steps(.huggingFace) == [
        "[openai/clip-vit@\(Self.first)",
        "\(Self.repository)/snapshots/\(Self.first)/model.safetensors!: "
          + "a link: cannot be read: No such file or directory", "]",
        "[openai/clip-vit@\(Self.second) (main)", "\(missing): main leads to it, and it is not here", "]",
        "[openai/clip-vit (blobs of no revision)",
        "\(Self.repository)/blobs/2.incomplete: a download that was not finished",
        "\(Self.repository)/blobs/old", "]",
      ])
  }

  @Test func `links of a snapshot lead to its own repository only`() throws {
    try sweep.write("secret", "\(Self.repository)/blobs/d/f")
    try snapshot(Self.first, "out", "../../secret")
    try snapshot(Self.first, "folder", "d")
    let folder = "\(Self.repository)/snapshots/\(Self.first)"
    #expect(
      try sweep.steps(.huggingFace) == [
        "[openai/clip-vit@\(Self.first)",
        "\(folder)/folder: a link to a folder that is not gone through here is not followed",
        "\(folder)/out: a link that leads out of the tree is not followed", "]",
        "[openai/clip-vit (blobs of no revision)", "\(Self.repository)/blobs/d: not a regular file", "]",
        "secret",
      ])
  }

  @Test func `what lies among the snapshots and is none is not passed over`() throws {
    try sweep.write(
      "\(Self.repository)/blobs/1", "\(Self.repository)/snapshots/evil.pkl",
      "\(Self.repository)/.no_exist/x/evil.pkl",
      "\(Self.repository)/other/evil.pkl")
    let snapshots = "\(Self.repository)/snapshots"
    for (name, target) in [("first", "../.no_exist/x"), ("second", "../other"), ("third", "../blobs/1")] {
      _ = try #require(sweep.place.link("\(snapshots)/\(name)", to: target))
    }
    #expect(
      try sweep.steps(.huggingFace) == [
        "\(Self.repository)/other/evil.pkl", "\(snapshots)/evil.pkl",
        "\(snapshots)/first: a link to a folder that is not gone through here is not followed",
        "\(snapshots)/third",
      ])
  }

  @Test func `a folder that cannot be listed is a failure and not an empty one`() throws {
    guard Process.effectiveUser != 0 else {
      return print("NOTICE: root can list everything: NO FOLDER THAT CANNOT BE LISTED WAS TRIED")
    }
    try sweep.write("\(Self.repository)/blobs/1", "\(Self.repository)/snapshots/\(Self.first)/a")
    for name in ["blobs", "snapshots"] { #expect(sweep.place.setMode("\(Self.repository)/\(name)", 0)) }
    defer {
      for name in ["blobs", "snapshots"] {
        #expect(sweep.place.setMode("\(Self.repository)/\(name)", 0o755))
      }
    }
    #expect(
      try sweep.steps(.huggingFace) == [
        "\(Self.repository)/blobs!: cannot be read: Permission denied",
        "\(Self.repository)/snapshots!: cannot be read: Permission denied",
      ])
  }

  @Test func `data sets and spaces have names of their own, and what is no repository is gone through`()
    throws
  {
    try sweep.write(
      "datasets--squad/snapshots/1/a", "spaces--o--n/snapshots/2/b", "models--gpt2/snapshots/3/c",
      "other/d",
      "version.txt", ".locks/models--gpt2/x.lock", "models--gpt2/.no_exist/3/adapter.json",
      "models--gpt2/trees/e")
    #expect(
      try sweep.steps(.huggingFace) == [
        "[datasets/squad@1", "datasets--squad/snapshots/1/a", "]", "[gpt2@3",
        "models--gpt2/snapshots/3/c", "]", "models--gpt2/trees/e", "[spaces/o/n@2",
        "spaces--o--n/snapshots/2/b", "]", "other/d",
      ])
  }

  // MARK: MLflow

  private func register(_ version: String, _ lines: String...) throws {
    try sweep.write("mlruns/models/churn/\(version)/meta.yaml", text: lines.joined(separator: "\n") + "\n")
  }

  @Test func `a registered version is the folder that it leads to, wherever the store was made`() throws {
    try sweep.write(
      "mlruns/0/models/m-1/artifacts/MLmodel", "mlruns/0/r1/artifacts/model/MLmodel",
      "mlartifacts/0/r2/artifacts/model/MLmodel", "mlruns/0/r3/artifacts/model/MLmodel",
      "mlruns/0/r3/artifacts/plot")
    try register(
      "version-1", "name: churn", "source: models:/m-1",
      "storage_location: file:///somewhere/else/mlruns/0/models/m-1/artifacts", "current_stage: Production")
    try register("version-2", "source: runs:/r1/model", "current_stage: None")
    try register("version-3", "source: 'mlflow-artifacts:/0/r2/artifacts/model'", "storage_location: null")
    try register("version-4", "source: s3://bucket/model")
    try register("version-5", "source: \(sweep.place.path)/mlruns/0/r3/artifacts/model")
    try register("version-6", "source: ../../../etc")
    try sweep.write("mlruns/models/churn/aliases/champion", "mlruns/models/churn/meta.yaml", text: "1")
    let record = "mlruns/models/churn"
    #expect(
      try sweep.steps(.mlflow) == [
        "[churn@1 (champion, Production)", "mlruns/0/models/m-1/artifacts/MLmodel", "]",
        "[churn@2", "mlruns/0/r1/artifacts/model/MLmodel", "]",
        "[churn@3", "mlartifacts/0/r2/artifacts/model/MLmodel", "]",
        "[churn@4", "\(record)/version-4/meta.yaml: its source is not in this folder: s3://bucket/model",
        "]",
        "[churn@5", "mlruns/0/r3/artifacts/model/MLmodel", "]",
        "[churn@6", "\(record)/version-6/meta.yaml: its source is not in this folder: ../../../etc", "]",
        "mlruns/0/r3/artifacts/plot", "\(record)/meta.yaml", "\(record)/version-1/meta.yaml",
        "\(record)/version-2/meta.yaml", "\(record)/version-3/meta.yaml", "\(record)/version-4/meta.yaml",
        "\(record)/version-5/meta.yaml", "\(record)/version-6/meta.yaml",
      ])
  }

  @Test func `values of the store are left out, and nothing of a run's artifacts is`() throws {
    try sweep.write(
      "mlruns/0/meta.yaml", "mlruns/0/r/meta.yaml", "mlruns/0/r/tags/user", "mlruns/0/r/params/depth",
      "mlruns/0/r/metrics/loss",
      "mlruns/0/r/artifacts/meta.yaml", "mlruns/0/r/artifacts/tags/evil.pkl", "mlruns/0/tags/x")
    #expect(
      try sweep.steps(.mlflow) == [
        "mlruns/0/meta.yaml", "mlruns/0/r/artifacts/meta.yaml", "mlruns/0/r/artifacts/tags/evil.pkl",
        "mlruns/0/r/meta.yaml",
        "mlruns/0/tags/x",
      ])
  }

  @Test func `a model that nobody registered has the way to it as its name`() throws {
    try sweep.write("0/r/artifacts/model/MLmodel", "0/r/artifacts/model/data/model.pkl")
    #expect(
      try sweep.steps(.mlflow) == [
        "[0/r/artifacts/model", "0/r/artifacts/model/MLmodel", "0/r/artifacts/model/data/model.pkl", "]",
      ])
  }

  @Test func `a model is gone through whole, whatever its folders are called`() throws {
    try sweep.write(
      "a/meta.yaml", "a/m/meta.yaml", "a/m/MLmodel", "a/m/metrics/evil.pkl", "a/m/tags/deep/evil.pkl")
    #expect(
      try sweep.steps(.mlflow) == [
        "[a/m", "a/m/MLmodel", "a/m/meta.yaml", "a/m/metrics/evil.pkl", "a/m/tags/deep/evil.pkl", "]",
        "a/meta.yaml",
      ])
  }

  // MARK: TorchServe, Triton, folders

  @Test func `an archive of a model store is a model`() throws {
    try sweep.write(
      "resnet.mar", "bert.tar.gz", "plain/MAR-INF/MANIFEST.json", "plain/m.pt", "config/x", ".mar")
    #expect(
      try sweep.steps(.torchServe) == [
        "[bert", "bert.tar.gz", "]", "[plain", "plain/MAR-INF/MANIFEST.json", "plain/m.pt", "]", "[resnet",
        "resnet.mar", "]", ".mar", "config/x",
      ])
  }

  @Test func `a model of a repository is judged whole, and each of its versions`() throws {
    try sweep.write(
      "dense/config.pbtxt", "dense/1/model.onnx", "dense/12/model.pt", "dense/01/model.pt",
      "dense/labels/1/x", "README")
    #expect(
      try sweep.steps(.triton) == [
        "README", "[dense", "dense/01/model.pt", "[dense@1", "dense/1/model.onnx", "]", "[dense@12",
        "dense/12/model.pt", "]", "dense/config.pbtxt", "dense/labels/1/x", "]",
      ])
  }

  @Test func `in a folder every package is a model, and single files belong to none`() throws {
    try sweep.write("a/config.json", "a/model.safetensors", "b/c/saved_model.pb", "d.pt", "e/f.onnx")
    #expect(
      try sweep.steps(.directory) == [
        "[a", "a/config.json", "a/model.safetensors", "]", "[b/c", "b/c/saved_model.pb", "]", "d.pt",
        "[onnx",
        "e/f.onnx", "]",
      ])
  }

  // MARK: What changed

  /// The models that would be left out as unchanged since `time`.
  private func unchanged(_ kind: RegistryKind, since time: Int64) throws -> [String: Bool] {
    var walk = try RegistryWalk(kind, at: Array(sweep.place.path.utf8))
    var models: [String: Bool] = [:]
    while let step = walk.nextStep() {
      guard case .beginPackage(let folder) = step, let model = folder.model else { continue }
      models[model.text] = walk.skipModel(unchangedSince: time)
    }
    return models
  }

  /// A time between what was done and what will be.
  private func now() throws -> Int64 {
    // Some stamps are finer than the tick of the clock that makes the others.
    let time = (WallClock.milliseconds + 1) * 1_000_000
    while WallClock.tickNanoseconds <= time { try waitForTick() }
    return time
  }

  @Test func `a model of which nothing is new is left out, and a new link to an old blob is new`() throws {
    try sweep.write("\(Self.repository)/blobs/1", "models--gpt2/snapshots/1/a")
    try snapshot(Self.first, "model.safetensors", "1")
    let time = try now()
    try snapshot(Self.second, "model.safetensors", "1")
    let models = try unchanged(.huggingFace, since: time)
    #expect(models["gpt2@1"] == true && models["openai/clip-vit@\(Self.second)"] == false, "\(models)")
  }

  @Test func `what is moved in is new, and what was taken away is a change`() throws {
    for name in ["a", "b", "c", "d"] {
      try sweep.write("\(name)/x/config.json", "\(name)/x/model.safetensors", "\(name)/x/deep/note.txt")
    }
    let time = try now()
    let folder = try FileDescriptor.open(sweep.place.path, .directory)
    try folder.rename(Array("b".utf8), to: folder, as: Array("moved".utf8), .refuses)
    #expect(sweep.place.remove("c/x/deep/note.txt"))
    #expect(
      try unchanged(.directory, since: time) == ["a/x": true, "c/x": false, "d/x": true, "moved/x": false])
  }

  /// Lets the clock that stamps files go on.
  private func waitForTick() throws {
    var nothing: [PollEntry] = []
    try poll(&nothing, milliseconds: 5)
  }

  @Test func `there is no registry where there is no folder`() throws {
    try sweep.write("file")
    for kind in RegistryKind.allCases {
      #expect(throws: SystemCallError.self) {
        try RegistryWalk(kind, at: Array((sweep.place.path + "/file").utf8))
      }
      #expect(throws: SystemCallError.self) {
        try RegistryWalk(kind, at: Array((sweep.place.path + "/none").utf8))
      }
    }
  }

  @Test(arguments: RegistryKind.allCases) func `an empty registry has nothing`(kind: RegistryKind) throws {
    #expect(try sweep.steps(kind) == [])
  }
}
