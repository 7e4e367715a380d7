import ByteParsing
import CProbes
import Findings
import Glibc
import Policy
import Wire
import Worker

/// An examiner that does what its input says, as a parser would that its input has taken over.
struct Probe: ArtifactExaminer {
  func examine(
    _ input: Input, policy: PolicySet, explanation: ExplanationRequest?, into report: inout some ReportSink
  ) {
    guard let bytes = try? input.prefix(64) else { return }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    guard let name = words.first else { return }
    if let behaviour = Self.behaviours[name] { return behaviour() }
    if name == "number", words.count == 2, let number = Int(words[1]) {
      return Self.call(number, into: &report)
    }
    if let allocation = Self.allocations[name] {
      if allocation() != 1 { report.record(Gap(at: Location(), reason: "\(name) went wrong")) }
      return
    }
    guard name == "control" || name == "warm-up" else { return Self.call(name, into: &report) }
    Self.work(input, into: &report)
  }

  /// Makes one system call. If it comes back, that is a finding that nobody can overlook.
  private static func call(_ name: String, into report: inout some ReportSink) {
    let result = unsafe cprobes_call(name, zygote)
    report.record(Gap(at: Location(), reason: "\(name) returned \(result)"))
  }

  /// Makes one system call by its number, with arguments that are nothing.
  private static func call(_ number: Int, into report: inout some ReportSink) {
    let result = unsafe cprobes_raw(number, [UInt](repeating: .max, count: 6))
    report.record(Gap(at: Location(), reason: "\(number) returned \(result)"))
  }

  /// The zygote is the first process of its namespace, where it has one. Elsewhere the number names somebody
  /// who is as little to be reached.
  private static let zygote: Int32 = 1

  /// Everything an honest examiner does: reading all of the input, memory of all sizes, text, a whole report.
  private static func work(_ input: Input, into report: inout some ReportSink) {
    do {
      let all = try input.bytes(at: 0, count: input.count)
      let last = try input.suffix(10)
      var blocks: [[UInt8]] = []
      for size in [100, 10_000, 1_000_000, 30_000_000] {
        blocks.append([UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size))
        blocks[blocks.count - 1].append(contentsOf: all)
      }
      var words: [String: Int] = [:]
      for number in 0..<10_000 { words["\(number * 7919 % 1_000)", default: 0] += number }
      let text = words.keys.sorted().joined(separator: ", ") + " \(Double(all.count) / 3)"
      guard last.count <= 10, text.utf8.count > 100, blocks.map(\.count).max() == 30_000_000 + all.count
      else {
        return report.record(Gap(at: Location(), reason: "the work went wrong"))
      }
      report.record(format: "probe")
      report.record(bytes: input.count, members: 1, opcodes: 2)
    } catch {
      report.record(Gap(at: Location(), reason: "\(error)"))
    }
  }

  private static let allocations: [String: @Sendable () -> Int32] = [
    "grow": { cprobes_grow() }, "exhaust": { cprobes_exhaust() },
  ]

  private static let behaviours: [String: @Sendable () -> Void] = [
    "spin": { cprobes_spin() },
    "allocate": {
      var blocks: [[UInt8]] = []
      while true { blocks.append([UInt8](repeating: 1, count: 1 << 20)) }
    },
    "hold-then-spin": {
      var blocks: [[UInt8]] = []
      for _ in 0..<1_500 { blocks.append([UInt8](repeating: 1, count: 1 << 20)) }
      cprobes_spin()
    },
    "allocate-at-once": { print([UInt8](repeating: 1, count: 1 << 40).count) },
    "stack": { print(cprobes_overflow_stack(0)) },
    "null": { cprobes_read_null() },
    "trap": { fatalError("as asked") },
    "bounds": { print(noBytes[CommandLine.arguments.count]) },
    "abort": { abort() },
    "free-twice": { cprobes_free_twice() },
    "garbage": { send([0xDE, 0xAD, 0xBE, 0xEF]) },
    "oversized": { send([UInt8](repeating: 35, count: WireLimit.message + 1)) },
    "many": {
      let gap = WorkerMessage.gap(Gap(at: Location(), reason: "")).encoded()
      for _ in 0...(WireLimit.records + 1) { send(gap) }
    },
    "flood": {
      let finding = FindingFrame(
        rule: "artifact.unrecognised", location: Location(), detail: String(repeating: "x", count: 4_000),
        evidence: "")
      while true { send(WorkerMessage.finding(finding).encoded()) }
    },
    "silence": { _exit(0) },
    "early-exit": { _exit(7) },
    "end-twice": {
      let end = WorkerMessage.end(Totals(progress: Progress(), findings: 0, gaps: 0)).encoded()
      send(end)
      send(end)
      _exit(0)
    },
    "ready-again": { send(WorkerMessage.ready(Layers()).encoded()) },
    "unknown-rule": {
      send(
        WorkerMessage.finding(
          FindingFrame(rule: "no.such-rule", location: Location(), detail: "", evidence: "")
        ).encoded())
    },
    "wrong-totals": {
      send(WorkerMessage.end(Totals(progress: Progress(bytes: 1), findings: 3, gaps: 0)).encoded())
      _exit(0)
    },
    "close-socket": { close(3) },
    "end-then-spin": {
      send(WorkerMessage.end(Totals(progress: Progress(), findings: 0, gaps: 0)).encoded())
      cprobes_spin()
    },
    "end-then-crash": {
      send(WorkerMessage.end(Totals(progress: Progress(), findings: 0, gaps: 0)).encoded())
      cprobes_read_null()
    },
  ]

  private static let noBytes: [UInt8] = []

  private static func send(_ bytes: [UInt8]) { _ = unsafe write(3, bytes, bytes.count) }
}
