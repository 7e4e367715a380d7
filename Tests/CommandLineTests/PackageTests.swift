import Findings
import Linux
import Supervisor
import TestSupport
import Testing

@testable import CommandLine

/// Folders that are one model: which they are, and what only the whole shows.
struct PackageTests {
  // MARK: Recognition

  private static let folders: [([String], [PackageKind])] = [
    (["saved_model.pb", "variables"], [.savedModel]), (["saved_model.pbtxt"], [.savedModel]),
    (["MLmodel", "model.pkl"], [.mlflow]), (["model_index.json", "unet"], [.diffusers]),
    (["config.json", "model.safetensors"], [.huggingFace]),
    (["config.json", "pytorch_model-00001-of-00002.bin"], [.huggingFace]),
    (["tokenizer_config.json", "tokenizer.json"], [.huggingFace]),
    (["model.safetensors.index.json", "a"], [.huggingFace]),
    (["modules.json", "config.json", "model.safetensors"], [.sentenceTransformers, .huggingFace]),
    (["_CHECKPOINT_METADATA", "d"], [.orbax]), (["meta.json", "config.cfg", "ner"], [.spacy]),
    (["config.json", "metadata.json", "model.weights.h5"], [.keras]),
    (["m.index", "m.data-00000-of-00001"], [.checkpoint]), (["m.onnx", "m.onnx.data"], [.onnx]),
    (["config.json", "notes.txt"], []), (["m.index"], []), (["a.pkl", "b.safetensors"], []), ([], []),
  ]

  @Test(arguments: folders) func `a folder is known by the names that its loader looks for`(
    names: [String], kinds: [PackageKind]
  ) {
    #expect(PackageKind.kinds(of: names.map { (Array($0.utf8), .regular) }) == kinds, "\(names)")
  }

  /// What a walk comes to: files, and where packages begin and end.
  private static func steps(_ names: [String]) throws -> [String] {
    let place = try TemporaryDirectory()
    for name in names { try place.write(name, []) }
    var walk = FileWalk([Array(place.path.utf8)])
    var found: [String] = []
    func short(_ path: [UInt8]) -> String {
      String(String(decoding: path, as: UTF8.self).dropFirst(place.path.utf8.count))
    }
    while let step = walk.nextStep() {
      switch step {
      case .entry(.file(let file)): found.append(short(file.path))
      case .entry(.unexamined): found.append("unexamined")
      case .beginPackage(let folder): found.append("begin \(short(folder.path))")
      case .endPackage: found.append("end")
      }
    }
    return found
  }

  @Test func `a package has all that is below its folder, and parts of it are none`() throws {
    #expect(
      try Self.steps(["m/saved_model.pb", "m/variables/v.index", "m/variables/v.data-00000-of-00001", "z"])
        == [
          "begin /m", "/m/saved_model.pb", "/m/variables/v.data-00000-of-00001", "/m/variables/v.index",
          "end", "/z",
        ])
    #expect(
      try Self.steps(["MLmodel", "data/saved_model.pb"])
        == ["begin ", "/MLmodel", "/data/saved_model.pb", "end"])
  }

  @Test func `beside a model of one file there may be another package`() throws {
    #expect(
      try Self.steps(["v.data-00000-of-00001", "v.index", "m/MLmodel"])
        == [
          "begin ", "begin /m", "/m/MLmodel", "end", "/v.data-00000-of-00001", "/v.index", "end",
        ])
    #expect(
      try Self.steps(["a.onnx", "m/MLmodel"]) == [
        "begin ", "/a.onnx", "begin /m", "/m/MLmodel", "end", "end",
      ])
  }

  // MARK: Judgement

  private static func file(
    _ path: String, _ verdict: Verdict = .allow, size: Int = 8, saying findings: [Finding] = []
  ) -> ArtifactResult {
    var examination = Sample.examination(verdict, findings: findings)
    examination.size = size
    return Sample.result("m/" + path, examination)
  }

  private static func names(_ path: String, member: [String] = []) -> Finding {
    PackageNote.file(Array(path.utf8), at: Location(path: member), for: "A test names it.")
  }

  private static func shard(
    _ number: Int = 0, of count: Int = 1, size: Int = 8,
    holding contents: CheckpointShard.Contents = .numbers
  ) -> Finding {
    PackageNote.shard(
      CheckpointShard(number: number, count: count, size: size, contents: contents), at: Location())
  }

  private static let unknown = Finding(.unrecognised, at: Location(offset: 0), detail: "Nobody knows it.")

  private static func judged(_ kinds: [PackageKind], _ files: [ArtifactResult]) throws -> PackageResult {
    var judge = PackageJudge(PackageFolder(path: Array("m".utf8), kinds: kinds))
    for file in files { judge.add(file) }
    var result = try judge.result()
    result.findings = TestedReport.sift(result.findings, for: Test.current)
    return result
  }

  private static func rules(_ result: PackageResult) -> [String] { result.findings.map(\.rule.id) }

  @Test func `a package is as its worst file, and says which that is`() throws {
    let oddity = Finding(Sample.oddity, at: Location(), detail: "")
    let result = try Self.judged(
      [.huggingFace], [Self.file("config.json"), Self.file("a/b.pkl", .review, saying: [oddity])])
    #expect(result.verdict == .review)
    #expect(result.files.map(\.rules) == [["sample.oddity"], []])
    #expect(try Self.judged([.huggingFace], [Self.file("a"), Self.file("b", .deny)]).verdict == .deny)
    let unread = ArtifactResult.failure(Array("m/x".utf8), "not a regular file", isFailure: false)
    #expect(try Self.judged([.huggingFace], [Self.file("a"), unread]).verdict == .incomplete)
    #expect(try Self.judged([.huggingFace], [Self.file("a")]).verdict == .allow)
  }

  @Test func `what a file names has to be there`() throws {
    let index = "model.safetensors.index.json"
    let whole = try Self.judged(
      [.huggingFace],
      [
        Self.file(index, saying: [Self.names("a.safetensors"), Self.names("./d/b")]),
        Self.file("a.safetensors"),
        Self.file("d/b"), Self.file("e/f", saying: [Self.names("g/../h"), Self.names("g")]),
        Self.file("e/g/i"),
        Self.file("e/h"),
      ])
    #expect(whole.verdict == .allow, "\(whole.findings)")
    for name in ["b.safetensors", "../a", "/etc/passwd", "d/a", "\u{0}a"] {
      let result = try Self.judged(
        [.huggingFace], [Self.file(index, saying: [Self.names(name)]), Self.file("a"), Self.file("d/b")])
      #expect(result.verdict == .incomplete, "\(name)")
      #expect(Self.rules(result) == ["package.missing-file"])
    }
  }

  @Test func `a graph makes only its own folder a package`() throws {
    for (path, isOne) in [("a.onnx", true), ("b/a.onnx", false)] {
      var collector = PackageCollector()
      collector.begin(PackageFolder(path: Array("m".utf8), kinds: [.onnx]))
      collector.add(Self.file(path, saying: [Self.names("w.bin")]))
      #expect(try (collector.end() != nil) == isOne)
    }
  }

  @Test func `names in archives, and names that were not listed, are told apart`() throws {
    let member = Self.names("nowhere", member: ["a.zip"])
    #expect(try Self.judged([.onnx], [Self.file("a.zip", saying: [member])]).verdict == .allow)
    let further = Finding(
      .namedFile, at: Location(), detail: "Further findings of this rule are not listed.")
    #expect(try Self.judged([.onnx], [Self.file("a.onnx", saying: [further])]).verdict == .incomplete)
  }

  @Test func `code that a configuration names is found in the folder`() throws {
    let result = try Self.judged(
      [.huggingFace],
      [
        Self.file("config.json", .review, saying: [Self.names("modeling.py")]),
        Self.file("modeling.py", .review),
      ])
    #expect(Self.rules(result) == ["package.own-code"])
    #expect(result.findings.first?.location.path == ["modeling.py"])
  }

  // MARK: Checkpoints

  private static func checkpoint(
    _ kinds: [PackageKind] = [.savedModel], shard: Finding = shard(), index: Verdict = .allow,
    size: Int = 8,
    data: [Finding] = [unknown], verdict: Verdict = .review
  ) throws -> PackageResult {
    try judged(
      kinds,
      [
        file("saved_model.pb"), file("variables/variables.index", index, saying: [shard]),
        file("variables/variables.data-00000-of-00001", verdict, size: size, saying: data),
      ])
  }

  @Test func `data that an index describes to the last byte are numbers in their folder`() throws {
    let result = try Self.checkpoint()
    #expect(result.verdict == .allow)
    #expect(Self.rules(result) == ["package.checkpoint-numbers"])
    #expect(result.files.map(\.verdict) == [.allow, .review, .allow])
    #expect(try Self.checkpoint(shard: Self.shard(holding: .objects)).verdict == .allow)
  }

  @Test func `data that anything else is said of stay what they are by themselves`() throws {
    let danger = Finding(Sample.danger, at: Location(), detail: "")
    #expect(try Self.checkpoint([.checkpoint], shard: Self.shard(holding: .objects)).verdict == .review)
    #expect(try Self.checkpoint(shard: Self.shard(holding: .others)).verdict == .review)
    #expect(try Self.checkpoint(index: .review).verdict == .review)
    #expect(try Self.checkpoint(data: [Self.unknown, danger], verdict: .deny).verdict == .deny)
    #expect(try Self.checkpoint(data: [Self.unknown], verdict: .incomplete).verdict == .incomplete)
    let oddity = Finding(Sample.oddity, at: Location(), detail: "")
    #expect(try Self.checkpoint(data: [Self.unknown, oddity]).verdict == .review)
  }

  @Test func `data of another size, and data that are not there, are incomplete`() throws {
    for size in [7, 9, 0] {
      let result = try Self.checkpoint(size: size)
      #expect(result.verdict == .incomplete)
      #expect(Self.rules(result) == ["package.checkpoint-size"])
    }
    let result = try Self.checkpoint(shard: Self.shard(1, of: 2))
    #expect(result.verdict == .incomplete)
    #expect(Self.rules(result) == ["package.missing-file"])
  }

  @Test(arguments: [
    "", "0 of 1", "1 of 1, 8 bytes: numbers", "0 of 1, -8 bytes: numbers", "0 of 1, 8 bytes: x",
  ])
  func `a description of data that is none is a gap`(text: String) throws {
    let note = Finding(.checkpointShard, at: Location(), detail: "", evidence: text)
    #expect(try Self.checkpoint(shard: note).verdict == .incomplete)
  }

  @Test func `every finding of a file makes its package no better`() throws {
    let notes = [Self.names("saved_model.pb"), Self.names("nowhere"), Self.shard(size: 9)]
    for note in notes {
      let before = try Self.judged([.savedModel], [Self.file("saved_model.pb", .review)])
      let after = try Self.judged([.savedModel], [Self.file("saved_model.pb", .review, saying: [note])])
      #expect(after.verdict >= before.verdict)
    }
  }

  // MARK: Reports

  @Test func `a waived file counts as allowed for the exit status, and as what it is in the report`() {
    let waived = PackageResult.File(
      path: [0x61], sha256: nil, size: 0, verdict: .review, counted: .review, isWaived: true, rules: [])
    var package = PackageResult(folder: PackageFolder(path: [], kinds: [.mlflow]))
    package.files = [waived]
    var tally = Tally()
    tally.add(Sample.result("a", Sample.examination()))
    tally.add(package)
    #expect(package.verdict == .review && tally.exitStatus(failOn: .review) == .allowed)
    package.findings = [Finding(.packageFileMissing, at: Location(), detail: "")]
    tally.add(package)
    #expect(tally.exitStatus(failOn: .review) == .undecided)
    #expect(tally.artifacts == 1 && tally.packages == 2 && tally.records == 3)
  }

  @Test func `text says what the package is, what only it shows, and which files are why`() throws {
    let oddity = Finding(Sample.oddity, at: Location(), detail: "")
    let result = try Self.judged(
      [.huggingFace],
      [
        Self.file("config.json", saying: [Self.names("x.bin")]),
        Self.file("a\u{1B}.pkl", .review, saying: [oddity]),
      ])
    let renderer = TextRenderer(style: Style(isColored: false))
    let missing = Rule.packageFileMissing
    #expect(
      renderer.package(result, index: 0) == """
        incomplete  m as a package: hugging-face, 2 files
            medium package.missing-file at config.json
                It names a part that is not there.
                seen: x.bin
                \(missing.explanation)
            what to do: \(missing.remediation)
            review a\\u{1B}.pkl: sample.oddity

        """)
    #expect(
      !renderer.artifact(Self.file("config.json", saying: [Self.names("x.bin")]), index: 0).contains(
        "x.bin"))
    #expect(TextRenderer(style: Style(isColored: false), isQuiet: true).package(result, index: 0) != "")
  }

  @Test func `JSON has the keys of a file, and the files`() throws {
    let result = try Self.judged([.savedModel], [Self.file("b"), Self.file("a", size: 4)])
    let line = try JSONLinesRenderer(context: Sample.context).package(result, index: 0)
    #expect(
      line.contains(
        "\"formats\":[\"tensorflow-savedmodel\"],\"kind\":\"package\",\"milliseconds\":0,\"model\":null,\"path\":\"m\","
      ))
    #expect(line.contains("\"size\":12,\"unwaived\":null,\"verdict\":\"allow\",\"waived\":null}"))
    let digest = String(repeating: "ab", count: 32)
    #expect(
      line.contains(
        "\"files\":[{\"counted\":\"allow\",\"path\":\"a\",\"rules\":[],\"sha256\":\"\(digest)\",\"size\":4,"
          + "\"verdict\":\"allow\"},"))
  }
}
