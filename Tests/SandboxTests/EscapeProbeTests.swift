import Findings
import Linux
import Policy
import Supervisor
import Testing

/// What a worker tries that its file has taken over, under the real confinement.
@Suite struct EscapeProbeTests {
  /// Calls that the kernel asks the supervisor about: the violation has the call's name.
  static let named: [(probe: String, call: String)] = [
    ("open", "open"), ("openat", "openat"), ("openat-memory", "openat"), ("openat-input", "openat"),
    ("creat", "creat"), ("unlink", "unlink"), ("socket", "socket"), ("socketpair", "socketpair"),
    ("connect", "connect"), ("kill-parent", "kill"), ("tgkill-parent", "tgkill"), ("kill-nothing", "kill"),
    ("stop-self", "kill"),
    ("mmap-executable", "mmap"), ("mmap-file", "mmap"), ("mmap-shared", "mmap"),
    ("mprotect-executable", "mprotect"), ("memfd_create", "memfd_create"), ("write-input", "write"),
    ("write-null", "write"), ("pread-socket", "pread64"), ("lseek-input", "lseek"), ("read-input", "read"),
    ("ftruncate-input", "ftruncate"), ("flock-input", "flock"), ("fcntl-input", "fcntl"),
    ("dup-input", "dup"), ("ioctl-input", "ioctl"), ("fstat-input", "fstat"), ("recvfrom", "recvfrom"),
    ("prctl-dumpable", "prctl"), ("nanosleep", "nanosleep"), ("pause", "pause"),
    ("futex-wait", "futex"), ("madvise-other", "madvise"), ("shmget", "shmget"), ("getrandom", "getrandom"),
    ("unknown-number", "9999"),
  ]

  /// Calls that kill at once: the never-list, another architecture's table, and what is taken away with the
  /// input. Nobody is asked, so nobody has the name.
  static let killed: [String] = [
    "execve", "execveat", "fork", "vfork", "clone", "clone-thread", "clone3", "ptrace", "pkey_mprotect",
    "io_uring_setup", "userfaultfd", "bpf", "perf_event_open", "keyctl", "process_vm_readv", "pidfd_open",
    "pidfd_getfd", "recvmsg", "sendmsg", "prlimit", "seccomp", "unshare", "setns", "mount", "chroot",
    "setuid",
    "rt_sigaction", "name_to_handle_at", "int-0x80", "x32",
  ]

  /// One supervisor for all calls: each worker dies, the next probe gets another.
  private static let supervisor = Result { try Probing.supervisor() }

  private func examine(_ probe: String) throws -> Examination {
    try Self.supervisor.get().examine(try Probing.file(probe))
  }

  @Test(arguments: named) func `a call outside the role is a violation by its name`(
    probe: (probe: String, call: String)
  ) throws {
    let examination = try examine(probe.probe)
    #expect(examination.outcome == .violation(systemCall: probe.call))
    #expect(examination.verdict == .deny)
    #expect(examination.report.findings.contains { $0.rule == .sandboxViolation })
  }

  @Test(arguments: killed) func `a call that no role may make kills at once`(probe: String) throws {
    let examination = try examine(probe)
    #expect(examination.outcome == .violation(systemCall: nil))
    #expect(examination.verdict == .deny)
  }

  @Test func `a call through the fixed page of old programs is refused or faults`() throws {
    let outcome = try examine("vsyscall").outcome
    // The kernel's configuration decides whether the page is there.
    let refusals: [WorkerOutcome] = [
      .violation(systemCall: "time"), .violation(systemCall: nil),
      .crashed(signal: Signal.segmentationFault),
    ]
    #expect(refusals.contains(outcome), "\(outcome)")
  }

  @Test func `a worker that does only what it may is allowed`() throws {
    let examination = try examine("control " + String(repeating: "x", count: 1_000_000))
    #expect(examination.outcome == .finished)
    #expect(examination.report.coverage.gaps == [])
    #expect(examination.report.formats == ["probe"])
    #expect(examination.sandbox.missing == [])
    #expect(examination.verdict == .allow)
  }

  @Test(arguments: [
    ("null", Signal.segmentationFault), ("stack", Signal.segmentationFault),
    ("trap", Signal.illegalInstruction),
    ("bounds", Signal.illegalInstruction), ("abort", Signal.abort), ("free-twice", Signal.abort),
  ]) func `a fault is seen as the signal it is`(probe: String, signal: Int32) throws {
    let examination = try examine(probe)
    #expect(examination.outcome == .crashed(signal: signal))
    #expect(examination.verdict == .incomplete)
  }

  @Test func `a worker that takes all memory is out of memory`() throws {
    let examination = try examine("allocate")
    #expect(examination.outcome == .outOfMemory)
    #expect(examination.verdict != .allow)
  }

  @Test func `an allocation beyond the limit is a crash, not a violation`() throws {
    let outcome = try examine("allocate-at-once").outcome
    #expect(
      [.crashed(signal: Signal.abort), .crashed(signal: Signal.illegalInstruction)].contains(outcome),
      "\(outcome)")
  }

  @Test func `a library that gets no more memory makes no forbidden call over it`() throws {
    let examination = try examine("exhaust")
    #expect(examination.outcome == .finished)
    #expect(examination.report.coverage.gaps == [])
  }

  @Test func `a worker that spins ends with its processor time`() throws {
    let examination = try Probing.examine("spin", limits: .init(cpuSeconds: 1))
    #expect(examination.outcome == .processorTime(seconds: 1))
    #expect(examination.verdict != .allow)
  }

  @Test(arguments: ["spin", "end-then-spin"]) func `a worker that does not end is killed at its deadline`(
    probe: String
  ) throws {
    let examination = try Probing.examine(probe, limits: .init(wallSeconds: 1))
    #expect(examination.outcome == .deadline(seconds: 1))
    #expect(examination.verdict != .allow)
  }

  @Test(arguments: [
    "garbage", "oversized", "many", "flood", "end-twice", "ready-again", "unknown-rule", "wrong-totals",
  ]) func `a worker that breaks the protocol is found out`(probe: String) throws {
    let examination = try examine(probe)
    guard case .protocolError = examination.outcome else {
      Issue.record("\(probe) ended as \(examination.outcome)")
      return
    }
    #expect(examination.verdict == .deny)
  }

  @Test(arguments: [("silence", Int32(0)), ("early-exit", 7), ("close-socket", 3)])
  func `a worker that ends without its report is not believed`(probe: String, status: Int32) throws {
    let examination = try examine(probe)
    #expect(examination.outcome == .exited(status: status))
    #expect(examination.verdict != .allow)
  }

  @Test func `a crash after the end of the report counts`() throws {
    let examination = try examine("end-then-crash")
    #expect(examination.outcome == .crashed(signal: Signal.segmentationFault))
    #expect(examination.verdict != .allow)
  }
}
