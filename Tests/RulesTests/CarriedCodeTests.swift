import Findings
import Formats
import Policy
import TestSupport
import Testing

@testable import Rules

/// What is said of carried code by its bytecode.
@Suite struct CarriedCodeTests {
  static func code(_ sample: Sample) throws -> CodeObject {
    let reading = try #require(try Marshal.read(sample.bytes).first)
    guard case .code(let code) = reading.value else { throw NoCode() }
    return code
  }

  struct NoCode: Error {}

  @Test(arguments: MarshalledFunctions.samples)
  func `a hostile function is denied by what it does, its honest twin is for a person`(_ sample: Sample)
    throws
  {
    let code = try Self.code(sample)
    let judgement = CarriedCodeJudgement(code, table: PolicyFolder.table)
    #expect(code.isReadable)
    if sample.name.hasPrefix("hostile") {
      #expect(judgement.denied.keys.contains("os.system"), "\(judgement.denied)")
      #expect(judgement.denied.keys.contains { $0.hasPrefix("subprocess") }, "\(judgement.denied)")
    } else {
      #expect(judgement.denied.isEmpty, "\(judgement.denied)")
      #expect(judgement.notable.contains("os.path.join") && judgement.notable.contains("open"))
    }
  }

  /// `LOAD_GLOBAL names[0]`, attributes for the rest, a call with a constant, as Python 3.11 has them.
  static func calling(_ names: [String], constants: [MarshalValue] = [.none]) -> MarshalValue {
    var bytecode: [UInt8] = [0x97, 0, 0x74, 1] + Array(repeating: 0, count: 10)
    for index in names.indices.dropFirst() {
      bytecode += [0x6A, UInt8(index)] + Array(repeating: 0, count: 8)
    }
    bytecode += [0x64, UInt8(constants.count - 1), 0xA6, 1, 0, 0, 0xAB, 1] + Array(repeating: 0, count: 8)
    return .code(bytecode + [0x53, 0], constants: constants, names: names)
  }

  static func denied(_ value: MarshalValue) throws -> [String] {
    guard case .code(let code)? = try Marshal.read(value.bytes).first?.value else { throw NoCode() }
    #expect(code.version == .v3_11 && code.isPlausible)
    return CarriedCodeJudgement(code, table: PolicyFolder.table).denied.keys.sorted()
  }

  @Test(arguments: [
    ["exec"], ["compile"], ["os", "system"], ["posix", "popen"], ["subprocess", "run"],
    ["helper", "Popen"],
    ["ctypes", "CDLL"], ["builtins", "exec"], ["socket", "socket"], ["model", "__globals__"],
    ["__builtins__"],
    ["f", "__class__", "__base__", "__subclasses__"], ["marshal", "loads"], ["types", "CodeType"],
  ])
  func `code that starts programs or runs text is denied`(_ names: [String]) throws {
    #expect(try !Self.denied(Self.calling(names)).isEmpty)
  }

  @Test(arguments: [
    ["open"], ["eval"], ["re", "compile"], ["model", "compile"], ["model", "exec"], ["os", "path", "join"],
    ["os", "environ", "get"], ["os", "getpid"], ["platform", "system"], ["socket", "gethostname"],
    ["requests", "get"], ["urllib", "request", "urlopen"], ["joblib", "load"], ["pickle", "load"],
    ["fn", "__code__", "co_varnames"], ["Base", "__subclasses__"], ["numpy", "mean"],
    ["multiprocessing", "cpu_count"],
  ])
  func `code that honest functions have is not denied`(_ names: [String]) throws {
    #expect(try Self.denied(Self.calling(names)).isEmpty)
  }

  @Test func `text that is evaluated is looked at, and what is decoded beside it`() throws {
    func evaluating(_ text: String) throws -> [String] {
      try Self.denied(Self.calling(["eval"], constants: [.text(text)]))
    }
    #expect(try evaluating("x + 1").isEmpty)
    #expect(try evaluating("__import__('os').system('id')") == ["eval"])
  }

  @Test func `every name of the list is dangerous in the policy too`() {
    let names = CarriedCodeTable.modules.union(CarriedCodeTable.functions)
    for name in names.sorted() {
      let kind = PolicyPath.entry(of: name, PolicyFolder.table)?.kind
      #expect(kind == .dangerous || kind == .deniedCall, "\(name): \(String(describing: kind))")
    }
  }

  // MARK: in pickles

  @Test(arguments: MarshalledFunctions.samples)
  func `marshalled code in a pickle is read where it is given to a call`(_ sample: Sample) {
    let judged = EmbeddedCodeTests.run([
      .global("lab.code", "_make_function"), .bytes(sample.bytes), .tuple1, .reduce,
    ])
    let expected =
      sample.name.hasPrefix("hostile")
      ? ["code.function", "pickle.dangerous-embedded-code", "pickle.embedded-code"]
      : ["code.function", "pickle.embedded-code"]
    #expect(judged.rules == expected, judged.account)
  }

  /// `_builtin_type('CodeType')(0, 0, 0, 1, 3, 3, b'..', (None,), names, ('x',), 'm.py', 'f', 'f', 1, b'', b'', (), ())`.
  static func constructor(_ names: [String]) -> [PickleOpcode] {
    guard case .code(let code)? = try? Marshal.read(calling(names).bytes).first?.value else { return [] }
    let type: [PickleOpcode] = [
      .global("lab.code", "_builtin_type"), .text("CodeType"), .tuple1, .reduce, .mark,
    ]
    let counts: [PickleOpcode] = [0, 0, 0, 1, 3, 3].map { .integer($0) }
    let end: [PickleOpcode] = [
      .text("m.py"), .text("f"), .text("f"), .integer(1), .bytes([]), .bytes([]), .emptyTuple, .emptyTuple,
      .tuple,
      .reduce,
    ]
    return type + counts + [.bytes(code.bytecode), .none, .tuple1, .mark] + names.map { .text($0) }
      + [.tuple, .text("x"), .tuple1] + end
  }

  @Test func `a constructor's arguments are read as the code they make`() {
    let hostile = EmbeddedCodeTests.run(Self.constructor(["os", "system"]))
    #expect(hostile.rules.contains("pickle.dangerous-embedded-code"), hostile.account)
    // The name alone is not enough: what it is an attribute of counts.
    let honest = EmbeddedCodeTests.run(Self.constructor(["model", "exec"]))
    #expect(honest.rules == ["code.function", "pickle.embedded-code"], honest.account)
    #expect(honest.verdict == .review)
  }

  @Test func `a module that carried code looks up is judged`() {
    func looking(_ module: String) -> Judged {
      EmbeddedCodeTests.run([
        .global("cloudpickle.cloudpickle", "subimport"), .text(module), .tuple1, .reduce,
      ])
    }
    #expect(looking("subprocess").verdict == .deny)
    #expect(looking("numpy.linalg").verdict == .review)
    #expect(looking("os").verdict == .review)
  }
}
