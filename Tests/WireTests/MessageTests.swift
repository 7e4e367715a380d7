import Findings
import TestSupport
import Testing
import Wire

@Suite struct MessageTests {
  @Test func `what one end writes the other end reads`() throws {
    for message in WireSamples.zygote { #expect(try ZygoteMessage(parsing: message.encoded()) == message) }
    for message in WireSamples.worker { #expect(try WorkerMessage(parsing: message.encoded()) == message) }
    for job in WireSamples.jobs { #expect(try Job(parsing: job.encoded()) == job) }
    #expect(try StatusRecord(parsing: WireSamples.status.encoded()) == WireSamples.status)
    #expect(WireSamples.status.encoded().count == StatusRecord.size)
  }

  @Test func `a message of one end is refused by the other`() {
    for message in WireSamples.zygote {
      #expect(throws: WireError.self) { try WorkerMessage(parsing: message.encoded()) }
      #expect(throws: WireError.self) { try Job(parsing: message.encoded()) }
    }
    for message in WireSamples.worker {
      #expect(throws: WireError.self) { try ZygoteMessage(parsing: message.encoded()) }
    }
  }

  @Test func `a damaged message of the zygote is refused or means just what it says`() {
    damage(WireSamples.zygote.map { $0.encoded() }) { try ZygoteMessage(parsing: $0).encoded() }
  }

  @Test func `a damaged message of a worker is refused or means just what it says`() {
    damage(WireSamples.worker.map { $0.encoded() }) { try WorkerMessage(parsing: $0).encoded() }
  }

  @Test func `a damaged job or status record is refused or means just what it says`() {
    damage(WireSamples.jobs.map { $0.encoded() }) { try Job(parsing: $0).encoded() }
    damage([WireSamples.status.encoded()]) { try StatusRecord(parsing: $0).encoded() }
  }

  @Test func `text that is not UTF-8 is refused`() {
    #expect(throws: WireError.self) { try WorkerMessage(parsing: [33, 2, 0, 0, 0, 0xC3, 0x28]) }
  }

  @Test func `the longest texts make a message that the other end takes`() throws {
    let long = String(repeating: "ü", count: 100_000)
    let location = Location(path: Array(repeating: long, count: 1_000), offset: 1)
    let finding = FindingFrame(rule: "x", location: location, detail: long, evidence: long)
    for message in [WorkerMessage.finding(finding), .gap(Gap(at: location, reason: long)), .format(long)] {
      let bytes = message.encoded()
      #expect(bytes.count <= WireLimit.message)
      _ = try WorkerMessage(parsing: bytes)
    }
    _ = try ZygoteMessage(parsing: ZygoteMessage.failure(reason: long).encoded())
  }

  @Test func `as many layers as there can be make a message that the other end takes`() throws {
    let long = String(repeating: "x", count: 10_000)
    let layers = Layers(
      active: Array(repeating: long, count: WireLimit.layers),
      missing: Array(
        repeating: MissingLayer(layer: long, reason: long, refused: true), count: WireLimit.layers))
    let bytes = ZygoteMessage.hello(engine: long, kernel: long, layers: layers).encoded()
    #expect(bytes.count <= WireLimit.message)
    _ = try ZygoteMessage(parsing: bytes)
  }

  @Test(arguments: 0...12) func `a cut text ends at a character and fits`(limit: Int) {
    let cut = "aüb€c😀defgh".clipped(toBytes: limit)
    #expect(cut.utf8.count <= limit)
    #expect(!cut.unicodeScalars.contains("\u{FFFD}"))
  }

  @Test func `a text that fits is not cut`() {
    #expect("aü".clipped(toBytes: 3) == "aü")
  }
}
