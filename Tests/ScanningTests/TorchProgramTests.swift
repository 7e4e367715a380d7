import Findings
import Pickle
import TestSupport
import Testing

/// Archives of PyTorch that hold programs.
@Suite struct TorchProgramTests {
  private typealias Member = ZIPBuilder.Member

  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
  private static let empty = pickle(.proto(2), .emptyTuple, .stop)

  private func expect(
    _ bytes: [UInt8], _ verdict: Verdict, _ rules: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(bytes)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
    for rule in rules {
      #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    }
  }

  private func archive(_ extra: (name: String, bytes: [UInt8])...) -> [UInt8] {
    var torch = TorchBuilder()
    torch.extra = extra.map { Member("archive/\($0.name)", $0.bytes) }
    return torch.archive().build()
  }

  private func script(_ body: String, _ extra: (name: String, bytes: [UInt8])...) -> [UInt8] {
    var torch = TorchBuilder()
    torch.extra = [
      Member("archive/code/__torch__/m.py", Array("def f(x: Tensor) -> Tensor:\n  \(body)\n".utf8)),
      Member("archive/constants.pkl", Self.empty),
    ]
    torch.extra += extra.map { Member("archive/\($0.name)", $0.bytes) }
    return torch.archive().build()
  }

  // MARK: TorchScript

  @Test func `a script that only computes is allowed`() {
    expect(script("return torch.relu(x)"), .allow)
    #expect(Examination.report(script("return x")).formats.contains("torchscript"))
  }

  @Test func `a script that writes a file is denied`() {
    expect(script("torch.save(x, \"/tmp/x\")"), .deny, "torch.dangerous-operator")
  }

  @Test func `a script in an archive that claims to be something else is judged all the same`() {
    expect(
      script("torch.save(x, \"/tmp/x\")", ("archive_format", Array("pt2".utf8))), .deny,
      "torch.dangerous-operator")
    expect(
      script("torch.save(x, \"/tmp/x\")", (".data/extern_modules", Array("torch\n".utf8))), .deny,
      "torch.dangerous-operator")
  }

  @Test func `an operator that nobody listed is for review`() {
    expect(script("return ops.mylib.fast(x)"), .review, "torch.unknown-operator")
  }

  @Test func `a source that is none is incomplete`() {
    expect(script("return $x"), .incomplete)
  }

  @Test func `Python in the code folder is denied`() {
    expect(script("return x\nimport os"), .deny, "torch.script-python")
  }

  @Test func `pickles beside a script are judged`() {
    for name in ["extra/evil.pkl", "code/__torch__/m.py.debug_pkl", "traced_inputs.pkl", "attributes.pkl"] {
      expect(script("return x", (name, Self.hostile)), .deny, "pickle.dangerous-call")
      expect(script("return x", (name, Self.empty)), .allow)
    }
    expect(script("return x", ("code/m.py.debug_pkl", [1, 2, 3])), .incomplete)
  }

  @Test func `extra files are text or for review`() {
    expect(script("return x", ("extra/labels.txt", Array("cat\ndog\n".utf8))), .allow)
    expect(script("return x", ("extra/hook.py", Array("import os\n".utf8))), .review)
    expect(script("return x", ("extra/hook", Array("#!/bin/sh\n".utf8))), .review)
    expect(script("return x", ("extra/data", [0, 1, 2, 0xFF])), .review)
  }

  @Test func `storages of other pickles are expected in their own folders`() {
    let inputs = TorchBuilder().stateDict(key: "0", isLegacy: false)
    let bytes = [UInt8](repeating: 0, count: 16)
    expect(script("return x", ("traced_inputs.pkl", inputs), ("traced_inputs/0", bytes)), .allow)
    expect(script("return x", ("traced_inputs.pkl", inputs), ("traced_inputs/0", [])), .allow)
    expect(
      script("return x", ("traced_inputs.pkl", inputs), ("traced_inputs/0", [0])), .deny,
      "torch.storage-size")
    expect(script("return x", ("traced_inputs.pkl", inputs)), .incomplete, "torch.missing-storage")
  }

  @Test func `mobile bytecode is for review, and its operators are judged`() {
    func bytecode(_ name: String) -> [UInt8] {
      pickle(.proto(2), .text("operators"), .text(name), .text(""), .tuple2, .tuple1, .tuple2, .stop)
    }
    expect(script("return x", ("bytecode.pkl", bytecode("aten::add"))), .review, "torch.mobile-bytecode")
    expect(script("return x", ("bytecode.pkl", bytecode("aten::save"))), .deny, "torch.dangerous-operator")
    expect(script("return x", ("bytecode.pkl", bytecode("my::op"))), .review, "torch.unknown-operator")
  }

  @Test func `archives of before 1_4 are not examined`() {
    expect(script("return x", ("model.json", Array("{}".utf8))), .incomplete)
  }

  @Test func `a flatbuffer for the mobile interpreter is not examined`() {
    expect([0x20, 0, 0, 0] + Array("PTMF".utf8) + [UInt8](repeating: 0, count: 64), .incomplete)
  }

  // MARK: exported programs

  private static let graph = Array(
    #"{"graph_module":{"graph":{"nodes":[{"target":"torch.ops.aten.add.Tensor"}]}}}"#.utf8)

  private func exported(_ graph: [UInt8], _ extra: (name: String, bytes: [UInt8])...) -> [UInt8] {
    let members = [
      Member("m/models/model.json", graph), Member("m/archive_format", Array("pt2".utf8)),
      Member(
        "m/data/weights/model_weights_config.json",
        Array(
          #"{"config":{"w":{"path_name":"weight_0","use_pickle":false},"v":{"path_name":"weight_1","use_pickle":true}}}"#
            .utf8)),
      Member("m/data/weights/weight_0", [0, 1, 2, 3]),
    ]
    return ZIPBuilder(members + extra.map { Member("m/\($0.name)", $0.bytes) }).build()
  }

  @Test func `an exported program of operators that compute is allowed`() {
    expect(exported(Self.graph), .allow)
    #expect(Examination.report(exported(Self.graph)).formats.contains("torch-pt2"))
  }

  @Test func `targets and texts of an exported program are judged`() {
    let call = Array(#"{"nodes":[{"target":"torch.os.system"}]}"#.utf8)
    expect(exported(call), .deny, "torch.foreign-target")
    let text = Array(#"{"expr_str":"__import__('os')"}"#.utf8)
    expect(exported(text), .deny, "torch.evaluated-expression")
    expect(exported(Array("{".utf8)), .incomplete)
  }

  @Test func `what an exported program pickles is judged`() {
    for name in ["data/sample_inputs/model.pt", "data/weights/weight_1", "data/weights/model.pt"] {
      expect(exported(Self.graph, (name, Self.hostile)), .deny, "pickle.dangerous-call")
      expect(exported(Self.graph, (name, TorchBuilder().archive().build())), .allow)
      expect(exported(Self.graph, (name, [1, 2, 3])), .incomplete)
    }
    expect(exported(Self.graph, ("data/weights/weight_9", [1, 2, 3])), .review)
  }

  @Test func `compiled code is for review`() {
    expect(
      exported(Self.graph, ("data/aotinductor/model/x.so", Array("\u{7F}ELF".utf8))), .review,
      "torch.native-code")
  }

  @Test func `an exported program without a root is judged`() {
    func former(_ graph: [UInt8]) -> [UInt8] {
      ZIPBuilder([
        Member("serialized_exported_program.json", graph),
        Member("serialized_state_dict.pt", TorchBuilder().archive().build()),
        Member("version", Array("1".utf8)),
      ]).build()
    }
    expect(former(Self.graph), .allow)
    expect(former(Array(#"{"target":"os.system"}"#.utf8)), .deny, "torch.foreign-target")
  }

  // MARK: packages

  private func package(_ pickle: [UInt8], _ extra: (name: String, bytes: [UInt8])...) -> [UInt8] {
    let members = [
      Member("p/.data/extern_modules", Array("torch\ncollections\n".utf8)), Member("p/model/m.pkl", pickle),
    ]
    return ZIPBuilder(members + extra.map { Member("p/\($0.name)", $0.bytes) }).build()
  }

  @Test func `a package of tensors is allowed`() {
    let weights = TorchBuilder().stateDict(key: "0", isLegacy: false)
    expect(package(weights, (".data/0.storage", [UInt8](repeating: 0, count: 16))), .allow)
    expect(package(weights, (".data/0.storage", [0])), .deny, "torch.storage-size")
    expect(package(weights), .incomplete, "torch.missing-storage")
  }

  @Test func `the sources of a package are its own code`() {
    let own = pickle(.proto(2), .global("net.layers", "Net"), .emptyTuple, .newobj, .stop)
    let report = Examination.report(package(own, ("net/layers.py", Array("class Net: pass".utf8))))
    #expect(report.verdict == .review, "\(report.summary)")
    #expect(
      report.rules == ["torch.script-code", "pickle.embedded-code", "python.source"], "\(report.summary)")
    expect(package(own), .review, "pickle.unknown-global")
    expect(package(Self.hostile, ("os.py", [])), .deny, "pickle.dangerous-call")
  }

  @Test func `what the importer of a package calls is judged`() {
    func reduce(_ module: String, _ name: String) -> [UInt8] {
      pickle(
        .proto(2), .mark, .text("reduce_package"), .integer(1), .global(module, name), .emptyTuple, .tuple,
        .binpersid, .stop)
    }
    expect(package(reduce("os", "system")), .deny, "pickle.dangerous-call")
    expect(package(reduce("mylib", "build")), .review, "pickle.unknown-call")
  }

  // MARK: tar

  @Test func `the pickles of a tar archive are judged`() {
    let count = pickle(.proto(2), .integer(0), .stop)
    for name in ["storages", "tensors", "pickle", "sys_info"] {
      let members = ["storages", "tensors", "pickle"].filter { $0 != name }
      let honest = members.flatMap { TarBuilder.member($0, count) }
      expect(
        TarBuilder.archive(honest, TarBuilder.member(name, Self.hostile)), .deny, "pickle.dangerous-call")
      expect(TarBuilder.archive(honest, TarBuilder.member(name, count)), .incomplete)
    }
  }

  @Test func `a hostile pickle between the storages of a tar archive is found`() {
    let count = pickle(.proto(2), .integer(1), .stop)
    let storages = count + [7, 7, 7, 0] + Self.hostile
    expect(TarBuilder.archive(TarBuilder.member("storages", storages)), .deny, "pickle.dangerous-call")
  }

  @Test func `a link in a tar archive is denied`() {
    expect(
      TarBuilder.archive(
        TarBuilder.member("pickle", Self.empty), TarBuilder.member("storages", [], type: "2")),
      .deny, "torch.tar-link")
  }
}
