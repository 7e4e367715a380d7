import ByteParsing
import Pickle
import Rules
import TestSupport
import Testing

/// What torch's weights_only unpickler would say of a pickle.
@Suite struct WeightsOnlyTests {
  private func examine(_ opcodes: PickleOpcode...) -> WeightsOnly { examine(pickle(opcodes)) }

  private func examine(_ bytes: [UInt8]) -> WeightsOnly {
    WeightsOnly.examine(Input(bytes), at: 0, opcodeLimit: 1000)
  }

  private static func word(_ text: String) -> PickleOpcode { .counted(.binunicode, Array(text.utf8)) }

  @Test func `a state dict loads`() {
    let answer = examine(TorchBuilder().stateDict(key: "0", isLegacy: false))
    #expect(answer.loads, "\(answer)")
  }

  @Test func `a class that is not on the list is needed, once`() {
    let answer = examine(
      .proto(2), .global("argparse", "Namespace"), .emptyTuple, .newobj, .emptyDict, .build,
      .global("argparse", "Namespace"), .global("torch", "float32"), .tuple3, .stop)
    #expect(answer.needs == ["argparse.Namespace"])
    #expect(answer.refusals.isEmpty)
    #expect(!answer.loads)
  }

  @Test(arguments: ["os", "posix", "nt", "sys"])
  func `names of blocked modules can never be added`(module: String) {
    let answer = examine(.proto(2), .global(module, "name"), .stop)
    #expect(answer.needs.isEmpty)
    #expect(answer.refusals == ["\(module).name is of a module that can never be added"])
  }

  @Test func `an opcode of protocol 4 is named with its place`() {
    let answer = examine(.proto(4), .text("x"), .stop)
    #expect(answer.refusals == ["the opcode SHORT_BINUNICODE at 2 is not read"])
  }

  @Test func `an opcode inside a constant is none`() {
    #expect(examine(.proto(2), Self.word("\u{8}\u{1b}PQ.("), .stop).loads)
    #expect(examine(.proto(2), .counted(.shortBinstring, [0x8C, 0x95, 0x69]), .stop).loads)
  }

  @Test func `a constant longer than the window is passed over`() {
    let long = String(repeating: "\u{1}", count: 200_000)
    #expect(examine(.proto(2), Self.word(long), .stop).loads)
    let answer = examine(.proto(2), Self.word(long), .pop, .none, .stop)
    #expect(answer.refusals == ["the opcode POP at 200007 is not read"])
  }

  @Test func `persistent ids other than storages are refused`() {
    let module = examine(.proto(2), Self.word("module"), .none, .tuple2, .binpersid, .stop)
    #expect(module.refusals == ["the persistent id at 15 is not that of a storage"])
    #expect(examine(.proto(2), Self.word("storage"), .none, .tuple2, .binpersid, .stop).loads)
  }

  @Test func `state and items are for what was imported`() {
    #expect(!examine(.proto(2), .emptyList, .emptyDict, .build, .stop).loads)
    let counter: [PickleOpcode] = [.proto(2), .global("collections", "Counter"), .emptyTuple, .reduce]
    #expect(examine(pickle(counter + [Self.word("a"), .integer(1), .setitem, .stop])).loads)
    #expect(!examine(pickle(counter + [.none, .append, .stop])).loads)
    let size: [PickleOpcode] = [.proto(2), .global("torch", "Size"), .emptyTuple, .reduce]
    #expect(!examine(pickle(size + [Self.word("a"), .integer(1), .setitem, .stop])).loads)
  }

  @Test func `a stream that is cut does not load`() {
    let whole = TorchBuilder().stateDict(key: "0", isLegacy: false)
    for mutation in Mutations.truncations(of: whole) {
      #expect(!examine(mutation.bytes).loads, "\(mutation.what)")
    }
  }

  @Test func `too many reasons are cut and say so`() {
    var opcodes: [PickleOpcode] = [.proto(2)]
    for index in 0..<300 { opcodes += [.global("m", "n\(index)"), .emptyTuple, .reduce] }
    let answer = examine(pickle(opcodes + [.stop]))
    #expect(answer.needs.count == WeightsOnly.nameLimit)
    #expect(answer.isCut)
  }
}
