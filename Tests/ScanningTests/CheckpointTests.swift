import Findings
import TestSupport
import Testing

/// Checkpoints and records: checksums, places, and what numbers hide.
@Suite struct CheckpointTests {
  private typealias Builder = CheckpointBuilder

  private static let floats: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0, 0, 7, 0, 0, 0]
  private static let objects =
    Protobuf.bytes(1, Protobuf.bytes(1, Protobuf.number(1, 1) + Protobuf.text(2, "v")))
    + Protobuf.bytes(1, [])
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  private static func index(_ entries: (String, [UInt8])...) -> [UInt8] {
    var builder = Builder()
    builder.entries = entries
    return builder.index()
  }

  /// Snappy with nothing but literals.
  private static func snappy(_ bytes: [UInt8]) -> [UInt8] {
    Protobuf.varint(UInt64(bytes.count)) + [0xF0, UInt8(bytes.count - 1)] + bytes
  }

  private static var packed: [UInt8] {
    var builder = Builder()
    builder.packing = (1, snappy)
    return builder.index()
  }

  static let honest: [(String, String, [UInt8])] = [
    ("an index", "tensorflow-checkpoint", Builder().index()),
    ("a packed index", "tensorflow-checkpoint", packed),
    ("an old checkpoint", "tensorflow-checkpoint", Builder.slices([("w", Builder.numbers)])),
    ("records", "tfrecord", Builder.records([[], Array("an example".utf8), floats])),
    ("a database", "ocdbt", Builder.node(Array("d/0123".utf8))),
  ]

  @Test(arguments: honest) func `what TensorFlow and Orbax write is allowed`(
    _ name: String, _ format: String, _ bytes: [UInt8]
  ) {
    let report = Examination.report(bytes)
    #expect(report.verdict == .allow, "\(name): \(report.summary)")
    #expect(report.formats == [format])
  }

  static let odd: [JudgedSample] =
    [
      ("a shard that is not there", Builder.entry(type: 1, lengths: [2], shard: 1, offset: 0, size: 8)),
      ("a place that no file has", Builder.entry(type: 1, lengths: [2], offset: 1 << 60, size: 8)),
      ("a negative place", Builder.entry(type: 1, lengths: [2], offset: UInt64.max, size: 8)),
      ("a shape of another size", Builder.entry(type: 1, lengths: [3], offset: 0, size: 8)),
      ("a shape that overflows", Builder.entry(type: 1, lengths: [1 << 62, 16], offset: 0, size: 8)),
      ("an object of a library", Builder.entry(type: 21, lengths: [], offset: 0, size: 8)),
      (
        "a field of no version",
        Builder.entry(type: 1, lengths: [2], offset: 0, size: 8) + Protobuf.number(40, 1)
      ),
    ].map { JudgedSample($0.0, index(("w", $0.1)), "tensorflow.checkpoint-entry", .review) }
    + [
      JudgedSample(
        "bytes of two tensors",
        index(
          ("a", Builder.entry(type: 1, lengths: [2], offset: 0, size: 8)),
          ("b", Builder.entry(type: 1, lengths: [2], offset: 4, size: 8))), "tensorflow.checkpoint-entry",
        .review),
      JudgedSample(
        "a pickle among the tensors of an old checkpoint",
        Builder.slices([("w", Protobuf.number(1, 7) + Protobuf.bytes(8, hostile))]),
        "pickle.dangerous-call", .deny),
      JudgedSample(
        "an old checkpoint with a handle",
        Builder.slices([("w", Protobuf.number(1, 20) + Protobuf.bytes(14, []))]),
        "tensorflow.checkpoint-entry", .review),
      JudgedSample(
        "an old checkpoint with a field of no version",
        Builder.slices([("w", Builder.numbers + Protobuf.number(40, 1))]), "tensorflow.checkpoint-entry",
        .review),
      JudgedSample(
        "a pickle behind numbers", Builder.shard(floats + hostile, objects: objects),
        "pickle.dangerous-call", .deny),
      JudgedSample("a pickle in a record", Builder.records([hostile]), "pickle.dangerous-call", .deny),
      JudgedSample(
        "a database that climbs", Builder.node(Array("../../x".utf8)), "tensorflow.checkpoint-entry",
        .review),
    ]

  @Test(arguments: odd) func `what is odd is not allowed`(_ sample: JudgedSample) { sample.check() }

  @Test func `keys out of their order, another packing and a wrong checksum are incomplete`() {
    let entry = Builder.entry(type: 1, lengths: [], offset: 0, size: 4)
    var unknown = Builder()
    unknown.packing = (2, { $0 })
    var changed = Builder().index()
    changed[20] ^= 1
    for bytes in [Self.index(("b", entry), ("a", entry)), unknown.index(), changed] {
      let report = Examination.report(bytes)
      #expect(report.verdict == .incomplete, "\(report.summary)")
    }
  }

  @Test func `numbers without their index, and bytes that are nothing, are not allowed`() {
    let short: [[UInt8]] = [
      Self.floats, Builder.shard(Self.floats, objects: Self.objects),
      Self.floats + [0xDE, 0xAD, 0xBE, 0xEF], Self.floats + [0], Array("GGUF".utf8),
      [8, 0, 0, 0, 0, 0, 0, 0],
      [0x48, 0x31, 0xC0, 0xB0, 0x3B, 0x0F, 0x05, 0x90],
    ]
    for bytes in short {
      let report = Examination.report(bytes)
      #expect(report.verdict > .allow, "\(report.summary)")
    }
    let late = [UInt8](repeating: 0, count: 8192) + Self.floats + [0xDE, 0xAD, 0xBE, 0xEF]
    #expect(Examination.report(Self.floats + late).rules.contains("artifact.unrecognised"))
  }

  /// What the index says of the file of data beside it.
  private static func shard(_ entries: (String, [UInt8])...) throws -> CheckpointShard {
    var builder = Builder()
    builder.entries = entries
    let notes = Examination.report(builder.index()).findings.compactMap { PackageNote($0) }
    guard case .shard(let shard)? = notes.first, notes.count == 1 else {
      throw NoDescription()
    }
    return shard
  }

  private struct NoDescription: Error {}

  @Test func `an index says of what its data are`() throws {
    let first = Builder.entry(type: 1, lengths: [2], offset: 0, size: 8)
    let second = Builder.entry(type: 9, lengths: [], offset: 8, size: 8)
    let text = Builder.entry(type: 7, lengths: [], offset: 8, size: 9)
    let graph = "_CHECKPOINTABLE_OBJECT_GRAPH"
    #expect(
      try Self.shard(("a", first), ("b", second))
        == CheckpointShard(number: 0, count: 1, size: 16, contents: .numbers))
    #expect(try Self.shard((graph + "s", text), ("a", first)).contents == .others)
    #expect(try Self.shard((graph, text), ("a", first)).contents == .objects)
    #expect(try Self.shard(("b", second)).contents == .others)
    let far = Builder.entry(type: 1, lengths: [2], offset: 9, size: 8)
    #expect(try Self.shard(("a", first), ("b", far)).contents == .others)
    #expect(try Self.shard(("a", first), ("b", first)).contents == .others)
    let handle = Builder.entry(type: 20, lengths: [], offset: 8, size: 8)
    #expect(try Self.shard(("a", first), ("b", handle)).contents == .others)
  }

  @Test func `damage is borne`() {
    for sample in [
      Builder().index(), Self.packed, Builder.slices([("w", Builder.numbers)]),
      Builder.records([Self.floats]), Builder.node([1, 2, 3]),
    ] {
      Damage.bear(sample)
      Damage.refuseTruncations(of: sample)
      Damage.refuseTails(after: sample)
    }
  }
}
