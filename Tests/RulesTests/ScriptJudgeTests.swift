import ByteParsing
import Findings
import Rules
import TestSupport
import Testing

/// What TorchScript's sources use, judged with the shipped operators.
@Suite struct ScriptJudgeTests {
  private func judge(_ sources: String...) -> Report {
    var sink = TestedReport(for: Test.current)
    var judge = ScriptJudge(operators: PolicyFolder.operators, globals: PolicyFolder.table)
    for source in sources {
      do {
        try judge.read(Array(source.utf8), path: [], into: &sink)
      } catch {
        sink.record(Gap(at: Location(), reason: error.description))
      }
    }
    judge.finish(into: &sink)
    sink.report.coverage.finished = true
    return sink.report
  }

  /// A method of a module around some statements.
  private func judge(body: String, name: String = "forward") -> Report {
    judge(
      "class M(Module):\n  __parameters__ = [\"w\", ]\n  w : Tensor\n  def \(name)(self: __torch__.M,\n    x: Tensor) -> Tensor:\n\(body.split(separator: "\n").map { "    \($0)\n" }.joined())    return x\n"
    )
  }

  @Test(arguments: [
    "y = torch.relu(x)", "y = (self).forward(x, )", "w = self.w", "y = getattr(self, \"0\")",
    "y = ops.prim.data(x)", "y = ops.quantized.linear_dynamic(x, x, True)",
    "y = annotate(List[Tensor], [])",
    "ops.prim.RaiseException(\"torch.save\", \"builtins.RuntimeError\")",
    "y = ops.torchvision.nms(x, x, 0.5)",
    "y = __torch__.torch.nn.functional.relu(x, False, )", "y = uninitialized(Tensor)", "y = CONSTANTS.c0",
    "for i in range(3):\n  y = torch.add(x, i)", "y = fork(torch.relu, x)",
    "y = unchecked_cast(__torch__.torch.classes.quantized.LinearPackedParamsBase, x)",
  ])
  func `what only computes gives no finding`(body: String) {
    let report = judge(body: body)
    #expect(report.verdict == .allow, "\(report.findings) \(report.coverage.gaps)")
  }

  @Test(arguments: [
    "torch.save(x, \"/tmp/x\")", "ops.aten.save(x, \"/tmp/x\")", "y = torch.from_file(\"/etc/passwd\")",
    "y = torch._C._nn.save(x, \"p\")", "(x).save(\"/tmp/x\")", "x.save(\"/tmp/x\")", "f = (x).save",
    "1..save(\"/tmp/x\")", "\"a\".save(\"/tmp/x\")", "getattr(x, \"save\")(\"/tmp/x\")",
    "f = getattr(x, \"save\")",
    "y = ops.prim.rpc_async(x)", "y = ops.image.read_file(\"/etc/passwd\")", "y = self.w.from_file(\"a\")",
    "y = CONSTANTS.c0.save(\"a\")", "y = [x][0].save(\"a\")",
  ])
  func `what reaches files or other processes is denied`(body: String) {
    let report = judge(body: body)
    #expect(report.verdict == .deny, "\(report.findings)")
    #expect(report.findings.contains { $0.rule == .dangerousOperator })
  }

  @Test(arguments: [
    "y = ops.mylib.fast(x)", "y = ops.load_library.x(\"a.so\")", "y = torch.rpc_async(x)",
    "y = torch._unsafe_index(x)", "y = torch._reshape_alias(x, [9], [1])", "y = torch.ctc_loss(x, x, x, x)",
    "y = ops.torchvision.roi_align(x, x, 1., 1, 1, 1, False)",
    "y = ops.profiler._record_function_enter(\"a\")",
    "y = torch.nothing_known(x)",
    "y = (x).nothing_known(1)", "y = (x).embedding_backward(1)", "y = getattr(x, \"a\" + \"b\")",
    "y = unchecked_cast(__torch__.torch.classes.tensorrt.Engine, x)", "y = torch.a.b.c(x)",
  ])
  func `what is on no list is for review`(body: String) {
    let report = judge(body: body)
    #expect(report.verdict == .review, "\(report.findings) \(report.coverage.gaps)")
  }

  @Test func `a method of the file's own may have the name of an operator, and is looked at`() {
    let own = "class C:\n  def save(self) -> int:\n    return 1\n"
    let report = judge(own, "def f(c: __torch__.C) -> int:\n  return (c).save()\n")
    #expect(report.verdict == .review)
  }

  @Test(arguments: [
    "import os", "import subprocess", "os.system(\"id\")", "y = eval(\"1\")", "y = __import__(\"os\")",
  ])
  func `Python is no TorchScript`(line: String) {
    #expect(judge("\(line)\n").verdict == .deny, "\(judge("\(line)\n").findings)")
  }

  @Test func `imports of its own and the version of former archives are TorchScript`() {
    let report = judge("import __torch__.torch.nn.modules\nop_version_set = 1\n")
    #expect(report.verdict == .allow, "\(report.findings) \(report.coverage.gaps)")
  }

  @Test(arguments: [
    "y = zzz(x)", "lambda x: x", "y = `x`", "__torch__ = (x).nothing\n__torch__.save(\"a\")",
  ])
  func `what TorchScript cannot be is never allowed`(body: String) {
    #expect(judge(body: body).verdict != .allow)
  }

  @Test func `a line that goes on inside of brackets hides no attribute`() {
    #expect(judge("def f(x: Tensor) -> Tensor:\n  save = 1\n  (x.\n    save)(\"p\")\n").verdict != .allow)
    #expect(judge("def f(x: Tensor) -> Tensor:\n  (x.\n    save)(\"p\")\n").verdict == .deny)
    #expect(judge("def f(x: Tensor) -> Tensor:\n  y = (x\n    .save)\n").verdict == .deny)
  }

  @Test func `a loop is looked at where it runs while loading`() {
    let loop = "while True:\n  y = torch.relu(x)"
    #expect(judge(body: loop).verdict == .allow)
    let report = judge(body: loop, name: "__setstate__")
    #expect(report.findings.map(\.rule) == [.scriptLoop])
    #expect(judge(body: "y = torch.relu(x)", name: "__setstate__").verdict == .allow)
  }
}
