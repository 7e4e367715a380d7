import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct CallTests {
  @Test func `REDUCE calls with a tuple`() {
    let run = run(pickle(.global("os", "system"), .text("id"), .tuple1, .reduce, .stop))
    #expect(run.effects == ["importGlobal os.system None", "reduce os.system ('id',)"])
    #expect(run.trace.offsets == [0, 16])
  }

  @Test func `REDUCE with anything else is still a call`() {
    let run = run(pickle(.global("os", "system"), .text("id"), .reduce, .stop))
    #expect(run.effects.last == "reduce os.system 'id'")
  }

  @Test func `a call whose result is dropped counts`() {
    let run = run(pickle(.global("os", "system"), .emptyTuple, .reduce, .pop, .none, .stop))
    #expect(run.effects.count == 2)
    #expect(run.result.end == .stop)
  }

  @Test func `OBJ calls the first value above the mark`() {
    let run = run(pickle(.mark, .global("os", "system"), .text("id"), .obj, .pop, .none, .stop))
    #expect(run.effects.last == "instantiate os.system ('id',)")
    #expect(run.result.end == .stop)
  }

  @Test func `NEWOBJ makes an instance`() {
    let run = run(pickle(.global("a", "B"), .integer(1), .tuple1, .newobj, .stop))
    #expect(run.effects.last == "newObject a.B (1,)")
  }

  @Test func `NEWOBJ_EX takes arguments and keywords`() {
    let run = run(pickle(.global("a", "B"), .emptyTuple, .emptyDict, .newobjEx, .stop))
    #expect(run.effects.last == "newObjectEx a.B ((), {})")
  }

  @Test func `what a call made knows its callee and arguments`() {
    var found = ""
    let sample = pickle(
      .global("a", "f"), .integer(1), .tuple1, .reduce, .emptyTuple, .reduce, .stop)
    _ = run(sample) { effect, values in
      guard effect.kind == .reduce, let callee = values.callee(effect.target),
        let arguments = values.arguments(effect.target)
      else { return }
      found = values.describe(callee) + values.describe(arguments)
    }
    #expect(found == "a.f(1,)")
  }

  @Test func `BUILD leaves its object on the stack`() {
    let run = run(pickle(.global("a", "B"), .emptyTuple, .newobj, .emptyDict, .build, .tuple1, .stop))
    #expect(run.effects.last == "build a.B() {}")
    #expect(run.result.end == .stop)
  }

  @Test func `BUILD of something imported is delivered with its target`() {
    let run = run(pickle(.global("os", "path"), .none, .build, .stop))
    #expect(run.effects.last == "build os.path None")
  }

  @Test func `items of something that is no plain container are effects`() {
    let object: [PickleOpcode] = [.global("a", "B"), .emptyTuple, .reduce]
    let cases: [([PickleOpcode], String)] = [
      ([.integer(1), .append], "appendItems a.B() (1,)"),
      ([.mark, .integer(1), .integer(2), .appends], "appendItems a.B() (1, 2)"),
      ([.text("k"), .integer(2), .setitem], "setItems a.B() ('k', 2)"),
      ([.mark, .text("k"), .integer(2), .setitems], "setItems a.B() ('k', 2)"),
      ([.mark, .integer(1), .additems], "addItems a.B() (1,)"),
      ([.mark, .appends], "appendItems a.B() ()"),
    ]
    for (opcodes, effect) in cases {
      let run = run(pickle(object + opcodes + [.tuple1, .stop]))
      #expect(run.effects.last == effect)
      #expect(run.result.end == .stop)
    }
  }

  @Test func `items of plain containers are no effects`() {
    let run = run(
      pickle(
        .emptyList, .integer(1), .append, .emptyDict, .integer(1), .integer(1), .setitem, .emptySet, .mark,
        .integer(1), .additems, .stop))
    #expect(run.effects == [])
  }

  @Test func `whole pairs are set before the odd one breaks`() {
    let run = run(pickle(.global("a", "b"), .mark, .integer(1), .integer(2), .integer(3), .setitems, .stop))
    #expect(run.effects.last == "setItems a.b (1, 2)")
    #expect(run.breakKind == .malformed)
    let one = PickleTests.run(pickle(.none, .mark, .integer(1), .setitems, .stop))
    #expect(one.effects == [])
    #expect(one.breakKind == .malformed)
  }

  @Test func `a list whose items are set no longer shows its elements`() {
    var answers: [[SymbolicValue]?] = []
    let sample = pickle(
      .emptyList, .integer(1), .append, .integer(0), .integer(2), .setitem, .none, .build, .stop)
    let run = run(sample) { effect, values in
      if effect.kind == .build { answers.append(values.elements(effect.target)) }
    }
    #expect(run.effects == ["setItems [… 1 elements …] (0, 2)", "build [… 1 elements …] None"])
    #expect(answers == [nil])
  }

  @Test func `PERSID and BINPERSID load by an id`() {
    let sample = pickle(.lines(.persid, "key"), .text("storage"), .tuple1, .binpersid, .tuple2, .stop)
    let run = run(sample)
    #expect(run.effects == ["persistentLoad None 'key'", "persistentLoad None ('storage',)"])
    #expect(described(.integer(7), .binpersid) == "persistent_load(7)")
  }

  @Test func `extension codes are looked up`() {
    let run = run(
      pickle(.number(.ext1, 1), .number(.ext2, 0x0102), .number(.ext4, 0x0102_0304), .tuple3, .stop))
    #expect(
      run.effects == [
        "extensionLookup None 1", "extensionLookup None 258", "extensionLookup None 16909060",
      ])
    #expect(PickleTests.run(pickle(.number(.ext1, 0), .stop)).breakKind == .malformed)
    #expect(PickleTests.run(pickle(.number(.ext4, -1), .stop)).breakKind == .malformed)
  }

  @Test func `buffers are effects`() {
    let run = run(pickle(.nextBuffer, .readonlyBuffer, .stop))
    #expect(run.effects == ["buffer None None", "buffer <buffer> None"])
  }

  @Test func `the sink may stop the machine`() {
    let run = run(
      pickle(.global("a", "b"), .global("c", "d"), .stop), reactions: [.stop(reason: "enough")])
    #expect(run.result.end == .stopped(reason: "enough"))
    #expect(run.effects.count == 1)
    #expect(run.result.opcodes == 1)
  }

  @Test func `raw bytes between opcodes are skipped`() {
    let raw = [UInt8](repeating: 0xFF, count: 1000)
    let sample = pickle(.global("a", "b"), .none, .build, .raw(raw), .stop)
    let result = run(sample, reactions: [.proceed, .skip(1000)]).result
    #expect(result.end == .stop)
    #expect(result.endOffset == sample.count)
    #expect(run(sample, reactions: [.proceed, .skip(1002)]).breakKind == .truncated)
    #expect(run(sample, reactions: [.proceed, .skip(-1)]).breakKind == .truncated)
    #expect(run(sample, reactions: [.proceed, .skip(.max)]).breakKind == .truncated)
  }

  @Test func `a broken stream keeps what came before`() {
    let run = run(pickle(.global("os", "system"), .emptyTuple, .reduce, .raw([0xFF])))
    #expect(run.effects.count == 2)
    #expect(run.result.end == .broken(ParseError(.malformed, at: 13, "no opcode has the code 255")))
    #expect(run.result.endOffset == 13)
    #expect(run.result.opcodes == 3)
  }
}
