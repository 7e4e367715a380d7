import Findings
import TestSupport
import Testing

/// GGUF files: the head against the data, and the templates in it.
@Suite struct GGUFTests {
  @Test func `what converters write is allowed in every version and byte order`() {
    for (version, isBigEndian) in [(1, false), (2, false), (3, false), (3, true)] as [(UInt32, Bool)] {
      var builder = GGUFBuilder([
        (
          "tokenizer.chat_template",
          .text("{% for m in messages %}{{ m['role'] + ': ' + m.content }}{% endfor %}")
        )
      ])
      builder.version = version
      builder.isBigEndian = isBigEndian
      let report = Examination.report(builder.build())
      #expect(report.verdict == .allow, "\(version): \(report.summary)")
      #expect(report.formats == ["gguf"])
    }
    var words = GGUFBuilder()
    words.tensors = []
    #expect(Examination.report(words.head()).verdict == .allow)
    var aligned = GGUFBuilder([("general.alignment", .uint32(64))])
    aligned.tensors[1].offset = 64
    aligned.data = Array(repeating: 1, count: 64 + 18)
    #expect(Examination.report(aligned.build(alignment: 64)).verdict == .allow)
  }

  private static func changed(_ change: (inout GGUFBuilder) -> Void) -> [UInt8] {
    var builder = GGUFBuilder()
    change(&builder)
    return builder.build()
  }

  private static let escape = "{{ cycler.__init__.__globals__.os.popen('id').read() }}"

  static let refused: [JudgedSample] = [
    JudgedSample(
      "a length that overflows",
      changed { $0.entries.append(("k", .raw(8, Array(repeating: 0xFF, count: 8)))) },
      "gguf.impossible-size", .deny),
    JudgedSample(
      "a shape that overflows", changed { $0.tensors[0].lengths = [1 << 33, 1 << 33] },
      "gguf.impossible-size", .deny),
    JudgedSample(
      "five dimensions", changed { $0.tensors[0].lengths = [1, 1, 1, 1, 8] }, "gguf.impossible-size", .deny),
    JudgedSample(
      "a key twice", changed { $0.entries.append(("llama.block_count", .uint32(1))) }, "gguf.irregular",
      .review),
    JudgedSample(
      "an empty key", changed { $0.entries.append(("", .uint32(1))) }, "gguf.irregular", .review),
    JudgedSample(
      "a name twice", changed { $0.tensors[1].name = "token_embd.weight" }, "gguf.irregular", .review),
    JudgedSample("a length of 0", changed { $0.tensors[0].lengths = [8, 0] }, "gguf.irregular", .review),
    JudgedSample("a type that is none", changed { $0.tensors[1].type = 999 }, "gguf.irregular", .review),
    JudgedSample(
      "an alignment that is no power of two",
      changed { $0.entries.append(("general.alignment", .uint32(24))) }, "gguf.irregular", .review),
    JudgedSample(
      "too many layers", changed { $0.entries.append(("x.block_count", .uint32(513))) }, "gguf.irregular",
      .review),
    JudgedSample(
      "a byte that is none", changed { $0.entries[2].1 = .texts(["a", "<0x-1>"]) }, "gguf.irregular",
      .review),
    JudgedSample("a score too few", changed { $0.entries[3].1 = .floats([0]) }, "gguf.irregular", .review),
    JudgedSample("an overlap", changed { $0.tensors[1].offset = 0 }, "gguf.layout", .review),
    JudgedSample("half a block", changed { $0.tensors[1].lengths = [16] }, "gguf.layout", .review),
    JudgedSample("data behind the end", changed { $0.data = [1] }, "gguf.layout", .review),
    JudgedSample(
      "bytes at the end", changed { $0.data += Array(repeating: 1, count: 32) }, "gguf.layout", .review),
    JudgedSample(
      "a template", changed { $0.entries.append(("tokenizer.chat_template", .text(escape))) },
      "template.sandbox-escape", .deny),
    JudgedSample(
      "a template with a name",
      changed { $0.entries.append(("tokenizer.chat_template.rag", .text(escape))) },
      "template.sandbox-escape", .deny),
    JudgedSample(
      "the last of several templates",
      changed { $0.entries.append(("tokenizer.chat_templates", .texts(["{{ a }}", escape]))) },
      "template.sandbox-escape", .deny),
    JudgedSample(
      "a template under another key", changed { $0.entries.append(("general.description", .text(escape))) },
      "template.sandbox-escape", .deny),
  ]

  @Test(arguments: refused) func `what readers stumble over is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `what cannot be read is incomplete`() {
    let samples = [
      Self.changed { $0.version = 4 }, Self.changed { $0.version = 0 },
      Self.changed { $0.entries.append(("k", .raw(13, []))) },
      Self.changed { $0.entryCount = 1 << 40 }, Self.changed { $0.tensorCount = 1 << 32 },
      Self.changed { builder in
        let array: [UInt8] = littleEndian(UInt32(9)) + littleEndian(UInt64(1))
        builder.entries.append(("k", .raw(9, (0..<100).flatMap { _ in array })))
      },
    ]
    for bytes in samples { #expect(Examination.report(bytes).verdict == .incomplete) }
  }

  @Test func `damage is borne`() {
    let sample = GGUFBuilder().build()
    Damage.bear(sample)
    Damage.refuseTruncations(of: sample)
    // The numbers of tensors and of keys, and the length of the first key.
    for offset in [8, 16, 24] { Damage.refuseExtremes(of: sample, at: offset, width: 8) }
  }
}
