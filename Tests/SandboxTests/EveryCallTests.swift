import CProbes
import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

@testable import Sandbox

/// Every system call there could be, really made under the filters of each role.
@Suite struct EveryCallTests {
  /// The filters that a process of a role has on it, in the order in which they are loaded.
  enum Station: String, CaseIterable, Sendable {
    case worker, sealedWorker, zygote, fetcher

    /// The place of the one that asks.
    var asking: Int? { self == .worker || self == .sealedWorker ? 3 : nil }

    func programs() throws -> [SeccompProgram] {
      let policies = try PolicySet(parsing: try Probing.bundle()).seccomp
      let set = try SeccompCompiler.compile(policies)
      let worker = [set.zygote.never, set.zygote.rules, set.scan.never, set.scan.rules]
      switch self {
      case .worker: return worker
      case .sealedWorker: return worker + [set.sealing]
      case .zygote: return [set.zygote.never, set.zygote.rules]
      case .fetcher: return [try SeccompCompiler.compileFetch(try #require(policies["fetch"]))]
      }
    }
  }

  /// A way to enter the kernel, and how a filter sees a call that came by it.
  private static let entries: [(entry: cprobes_entry, architecture: UInt32, bit: Int32)] = [
    (cprobes_native, SeccompFilterTests.x86, 0), (cprobes_x32, SeccompFilterTests.x86, 0x4000_0000),
    (cprobes_interrupt, SeccompFilterTests.i386, 0),
  ]

  @Test(arguments: Station.allCases)
  func `each number ends as the evaluator says, by each way into the kernel`(station: Station) throws {
    let programs = try station.programs()
    var tried: [SeccompAnswer: Int] = [:]
    var passed = 0
    for entry in Self.entries {
      // All ones, and all zeros: neither is anything to a call that is allowed.
      for argument in Proof.extent([-1], whole: [-1, 0]) {
        let step = entry.entry == cprobes_native ? 1 : Proof.extent(16, whole: 1)
        let ends = try self.ends(programs, station, entry.entry, argument: argument, step: step)
        #expect(ends.count == 1_024 / step)
        for (number, end) in ends {
          let call = SeccompCall(
            number: number | entry.bit, architecture: entry.architecture,
            arguments: [UInt64](repeating: UInt64(bitPattern: Int64(argument)), count: 6))
          if entry.entry == cprobes_native, Self.unfiltered[number] == end {
            passed += 1
            continue
          }
          let answer = try #require(Self.answer(of: programs, to: call))
          #expect(
            Self.agrees(end, answer, number),
            "\(number) by \(entry.entry) with \(argument) ended as \(end), not as \(answer)")
          tried[answer, default: 0] += 1
        }
      }
    }
    let counts = tried.map { "\($1) \($0)" }.sorted().joined(separator: ", ")
    try Proof.record(
      "\(station.rawValue): \(tried.values.reduce(passed, +)) calls made (\(counts), \(passed) that no filter sees)"
    )
  }

  /// What the kernel makes of several filters: the strongest answer of all. seccomp(2)
  private static func answer(of programs: [SeccompProgram], to call: SeccompCall) -> SeccompAnswer? {
    func rank(_ answer: SeccompAnswer) -> Int {
      switch answer {
      case .killProcess: 0
      case .errno: 1
      case .notify: 2
      case .refuse: 3
      case .allow: 4
      case .other: -1
      }
    }
    return programs.compactMap { $0.answer(to: call) }.min { rank($0) < rank($1) }
  }

  private static func agrees(_ end: End, _ answer: SeccompAnswer, _ number: Int32) -> Bool {
    switch answer {
    case .killProcess: end == End(kind: cprobes_killed, value: Int(Signal.badSystemCall))
    case .errno(let error): end == End(kind: cprobes_came_back, value: -Int(error))
    case .refuse: end == End(kind: cprobes_came_back, value: -38)
    case .notify: end == End(kind: cprobes_asked, value: Int(number))
    // The one call that does not come back.
    case .allow where number == 231: end.kind == cprobes_exited && end.value != Int(cprobes_failed)
    case .allow: end.kind == cprobes_came_back
    case .other: false
    }
  }

  /// Two calls that the kernel lets through before any filter, because it puts them into programs itself (uretprobe, and
  /// uprobe from Linux 6.18 on): outside of such a probe the first dies and the second fails, and neither does anything.
  private static let unfiltered: [Int32: End] = [
    335: End(kind: cprobes_killed, value: Int(Signal.illegalInstruction)),
    336: End(kind: cprobes_came_back, value: -6),
  ]

  /// How a trial ended.
  private struct End: Equatable {
    let kind: cprobes_kind
    let value: Int
  }

  private func ends(
    _ programs: [SeccompProgram], _ station: Station, _ entry: cprobes_entry, argument: Int, step: Int
  ) throws -> [Int32: End] {
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let pipe = try FileDescriptor.pipe()
    let output = try FileDescriptor.memory(name: "ends")
    let files = try programs.map { try FileDescriptor.sealedMemory($0.bytes, name: "filter").release() }
    defer { for file in files { _ = FileDescriptor(owning: file) } }
    let words = [Int(entry.rawValue), argument, step, station.asking ?? -1, programs.count]
    let pid = try Process.spawn(
      Repository.program("ProbeWorker"), arguments: ["ProbeWorker", "calls"] + words.map(String.init),
      environment: ["SWIFT_BACKTRACE=enable=no"],
      descriptors: [
        null.number, null.number, null.number, pipe.writing.number, pipe.reading.number, output.number,
      ] + files)
    #expect(try Child.awaitEnd(pid, "ProbeWorker calls") == .exited(status: 0))
    let text = String(decoding: try output.readAll(limit: 1 << 20), as: UTF8.self)
    var ends: [Int32: End] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ").compactMap { Int($0) }
      guard fields.count == 3 else { continue }
      ends[Int32(fields[0])] = End(kind: cprobes_kind(UInt32(fields[1])), value: fields[2])
    }
    return ends
  }

  @Test func `a real worker that makes any call outside of its role is a finding by the call's name`()
    throws
  {
    let supervisor = try Probing.supervisor()
    let programs = try Station.sealedWorker.programs()
    var named = 0
    var killed = 0
    for number in stride(from: Int32(0), to: 1_024, by: Proof.extent(61, whole: 1))
    where Self.unfiltered[number] == nil {
      let call = SeccompCall(
        number: number, architecture: SeccompFilterTests.x86, arguments: [UInt64](repeating: .max, count: 6)
      )
      let examination = supervisor.examine(try Probing.file("number \(number)"))
      #expect(examination.verdict != .allow, "\(number)")
      switch Self.answer(of: programs, to: call) {
      case .notify:
        named += 1
        let name = SeccompCompiler.systemCallName(number) ?? "\(number)"
        #expect(examination.outcome == .violation(systemCall: name))
        let detail = examination.report.findings.first { $0.rule == .sandboxViolation }?.detail
        #expect(detail?.contains(name) == true, "\(number): \(String(describing: detail))")
      case .killProcess:
        killed += 1
        #expect(examination.outcome == .violation(systemCall: nil), "\(number)")
        #expect(examination.report.findings.contains { $0.rule == .sandboxViolation }, "\(number)")
      default: continue
      }
    }
    try Proof.record("\(named) calls of real workers named, \(killed) killed at once")
  }
}
