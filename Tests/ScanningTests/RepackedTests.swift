import Findings
import Linux
import TestSupport
import Testing

/// What other people's tools pack is what it was before.
@Suite struct RepackedTests {
  private static let python = "/usr/bin/python3"

  /// The files that `scripts/differential/repack.py` makes of some, each with the number of its own and how it was packed.
  private func repacked(_ files: [[UInt8]]) throws -> [(number: Int, way: String, bytes: [UInt8])]? {
    guard (try? FileDescriptor.open(Self.python)) != nil else {
      print("NOTICE: no python3 here: WHAT OTHER TOOLS PACK WAS NOT TRIED")
      return nil
    }
    let place = try TemporaryDirectory()
    try Directory.create("\(place.path)/to")
    for (number, bytes) in files.enumerated() { try place.write("from/\(number)", bytes) }
    let script = Repository.root + "/scripts/differential/repack.py"
    let nothing = try FileDescriptor.open("/dev/null")
    let pid = try Process.spawn(
      Self.python, arguments: [Self.python, script, "\(place.path)/from", "\(place.path)/to"],
      environment: ["PATH=/usr/bin:/bin"], descriptors: [nothing.number, 1, 2])
    #expect(try Child.awaitEnd(pid, script) == .exited(status: 0))
    let listing = try Directory(.open("\(place.path)/to", [.readOnly, .directory])).names()
    return try listing.map { String(decoding: $0, as: UTF8.self) }.sorted().compactMap { name in
      let parts = name.split(separator: ".", maxSplits: 1)
      guard parts.count == 2, let number = Int(parts[0]) else { return nil }
      let bytes = try FileDescriptor.open("\(place.path)/to/\(name)").readAll(limit: 1 << 30)
      return (number, String(parts[1]), bytes)
    }
  }

  @Test func `no hostile file is better for how a tool packs it`() throws {
    let samples = try Metamorphosis.hostile(brief: 8, seed: 12)
    guard let packed = try repacked(samples.map(\.sample.bytes)) else { return }
    var changes = Metamorphosis()
    for (number, way, bytes) in packed {
      let (sample, before) = samples[number]
      // Other bytes may be opcodes by chance.
      guard way != "optimized" || before.formats.first == "pickle" else { continue }
      changes.take(sample, before, way, Examination.report(bytes))
    }
    changes.expectNoneBetter()
    let ways = Set(packed.map(\.way)).count
    #expect(ways > 20)
    try Proof.record("\(samples.count) files packed in \(ways) ways by other tools, none better")
  }

  @Test func `an honest file is not denied for how a tool packs it`() throws {
    let samples = try Metamorphosis.benign(brief: 8, seed: 13)
    guard let packed = try repacked(samples.map(\.sample.bytes)) else { return }
    var changes = Metamorphosis()
    for (number, way, bytes) in packed {
      let (sample, before) = samples[number]
      guard way != "optimized" || before.formats.first == "pickle" else { continue }
      changes.takeHonest(sample, way, Examination.report(bytes))
    }
    changes.expectSound()
    try Proof.record(changes.honestFigure)
  }
}
