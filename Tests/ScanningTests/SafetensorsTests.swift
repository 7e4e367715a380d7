import Findings
import TestSupport
import Testing

/// safetensors files: the header against the bytes behind it.
@Suite struct SafetensorsTests {
  private static let sample = SafetensorsBuilder().build()

  private static func file(_ header: String, _ count: Int = 8) -> [UInt8] {
    SafetensorsBuilder(header: header, data: Array(repeating: 0, count: count)).build()
  }

  private static func tensor(_ type: String, _ shape: String, _ offsets: String) -> String {
    "{\"w\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  @Test func `what the library writes is allowed`() {
    let honest = [
      Self.sample, Self.file("{}", 0), Self.file("{}      ", 0),
      Self.file(Self.tensor("F4", "[4]", "[0,2]"), 2),
      Self.file(Self.tensor("F32", "[0, 3]", "[0,0]"), 0), Self.file(Self.tensor("BF16", "[]", "[0,2]"), 2),
      // The length of this header begins as a pickle of protocol 2 does.
      Self.file(Self.tensor("U8", "[8]", "[0,8]") + String(repeating: " ", count: 640 - 52)),
      SafetensorsBuilder(metadata: "\"ss_args\":\"{\\\"lr\\\": 0.1, \\\"note\\\": \\\"a {{b\\\"}\"")
        .build(),
    ]
    for bytes in honest {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
      #expect(report.formats == ["safetensors"])
    }
  }

  static let refused: [JudgedSample] =
    [
      (
        "a gap",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}"
      ),
      (
        "an overlap",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}"
      ),
      ("bytes at the end", tensor("U8", "[7]", "[0,7]")),
      ("a shape of another size", tensor("U8", "[9]", "[0,8]")),
      ("a shape that overflows", tensor("U8", "[4294967296,4294967296]", "[0,8]")),
      ("bits that fill no byte", tensor("F4", "[15]", "[0,8]")),
      ("an end before its beginning", tensor("U8", "[8]", "[8,0]")),
    ].map { JudgedSample($0.0, file($0.1), "safetensors.layout", .review) }
    + [
      (
        "a name twice",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}"
      ),
      ("a field twice", "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}"),
      ("a field too many", "{\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8],\"x\":1}}"),
      ("an array for an entry", "{\"w\":[\"U8\",[8],[0,8]]}"),
      ("an unknown type", tensor("O", "[1]", "[0,8]")),
      ("a fraction", tensor("U8", "[8.0]", "[0,8]")), ("a negative number", tensor("U8", "[-8]", "[0,8]")),
      (
        "metadata that are no text",
        "{\"__metadata__\":{\"a\":1},\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}"
      ),
      ("padding that is no space", tensor("U8", "[8]", "[0,8]") + "\n"),
    ].map { JudgedSample($0.0, file($0.1), "safetensors.irregular-header", .review) }
    + ["../x", "/etc/x", "a\\\\..\\\\b", "c:x", "a\\u0000", "a\\u001b[31m"].map { name in
      JudgedSample(
        "the name \(name)", file("{\"\(name)\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}"),
        "safetensors.tensor-name", .review)
    }
    + [
      JudgedSample(
        "code in the metadata",
        SafetensorsBuilder(metadata: "\"init\":\"import os; os.system('id')\"").build(), "text.code",
        .review),
      JudgedSample(
        "a template in the metadata",
        SafetensorsBuilder(metadata: "\"chat_template\":\"{{ x.__class__ }}\"").build(),
        "template.sandbox-escape", .deny),
      JudgedSample(
        "a target that is a key of the metadata",
        SafetensorsBuilder(metadata: "\"_target_\":\"os.system\"").build(),
        "config.dangerous-name", .deny),
      JudgedSample(
        "a target in Python's notation in the metadata",
        SafetensorsBuilder(metadata: "\"config\":\"{'_target_': 'os.system'}\"").build(),
        "config.dangerous-target", .deny),
      JudgedSample(
        "YAML in the metadata",
        SafetensorsBuilder(metadata: "\"config\":\"a: !!pyth%6Fn/object/apply:os.system [x]\"").build(),
        "config.yaml-code-tag", .deny),
      JudgedSample(
        "a target in JSON in the metadata",
        SafetensorsBuilder(metadata: "\"config\":\"{\\\"_target_\\\": \\\"os.system\\\"}\"").build(),
        "config.dangerous-name", .deny),
    ]

  @Test(arguments: refused) func `what the library does not write is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `a header longer than any is denied`() {
    var builder = SafetensorsBuilder()
    builder.length = 100_000_001
    JudgedSample("", builder.build(), "safetensors.header-length", .deny).check()
  }

  @Test func `thousands of empty tensors under a long header are for review`() {
    let entries = (0..<5000).map { "\"t\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}" }
    JudgedSample(
      "", Self.file("{\(entries.joined(separator: ","))}", 0), "safetensors.header-outweighs-data", .review
    ).check()
  }

  @Test func `a pickle behind the tensors is run`() {
    let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    JudgedSample("", Self.sample + hostile, "pickle.dangerous-call", .deny).check()
  }

  @Test func `damage is borne`() {
    Damage.bear(Self.sample)
    // Shorter ones end inside the length, and have nothing of the format.
    Damage.refuseTruncations(of: Self.sample, from: 8)
    Damage.refuseExtremes(of: Self.sample, at: 0, width: 8)
    Damage.refuseTails(after: Self.sample)
  }
}
