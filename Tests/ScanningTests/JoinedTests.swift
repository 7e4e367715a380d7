import Findings
import Pickle
import TestSupport
import Testing

/// What is added to a hostile file hides nothing of it.
@Suite struct JoinedTests {
  private static let honest = pickle(.proto(2), .emptyDict, .stop)
  private static let array = NpyBuilder("'<f8'", shape: "(6,)", data: Array(repeating: 0, count: 48))
    .build()

  /// Members that make an archive look like one of a kind, none of which is a finding.
  private static let company: [(name: String, members: [ZIPBuilder.Member])] = [
    ("a text", [.init("README.md", Array("# A model\n\nOf words.\n".utf8))]),
    ("a pickle", [.init("a.pkl", honest)]),
    ("an empty folder", [.init("d/", [])]),
    ("an array", [.init("w.npy", array)]),
    ("a PyTorch model", TorchBuilder().archive().members),
    (
      "a TorchScript model",
      [
        .init("a/constants.pkl", pickle(.proto(2), .emptyTuple, .stop)),
        .init("a/version", Array("3\n".utf8)),
      ]
    ),
    ("a Keras model", [.init("config.json", Array("{}".utf8)), .init("metadata.json", Array("{}".utf8))]),
    ("a wheel", [.init("m-1.dist-info/WHEEL", Array("Wheel-Version: 1.0\n".utf8))]),
    ("many pickles", (0..<40).map { .init("n\($0).pkl", honest) }),
  ]

  /// Expects that a container has every finding that it has with the hostile member alone.
  private func expectNothingLost(
    _ sample: Metamorphosis.Sample, _ company: String, _ alone: Report, _ bytes: [UInt8]
  ) {
    let after = Examination.report(bytes)
    let lost = alone.rules.subtracting(after.rules)
    #expect(
      lost.isEmpty && after.verdict >= alone.verdict,
      "\(sample.name) with \(company) lost \(lost): \(alone.summary)\nNOW \(after.summary)")
  }

  @Test func `members beside it hide nothing of a hostile member`() throws {
    let samples = try Metamorphosis.hostile(brief: 25, seed: 7)
    for (sample, _) in samples {
      let member = ZIPBuilder.Member("m", sample.bytes)
      let alone = Examination.report(ZIPBuilder([member]).build())
      for (name, members) in Self.company {
        expectNothingLost(sample, name, alone, ZIPBuilder(members + [member]).build())
        expectNothingLost(sample, name, alone, ZIPBuilder([member] + members).build())
      }
    }
    let ways = 2 * Self.company.count
    try Proof.record("\(samples.count) files in archives with others, in \(ways) ways, no finding lost")
  }

  @Test func `members beside it hide nothing of a hostile member of a tar`() throws {
    let samples = try Metamorphosis.hostile(brief: 25, seed: 8)
    for (sample, _) in samples {
      let member = TarBuilder.member("m", sample.bytes)
      let alone = Examination.report(TarBuilder.archive(member))
      for (name, members) in Self.company {
        let others = members.flatMap {
          TarBuilder.member(String(decoding: $0.local.name, as: UTF8.self), $0.data)
        }
        expectNothingLost(sample, name, alone, TarBuilder.archive(others, member))
        expectNothingLost(sample, name, alone, TarBuilder.archive(member, others))
      }
    }
    let ways = 2 * Self.company.count
    try Proof.record("\(samples.count) files in tars with others, in \(ways) ways, no finding lost")
  }

  @Test func `pickles before and behind it hide nothing of a hostile pickle`() throws {
    var changes = Metamorphosis()
    let many = Array(repeating: Self.honest, count: 70).flatMap { $0 }
    for (sample, before) in try Metamorphosis.hostile(brief: 60, seed: 9)
    where before.formats.first == "pickle" {
      for other in [Self.honest, many, TorchBuilder().legacy()] {
        changes.take(sample, before, "behind \(other.count)", Examination.report(other + sample.bytes))
        changes.take(sample, before, "before \(other.count)", Examination.report(sample.bytes + other))
      }
      for stream in Wrapping.streams where stream.description != "zlib" {
        let (other, hostile) = (stream(Self.honest), stream(sample.bytes))
        changes.take(sample, before, stream, Examination.report(other + hostile))
        changes.take(sample, before, stream, Examination.report(hostile + other))
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(changes.changes) hostile pickles with others before or behind, none better")
  }

  /// What is nothing to those who read texts.
  private static let feeds: [UInt8] = Array("\n\n\n".utf8)

  @Test func `a hostile file is no better with what its readers pass over`() throws {
    var changes = Metamorphosis()
    var random = SeededRandom(seed: 10)
    for (sample, before) in try Metamorphosis.hostile(brief: 60, seed: 10) {
      switch before.formats.first {
      case "pickle":
        for rest in [[0], [0x0A], Array(repeating: 0, count: 10_000), random.bytes(100)] {
          changes.take(sample, before, "\(rest.count) behind", Examination.report(sample.bytes + rest))
        }
      case "tar":
        let rest = [UInt8](repeating: 0, count: 10_240)
        changes.take(sample, before, "empty blocks", Examination.report(sample.bytes + rest))
      case "zip":
        let program = Array("#!/bin/sh\nexit\n".utf8)
        changes.take(sample, before, "a program", Examination.report(program + sample.bytes))
      case "hdf5":
        let block = [UInt8](repeating: 0, count: 512)
        changes.take(sample, before, "a user block", Examination.report(block + sample.bytes))
      case "python", "yaml", "json", "text", "xml":
        changes.take(sample, before, "lines behind", Examination.report(sample.bytes + Self.feeds))
        if before.formats.first != "xml" {
          changes.take(sample, before, "lines", Examination.report(Self.feeds + sample.bytes))
        }
      default: break
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(changes.changes) files with padding, none better")
  }

  @Test func `no bytes before or behind a hostile file make it allowed`() throws {
    var changes = Metamorphosis()
    var random = SeededRandom(seed: 11)
    let paddings: [[UInt8]] = [
      [0], [0x0A], [0x20, 0x20], Array(repeating: 0, count: 512), Array(repeating: 0x0A, count: 800),
      Array("#!/bin/sh\n".utf8), [0xEF, 0xBB, 0xBF], random.bytes(64), Array(repeating: 0, count: 100_000),
    ]
    for (sample, before) in try Metamorphosis.hostile(brief: 25, seed: 11)
    // A few bytes that nobody knows may be the beginning or the end of a text.
    where before.rules != ["artifact.unrecognised"] || before.verdict > .review {
      for padding in paddings {
        let way = "\(padding.count) of \(padding[0])"
        changes.take(sample, before, way + " before", Examination.report(padding + sample.bytes))
        changes.take(sample, before, way + " behind", Examination.report(sample.bytes + padding))
      }
    }
    changes.expectSound()
    try Proof.record("\(changes.changes) files with bytes before or behind, none allowed")
  }
}
