internal import Wire

/// The daemon's numbers in Prometheus's text format, version 0.0.4: one prefix, base units, `_total` for what only grows.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
struct Exposition {
  enum Kind: String { case counter, gauge, summary }

  /// Where one of the daemon's counters goes.
  struct Series {
    /// The counter's name, without what follows a colon.
    let counter: String
    /// The sample's name.
    let name: String
    /// The label that what follows the colon is the value of; nil where nothing does.
    var label: String?
    var isMicroseconds = false
  }

  /// Samples that belong together.
  struct Family {
    let name: String
    let kind: Kind
    let help: String
    let series: [Series]

    /// Of one series by the family's own name.
    init(_ name: String, _ kind: Kind, from counter: String, by label: String? = nil, help: String) {
      self.init(
        name, kind, [Series(counter: counter, name: name, label: label)], help: help)
    }

    init(_ name: String, _ kind: Kind, _ series: [Series], help: String) {
      self.name = name
      self.kind = kind
      self.help = help
      self.series = series
    }
  }

  private(set) var text = ""

  /// What is known of a daemon that does not answer.
  static let unreachable: String = {
    var exposition = Exposition()
    exposition.append(upHeader, [("lazaret_up", [], "0")])
    return exposition.text
  }()

  private static let upHeader = (name: "lazaret_up", kind: Kind.gauge, help: "Whether the daemon answered.")

  private init() {}

  /// What a daemon says. Counters that this program does not know are named in a comment.
  init(_ hello: DaemonHello, _ counters: [Counter]) {
    append(Self.upHeader, [("lazaret_up", [], "1")])
    append(
      ("lazaret_policy_info", .gauge, "The policy and the engine at work."),
      [("lazaret_policy_info", [("digest", hello.policy), ("engine", hello.engine)], "1")])
    var unknown = Set(counters.map(\.name))
    for family in Self.families {
      var samples: [Sample] = []
      for series in family.series {
        for counter in counters {
          guard let sample = series.sample(of: counter) else { continue }
          unknown.remove(counter.name)
          samples.append(sample)
        }
      }
      if !samples.isEmpty { append((family.name, family.kind, family.help), samples) }
    }
    for name in unknown.sorted() { text += "# Not known to this lazaret: \(Escaping.visible(name))\n" }
  }

  typealias Sample = (name: String, labels: [(String, String)], value: String)

  private mutating func append(_ header: (name: String, kind: Kind, help: String), _ samples: [Sample]) {
    text += "# HELP \(header.name) \(header.help)\n# TYPE \(header.name) \(header.kind.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      text += sample.name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
    }
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

extension Exposition.Series {
  /// nil where the counter is of another series.
  fileprivate func sample(of counter: Counter) -> Exposition.Sample? {
    let parts = counter.name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard String(parts[0]) == self.counter, (parts.count == 2) == (label != nil) else { return nil }
    let labels = label.map { [($0, String(parts[1]))] } ?? []
    return (name, labels, isMicroseconds ? Self.seconds(counter.value) : "\(counter.value)")
  }

  private static func seconds(_ microseconds: UInt64) -> String {
    let fraction = "\(microseconds % 1_000_000)"
    return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}

extension Exposition {
  /// Everything that is printed, in this order.
  static let families: [Family] = [
    Family(
      "lazaret_uptime_seconds", .gauge, from: "uptime_seconds",
      help: "How long the daemon has been running."),
    Family("lazaret_workers", .gauge, from: "workers", help: "Files that may be examined at once."),
    Family("lazaret_connections", .gauge, from: "connections", help: "Clients that are connected."),
    Family("lazaret_queue_length", .gauge, from: "queued", help: "Scans that wait."),
    Family("lazaret_scans_running", .gauge, from: "running", help: "Scans that run."),
    Family(
      "lazaret_scans_total", .counter, from: "scans_total", by: "verdict", help: "Scans by their verdict."),
    Family(
      "lazaret_scan_duration_seconds", .summary,
      [
        Series(
          counter: "scan_microseconds_total", name: "lazaret_scan_duration_seconds_sum",
          isMicroseconds: true),
        Series(counter: "scan_examined_total", name: "lazaret_scan_duration_seconds_count"),
      ], help: "Examinations, and how long they took; answers from the store are none."),
    Family(
      "lazaret_worker_exits_total", .counter, from: "worker_exits_total", by: "how",
      help: "Workers that had a file, by how they ended."),
    Family(
      "lazaret_layer_active", .gauge, from: "layer_active", by: "layer",
      help: "Layers of isolation around the last worker; 0 for one that is required and was off."),
    Family(
      "lazaret_requests_accepted_total", .counter, from: "accepted_total", help: "Scans that were taken."),
    Family(
      "lazaret_requests_answered_total", .counter, from: "answered_total",
      help: "Scans that were answered with a verdict."),
    Family(
      "lazaret_requests_cached_total", .counter, from: "cached_total",
      help: "Scans that were answered from the store."),
    Family(
      "lazaret_requests_cancelled_total", .counter, from: "cancelled_total",
      help: "Scans that their clients took back."),
    Family(
      "lazaret_requests_busy_total", .counter, from: "busy_total", help: "Requests that were put off."),
    Family(
      "lazaret_requests_refused_total", .counter, from: "refused_total", help: "Requests that were refused."
    ),
    Family(
      "lazaret_requests_rejected_total", .counter, from: "rejected_total", by: "why",
      help: "Requests that were put off or refused, by the reason."),
    Family(
      "lazaret_selftest_good", .gauge, from: "selftest_good",
      help: "Whether the last self-test found nothing wrong."),
    Family(
      "lazaret_selftest_timestamp_seconds", .gauge, from: "selftest_timestamp_seconds",
      help: "When the last self-test ended, seconds since 1970."),
    Family(
      "lazaret_selftest_failures_total", .counter, from: "selftest_failures_total",
      help: "Self-tests that found something wrong."),
  ]
}
