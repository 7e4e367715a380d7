import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct MarshalTests {
  static func value(_ marshalled: MarshalValue) throws -> CodeConstant {
    try #require(try Marshal.read(marshalled.bytes).first).value
  }

  @Test func `every type of a value is read`() throws {
    let samples: [([UInt8], CodeConstant)] = [
      ([0x4E], .none), ([0x54], .boolean(true)), ([0x46], .boolean(false)), ([0x2E], .ellipsis),
      ([0x53], .stopIteration), ([0x69, 0xFE, 0xFF, 0xFF, 0xFF], .integer(-2)),
      ([0x49, 1, 0, 0, 0, 1, 0, 0, 0], .integer(0x1_0000_0001)),
      ([0x6C, 0xFD, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 4, 0], .integer(-(4 << 30) - 1)),
      ([0x6C, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x10, 0], .bigInteger("0x10000000000000001")),
      ([0x67, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F], .float(1.5)), ([0x66, 3, 0x31, 0x2E, 0x35], .float(1.5)),
      ([0x78, 1, 0x31, 1, 0x32], .complex(1, 2)), ([0x73, 1, 0, 0, 0, 0xFF], .bytes([0xFF])),
      ([0x75, 2, 0, 0, 0, 0xC3, 0xA9], .string("é")), ([0x7A, 1, 0x61], .string("a")),
      ([0x5A, 1, 0x61], .string("a")), ([0x61, 1, 0, 0, 0, 0x61], .string("a")),
      ([0x29, 1, 0x4E], .tuple([.none])), ([0x28, 1, 0, 0, 0, 0x4E], .tuple([.none])),
      ([0x5B, 1, 0, 0, 0, 0x4E], .list([.none])), ([0x3E, 1, 0, 0, 0, 0x4E], .frozenSet([.none])),
      ([0x3C, 1, 0, 0, 0, 0x4E], .set([.none])),
      ([0x7B, 0x4E, 0x54, 0x30], .dictionary([.none, .boolean(true)])),
      ([0x3A, 0x4E, 0x54, 0x4E], .slice([.none, .boolean(true), .none])),
    ]
    for (bytes, expected) in samples {
      #expect(try Self.value(MarshalValue(bytes: bytes)) == expected, "\(bytes)")
      // The same with the flag that keeps it, and cut short everywhere.
      #expect(try Self.value(MarshalValue(bytes: [bytes[0] | 0x80] + bytes.dropFirst())) == expected)
      for cut in Mutations.truncations(of: bytes) {
        #expect(throws: ParseError.self, "\(cut.what)") { try Marshal.read(cut.bytes) }
      }
    }
  }

  @Test func `a reference is the value that it names`() throws {
    let shared = MarshalValue.text("x").marked
    #expect(
      try Self.value(.tuple([shared, .reference(0)])) == .tuple([.string("x"), .string("x")]))
    #expect(throws: ParseError.self) { try Marshal.read(MarshalValue.reference(0).bytes) }
    // A tuple that holds itself is not followed.
    #expect(
      try Self.value(MarshalValue.tuple([.reference(0)]).marked)
        == .tuple([.other("a value that holds itself")]))
  }

  @Test func `references that multiply end at the limit`() {
    // Each tuple holds the one before twice: 2^40 values in 600 bytes.
    var value = MarshalValue.tuple([.none, .none]).marked
    for index in 0..<40 {
      value = MarshalValue.tuple([value, .reference(Int32(40 - index))]).marked
    }
    #expect { try Marshal.read(value.bytes) } throws: { ($0 as? ParseError)?.kind == .limit }
  }

  @Test func `nesting ends at the limit`() {
    let deep: [UInt8] = (0..<200_000).map { $0 % 2 == 0 ? 0x29 : 1 } + [0x4E]
    #expect { try Marshal.read(deep) } throws: { ($0 as? ParseError)?.kind == .limit }
  }

  @Test func `counts that no input holds are refused at once`() {
    for type in Array("(<>[sltu".utf8) {
      #expect(throws: ParseError.self) { try Marshal.read([type, 0xFF, 0xFF, 0xFF, 0x7F, 0x4E]) }
      #expect(throws: ParseError.self) { try Marshal.read([type, 0, 0, 0, 0x80, 0x4E]) }
    }
  }

  @Test func `a code object is read with what is inside it`() throws {
    let inner = MarshalValue.code([0x97, 0, 0x64, 0, 0x53, 0], name: "inner")
    let outer = MarshalValue.code(
      [0x97, 0, 0x64, 0, 0x53, 0], constants: [.none, inner], names: ["os"], locals: ["x"], name: "outer")
    guard case .code(let code) = try Self.value(outer) else {
      Issue.record("no code object")
      return
    }
    #expect(code.name == "outer" && code.names == ["os"] && code.variables == ["x"])
    #expect(code.version == .v3_11 && code.isPlausible)
    #expect(code.disassembly(limit: 2).map(\.operation) == ["RESUME", "LOAD_CONST"])
    #expect(code.disassembly(limit: 9).map(\.meaning) == ["", "None", ""])
    #expect(code.allNames() == ["os"])
  }

  @Test func `an index that points nowhere is said and not followed`() throws {
    let code = MarshalValue.code([0x97, 0, 0x64, 9, 0x74, 9] + Array(repeating: 0, count: 10) + [0x7C, 9])
    guard case .code(let object) = try Self.value(code) else {
      Issue.record("no code object")
      return
    }
    #expect(!object.isPlausible)
    #expect(
      object.disassembly(limit: 9).filter { $0.operation.hasPrefix("LOAD") }.allSatisfy {
        $0.meaning.hasSuffix("which is not there")
      })
    #expect(object.uses().paths.isEmpty)
  }

  /// Random damage to real data: every outcome but a trap is right, and what is read can be shown.
  @Test(arguments: [PythonVersion.v2_7, .v3_8, .v3_11, .v3_13])
  func `damaged data never trap`(_ version: PythonVersion) throws {
    let sample = try DisassemblyTests.Recording(version).marshalled
    var random = SeededRandom(seed: UInt64(version.rawValue))
    for _ in 0..<300 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let readings = try? Marshal.read(bytes) else { continue }
      for reading in readings {
        #expect(reading.byteCount <= bytes.count)
        _ = reading.value.description(limit: 200)
        reading.value.forEachCode { code in
          DisassemblyTests.walk(code) {
            #expect($0.disassembly(limit: 100).count <= 100, "seed \(random.seed)")
          }
          _ = code.uses()
        }
      }
    }
  }

  @Test func `a pyc file says its version, and a foreign one is refused`() throws {
    let code = MarshalValue.code([0x97, 0, 0x64, 0, 0x53, 0]).bytes
    let head: [UInt8] = [0xA7, 0x0D, 0x0D, 0x0A] + Array(repeating: 0, count: 12)
    #expect(try PycFile(head + code).version == .v3_11)
    #expect(throws: ParseError.self) { try PycFile(Array(head.prefix(12)) + code) }
    #expect(throws: ParseError.self) {
      try PycFile([0xFF, 0x0F, 0x0D, 0x0A] + Array(repeating: 0, count: 12) + code)
    }
    #expect(!PycFile.isRecognized([0xA7, 0x0D, 0x0D, 0x0D]))
  }
}
