import Findings
import Pickle
import TestSupport
import Testing

/// What loading would do, line by line.
@Suite struct ExplanationTests {
  @Test func `a command is shown with its offset, its judgement and the reasons`() {
    let explanation = Explanation(
      pickle(.proto(2), .global("posix", "system"), .text("id\u{1B}[2J"), .tuple1, .reduce, .stop))
    #expect(
      explanation.texts == [
        "0 pickle - pickle, protocol 2",
        "2 import deny from posix import system",
        "2 finding deny pickle.dangerous-import: \(detail(explanation, "pickle.dangerous-import"))",
        "25 call deny _v0 = posix.system('id\\x1b[2J')",
        "25 finding deny pickle.dangerous-call: \(detail(explanation, "pickle.dangerous-call"))",
        "26 result - return _v0",
      ])
    #expect(explanation.report.verdict == .deny)
  }

  private func detail(_ explanation: Explanation, _ rule: String) -> String {
    explanation.report.findings.first { $0.rule.id == rule }?.detail ?? "no finding of \(rule)"
  }

  @Test func `what a call makes has a name and is called by it`() {
    let explanation = Explanation(
      pickle(
        .proto(2), .global("collections", "OrderedDict"), .binput(0), .emptyTuple, .reduce, .binput(1),
        .text("k"), .integer(7), .setitem, .emptyDict, .text("inner"), .binget(1), .setitem, .stop))
    #expect(
      explanation.texts == [
        "0 pickle - pickle, protocol 2",
        "2 import allow from collections import OrderedDict",
        "30 call allow _v0 = collections.OrderedDict()",
        "38 items allow _v0['k'] = 7",
        "50 result - return {'inner': _v0}",
      ])
  }

  @Test func `every kind of effect has its words`() {
    let explanation = Explanation(
      pickle(
        .proto(2), .global("m", "C"), .binput(0), .emptyTuple, .newobj, .emptyDict, .build, .mark,
        .integer(1), .integer(2), .appends, .mark, .text("a"), .integer(1), .text("b"), .integer(2),
        .setitems,
        .mark, .integer(3), .additems, .binget(0), .integer(5), .tuple1, .emptyDict, .text("k"),
        .integer(6),
        .setitem, .newobjEx, .text("pid"), .binpersid, .number(.ext1, 7), .nextBuffer, .readonlyBuffer,
        .global("__builtin__", "len"), .text("x"), .reduce, .mark, .integer(1), .inst("m", "D"), .tuple3,
        .stop))
    let effects: Set<ExplanationLine.Kind> = [.import, .call, .state, .items, .outside]
    #expect(
      explanation.lines.filter { effects.contains($0.kind) }.map(\.text) == [
        "from m import C", "_v0 = m.C.__new__()", "_v0.__setstate__({})", "_v0.extend((1, 2))",
        "_v0.update({'a': 1, 'b': 2})", "for item in (3,): _v0.add(item)",
        "_v1 = m.C.__new__(*(5,), **{'k': 6})", "_v2 = persistent_load('pid')",
        "_v3 = copyreg.extension(7)", "_v4 = next(buffers)", "_v5 = memoryview(_v4).toreadonly()",
        "from builtins import len  # written __builtin__.len", "_v6 = builtins.len(*'x')",
        "from m import D", "_v7 = m.D(1)",
      ])
  }

  @Test func `the same danger a second time is marked again, and its reason is not repeated`() {
    let call: [PickleOpcode] = [.binget(0), .text("id"), .tuple1, .reduce, .pop]
    let explanation = Explanation(
      pickle([.proto(2), .global("posix", "system"), .binput(0), .pop] + call + call + [.none, .stop]))
    #expect(explanation.lines.filter { $0.kind == .call }.map(\.judgement) == [.deny, .deny])
    #expect(explanation.texts(.finding).filter { $0 == "as above" }.count == 1)
    // The report says it once.
    #expect(explanation.report.findings.filter { $0.rule == .dangerousCall }.count == 1)
  }

  @Test func `a stream that breaks says where, after what it has done`() {
    let explanation = Explanation(
      pickle(.proto(2), .global("posix", "system"), .text("id"), .tuple1, .reduce) + [0xFF, 0x2E])
    #expect(explanation.lines.last?.kind == .gap)
    #expect(explanation.lines.last?.offset == 22)
    #expect(explanation.lines.last?.judgement == .incomplete)
    #expect(explanation.texts(.call) == ["_v0 = posix.system('id')"])
    #expect(explanation.report.coverage.gaps.map(\.location.offset) == [22])
  }

  @Test func `reviewed construction is counted, what is denied never`() {
    let dict: [PickleOpcode] = [.binget(0), .emptyTuple, .reduce, .pop]
    let opcodes =
      [.proto(2), .global("collections", "OrderedDict"), .binput(0), .pop]
      + [[PickleOpcode]](repeating: dict, count: 5000).flatMap { $0 }
    let explanation = Explanation(pickle(opcodes + [.none, .stop]))
    #expect(explanation.texts(.call).count == 5)
    #expect(
      explanation.texts(.folded) == ["… 4,995 more calls of collections.OrderedDict: all reviewed"])
    let all = Explanation(pickle(opcodes + [.none, .stop]), ExplanationRequest(all: true))
    #expect(all.texts(.call).count == 5000)
    #expect(all.texts(.folded).isEmpty)

    let bad: [PickleOpcode] = [.global("posix", "system"), .text("id"), .tuple1, .reduce, .pop]
    let hostile = Explanation(
      pickle([.proto(2)] + [[PickleOpcode]](repeating: bad, count: 100).flatMap { $0 } + [.none, .stop]))
    #expect(hostile.texts(.call).count == 100)
  }

  @Test func `a limit of lines is said, and the examination goes on`() {
    let bad: [PickleOpcode] = [.global("posix", "system"), .text("id"), .tuple1, .reduce, .pop]
    let repeated = [[PickleOpcode]](repeating: bad, count: 20_000).flatMap { $0 }
    let last: [PickleOpcode] = [.global("nt", "system"), .emptyTuple, .reduce]
    let explanation = Explanation(pickle([.proto(2)] + repeated + last + [.stop]))
    #expect(explanation.lines.count == 20_000)
    #expect(explanation.lines.last?.kind == .cut)
    #expect(explanation.lines.filter { $0.kind == .cut }.count == 1)
    #expect(explanation.report.findings.contains { $0.detail.hasPrefix("nt.system is called") })
  }

  @Test func `opcodes stand before the effect that they have`() {
    let explanation = Explanation(
      pickle(.proto(2), .global("collections", "OrderedDict"), .emptyTuple, .reduce, .stop),
      ExplanationRequest(opcodes: true))
    #expect(
      explanation.texts == [
        "0 pickle - pickle, protocol 2",
        "0 opcode - PROTO 2",
        "2 opcode - GLOBAL 'collections' 'OrderedDict'",
        "2 import allow from collections import OrderedDict",
        "27 opcode - EMPTY_TUPLE",
        "28 opcode - REDUCE",
        "28 call allow _v0 = collections.OrderedDict()",
        "29 opcode - STOP",
        "29 result - return _v0",
      ])
  }

  @Test func `the opcodes of a broken stream are listed up to the break`() {
    let explanation = Explanation(
      pickle(.proto(2), .integer(1)) + [0x8C, 200, 0x41], ExplanationRequest(opcodes: true))
    #expect(explanation.texts(.opcode).prefix(2) == ["PROTO 2", "BININT1 1"])
    #expect(explanation.texts(.opcode).last?.hasPrefix("cannot be read: truncated") == true)
  }
}
