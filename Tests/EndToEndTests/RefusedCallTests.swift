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

    init(_ call: String, _ error: Int32) {
      self.call = call
      self.error = error
    }
  }

  /// What is tried in every run of the tests.
  private static let brief = [
    Refusal("pread64", EIO), Refusal("pwrite64", ENOSPC), Refusal("fdatasync", EIO), Refusal("openat", EMFILE),
    Refusal("recvmsg", ENOMEM), Refusal("sendmsg", ENOBUFS),
  ]

  private static let more = [
    Refusal("openat2", EMFILE), Refusal("newfstatat", EIO), Refusal("fstat", EIO), Refusal("statx", EIO),
    Refusal("pread64", EINTR), Refusal("pwrite64", EIO), Refusal("pwrite64", EINTR), Refusal("fsync", EIO),
    Refusal("ftruncate", ENOSPC), Refusal("fallocate", ENOSPC), Refusal("fcntl", ENOLCK),
    Refusal("mmap", ENOMEM),
    Refusal("memfd_create", EMFILE), Refusal("socketpair", EMFILE), Refusal("pipe2", EMFILE),
    Refusal("eventfd2", EMFILE), Refusal("clone", EAGAIN), Refusal("clone3", EAGAIN),
    Refusal("pidfd_open", EMFILE), Refusal("pidfd_send_signal", EPERM), Refusal("poll", ENOMEM),
    Refusal("poll", EINTR), Refusal("recvmsg", EINTR), Refusal("recvmsg", EIO), Refusal("sendmsg", ENOMEM),
    Refusal("sendmsg", EINTR), Refusal("read", EIO), Refusal("read", EINTR), Refusal("write", ENOSPC),
    Refusal("write", EINTR), Refusal("unlink", EIO), Refusal("lseek", EIO), Refusal("getdents64", EIO),
    Refusal("mkdirat", ENOSPC), Refusal("wait4", EINTR), Refusal("flock", ENOLCK), Refusal("getrandom", EINTR),
  ]

  static let refusals = Proof.extent(brief, whole: brief + more)

  /// How many of so many calls are refused, each in a run of its own.
  private static func numbers(_ count: Int) -> [Int] {
    count == 0 ? [] : Array(stride(from: count, to: 0, by: -Proof.extent(max(1, count / 2), whole: 1)))
  }

  @Test(arguments: refusals)
  func `a scan that is refused a call is right, or says what it lacks, and its store is sound`(
    refusal: Refusal
  ) throws {
    let trial = try ScanTrial()
    try trial.run(refusal, number: 1_000_000)
    let count = try trial.calls.counted
    var hits = 0
    for number in Self.numbers(count) {
      try trial.run(refusal, number: number)
      hits += try trial.calls.hits
    }
    try Proof.record("\(refusal): \(hits) calls of the command line refused")
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
      try lazaret.place.write("fine", Artifact.benignPickle), try lazaret.place.write("evil", Artifact.hostilePickle),
    ]
  }

  func run(_ refusal: RefusedCallTests.Refusal, number: Int) throws {
    let store = "\(lazaret.place.path)/\(refusal.call)-\(refusal.error)-\(number)/verdicts.db"
    let name = Comment(rawValue: "\(refusal), call \(number)")
    try calls.choose(number)
    let words = calls.words(.fail(refusal.call, refusal.error), Repository.program("lazaret"))
    let run = try lazaret.run(
      words[0], Array(words.dropFirst()) + ["scan", "--format", "jsonl", "--store", store] + paths)
    if run.status == 127, run.errors.contains("error while loading shared libraries") { return }
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
    case 2: #expect(!run.errors.isEmpty || !isWritten, name)
    case 3: #expect(fine == "incomplete" || evil == "incomplete", name)
    default: Issue.record("\(name): status \(run.status)\n\(run.output)\(run.errors)")
    }
    try checkStore(store, name)
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
