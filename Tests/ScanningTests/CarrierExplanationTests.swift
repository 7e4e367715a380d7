import Findings
import Pickle
import TestSupport
import Testing

/// Files with several pickles, or with none.
@Suite struct CarrierExplanationTests {
  @Test func `every pickle of a stream has a section`() {
    let explanation = Explanation(
      pickle(.proto(2), .none, .stop) + pickle(.integer(1), .stop) + pickle(.proto(4), .newTrue, .stop))
    #expect(
      explanation.texts == [
        "0 pickle - pickle, protocol 2", "3 result - return None",
        "4 pickle - pickle, protocol 0 or 1", "6 result - return 1",
        "7 pickle - pickle, protocol 4", "10 result - return True",
      ])
  }

  @Test func `a PyTorch archive names its members and what torch would load`() {
    let explanation = Explanation(TorchBuilder().archive().build())
    #expect(explanation.texts.first == "- member - zip, pytorch-zip; no pickle of its own")
    #expect(explanation.texts.contains("0 pickle - archive/data.pkl pickle, protocol 2"))
    #expect(explanation.texts(.weightsOnly) == ["yes"])
    #expect(explanation.texts.contains("- member - archive/data/0 16 bytes of a tensor"))
    #expect(explanation.texts.contains("- member - archive/version a line of text"))
  }

  @Test func `what torch would have to be told is named`() {
    var builder = TorchBuilder()
    builder.prelude = [.global("my.models", "Net"), .emptyTuple, .reduce]
    let explanation = Explanation(builder.archive().build())
    // The value of the call is dropped by an opcode that this loader does not read.
    #expect(
      explanation.texts(.weightsOnly).first?.hasPrefix("no, and nothing helps: the opcode POP") == true)
    let model = pickle(.proto(2), .global("my.models", "Net"), .emptyTuple, .reduce, .stop)
    let archive = ZIPBuilder([
      ZIPBuilder.Member("a/data.pkl", model), ZIPBuilder.Member("a/version", Array("3\n".utf8)),
    ])
    #expect(
      Explanation(archive.build()).texts(.weightsOnly) == ["no; needs add_safe_globals([my.models.Net])"])
  }

  @Test func `the older PyTorch format shows all its pickles`() {
    let explanation = Explanation(TorchBuilder().legacy())
    #expect(explanation.texts(.pickle).count == 5)
    #expect(explanation.texts(.weightsOnly) == ["yes"])
  }

  @Test func `a pickle inside the bytes of a pickle has a section of its own`() {
    let inner = pickle(.proto(2), .global("posix", "system"), .text("id"), .tuple1, .reduce, .stop)
    let explanation = Explanation(
      pickle(.proto(4), .global("pickle", "loads"), .bytes(inner), .tuple1, .reduce, .stop))
    #expect(
      explanation.texts(.call) == ["_v0 = pickle.loads(\(shown(inner)))", "_v0 = posix.system('id')"])
    #expect(explanation.lines.filter { $0.kind == .pickle }.map(\.path.count) == [0, 1])
  }

  /// Bytes as the line of a denied call shows them.
  private func shown(_ bytes: [UInt8]) -> String {
    let text = bytes.map { byte in
      byte == 0x0A
        ? "\\n"
        : byte >= 0x20 && byte < 0x7F
          ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "b'" + text.joined().replacing("\\n", with: "\\x0a") + "'"
  }

  @Test func `what is no pickle is named for what it is`() {
    #expect(Explanation([]).texts == ["- member - empty; no pickle of its own"])
    #expect(
      Explanation([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]).texts.first?.contains("no pickle of its own") == true)
    let zip = Explanation(ZIPBuilder([ZIPBuilder.Member("a.txt", Array("text".utf8))]).build())
    #expect(
      zip.texts == [
        "- member - zip; no pickle of its own",
        "- member - a.txt no format that is examined; no pickle of its own",
      ])
  }

  @Test func `members without a pickle are counted when they are many`() {
    let members = (0..<100).map { ZIPBuilder.Member("\($0).txt", Array("text".utf8)) }
    let explanation = Explanation(ZIPBuilder(members).build())
    #expect(explanation.lines.count == 25)
    #expect(explanation.lines.last?.text == "… 77 more members without a pickle")
    #expect(Explanation(ZIPBuilder(members).build(), ExplanationRequest(all: true)).lines.count == 101)
  }

  @Test func `no line holds a character that a terminal obeys`() {
    let name = "a\u{1B}]0;x\u{7}\u{202E}\u{85}"
    let explanation = Explanation(
      pickle(
        .proto(4), .text(name), .text(name), .stackGlobal, .text(name), .tuple1, .reduce,
        .counted(.shortBinstring, [0x1B, 0x5B, 0x32, 0x4A, 0xFF]), .lines(.persid, "\u{1B}[31m"), .tuple3,
        .stop),
      ExplanationRequest(opcodes: true, code: true, all: true))
    #expect(explanation.lines.count > 8)
    for line in explanation.lines {
      #expect(!line.text.unicodeScalars.contains { $0.isInvisible }, "\(line)")
    }
  }
}
