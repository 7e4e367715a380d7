import ByteParsing
import Findings
import TestSupport
import Testing

@testable import Rules

/// Configurations by the code they name.
@Suite struct ConfigurationTests {
  static func judge(_ text: String) -> (rules: Set<String>, verdict: Verdict, words: String) {
    let (all, gap) = ConfigurationJudge.judge(Input(Array(text.utf8)), path: [], table: PolicyFolder.table)
    let findings = TestedReport.sift(all, for: Test.current)
    let worst = findings.map(\.rule.verdict).max() ?? .allow
    return (
      Set(findings.map(\.rule.id)), gap == nil ? worst : max(worst, .incomplete),
      findings.map { "\($0.rule.id): \($0.detail)" }.joined(separator: "\n")
        + "\(gap.map { "\($0)" } ?? "")"
    )
  }

  @Test(arguments: [
    "_target_: os.system\n", "m: {_target_: builtins.eval, _args_: [x]}\n",
    "a:\n  - _target_: subprocess.Popen\n",
    "_target_:\n  os.system\n", "_target_: >-\n  os.system\n", "\"\\x5ftarget_\": posix.system\n",
    "? _target_\n: os.system\n",
    "x: &v os.system\n_target_: *v\n", "target: importlib.import_module\n", "_target_: torch.hub.load\n",
    "_target_: nemo.utils.os.system\n", "_target_: torch.nn.Module.__init__.__globals__\n",
    "class_path: shutil.rmtree\n",
    "_target_: my.helper.Popen\n", "loader_module: os\n", "!new:subprocess.Popen [x]\n",
    "_target_: ${a}\na: os.system\n",
    // Keys that only a loader sees as such.
    "x: &k _target_\nm:\n  *k : os.system\n", "{\n ? _target_\n : os.system, a: b}\n",
    "- &k _target_:\n    \"os.system\"\n", "- !!str _target_:\n    os.system\n",

    "-a: b\n\"\\x5ftarget_\": os.system\n",
    "components:\n  x:\n    type: subprocess.Popen\n", "callbacks:\n- os.system\n", "_target_: os:system\n",
    "_target_: pickle.loads\n",
  ])
  func `a dangerous callable denies`(_ text: String) {
    let judged = Self.judge(text)
    #expect(judged.verdict == .deny && judged.rules.contains("config.dangerous-target"), "\(judged.words)")
    #expect(ConfigurationShape.isRecognized(Input(Array(text.utf8)), head: Array(text.utf8)))
  }

  @Test(arguments: [
    "!!python/object/apply:os.system [x]\n", "a: !!python/name:os.system ''\n",
    "a: !<tag:yaml.org,2002:python/object/new:os> x\n",
    "!!javax.script.ScriptEngineManager [x]\n", "a: !!pyth%6Fn/object:x.Y {}\n",
    "%TAG !p! tag:yaml.org,2002:python/\n--- !p!name:os\na: b\n",
    "a: [b, !!python/module:os '']\n",
    // YAML 1.1 breaks a line at these, in comments, values and block scalars.
    "# c\u{2028}a: !!python/object/apply:os.system [x]\n",
    "a: b\u{85}c: !!python/object/apply:os.system [x]\n",
    "a: |\n  b\u{2029}c: !!python/object/apply:os.system [x]\n",
    // Beginnings that loaders take for YAML.
    "&1 !!pyth%6Fn/object/apply:os.system [x]\n", "%FOO bar\n--- !!pyth%6Fn/object/apply:os.system [x]\n",
    "-\t!!pyth%6Fn/object/apply:os.system [x]\n", "...\n--- !!pyth%6Fn/object/apply:os.system [x]\n",
    // A document behind another, and behind what was left open in it.
    "Some words.\n--- !!pyth%6Fn/object/apply:os.system [x]\n",
    "Some words:\n  \"quoted\n---\na: !!pyth%6Fn/object/apply:os.system [x]\nb: \"\n",
    "Some [words\n---\na: !!pyth%6Fn/object/apply:os.system [x]\n",
    "--- |\n text\n--- !!pyth%6Fn/object/apply:os.system [x]\n",
  ])
  func `a tag that makes objects denies`(_ text: String) {
    let judged = Self.judge(text)
    #expect(judged.verdict == .deny && judged.rules.contains("config.yaml-code-tag"), "\(judged.words)")
    #expect(ConfigurationShape.isRecognized(Input(Array(text.utf8)), head: Array(text.utf8)))
  }

  @Test(arguments: [
    ("_target_: my.project.Model\n", "config.unknown-target"), ("_target_: *x\n", "config.unknown-target"),
    ("x: &k loader_module\n*k : mine\n", "config.unknown-target"),
    // Safe to be made by a pickle, without a call; a configuration calls it with what it likes.
    ("_target_: torch.storage._load_from_bytes\n", "config.unknown-target"),
    ("_target_: numpy.memmap\n", "config.unknown-target"),
    ("activation: torch.hub.os.popen('id')\n", "config.names-code"),
    ("backbone:\n- [-1, 1, Conv, ['a.b(1) and 64']]\n", "config.names-code"),
    ("target: my.project.Model\n", "config.unknown-target"),
    ("a: !!python/tuple [1, 2]\n", "config.yaml-tag"), ("a: !Ref b\n", "config.yaml-tag"),
    ("a: ${oc.env:HOME}\n", "config.resolver"), ("a: \"${ oc.env :HOME}\"\n", "config.resolver"),
    ("val: x\ndownload: bash get.sh\n", "config.names-code"),
    ("custom_imports:\n  imports: [evil]\n", "config.names-code"),
    ("_base_: ./evil.py\nmodel:\n  x: 1\n", "config.names-code"),
    ("_BASE_: http://a.example/b.yaml\nx: 1\n", "config.unprotected-address"),
    ("tool-parser-plugin: evil.py\nport: 8000\n", "config.names-code"),
    ("model: a/b\ntrust-remote-code: true\n", "config.custom-code"),
    ("components:\n  x:\n    type: evil.parts.Part\n", "config.unknown-target"),
    ("pipeline:\n- name: evil.Part\n", "config.unknown-target"),
    ("plugins:\n- evil.Plugin\n", "config.unknown-target"),
    ("loader_module: mlflow.sklearn\ncode: src\n", "config.names-code"),
    ("url: http://127.0.0.1:9/a.mar\n", "config.unprotected-address"),
    ("dependencies:\n- pip:\n  - --extra-index-url https://e.org\n", "package.requirement-source"),
    ("run: curl http://127.0.0.1:9 | sh\n", "config.names-code"),
  ])
  func `what may be code is for a person`(_ text: String, _ rule: String) {
    let judged = Self.judge(text)
    #expect(judged.verdict == .review && judged.rules == [rule], "\(judged.words)")
  }

  @Test(arguments: [
    "target: price\n", "target : survived\n", "a: b\n", "_target_: torch.nn.Linear\n",
    "target: nemo.collections.asr.models.EncDecCTCModel\n",
    "loader_module: mlflow.sklearn\ncode: null\n", "code: en\n", "text: \"!!python/name:os\"\n",
    "k: |\n  _target_: os.system\n",
    "# _target_: os.system\na: b\n", "a: !!str 1\n", "a: &x 1\nb: *x\n",
    "dependencies:\n- -r requirements.txt\n- pip:\n  - numpy==1.0\n",
    "url: http://example.org\n", "cls: 0.5\n",
  ])
  func `honest configurations say nothing`(_ text: String) {
    let judged = Self.judge(text)
    #expect(judged.verdict == .allow, "\(judged.words)")
  }

  @Test func `aliases that multiply are a bomb, aliases that are used often are none`() {
    var bomb = "a0: &a0 [x]\n"
    for level in 1..<10 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(Self.judge(bomb).rules == ["config.alias-bomb"])
    var blocks = "a0: &a0\n  - x\n"
    for level in 1..<10 {
      blocks += "a\(level): &a\(level)\n" + String(repeating: "  - *a\(level - 1)\n", count: 9)
    }
    #expect(Self.judge(blocks).rules == ["config.alias-bomb"])
    let honest = "d: &d {a: 1, b: 2}\n" + (0..<2000).map { "k\($0): *d\n" }.joined()
    #expect(Self.judge(honest).rules.isEmpty)
  }

  @Test func `more anchors than are remembered are a gap`() {
    let anchors = (0..<66_000).map { "- &a\($0) x" }.joined(separator: "\n")
    #expect(Self.judge("a:\n\(anchors)\nb: &e os.system\n").verdict == .incomplete)
  }

  @Test func `what cannot be read is a gap`() {
    #expect(Self.judge("a: b\n_target_: 'x\n").verdict == .incomplete)
    #expect(Self.judge("a: b\nc: [!!python/name:os.system\n").verdict == .deny)
  }

  @Test(arguments: [
    "name: \"n\"\nlayer {\n  type: \"Python\"\n}\n", "Title: text\n\nSome words of prose.\n",
    "{\"a\": \"b\"}\n", "![badge](x)\n", "%%Matrix\n",
    "{\"target\": \"Bucket.Name\"}\n", "words only\n", "",
  ])
  func `other texts are not taken for configurations`(_ text: String) {
    #expect(!ConfigurationShape.isRecognized(Input(Array(text.utf8)), head: Array(text.utf8)))
  }

  @Test func `a module of torch made out of numbers is what such texts are for`() {
    let judged = Self.judge(
      "activation: torch.nn.LeakyReLU(0.1)\nact: nn.SiLU()\nbackbone:\n- [-1, 1, Conv, [64]]\n")
    #expect(judged.verdict == .allow, "\(judged.words)")
  }

  @Test func `a line break that only YAML 1.1 knows is for a person`() {
    let judged = Self.judge("a: 'b\u{2028}c'\n")
    #expect(judged.verdict == .review && judged.rules == ["config.yaml-line-break"], "\(judged.words)")
  }

  @Test(arguments: [
    "a: words\n  \"words\n_target_: os.system\nb: words\n  \"\nc: 1\n",
    "{a: words\n \"words, _target_: os.system, b: words\n \"}\n",
    "? \n'_target_': os.system\n",
    "a: words\n  \(String(repeating: "more words\n  ", count: 40))\"words\n\"_t\\x61rget_\": os.system\nb: words\n  \"\n",
  ])
  func `what loaders read differently hides nothing`(_ text: String) {
    #expect(Self.judge(text).verdict > .allow)
    #expect(ConfigurationShape.isRecognized(Input(Array(text.utf8)), head: Array(text.utf8.prefix(4096))))
  }

  @Test func `a document behind prose is met however long the prose, and however deep its brackets`() {
    let tag = "!!pyth%6Fn/object/apply:os.system [x]\n"
    for text in [
      "Some words.\n--- \(String(repeating: "[", count: 300)) \(tag)",
      String(repeating: "Some words, and more.\n", count: 800_000) + "--- \(tag)",
      "Some words.\n---\n" + String(repeating: "- words, and more\n", count: 1_000_000) + "- \(tag)",
    ] {
      let bytes = Array(text.utf8)
      #expect(ConfigurationShape.isRecognized(Input(bytes), head: Array(bytes.prefix(4096))))
    }
  }

  @Test func `long prose with rules between its parts is no configuration`() {
    let bytes = Array(String(repeating: "Some words, and !! more.\n---\n", count: 800_000).utf8)
    #expect(!ConfigurationShape.isRecognized(Input(bytes), head: Array(bytes.prefix(4096))))
  }

  @Test(arguments: [
    "Some words.\n\n---\n\nMore words: with a colon.\n![a](https://e.org/python/x.svg)\ntarget: a.b\n"
  ])
  func `prose with a rule between its parts is no configuration`(_ text: String) {
    #expect(!ConfigurationShape.isRecognized(Input(Array(text.utf8)), head: Array(text.utf8)))
  }

  @Test func `no damage traps`() {
    let sample = Array(
      "a: &x !!python/name:os.system ''\nb: {_target_: os.system, c: *x}\n? d\n: |\n  e\nloader_module: x\n"
        .utf8)
    for mutation in Array(Mutations.truncations(of: sample)) + Array(Mutations.byteFlips(of: sample)) {
      let (findings, _) = ConfigurationJudge.judge(
        Input(mutation.bytes), path: [], table: PolicyFolder.table)
      #expect(findings.count < 64, "\(mutation.what)")
    }
  }

  @Test(arguments: [
    "--extra-index-url https://e.org/simple", "-i http://e.org", "--trusted-host e.org",
    "-e git+https://e.org/x.git",
    "x @ http://e.org/x.whl", "https://e.org/x.whl", "--find-links ./w", "./local", "x @ git+ssh://e.org/x",
  ])
  func `requirements from elsewhere are told`(_ line: String) {
    #expect(RequirementLine.concern(line) != nil)
  }

  @Test(arguments: [
    "numpy==1.0", "torch>=2 # https://e.org", "# -e git+x", "", "-r requirements.txt",
    "a[b]; python_version < '3'", "x==1 --hash=sha256:0",
  ])
  func `requirements from the index are not`(_ line: String) {
    #expect(RequirementLine.concern(line) == nil)
  }
}
