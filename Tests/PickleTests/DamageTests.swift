import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct DamageTests {
  @Test(arguments: Samples.all)
  func `a sample runs to its end without an irregularity`(_ sample: [UInt8]) {
    let run = run(sample)
    #expect(run.result.end == .stop)
    #expect(run.irregularities == [])
    #expect(run.result.endOffset == sample.count)
  }

  @Test(arguments: Samples.all)
  func `every truncation is broken and keeps a prefix of the effects`(_ sample: [UInt8]) {
    let whole = run(sample).effects
    for mutation in Mutations.truncations(of: sample) {
      let cut = run(mutation.bytes)
      #expect(cut.breakKind == .truncated, "\(mutation.what)")
      #expect(cut.result.endOffset <= mutation.bytes.count, "\(mutation.what)")
      // Python's unpickler imports a name that the end cuts off, and calls it where that is INST's.
      let runsCutName = cut.irregularities == [.lineUnterminated]
      let kept = runsCutName ? cut.effects.filter { whole.contains($0) } : cut.effects
      #expect(whole.starts(with: kept), "\(mutation.what)")
    }
  }

  @Test(arguments: Samples.all)
  func `every byte flip ends`(_ sample: [UInt8]) {
    for mutation in Mutations.byteFlips(of: sample) {
      let flipped = run(mutation.bytes)
      #expect(flipped.result.endOffset <= sample.count, "\(mutation.what)")
    }
  }

  @Test func `every byte in every place of a small sample ends`() {
    let sample = pickle(.proto(4), .framed(.mark, .text("ab"), .memoize, .integer(300), .tuple, .stop))
    for index in sample.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = sample
        bytes[index] = byte
        #expect(run(bytes).result.opcodes <= sample.count, "byte \(index) set to \(byte)")
      }
    }
  }

  @Test func `random bytes end`() {
    var random = SeededRandom(seed: 71)
    let codes = Opcode.allCases.map(\.rawValue)
    for round in 0..<2000 {
      let bytes = (0..<200).map { _ in
        UInt8.random(in: 0..<3, using: &random) == 0
          ? UInt8.random(in: 0...255, using: &random) : codes[Int.random(in: 0..<68, using: &random)]
      }
      let run = run(bytes)
      #expect(run.result.opcodes <= bytes.count, "seed \(random.seed), round \(round)")
    }
  }

  @Test(arguments: Opcode.allCases.filter { $0.entry.argument.fixedSize > 0 })
  func `every number at its extremes ends`(_ opcode: Opcode) {
    let width = opcode.entry.argument.fixedSize
    let sample = pickle(.mark, .none, .none, .none, .number(opcode, 0), .none, .stop)
    for mutation in Mutations.extremes(of: sample, at: 5, width: width) {
      #expect(run(mutation.bytes).result.opcodes <= sample.count, "\(opcode): \(mutation.what)")
    }
  }

  @Test(arguments: Samples.all, [32, 47])
  func `the trace does not depend on the window`(_ sample: [UInt8], _ window: Int) {
    var capacity = Capacity()
    capacity.window = window
    let whole = run(sample)
    let pieces = run(sample, capacity: capacity)
    #expect(pieces.effects == whole.effects)
    #expect(pieces.trace.offsets == whole.trace.offsets)
    #expect(pieces.result.end == whole.result.end)
    #expect(pieces.result.opcodes == whole.result.opcodes)
    for mutation in Mutations.byteFlips(of: sample) {
      let one = run(mutation.bytes)
      let other = run(mutation.bytes, capacity: capacity)
      #expect(one.effects == other.effects, "\(mutation.what)")
      #expect(one.irregularities == other.irregularities, "\(mutation.what)")
      #expect(one.result.end == other.result.end, "\(mutation.what)")
    }
  }

  @Test func `text that is longer than the window is one argument`() {
    var capacity = Capacity()
    capacity.window = 64
    let text = String(repeating: "abcdefg", count: 100)
    for opcode in [PickleOpcode.text(text), .lines(.unicode, text), .lines(.string, "'\(text)'")] {
      let sample = pickle(.global("m", "f"), opcode, .tuple1, .reduce, .stop)
      let long = run(sample, capacity: capacity)
      #expect(long.result.end == .stop)
      #expect(long.result.opcodes == 5)
    }
  }
}
