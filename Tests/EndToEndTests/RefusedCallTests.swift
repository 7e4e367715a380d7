import Findings
import Glibc
import Linux
import TestSupport
import Testing
import VerdictStore
import Wire

/// The privileged programs where the kernel refuses a call: each of a kind, one after another, until there is none left.
@Suite(.serialized, .enabled(if: TracedCalls.isPossible)) struct RefusedCallTests {
  /// A kind of call and an error that it may end with.
  struct Refusal: CustomStringConvertible, Sendable {
    let call: String
    let error: Int32

    var description: String { "\(call), \(error)" }
    /// Whether it can befall a file and never what the daemon's threads wake each other by, which are written to as well.
    var isOfFilesOnly: Bool { call == "write" && error == ENOSPC }

    init(_ call: String, _ error: Int32) {
      self.call = call
      self.error = error
    }
  }

  /// What is tried in every run of the tests.
  private static let brief = [
    Refusal("openat", EMFILE), Refusal("pwrite64", ENOSPC), Refusal("recvmsg", ENOMEM),
  ]

  private static let more = [
    ("newfstatat", [EIO]), ("pread64", [EIO, EINTR]), ("pwrite64", [EIO, EINTR]), ("fdatasync", [EIO]),
    ("fsync", [EIO]), ("ftruncate", [ENOSPC]), ("fcntl", [EIO]), ("flock", [ENOLCK]), ("mmap", [ENOMEM]),
    ("mprotect", [ENOMEM]), ("memfd_create", [EMFILE]), ("socketpair", [EMFILE]), ("pipe2", [EMFILE]),
    ("eventfd2", [EMFILE]), ("clone", [EAGAIN]), ("clone3", [EAGAIN]), ("pidfd_open", [EMFILE]),
    ("pidfd_send_signal", [EPERM]), ("poll", [ENOMEM, EINTR]), ("recvmsg", [EIO, EINTR]),
    ("sendmsg", [ENOBUFS, EINTR]), ("read", [EIO, EINTR]), ("write", [ENOSPC, EINTR]), ("unlink", [EIO]),
    ("lseek", [EIO]), ("getdents64", [EIO]), ("mkdir", [ENOSPC]), ("prlimit64", [EPERM]),
    ("wait4", [EINTR]),
    ("getrandom", [EINTR]), ("accept4", [EMFILE, ENOMEM]), ("getsockopt", [ENOMEM]),
  ].flatMap { call, errors in errors.map { Refusal(call, $0) } }

  static let refusals = Proof.extent(brief, whole: brief + more)

  /// How many of so many calls are refused, each in a run of its own.
  private static func numbers(_ count: Int) -> [Int] {
    count == 0 ? [] : Array(stride(from: count, to: 0, by: -Proof.extent(max(1, count / 2), whole: 1)))
  }

  @Test func `a scan that is refused a call is right, or says what it lacks, and its store is sound`()
    throws
  {
    let left = Monitor(Self.refusals[...])
    let hits = Monitor<[Int]>([])
    // Each trial has its own folder; the programs mostly wait for one another.
    let threads = try (0..<2).map { _ in
      try HeldThread(name: "trial") {
        while let refusal = left.withLock({ $0.popFirst() }) {
          do {
            let count = try Self.refuse(refusal)
            hits.update { $0.append(count) }
          } catch {
            Issue.record("\(refusal): \(error)")
          }
        }
      }
    }
    for thread in threads { thread.join() }
    // No program makes calls of all kinds.
    let counts = hits.withLock { $0 }.filter { $0 > 0 }
    #expect(counts.count > 1)
    try Proof.record("\(counts.reduce(0, +)) calls of `lazaret scan` refused, in \(counts.count) ways")
  }

  /// Refuses a scan each of its calls of one kind; gives how many there were.
  private static func refuse(_ refusal: Refusal) throws -> Int {
    let trial = try ScanTrial()
    try trial.run(refusal, number: 1_000_000)
    var hits = 0
    for number in numbers(try trial.calls.counted) {
      try trial.run(refusal, number: number)
      hits += try trial.calls.hits
    }
    return hits
  }

  @Test func `a daemon that is refused a call answers rightly or not, and goes on or says why not`() throws
  {
    let trial = try DaemonTrial()
    var hits = 0
    for refusal in Self.refusals where !refusal.isOfFilesOnly {
      try trial.begin(refusal)
      for number in 1...Proof.extent(2, whole: 1_000) {
        guard try trial.exchange(number) else { break }
        hits += 1
      }
    }
    try trial.checkStore()
    try Proof.record(
      "\(hits) calls of the daemon refused, of which it ended \(trial.ends) times and said \(trial.locks) times that its store is locked; "
        + "\(trial.acknowledged.count) verdicts given meanwhile, none lost")
  }
}

/// Runs of `lazaret scan`, over a file that is allowed and one that is not.
private struct ScanTrial {
  let calls: TracedCalls
  private let lazaret: Installed
  private let paths: [String]

  init() throws {
    calls = try TracedCalls()
    lazaret = try Installed()
    paths = [
      try lazaret.place.write("fine", Artifact.benignPickle),
      try lazaret.place.write("evil", Artifact.hostilePickle),
    ]
  }

  func run(_ refusal: RefusedCallTests.Refusal, number: Int) throws {
    let store = "\(lazaret.place.path)/\(refusal.call)-\(refusal.error)-\(number)/verdicts.db"
    let name = Comment(rawValue: "\(refusal), call \(number)")
    try calls.choose(number)
    let words = calls.words(.fail(refusal.call, refusal.error)) + [Repository.program("lazaret")]
    let run = try lazaret.run(
      "CallTracer", Array(words.dropFirst()) + ["scan", "--format", "jsonl", "--store", store] + paths,
      environment: ["LAZARET_POLICIES": try FewPolicies.path()])
    if hasNotBegun(run, refusal, number) { return }
    let isWritten = refusal.call != "write"
    var verdicts: [String: String] = [:]
    for line in run.lines {
      do {
        let object = try JSONDocument.parse(line)
        if let path = object["path"].text { verdicts[path] = object["verdict"].text }
      } catch {
        #expect(!isWritten, "\(name): \(line)")
      }
    }
    let (fine, evil) = (verdicts[paths[0]], verdicts[paths[1]])
    #expect([nil, "allow", "incomplete"].contains(fine), name)
    #expect([nil, "deny", "incomplete"].contains(evil), name)
    switch run.status {
    case 1: #expect(evil == "deny" || !isWritten, name)
    case 2: #expect(!run.errors.isEmpty || evil == "incomplete" || fine == "incomplete" || !isWritten, name)
    case 3: #expect(fine == "incomplete" || evil == "incomplete", name)
    default: Issue.record("\(name): status \(run.status)\n\(run.output)\(run.errors)")
    }
    try checkStore(store, name)
  }

  /// Whether the program could not even be loaded, which the C library says for it, or dies of at its first page.
  private func hasNotBegun(_ run: Installed.Run, _ refusal: RefusedCallTests.Refusal, _ number: Int) -> Bool
  {
    run.output.isEmpty
      && (run.status == 127 && !run.errors.isEmpty
        || refusal.call == "mmap" && number == 1 && run.status == 128 + Signal.segmentationFault)
  }

  private func checkStore(_ path: String, _ name: Comment) throws {
    guard FileDescriptor.isThere(path) else { return }
    let store = try VerdictStore(path: path)
    #expect(try store.verify().problems == [], name)
    try store.scans(matching: ScanFilter()) { scan in
      let verdict = scan.examination.verdict
      let isEvil = scan.paths.contains(Array(paths[1].utf8))
      #expect(verdict == (isEvil ? .deny : .allow) || verdict == .incomplete, name)
      return true
    }
  }
}

/// Daemons that are refused calls while they serve, one after another at the same store.
private final class DaemonTrial {
  let calls: TracedCalls
  /// How often a daemon ended.
  private(set) var ends = 0
  /// How often a daemon went on without its store: what the kernel does not unlock stays locked until it ends.
  private(set) var locks = 0
  /// Digests of verdicts that were given.
  private(set) var acknowledged: Set<String> = []
  private let lazaret: Installed
  private let evil: String
  private var daemon: RunningDaemon?
  private var refusal: RefusedCallTests.Refusal?
  private var scans: Int32 = 0
  /// Whether the last answer was that the store is locked.
  private var isLocked = false

  init() throws {
    calls = try TracedCalls()
    lazaret = try Installed()
    evil = try lazaret.place.write("evil", Artifact.hostilePickle)
  }

  /// Starts a daemon that can be refused such a call.
  func begin(_ refusal: RefusedCallTests.Refusal) throws {
    self.refusal = refusal
    daemon = nil
    try calls.choose(0)
    daemon = try RunningDaemon(
      lazaret, workers: 1, policies: try FewPolicies.path(),
      under: calls.words(.fail(refusal.call, refusal.error)))
  }

  /// Asks the daemon while it is refused a call, and again when it is left alone.
  ///
  /// - Returns: whether there was such a call.
  func exchange(_ number: Int) throws -> Bool {
    guard let refusal else { return false }
    let name = Comment(rawValue: "\(refusal), call \(number)")
    if daemon == nil { try begin(refusal) }
    guard let daemon else { return false }
    try calls.choose(number)
    let isWhole = ask(daemon.socket, name)
    let hits = try calls.hits
    try calls.choose(0)
    #expect(isWhole || hits > 0, name)
    // It may be about to end.
    try daemon.wait("it answers again, has ended, or says that its store is locked: \(name)") {
      Descendants.parent(of: daemon.id) == nil || ask(daemon.socket, name) || isLocked
    }
    if isLocked {
      #expect(refusal.call == "fcntl", name)
      locks += 1
      self.daemon = nil
    } else if Descendants.parent(of: daemon.id) == nil {
      ends += 1
      #expect(try daemon.wait() == .exited(status: 2), name)
      #expect(daemon.log.contains("\"event\":\"failed\""), name)
      self.daemon = nil
    }
    return hits > 0
  }

  /// Has two files judged; whether both verdicts came and are whole.
  private func ask(_ socket: String, _ name: Comment) -> Bool {
    do {
      scans += 1
      let client = try TestClient(socket)
      let fine = try lazaret.place.write("fine", Artifact.number(scans))
      var isWhole = true
      for (path, expected) in [(evil, Verdict.deny), (fine, .allow)] {
        try client.send(.scan(ScanRequest(id: 1, isFresh: true)), try FileDescriptor.open(path))
        let end = try client.receiveEnd()
        isLocked =
          if case .refused(_, .store, let reason)? = end { reason.contains("lock") } else { false }
        guard case .verdict(_, let frame)? = end else { return false }
        let verdict = frame.examination.verdict
        #expect(verdict == expected || verdict == .incomplete, name)
        if let digest = frame.examination.sha256 { acknowledged.insert(digest) }
        isWhole = isWhole && verdict == expected
      }
      return isWhole
    } catch {
      #expect(!"\(error)".contains("no answer for a minute"), name)
      return false
    }
  }

  /// Whether everything that was given is in the store.
  func checkStore() throws {
    daemon = nil
    let store = try VerdictStore(path: lazaret.place.path + "/daemon/verdicts.db", create: false)
    #expect(try store.verify().problems == [])
    var recorded: Set<String> = []
    try store.scans(matching: ScanFilter()) { scan in
      if let digest = scan.examination.sha256 { recorded.insert(digest) }
      return true
    }
    #expect(acknowledged.count > 1 && acknowledged.isSubset(of: recorded))
  }
}

/// A copy of the policies without the lists of libraries' names, compiled: a program reads few files.
private enum FewPolicies {
  private static let made = Result { try make() }

  static func path() throws -> String { try made.get().place.path + "/policies" }

  private static func make() throws -> Installed {
    let lazaret = try Installed()
    let path = lazaret.place.path + "/policies"
    let script = """
      cp -r "$0" "$1" && cd "$1/globals" && rm -rf functions compiled.bin && find safe -type f ! -name stdlib.json -delete
      """
    #expect(try lazaret.runTool("/bin/sh", ["-c", script, Repository.root + "/policies", path]) == 0)
    #expect(try lazaret.lazaret("policy", "compile", path).status == 0)
    return lazaret
  }
}

extension FileDescriptor {
  /// Whether there is something at a path.
  fileprivate static func isThere(_ path: String) -> Bool {
    do {
      _ = try FileIdentity(path: path, followingLinks: false)
      return true
    } catch {
      return false
    }
  }
}
