import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct OpcodeListingTests {
  /// The rows up to the end, or to what cannot be read.
  private func rows(_ bytes: [UInt8], before limit: Int = .max) -> (
    rows: [OpcodeListing.Row], error: ParseError?
  ) {
    var listing = OpcodeListing(Input(bytes), at: 0)
    var rows: [OpcodeListing.Row] = []
    do throws(ParseError) {
      while let row = try listing.next(before: limit) { rows.append(row) }
    } catch {
      return (rows, error)
    }
    return (rows, nil)
  }

  @Test(arguments: Samples.all) func `the listing goes the way the machine goes`(sample: [UInt8]) {
    var sink = TraceRecorder()
    let result = Machine.run(Input(sample), at: 0, opcodeLimit: 1000, sink: &sink)
    let listed = rows(sample)
    #expect(listed.error == nil)
    #expect(listed.rows.count == result.opcodes)
    #expect(listed.rows.last?.opcode == .stop)
  }

  @Test func `arguments are shown as they are read`() {
    let sample = pickle(
      .proto(5), .integer(-2), .integer(300), .float(1.5), .text("a\u{1B}"), .bytes([0, 65]),
      .counted(.long1, [0xFF]), .counted(.long1, [UInt8](repeating: 1, count: 20)), .lines(.int, "12"),
      .global("a.b", "c"), .longBinput(70_000), .frame(9), .stop)
    #expect(
      rows(sample).rows.map(\.text) == [
        "PROTO 5", "BININT -2", "BININT2 300", "BINFLOAT 1.5", "SHORT_BINUNICODE 'a\\x1b'",
        "SHORT_BINBYTES '\\x00A'", "LONG1 -1", "LONG1 20 bytes", "INT '12'", "GLOBAL 'a.b' 'c'",
        "LONG_BINPUT 70000", "FRAME 9", "STOP",
      ])
  }

  @Test func `long arguments are cut`() {
    let text = rows(pickle(.text(String(repeating: "x", count: 1000)))).rows.first?.text ?? ""
    #expect(text.hasSuffix("…'"))
    #expect(text.count < 120)
    let line = rows(pickle(.lines(.unicode, String(repeating: "y", count: 100_000)), .stop))
    #expect(line.rows.count == 2 && line.error == nil)
  }

  @Test(arguments: Samples.all) func `a truncated stream is listed up to its end`(sample: [UInt8]) {
    for mutation in Mutations.truncations(of: sample) {
      let listed = rows(mutation.bytes)
      #expect(listed.rows.last.map { $0.offset < mutation.bytes.count } ?? true, "\(mutation.what)")
    }
    for mutation in Mutations.byteFlips(of: sample) { _ = rows(mutation.bytes) }
  }

  @Test func `what is no opcode is said, and nothing behind it is listed`() {
    let listed = rows([0x4E, 0xFF, 0x4E])
    #expect(listed.rows.map(\.text) == ["NONE"])
    #expect(listed.error?.offset == 1)
    let huge = rows(pickle(.counted(.binbytes8, [], length: .max)))
    #expect(huge.error?.kind == .truncated)
  }
}
