import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// Each rule about imports, calls and state: one pickle that it must stop, and a near one that it must not.
@Suite struct EffectRuleTests {
  static let orderedDict: [PickleOpcode] = [.global("collections", "OrderedDict"), .emptyTuple, .reduce]
  static let unknown: [PickleOpcode] = [.global("lab.models", "Net"), .emptyTuple, .newobj]

  static func run(_ opcodes: [PickleOpcode], protocol version: UInt8 = 4, _ profile: PickleProfile = .plain)
    -> Judged
  {
    judge(pickle([.proto(version)] + opcodes + [.stop]), profile)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let rules: [String]
    let verdict: Verdict
    let opcodes: [PickleOpcode]
    let testDescription: String

    init(_ name: String, _ rules: [String], _ verdict: Verdict, _ opcodes: [PickleOpcode]) {
      testDescription = name
      self.rules = rules
      self.verdict = verdict
      self.opcodes = opcodes
    }
  }

  static let imports: [Case] = [
    .init("a known class", [], .allow, [.global("collections", "OrderedDict")]),
    .init("os.system", ["pickle.dangerous-import"], .deny, [.global("os", "system")]),
    .init("posix.system", ["pickle.dangerous-import"], .deny, [.global("posix", "system")]),
    .init(
      "a Python 2 name in protocol 4", ["pickle.dangerous-import"], .deny, [.global("__builtin__", "eval")]),
    .init("a class of a project", ["pickle.unknown-global"], .review, [.global("lab.models", "Net")]),
    .init(
      "a nested class of a project", ["pickle.unknown-global"], .review,
      [.global("lab.models", "Net.Block")]),
    .init("a walk into os", ["pickle.attribute-walk"], .deny, [.global("pathlib", "os.system")]),
    .init(
      "a walk from an unknown module", ["pickle.attribute-walk"], .deny,
      [.global("lab.models", "shutil.os.system")]),
    .init(
      "a walk over a private attribute", ["pickle.attribute-walk"], .deny,
      [.global("lab.models", "Net._make.x")]),
    .init(
      "a walk over globals", ["pickle.attribute-walk"], .deny, [.global("lab.models", "f.__globals__")]),
    .init(
      "a module by its name in another", ["pickle.attribute-walk"], .deny, [.global("lab.models", "os")]),
    .init(
      "the builtins of a library", ["pickle.attribute-walk"], .deny, [.global("numpy.lab", "__builtins__")]),
    .init(
      "a name that is computed", ["pickle.computed-import"], .deny,
      [.text("os")] + orderedDict + [.stackGlobal]),
    .init("an extension code", ["pickle.extension-code"], .deny, [.number(.ext1, UInt8(1))]),
    .init("a persistent id", ["pickle.unexpected-persistent-id"], .review, [.text("0"), .binpersid]),
    .init("a buffer", ["pickle.out-of-band-buffer"], .review, [.nextBuffer]),
  ]

  @Test(arguments: imports) func `an import is judged by its name`(_ sample: Case) {
    let judged = Self.run(sample.opcodes)
    #expect(judged.rules == sample.rules, judged.account)
    #expect(judged.verdict == sample.verdict, judged.account)
  }

  static let calls: [Case] = [
    .init(
      "os.system", ["pickle.dangerous-call", "pickle.dangerous-import"], .deny,
      [.global("os", "system"), .text("id"), .tuple1, .reduce]),
    .init(
      "os.system by INST", ["pickle.dangerous-call", "pickle.dangerous-import"], .deny,
      [.mark, .text("id"), .inst("os", "system")]),
    .init(
      "os.system by OBJ", ["pickle.dangerous-call", "pickle.dangerous-import"], .deny,
      [.mark, .global("os", "system"), .text("id"), .obj]),
    .init(
      "Popen by NEWOBJ_EX", ["pickle.dangerous-call", "pickle.dangerous-import"], .deny,
      [.global("subprocess", "Popen"), .text("id"), .tuple1, .emptyDict, .newobjEx]),
    .init(
      "a result that is thrown away", ["pickle.dangerous-call", "pickle.dangerous-import"], .deny,
      [.global("os", "system"), .text("id"), .tuple1, .reduce, .pop, .none]),
    .init("a class of a project", ["pickle.unknown-call", "pickle.unknown-global"], .review, unknown),
    .init("the result of a call", ["pickle.computed-call"], .deny, orderedDict + [.emptyTuple, .reduce]),
    .init("a container", ["pickle.computed-call"], .deny, [.emptyList, .emptyTuple, .reduce]),
    .init(
      "bytes of protocol 2", [], .allow,
      [.global("_codecs", "encode"), .text("\u{e9}"), .text("latin1"), .tuple2, .reduce]),
    .init(
      "another codec", ["pickle.unsafe-arguments"], .deny,
      [.global("_codecs", "encode"), .text("x"), .text("rot13"), .tuple2, .reduce]),
    .init(
      "an instance by its constructor", [], .allow,
      [
        .global("copyreg", "_reconstructor"), .global("collections", "OrderedDict"),
        .global("builtins", "dict"),
        .emptyDict, .tuple3, .reduce,
      ]),
    .init(
      "an instance of a foreign base", ["pickle.dangerous-import", "pickle.unsafe-arguments"], .deny,
      [
        .global("copyreg", "_reconstructor"), .global("collections", "OrderedDict"),
        .global("subprocess", "Popen"),
        .none, .tuple3, .reduce,
      ]),
    .init(
      "an attribute of a class", [], .allow,
      [
        .global("builtins", "getattr"), .global("collections", "OrderedDict"), .text("fromkeys"), .tuple2,
        .reduce,
      ]),
    .init(
      "a private attribute", ["pickle.unsafe-arguments"], .deny,
      [
        .global("builtins", "getattr"), .global("collections", "OrderedDict"), .text("__init__"), .tuple2,
        .reduce,
      ]),
    .init(
      "an attribute of an instance", ["pickle.unreviewed-call"], .review,
      [.global("builtins", "getattr")] + orderedDict + [.text("pop"), .tuple2, .reduce]),
    .init(
      "an attribute that is called", ["pickle.computed-call"], .deny,
      [
        .global("builtins", "getattr"), .global("collections", "OrderedDict"), .text("fromkeys"), .tuple2,
        .reduce,
        .emptyTuple, .reduce,
      ]),
    .init(
      "a file behind an array", ["pickle.dangerous-call"], .deny,
      [.global("numpy", "memmap"), .text("f"), .tuple1, .reduce]),
    .init(
      "a file behind an array that is only created", ["pickle.dangerous-call"], .deny,
      [.global("numpy", "memmap"), .text("f"), .tuple1, .newobj]),
    .init(
      "bytearray of an enormous size", ["pickle.allocation-bomb"], .deny,
      [
        .global("builtins", "bytearray"), .counted(.long1, [0, 0x10, 0xa5, 0xd4, 0xe8, 0]), .tuple1,
        .reduce,
      ]),
    .init(
      "bytearray of bytes", [], .allow,
      [.global("builtins", "bytearray"), .bytes([1, 2]), .tuple1, .reduce]),
    .init(
      "a list of an enormous range", ["pickle.allocation-bomb"], .deny,
      [
        .global("builtins", "list"), .global("builtins", "range"), .integer(2_000_000_000), .tuple1,
        .reduce, .tuple1,
        .reduce,
      ]),
    .init(
      "a set of a list", [], .allow,
      [.global("builtins", "set"), .emptyList, .integer(1), .append, .tuple1, .reduce]),
    .init(
      "partial over a call of the system", ["pickle.dangerous-import", "pickle.unsafe-arguments"], .deny,
      [.global("functools", "partial"), .global("os", "system"), .tuple1, .reduce]),
    .init(
      "partial over getattr", ["pickle.unreviewed-call"], .review,
      [.global("functools", "partial"), .global("builtins", "getattr"), .tuple1, .reduce]),
    .init(
      "partial over a class of a project", ["pickle.unknown-global", "pickle.unreviewed-call"], .review,
      [.global("functools", "partial"), .global("lab.models", "Net"), .tuple1, .reduce]),
  ]

  @Test(arguments: calls) func `a call is judged by its callee and its arguments`(_ sample: Case) {
    let judged = Self.run(sample.opcodes)
    #expect(judged.rules == sample.rules, judged.account)
    #expect(judged.verdict == sample.verdict, judged.account)
  }

  static let states: [Case] = [
    .init(
      "a known instance", [], .allow,
      orderedDict + [.emptyDict, .text("_metadata"), .none, .setitem, .build]),
    .init(
      "a special attribute by slots", ["pickle.unsafe-state"], .deny,
      orderedDict + [.none, .emptyDict, .text("__class__"), .none, .setitem, .tuple2, .build]),
    .init(
      "an unknown instance", ["pickle.unknown-call", "pickle.unknown-global", "pickle.unknown-state"],
      .review,
      unknown + [.emptyDict, .build]),
    .init(
      "a class", ["pickle.build-on-class"], .deny,
      [.global("collections", "OrderedDict"), .emptyDict, .text("a"), .none, .setitem, .build]),
    .init(
      "a function", ["pickle.build-on-class", "pickle.stored-function"], .deny,
      [.global("_codecs", "encode"), .emptyDict, .build]),
    .init("a container", ["pickle.build-on-class"], .deny, [.emptyList, .emptyDict, .build]),
    .init("items of a known mapping", [], .allow, orderedDict + [.text("a"), .none, .setitem]),
    .init(
      "items of an unknown object",
      ["pickle.foreign-items", "pickle.unknown-call", "pickle.unknown-global"], .review,
      unknown + [.text("a"), .none, .setitem]),
    .init(
      "items of a class", ["pickle.items-on-computed"], .deny,
      [.global("collections", "OrderedDict"), .text("a"), .none, .setitem]),
    .init("append to a mapping", ["pickle.items-on-computed"], .deny, [.emptyDict, .none, .append]),
    .init(
      "a hook of a namespace", ["pickle.dangerous-import", "pickle.foreign-items", "pickle.unsafe-state"],
      .deny,
      [
        .global("types", "SimpleNamespace"), .emptyTuple, .newobj, .emptyDict, .text("append"),
        .global("os", "system"),
        .setitem, .build, .text("id"), .append,
      ]),
  ]

  @Test(arguments: states) func `state and items are judged by what takes them`(_ sample: Case) {
    let judged = Self.run(sample.opcodes)
    #expect(judged.rules == sample.rules, judged.account)
    #expect(judged.verdict == sample.verdict, judged.account)
  }

  @Test func `Python 2 names of known classes are known below protocol 3`() {
    let opcodes: [PickleOpcode] = [
      .global("copy_reg", "_reconstructor"), .global("collections", "OrderedDict"),
      .global("__builtin__", "dict"),
      .emptyDict, .tuple3, .reduce, .global("__builtin__", "set"), .emptyList, .tuple1, .reduce,
    ]
    #expect(Self.run(opcodes, protocol: 2).verdict == .allow, Self.run(opcodes, protocol: 2).account)
    #expect(Self.run(opcodes, protocol: 3).verdict > .allow)
  }

  @Test func `a Python 2 name that is mapped to something dangerous is denied`() {
    #expect(Self.run([.global("commands", "getoutput")], protocol: 2).verdict == .deny)
    #expect(Self.run([.global("__builtin__", "execfile")], protocol: 2).verdict == .deny)
  }

  @Test func `the same finding is shown once, at its first place`() {
    let call: [PickleOpcode] = [.global("os", "system"), .text("id"), .tuple1, .reduce, .pop]
    let judged = Self.run(call + call + call + [.none])
    #expect(judged.report.findings.count == 2, judged.account)
    #expect(judged.report.findings.map(\.location.offset) == [2, 18], judged.account)
  }

  @Test func `a flood of small findings does not hide a great one`() {
    let flood = (0..<2000).flatMap { [PickleOpcode.global("lab.m\($0)", "Net"), .pop] }
    let judged = Self.run(flood + [.global("os", "system"), .text("id"), .tuple1, .reduce])
    #expect(judged.verdict == .deny)
    #expect(judged.rules.contains("pickle.dangerous-call"))
    #expect(judged.report.findings.count < 600)
    #expect(!judged.report.coverage.gaps.isEmpty)
  }
}
