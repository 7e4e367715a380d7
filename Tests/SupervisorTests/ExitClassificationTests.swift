import ByteParsing
import Findings
import Testing
import Wire

@testable import Supervisor

@Suite struct ExitClassificationTests {
  private static let limits = Limits(
    unpackedBytes: 1, heldBytes: 1, ratio: 1, ratioFreeBytes: 1, members: 1, depth: 1, pickleOpcodes: 1,
    evidenceBytes: 1, reportBytes: 1, memoryBytes: 2 << 30, cpuSeconds: 120, wallSeconds: 180)

  private static func exited(_ code: Int32) -> StatusRecord { status(code << 8) }

  private static func status(_ wait: Int32, cpu: UInt64 = 0, residentKiB: UInt64 = 0) -> StatusRecord {
    StatusRecord(
      waitStatus: wait, userMicroseconds: cpu / 2, systemMicroseconds: cpu - cpu / 2,
      residentKiB: residentKiB)
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let status: StatusRecord?
    var reportComplete = false
    let outcome: WorkerOutcome
  }

  static let cases: [Case] = [
    Case(description: "exit 0 after the end", status: exited(0), reportComplete: true, outcome: .finished),
    Case(description: "exit 0 without the end", status: exited(0), outcome: .exited(status: 0)),
    Case(
      description: "exit 1 after the end", status: exited(1), reportComplete: true,
      outcome: .exited(status: 1)),
    Case(description: "exit 255", status: exited(255), outcome: .exited(status: 255)),
    Case(description: "SIGSYS", status: status(31), outcome: .violation(systemCall: nil)),
    Case(
      description: "SIGSYS after the end", status: status(31), reportComplete: true,
      outcome: .violation(systemCall: nil)),
    Case(
      description: "SIGSYS with a core", status: status(31 | 0x80), outcome: .violation(systemCall: nil)),
    Case(description: "SIGXCPU", status: status(24), outcome: .processorTime(seconds: 120)),
    Case(
      description: "SIGKILL at the processor limit", status: status(9, cpu: 120_000_000),
      outcome: .processorTime(seconds: 120)),
    Case(
      description: "SIGKILL before it", status: status(9, cpu: 119_999_999), outcome: .crashed(signal: 9)),
    Case(
      description: "SIGKILL after the end", status: status(9), reportComplete: true,
      outcome: .crashed(signal: 9)),
    Case(
      description: "times that overflow",
      status: StatusRecord(
        waitStatus: 9, userMicroseconds: .max, systemMicroseconds: .max, residentKiB: 0),
      outcome: .processorTime(seconds: 120)),
    Case(description: "SIGSEGV", status: status(11), outcome: .crashed(signal: 11)),
    Case(description: "SIGILL", status: status(4), outcome: .crashed(signal: 4)),
    Case(
      description: "SIGABRT with little memory", status: status(6, residentKiB: 1 << 19),
      outcome: .crashed(signal: 6)),
    Case(
      description: "SIGABRT with much memory", status: status(6, residentKiB: 1 << 20),
      outcome: .outOfMemory),
    Case(
      description: "SIGKILL with much memory", status: status(9, residentKiB: 1 << 20),
      outcome: .outOfMemory),
    Case(description: "SIGTERM", status: status(15), outcome: .crashed(signal: 15)),
    Case(
      description: "no status", status: nil,
      outcome: .unavailable("the process that holds the workers was lost")),
    Case(
      description: "no status after the end", status: nil, reportComplete: true,
      outcome: .unavailable("the process that holds the workers was lost")),
  ]

  @Test(arguments: cases) func `an end is classified by what was seen of it`(_ example: Case) {
    var end = WorkerEnd()
    end.status = example.status
    end.reportComplete = example.reportComplete
    end.jobSent = true
    #expect(end.classified(under: Self.limits) == example.outcome)
  }

  @Test func `why the supervisor killed wins over the signal it killed with`() {
    var end = WorkerEnd()
    end.status = Self.status(9)
    end.reportComplete = true
    end.jobSent = true
    end.deadlinePassed = true
    #expect(end.classified(under: Self.limits) == .deadline(seconds: 180))
    end.protocolError = WireError("bad")
    #expect(end.classified(under: Self.limits) == .protocolError("bad"))
    end.violation = "socket"
    #expect(end.classified(under: Self.limits) == .violation(systemCall: "socket"))
    end.status = nil
    #expect(end.classified(under: Self.limits) == .violation(systemCall: "socket"))
  }

  @Test func `a worker that ended before its job says nothing of the file`() {
    for wait: Int32 in [0, 9, 11, 31, 256] {
      var end = WorkerEnd()
      end.status = Self.status(wait)
      guard case .unavailable = end.classified(under: Self.limits) else {
        Issue.record("wait status \(wait)")
        continue
      }
    }
  }

  @Test func `every end but the one that is right is not finished`() {
    for wait: Int32 in Array(1...0xFFFF) + [0x10000, .max, .min, -1] {
      var end = WorkerEnd()
      end.status = Self.status(wait)
      end.reportComplete = true
      end.jobSent = true
      let outcome = end.classified(under: Self.limits)
      if outcome == .finished { Issue.record("wait status \(wait)") }
    }
  }
}
