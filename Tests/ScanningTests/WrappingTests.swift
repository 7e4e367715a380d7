import Findings
import Pickle
import TestSupport
import Testing

/// A file is as bad in a container as by itself, whatever the container, its depth and the name in it.
@Suite struct WrappingTests {
  @Test func `no hostile file is better in a container`() throws {
    var changes = Metamorphosis()
    let samples = try Metamorphosis.hostile(brief: 25, seed: 1)
    for (sample, before) in samples {
      for wrapping in Wrapping.all {
        changes.take(sample, before, wrapping, Examination.report(wrapping(sample.bytes)))
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(samples.count) files in \(Wrapping.all.count) containers, none better")
  }

  @Test func `no hostile file is better in containers inside each other`() throws {
    var changes = Metamorphosis()
    var random = SeededRandom(seed: 2)
    for (sample, before) in try Metamorphosis.hostile(brief: 60, seed: 2) {
      for _ in 0..<Proof.extent(1, whole: 8) {
        let ways = (0..<Int.random(in: 2...5, using: &random)).compactMap { _ in
          Wrapping.all.randomElement(using: &random)
        }
        changes.take(sample, before, ways, Examination.report(ways.reduce(sample.bytes) { $1($0) }))
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(changes.changes) nests of 2 to 5 containers, none better")
  }

  /// Names that files of all formats have, and none.
  private static let names: [String] = {
    let known = Set(FormatEntry.all.flatMap(\.files).map { $0.hasPrefix(".") ? "m" + $0 : $0 })
    return (known + known.map { $0.uppercased() } + ["m", "d/m.", "m.unknown", "\u{E9}.pkl.txt"]).sorted()
  }()

  @Test func `no hostile file is better under another name`() throws {
    var changes = Metamorphosis()
    var random = SeededRandom(seed: 3)
    for (sample, before) in try Metamorphosis.hostile(brief: 30, seed: 3) {
      for name in Self.names.shuffled(using: &random).prefix(Proof.extent(5, whole: 20)) {
        let archive = ZIPBuilder([.init(name, sample.bytes)]).build()
        changes.take(sample, before, name, Examination.report(archive))
      }
    }
    changes.expectNoneBetter()
    try Proof.record("\(changes.changes) names in archives, none better")
  }

  /// Such as picklers write from protocol 2 on: bytes that do not say so are not taken for a pickle among others' data.
  @Test func `a hostile pickle with its protocol inside of a pickle is never allowed`() throws {
    var changes = Metamorphosis()
    for (sample, before) in try Metamorphosis.hostile(brief: 40, seed: 14)
    where before.formats.first == "pickle" && sample.bytes.first == 0x80 {
      for (way, opcode) in [
        ("bytes", PickleOpcode.bytes(sample.bytes)), ("a bytearray", .bytearray(sample.bytes)),
      ] {
        let carried = pickle(.proto(5), .emptyDict, .text("state"), opcode, .setitem, .stop)
        changes.take(sample, before, way, Examination.report(carried))
      }
    }
    changes.expectSound()
    try Proof.record("\(changes.changes) pickles that carry a hostile one, none allowed")
  }

  @Test func `an honest file is not denied for its container`() throws {
    var changes = Metamorphosis()
    for (sample, _) in try Metamorphosis.benign(brief: 25, seed: 4) {
      for wrapping in Wrapping.all {
        changes.takeHonest(sample, wrapping, Examination.report(wrapping(sample.bytes)))
      }
    }
    changes.expectSound()
    try Proof.record(changes.honestFigure)
  }
}

extension PickleOpcode {
  fileprivate static func bytearray(_ bytes: [UInt8]) -> PickleOpcode { .counted(.bytearray8, bytes) }
}
