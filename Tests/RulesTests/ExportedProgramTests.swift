import ByteParsing
import Findings
import Rules
import TestSupport
import Testing

/// The JSON of torch.export, judged with the shipped operators.
@Suite struct ExportedProgramTests {
  private func judge(_ json: String) throws -> Report {
    var sink = TestedReport(for: Test.current)
    var program = ExportedProgram(operators: PolicyFolder.operators, path: [])
    program.judge(try StrictJSON.parse(Array(json.utf8)), into: &sink)
    sink.report.coverage.finished = true
    return sink.report
  }

  @Test(arguments: [
    "torch.ops.aten.add.Tensor", "torch.ops.aten.linear.default", "_operator.mul", "torch.sym_max",
    "torch.ops.higher_order.cond", "math.trunc", "torch.ops.torchvision.nms.default",
  ])
  func `operators that compute give no finding`(target: String) throws {
    #expect(try judge(#"{"nodes":[{"target":"\#(target)"}]}"#).verdict == .allow)
  }

  @Test(arguments: [
    "os.system", "torch.os.system", "torch.load", "torch.hub.load", "_operator.attrgetter", "builtins.eval",
    "torch.ops.aten.from_file.default", "torch.serialization.os.system", "_operator.mul.__self__",
    "torch.ops.load_library", "", "torch.ops.aten.a b",
  ])
  func `other targets are denied`(target: String) throws {
    #expect(try judge(#"{"nodes":[{"target":"\#(target)"}]}"#).verdict == .deny)
    #expect(try judge(#"{"nodes":[{"inputs":[{"arg":{"as_operator":"\#(target)"}}]}]}"#).verdict == .deny)
  }

  @Test func `operators of a library that nobody listed are for review`() throws {
    #expect(try judge(#"{"nodes":[{"target":"torch.ops.mylib.fast.default"}]}"#).verdict == .review)
    #expect(try judge(#"{"nodes":[{"target":"torch.ops.aten._unsafe_index.Tensor"}]}"#).verdict == .review)
  }

  @Test(arguments: [
    "s0", "2*s77 + 1", "Symbol('s77', positive=True, integer=True)", "s0**2",
    "Mul(Integer(2), Symbol('s77', positive=True, integer=True))", "FloorDiv(s0, 2)", "Max(1, u0)",
  ])
  func `symbolic sizes give no finding`(expression: String) throws {
    #expect(try judge(#"{"as_expr":{"expr_str":"\#(expression)"}}"#).verdict == .allow)
    #expect(try judge(#"{"range_constraints":{"\#(expression)":{"min_val":1}}}"#).verdict == .allow)
  }

  @Test(arguments: [
    "__import__('os').system('id')", "Symbol('x').__class__", "().__class__", "Symbol('import os')",
    "s0.real",
    "[s0]", "eval('1')", "9**9**9**9**9", "99999**99999", "sympify('1')", "s0; s1", "exec", "s0\\ns1",
    "Integer('s0')",
    "99999999!", "(s0 #\\r+eval)", "(s0 # )", "s0 \\\\",
  ])
  func `other text where Python evaluates is denied`(expression: String) throws {
    #expect(try judge(#"{"as_expr":{"expr_str":"\#(expression)"}}"#).verdict == .deny)
    #expect(try judge(#"{"range_constraints":{"\#(expression)":{"min_val":1}}}"#).verdict == .deny)
  }

  @Test func `guards compare sizes and nothing else`() throws {
    #expect(try judge(#"{"guards_code":["L['x'].size()[0] >= 2", "Eq(Mod(s0, 2), 0)"]}"#).verdict == .allow)
    #expect(try judge(#"{"guards_code":["__import__('os')"]}"#).verdict == .deny)
    #expect(try judge(#"{"guards_code":["L['x'].__class__"]}"#).verdict == .deny)
  }

  @Test func `names that go into generated source are identifiers`() throws {
    #expect(try judge(#"{"as_tensor":{"name":"p_weight"}}"#).verdict == .allow)
    #expect(try judge(#"{"as_tensor":{"name":"x=print(1)"}}"#).verdict == .deny)
    #expect(try judge(#"{"tensor_values":{"x\n":{}}}"#).verdict == .deny)
    #expect(try judge(#"{"parameter_name":"layers.0.weight"}"#).verdict == .allow)
    #expect(try judge(#"{"parameter_name":"a\");print(\""}"#).verdict == .deny)
    #expect(try judge(#"{"forward_arg_names":["x","y: print()"]}"#).verdict == .deny)
    #expect(
      try judge(#"{"target":"_operator.mul","metadata":{"name":"File \"a.py\", line 1"}}"#).verdict
        == .allow)
  }

  @Test func `a value named metadata is judged as any other`() throws {
    let value = #"{"tensor_values":{"target":{},"metadata":{"sizes":[{"expr_str":"eval('1')"}]}}}"#
    #expect(try judge(value).verdict == .deny)
  }

  @Test func `a tree may hold plain containers only`() throws {
    func spec(_ type: String, _ context: String) -> String {
      #"{"in_spec":"[1, {\"type\": \"\#(type)\", \"context\": \"\#(context)\", \"children_spec\": []}]"}"#
    }
    #expect(try judge(spec("builtins.dict", #"[\\\"i\\\"]"#)).verdict == .allow)
    #expect(try judge(spec("mylib.Tree", "null")).verdict == .review)
    let enumeration =
      #"[{\\\"__enum__\\\": true, \\\"fqn\\\": \\\"antigravity:X\\\", \\\"name\\\": \\\"a\\\"}]"#
    #expect(try judge(spec("builtins.dict", enumeration)).verdict == .deny)
    #expect(try judge(#"{"in_spec":"[1, {"}"#).verdict == .incomplete)
  }

  @Test func `custom objects are for review`() throws {
    #expect(
      try judge(#"{"config":{"o":{"path_name":"custom_obj_0","use_pickle":true}}}"#).verdict == .review)
    #expect(try judge(#"{"custom_obj_values":{"o":{"name":"o","class_fqn":"a.B"}}}"#).verdict == .review)
    #expect(try judge(#"{"config":{"w":{"path_name":"weight_0","use_pickle":false}}}"#).verdict == .allow)
  }
}
