import TestSupport
import Testing
import Wire

@testable import CommandLine

/// The daemon's numbers as Prometheus reads them.
struct ExpositionTests {
  private static let hello = DaemonHello(
    version: 1, engine: "0.3.0", policy: "sha256:beef", credits: 32, queue: 1_024)

  private static func text(_ counters: [Counter]) -> String { Exposition(hello, counters).text }

  @Test func `counters become families with help and type, by their labels`() throws {
    let read = try PrometheusText(
      Self.text([
        Counter(name: "scans_total:deny", value: 3), Counter(name: "queued", value: 5),
        Counter(name: "scans_total:allow", value: .max), Counter(name: "scan_examined_total", value: 2),
        Counter(name: "scan_microseconds_total", value: 1_000_250),
        Counter(name: "layer_active:landlock:7", value: 1),
      ]))
    #expect(read.value("lazaret_up") == 1)
    #expect(read.value("lazaret_policy_info", ["digest": "sha256:beef", "engine": "0.3.0"]) == 1)
    #expect(read.value("lazaret_queue_length") == 5)
    #expect(read.value("lazaret_scans_total", ["verdict": "deny"]) == 3)
    #expect(read.value("lazaret_scans_total", ["verdict": "allow"]) == Double(UInt64.max))
    #expect(read.value("lazaret_scan_duration_seconds_sum") == 1.00025)
    #expect(read.value("lazaret_scan_duration_seconds_count") == 2)
    #expect(read.value("lazaret_layer_active", ["layer": "landlock:7"]) == 1)
    #expect(read.types["lazaret_scan_duration_seconds"] == "summary")
    #expect(read.comments == [])
  }

  @Test func `a value of a label can hold anything`() throws {
    let value = "a\"b\\c\nd}, e=\"f"
    let read = try PrometheusText(Self.text([Counter(name: "layer_active:" + value, value: 1)]))
    #expect(read.value("lazaret_layer_active", ["layer": value]) == 1)
  }

  @Test(arguments: ["later_total", "queued:deny", "scans_total", "x\nlazaret_up 1"])
  func `a counter that is not known is named in a comment`(name: String) throws {
    let read = try PrometheusText(Self.text([Counter(name: name, value: 9)]))
    #expect(read.comments.count == 1)
    #expect(read.samples.count == 2)
  }

  @Test func `a daemon that does not answer is one number`() throws {
    let read = try PrometheusText(Exposition.unreachable)
    #expect(read.samples.count == 1 && read.value("lazaret_up") == 0)
  }

  @Test func `every family has words, a prefix, and counters that no other has`() {
    var counters: Set<String> = []
    for family in Exposition.families {
      #expect(family.name.hasPrefix("lazaret_") && family.help.hasSuffix("."))
      #expect((family.kind == .counter) == family.name.hasSuffix("_total"))
      for series in family.series { #expect(counters.insert(series.counter).inserted) }
    }
  }

  @Test(arguments: ["x 1\n", "# TYPE a gauge\na 1", "# HELP a b\n# TYPE a gauge\na{b=\"c} 1\n"])
  func `the reader of these tests refuses what is no exposition`(text: String) {
    #expect(throws: PrometheusText.Malformed.self) { try PrometheusText(text) }
  }
}
