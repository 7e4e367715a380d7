import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct CapacityTests {
  private func small(_ change: (inout Capacity) -> Void) -> Capacity {
    var capacity = Capacity()
    change(&capacity)
    return capacity
  }

  /// What the table says of the first argument of a call.
  private func argument(
    _ opcodes: [PickleOpcode], capacity: Capacity = Capacity()
  ) -> (count: Int?, elements: Int?) {
    var answer: (Int?, Int?) = (nil, nil)
    let sample = pickle([.global("m", "f")] + opcodes + [.tuple1, .reduce, .stop])
    _ = run(sample, capacity: capacity) { effect, values in
      guard effect.kind == .reduce, let value = values.elements(effect.operand)?.first else { return }
      answer = (values.elementCount(value), values.elements(value)?.count)
    }
    return answer
  }

  @Test func `a list beyond what is kept still counts`() {
    let items = [PickleOpcode](repeating: .none, count: 600)
    let large = argument([.emptyList, .mark] + items + [.appends])
    #expect(large.count == 600)
    #expect(large.elements == nil)
    let whole = argument([.emptyList, .mark] + items.prefix(512) + [.appends])
    #expect(whole.count == 512)
    #expect(whole.elements == 512)
  }

  @Test func `a list that grows one by one is let go at the same size`() {
    let items = [[PickleOpcode]](repeating: [.none, .append], count: 513).flatMap(\.self)
    #expect(argument([.emptyList] + items).elements == nil)
    #expect(argument([.emptyList] + items).count == 513)
    #expect(argument([.emptyList] + items.dropLast(2)).elements == 512)
  }

  @Test func `a tuple is kept beyond that`() {
    let items = [PickleOpcode](repeating: .none, count: 5000)
    #expect(argument([.mark] + items + [.tuple]).elements == 5000)
  }

  @Test func `when all elements are used up, containers only count`() {
    let capacity = small {
      $0.elements = 64
      $0.mutableElements = 32
    }
    let filler = [PickleOpcode](repeating: .none, count: 40)
    let list = argument([.mark] + filler + [.tuple, .pop, .emptyList, .none, .append], capacity: capacity)
    #expect(list.count == 1)
    #expect(list.elements == nil)
    var tuple: [SymbolicValue]? = []
    let sample = pickle([.global("m", "f"), .mark] + filler + filler + [.tuple, .reduce, .stop])
    let run = run(sample, capacity: capacity) { effect, values in
      if effect.kind == .reduce { tuple = values.elements(effect.operand) }
    }
    #expect(tuple == nil)
    #expect(run.effects.last == "reduce m.f (… 80 elements …)")
    #expect(run.result.end == .stop)
  }

  @Test func `the opcode limit is exact`() {
    let nones = [UInt8](repeating: Opcode.nothing.rawValue, count: 999)
    let sample = pickle(.raw(nones), .stop)
    #expect(run(sample, opcodeLimit: 1000).result.end == .stop)
    let short = run(sample, opcodeLimit: 999)
    #expect(short.breakKind == .limit)
    #expect(short.result.opcodes == 999)
    #expect(run(sample, opcodeLimit: 0).breakKind == .limit)
    #expect(run(sample, opcodeLimit: 17).result.opcodes == 17)
  }

  @Test func `each buffer that is full ends the stream and names itself`() {
    let nones = PickleOpcode.raw([UInt8](repeating: Opcode.nothing.rawValue, count: 100))
    let marks = PickleOpcode.raw([UInt8](repeating: Opcode.mark.rawValue, count: 100))
    let lists = PickleOpcode.raw([UInt8](repeating: Opcode.emptyList.rawValue, count: 100))
    let memo = PickleOpcode.raw([UInt8](repeating: Opcode.memoize.rawValue, count: 100))
    let cases: [(Capacity, [PickleOpcode], String)] = [
      (small { $0.stack = 50 }, [nones], "values on the stack: 50"),
      (small { $0.marks = 50 }, [marks, .none], "marks on the stack: 50"),
      (small { $0.nodes = 50 }, [lists], "containers, imports and calls in a pickle: 50"),
      (small { $0.memo = 50 }, [.none, memo], "memo slots: 50"),
      (
        small { $0.nameBytes = 300 }, [.global("a", "b"), .global("a", "c")], "bytes of imported names: 300"
      ),
    ]
    for (capacity, opcodes, field) in cases {
      let result = run(pickle(opcodes + [.stop]), capacity: capacity).result
      guard case .broken(let error) = result.end else {
        Issue.record("not broken: \(field)")
        continue
      }
      #expect(error.kind == .limit)
      #expect(error.field == field)
      #expect(run(pickle(opcodes + [.stop])).result.end == .stop)
    }
  }

  @Test func `one name imported many times is kept once`() {
    let capacity = small { $0.nameBytes = 300 }
    let imports = [PickleOpcode](repeating: .global("a", "b"), count: 1000)
    #expect(run(pickle(imports + [.stop]), capacity: capacity).result.end == .stop)
  }
}
