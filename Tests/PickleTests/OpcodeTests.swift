import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct OpcodeTests {
  @Test func `the table has one row for each of the 68 opcodes`() {
    #expect(Opcode.table.count == 68)
    #expect(Opcode.allCases.count == 68)
    for opcode in Opcode.allCases {
      #expect(opcode.entry.opcode == opcode)
      #expect(Opcode.table.filter { $0.opcode == opcode }.count == 1)
    }
  }

  @Test func `names are unique and protocols known`() {
    #expect(Set(Opcode.table.map(\.name)).count == 68)
    #expect(Opcode.table.allSatisfy { $0.introduced <= 5 && !$0.meaning.isEmpty })
  }

  @Test func `every other byte breaks the stream`() {
    for byte in UInt8.min...UInt8.max where Opcode(rawValue: byte) == nil {
      let run = run(pickle(.none, .raw([byte]), .stop))
      #expect(run.breakKind == .malformed, "byte \(byte)")
      #expect(run.result.endOffset == 1)
      #expect(run.result.opcodes == 1)
    }
  }

  @Test(arguments: Opcode.allCases.filter { ![.mark, .stop].contains($0) })
  func `an opcode that needs values breaks on an empty stack, and others do not`(_ opcode: Opcode) {
    let stack = opcode.entry.stack
    let payload: [UInt8] =
      switch opcode.entry.argument {
      case .none: []
      case .line: opcode == .string ? Array("'1'\n".utf8) : Array("1\n".utf8)
      case .twoLines: Array("m\nn\n".utf8)
      case .bytes8, .bytes32, .bytes32Signed, .bytes64:
        Array(repeating: 0, count: opcode.entry.argument.fixedSize)
      default: [1] + Array(repeating: 0, count: opcode.entry.argument.fixedSize - 1)
      }
    let isLookup = [.get, .binget, .longBinget].contains(opcode)
    let needsSomething = stack.needs > 0 || stack.takesMark || isLookup || opcode == .pop
    let run = run([opcode.rawValue] + payload + pickle(.none, .stop))
    if needsSomething {
      #expect(run.breakKind == .malformed)
      #expect(run.result.opcodes == 0)
    } else if opcode == .obj {
      #expect(run.breakKind == .malformed)
    } else {
      #expect(run.result.end == .stop)
      #expect(run.result.opcodes == 3)
    }
  }

  @Test func `STOP ends the pickle and what follows is not looked at`() {
    let run = run(pickle(.proto(2), .none, .stop, .raw([0xFF, 0xFF])))
    #expect(run.result.end == .stop)
    #expect(run.result.endOffset == 4)
    #expect(run.result.opcodes == 3)
  }

  @Test func `STOP with values and marks below its result is an end`() {
    #expect(run(pickle(.none, .mark, .none, .stop)).result.end == .stop)
  }

  @Test func `a stream may begin anywhere in the input`() {
    let run = run([1, 2, 3] + pickle(.proto(4), .global("m", "f"), .stop), at: 3)
    #expect(run.result.end == .stop)
    #expect(run.trace.offsets == [5])
    #expect(run.irregularities == [])
  }

  @Test func `a stream that begins outside the input is truncated`() {
    #expect(run([], at: 0).breakKind == .truncated)
    #expect(run([0x2E], at: 2).breakKind == .truncated)
    #expect(run([0x2E], at: -1).breakKind == .truncated)
  }
}
