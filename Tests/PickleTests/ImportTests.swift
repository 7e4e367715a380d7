import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct ImportTests {
  private func reference(_ opcodes: PickleOpcode...) -> GlobalReference? {
    let run = run(pickle(opcodes + [.stop]))
    #expect(run.result.end == .stop)
    return run.trace.globals.first
  }

  @Test func `GLOBAL imports the two lines`() {
    let global = reference(.proto(4), .global("os.path", "join"))
    #expect(
      global
        == GlobalReference(
          module: "os.path", name: "join", resolvedModule: "os.path", resolvedName: "join",
          protocolVersion: 4, offset: 2))
  }

  @Test(
    arguments: [
      PickleOpcode.text("os"), .counted(.binunicode, Array("os".utf8)),
      .counted(.binunicode8, Array("os".utf8)), .counted(.shortBinstring, Array("os".utf8)),
      .counted(.binstring, Array("os".utf8)), .lines(.string, "'\\x6fs'"), .lines(.unicode, "\\u006fs"),
    ])
  func `STACK_GLOBAL takes every constant string`(_ module: PickleOpcode) {
    #expect(reference(module, .text("system"), .stackGlobal)?.module == "os")
    #expect(reference(.text("m"), module, .stackGlobal)?.name == "os")
  }

  @Test func `STACK_GLOBAL takes strings from the memo and from DUP`() {
    let memo = reference(
      .text("os"), .memoize, .pop, .text("system"), .memoize, .pop, .binget(0), .binget(1), .stackGlobal)
    #expect(memo?.name == "system")
    #expect(reference(.text("time"), .dup, .stackGlobal)?.module == "time")
  }

  @Test(
    arguments: [
      ([PickleOpcode.none, .text("n")], "None"), ([.text("m"), .integer(1)], "1"),
      ([.text("m"), .bytes([0x6E])], "b'n'"), ([.text("m"), .global("a", "b")], "a.b"),
      ([.text("m"), .global("a", "b"), .emptyTuple, .reduce], "a.b()"), ([.text("m"), .emptyList], "[]"),
    ])
  func `an import of anything else is computed, names what it is, and goes on`(
    _ operands: [PickleOpcode], _ named: String
  ) {
    let sample = pickle(operands + [.stackGlobal, .emptyTuple, .reduce, .stop])
    let run = run(sample)
    #expect(run.irregularities == [.computedImport])
    #expect(
      run.effects.suffix(2) == ["importGlobal <computed import> \(named)", "reduce <computed import> ()"])
    #expect(run.result.end == .stop)
  }

  @Test func `INST imports and then calls with what stood above the mark`() {
    let run = run(pickle(.mark, .integer(1), .inst("os", "system"), .stop))
    #expect(run.effects == ["importGlobal os.system None", "instantiate os.system (1,)"])
    #expect(run.result.end == .stop)
  }

  @Test func `INST imports before it misses its mark`() {
    let run = run(pickle(.integer(1), .inst("os", "system"), .stop))
    #expect(run.effects == ["importGlobal os.system None"])
    #expect(run.breakKind == .malformed)
  }

  @Test(
    arguments: [
      ("__builtin__", "eval", "builtins", "eval"), ("__builtin__", "reduce", "functools", "reduce"),
      ("itertools", "imap", "builtins", "map"), ("itertools", "count", "itertools", "count"),
      ("urllib", "urlopen", "urllib.request", "urlopen"),
      ("copy_reg", "_reconstructor", "copyreg", "_reconstructor"),
      ("commands", "getoutput", "subprocess", "getoutput"), ("cPickle", "loads", "pickle", "loads"),
      ("exceptions", "ValueError", "builtins", "ValueError"),
      ("UserDict", "UserDict", "collections", "UserDict"),
      ("exceptions", "StandardError", "builtins", "Exception"), ("os", "system", "os", "system"),
    ])
  func `names of Python 2 are mapped below protocol 3`(
    _ module: String, _ name: String, _ mappedModule: String, _ mappedName: String
  ) {
    for version in UInt8(0)...5 {
      let global = reference(.proto(version), .global(module, name))
      #expect(global?.module == module)
      #expect(global?.name == name)
      #expect(global?.resolvedModule == (version < 3 ? mappedModule : module), "protocol \(version)")
      #expect(global?.resolvedName == (version < 3 ? mappedName : name), "protocol \(version)")
    }
  }

  @Test func `names are mapped without PROTO and for STACK_GLOBAL`() {
    #expect(reference(.global("__builtin__", "eval"))?.resolvedModule == "builtins")
    #expect(reference(.text("__builtin__"), .text("eval"), .stackGlobal)?.resolvedModule == "builtins")
  }

  @Test func `the protocol in force is the last one`() {
    let sample = pickle(
      .proto(4), .global("__builtin__", "a.b"), .proto(2), .global("__builtin__", "a.b"), .stop)
    let globals = run(sample).trace.globals
    #expect(globals.map(\.protocolVersion) == [4, 2])
    #expect(globals.map(\.resolvedModule) == ["__builtin__", "builtins"])
    #expect(globals.map(\.isDotted) == [true, true])
  }

  @Test func `the same name imported twice is two imports`() {
    let run = run(pickle(.proto(4), .global("a", "b"), .global("a", "b"), .stop))
    #expect(run.trace.globals.map(\.offset) == [2, 7])
  }

  @Test(arguments: [("", "n"), ("m", "")])
  func `an empty module or name breaks and is reported`(_ module: String, _ name: String) {
    let run = run(pickle(.global(module, name), .stop))
    #expect(run.irregularities == [.nameMalformed])
    #expect(run.breakKind == .malformed)
  }

  @Test func `a name that is not UTF-8 breaks and is reported`() {
    let run = run([0x63, 0x6D, 0x0A, 0xFF, 0x0A] + pickle(.stop))
    #expect(run.irregularities == [.nameMalformed])
    #expect(run.breakKind == .malformed)
    #expect(reference(.global("é", "ü"))?.module == "é")
  }

  @Test func `INST names are ASCII`() {
    #expect(run(pickle(.mark, .inst("é", "n"), .stop)).irregularities == [.nameMalformed])
  }

  @Test func `a name whose text depends on the encoding is reported`() {
    for module in [PickleOpcode.counted(.shortBinstring, Array("é".utf8)), .lines(.string, "'\\xc3\\xa9'")]
    {
      let depends = run(pickle(module, .text("n"), .stackGlobal, .stop))
      #expect(depends.irregularities == [.nameMalformed])
      #expect(depends.effects == ["importGlobal <computed import> 'é'"])
    }
    let fixed = run(pickle(.text("é"), .text("n"), .stackGlobal, .stop))
    #expect(fixed.irregularities == [])
  }

  @Test func `an empty name on the stack is reported`() {
    #expect(run(pickle(.text(""), .text("n"), .stackGlobal, .stop)).irregularities == [.nameMalformed])
  }
}
