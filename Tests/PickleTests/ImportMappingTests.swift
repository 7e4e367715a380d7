import ByteParsing
import Testing

@testable import Pickle

@Suite struct ImportMappingTests {
  @Test func `the tables are as large as CPython's`() {
    #expect(ImportMapping.names.count == 88)
    #expect(ImportMapping.modules.count == 55)
  }

  @Test func `the exact pair counts before the module`() {
    let pair = ImportMapping.resolve(module: "__builtin__", name: "xrange")
    #expect(pair == ImportMapping.Name(module: "builtins", name: "range"))
    let module = ImportMapping.resolve(module: "__builtin__", name: "x")
    #expect(module == ImportMapping.Name(module: "builtins", name: "x"))
  }
}
