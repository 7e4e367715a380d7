import Glibc
import Linux
import TestSupport
import Testing

/// `lazaretd guard` over file systems of the tests' own. Needs root; says so where it cannot be tried.
@Suite(.enabled(if: GuardedPlace.isPossible)) struct GuardTests {
  private let lazaret: Installed
  private let place: GuardedPlace
  private var folder: String { place.path }

  init() throws {
    lazaret = try Installed()
    place = try GuardedPlace(lazaret)
  }

  /// What opening a file comes to: its bytes, or the error's number.
  private enum Outcome: Equatable, Sendable {
    case bytes([UInt8])
    case refused(Int32)

    init(_ path: String, _ flags: FileDescriptor.OpenFlags = .readOnly) {
      do throws(SystemCallError) {
        self = .bytes(try FileDescriptor.open(path, flags).readAll(limit: 1 << 20))
      } catch {
        self = .refused(error.errno)
      }
    }

    static let denied = Outcome.refused(EPERM)
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws {
    try lazaret.place.write("guarded/" + name, bytes)
  }

  private func move(_ name: String, _ other: String) throws {
    try systemCall("rename") { unsafe rename("\(folder)/\(name)", "\(folder)/\(other)") }
  }

  @Test func `twenty readers at once get what is allowed, and none what is not`() throws {
    for number in 0..<5 {
      try write("before\(number).pkl", Artifact.number(Int32(number)))
      try write("deep/evil\(number).pkl", Artifact.hostilePickle + [UInt8(number)])
    }
    try write("unknown.pkl", Artifact.unknownPickle)
    let guardian = try RunningGuard(lazaret, place)
    // What comes later is guarded no less.
    for number in 5..<10 {
      try write("after\(number).pkl", Artifact.number(Int32(number)))
      try write("new/evil\(number).pkl", Artifact.hostileTorch + [UInt8(number)])
    }
    var expected: [(name: String, outcome: Outcome)] = [("unknown.pkl", .denied)]
    for number in 0..<10 {
      let (good, evil) = number < 5 ? ("before", "deep/evil") : ("after", "new/evil")
      expected.append(("\(good)\(number).pkl", .bytes(Artifact.number(Int32(number)))))
      expected.append(("\(evil)\(number).pkl", .denied))
    }
    let files = expected
    let folder = folder
    let wrong = Monitor<[String]>([])
    let readers = try (0..<20).map { reader in
      try HeldThread(name: "reader") {
        for round in 0..<3 {
          for index in files.indices {
            let (name, outcome) = files[(index + reader * 7) % files.count]
            let found = Outcome("\(folder)/\(name)")
            if found != outcome {
              wrong.withLock { $0.append("round \(round) of \(reader): \(name): \(found)") }
            }
          }
        }
      }
    }
    for reader in readers { reader.join() }
    #expect(wrong.withLock { $0 } == [])
    var denied: [Substring] = []
    // The answer comes before its line.
    try guardian.wait("every refusal is logged") {
      denied = guardian.log.split(separator: "\n").filter { $0.contains("\"event\":\"denied\"") }
      return denied.count == 11 * 3 * 20
    }
    let first = try JSONDocument.parse(String(try #require(denied.first { $0.contains("deep/evil0") })))
    #expect(first["path"] == .string(folder + "/deep/evil0.pkl"))
    #expect(first["verdict"] == .string("deny") && first["rule"].text?.hasPrefix("pickle.") == true)
    #expect(first["process"] == .number(Double(Process.id)))
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `no other way leads to a hostile file either`() throws {
    try write("evil.pkl", Artifact.hostilePickle)
    try write("good.pkl", Artifact.benignPickle)
    let inner = "\(folder)/evil.pkl"
    let early = try FileDescriptor.open(inner, .pathOnly)
    let bound = lazaret.place.path + "/bound"
    try Directory.create(bound)
    let guardian = try RunningGuard(lazaret, place)
    #expect(try lazaret.runTool("/usr/bin/mount", ["--bind", folder, bound]) == 0)
    defer { GuardedPlace.unmount(bound) }
    try systemCall("link") { unsafe link(inner, "\(folder)/linked.pkl") }
    let soft = lazaret.place.link("soft.pkl", to: inner)
    var ways = ["\(folder)/linked.pkl", "\(bound)/evil.pkl", soft ?? "", "/proc/self/fd/\(early.number)"]
    for way in ways + [inner] {
      for flags in [FileDescriptor.OpenFlags.readOnly, .readWrite, [.readWrite, .truncate], .writeOnly] {
        #expect(Outcome(way, flags) == .denied, "\(way) \(flags)")
      }
    }
    // Another mount namespace, and a program that the kernel itself opens.
    #expect(try lazaret.runTool("/usr/bin/unshare", ["-m", "/bin/cat", inner]) == 1)
    #expect(try lazaret.runTool("/usr/bin/unshare", ["-m", "/bin/cat", "\(folder)/good.pkl"]) == 0)
    try systemCall("chmod") { unsafe chmod(inner, 0o755) }
    #expect(try lazaret.runTool("/bin/sh", ["-c", "exec \(inner)"]) == 126)
    try move("evil.pkl", "innocent.txt")
    ways = ["\(folder)/innocent.txt", "\(folder)/linked.pkl"]
    for way in ways { #expect(Outcome(way) == .denied, "\(way)") }
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
    // A stopped guard guards nothing.
    #expect(Outcome("\(folder)/linked.pkl") == .bytes(Artifact.hostilePickle))
  }

  @Test func `a file that replaces another has a verdict of its own`() throws {
    let guardian = try RunningGuard(lazaret, place)
    try write("a.pkl", Artifact.hostilePickle)
    #expect(Outcome("\(folder)/a.pkl") == .denied)
    try write("b.pkl", Artifact.benignPickle)
    try move("b.pkl", "a.pkl")
    #expect(Outcome("\(folder)/a.pkl") == .bytes(Artifact.benignPickle))
    try write("b.pkl", Artifact.hostilePickle)
    try move("b.pkl", "a.pkl")
    #expect(Outcome("\(folder)/a.pkl") == .denied)
    #expect(lazaret.place.remove("guarded/a.pkl"))
    try write("a.pkl", Artifact.benignPickle)
    #expect(Outcome("\(folder)/a.pkl") == .bytes(Artifact.benignPickle))
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `what was let in keeps its bytes, and what is being written is not read`() throws {
    let guardian = try RunningGuard(lazaret, place)
    let path = "\(folder)/a.pkl"
    do {
      let writer = try FileDescriptor.open(path, [.readWrite, .create])
      #expect(Outcome(path) == .denied)
      try writer.write(Artifact.benignPickle)
      #expect(Outcome(path) == .denied && Outcome(path, .writeOnly) == .denied)
    }
    let reader = try FileDescriptor.open(path)
    for flags in [
      FileDescriptor.OpenFlags.writeOnly, .readWrite, [.writeOnly, .truncate], [.writeOnly, .append],
    ] {
      #expect(Outcome(path, flags) == .denied, "\(flags)")
    }
    #expect(try reader.readAll(limit: 1 << 20) == Artifact.benignPickle)
    // truncate(2) opens nothing. What is left is judged, and is no whole pickle.
    try systemCall("truncate") { unsafe truncate(path, 5) }
    #expect(Outcome(path) == .denied)
    try systemCall("truncate") { unsafe truncate(path, 0) }
    #expect(Outcome(path, .writeOnly) == .denied)

    // Made by one, looked at by another, and filled by a third, as mkstemp(3) and a download do it.
    try write("b.pkl", [])
    #expect(Outcome("\(folder)/b.pkl") == .denied)
    try write("b.pkl", Artifact.benignPickle)
    #expect(Outcome("\(folder)/b.pkl") == .bytes(Artifact.benignPickle))
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `a writer who is killed before the answer leaves the file to others`() throws {
    let guardian = try RunningGuard(lazaret, place)
    try write("a.pkl", [])
    try guardian.signal(SIGSTOP)
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let writer = try Process.spawn(
      "/bin/sh", arguments: ["/bin/sh", "-c", "exec 3>\(folder)/a.pkl"], environment: [],
      descriptors: [null.number, null.number, null.number])
    try guardian.wait("the writer waits") {
      let state = try FileDescriptor.open("/proc/\(writer)/wchan").readAll(limit: 100)
      return String(decoding: state, as: UTF8.self).contains("fanotify")
    }
    kill(writer, SIGKILL)
    #expect(try Child.awaitEnd(writer, "a writer") == .killed(signal: SIGKILL))
    try guardian.signal(SIGCONT)
    try guardian.wait("the file can be written") {
      let descriptor: FileDescriptor
      do throws(SystemCallError) {
        descriptor = try FileDescriptor.open(folder + "/a.pkl", .writeOnly)
      } catch {
        return false
      }
      try descriptor.write(Artifact.benignPickle)
      return true
    }
    #expect(Outcome("\(folder)/a.pkl") == .bytes(Artifact.benignPickle))
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `a waiver opens what it covers, once the policies were read again`() throws {
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    try write("evil.pkl", Artifact.hostilePickle)
    let guardian = try RunningGuard(lazaret, place, policies: policies)
    #expect(Outcome("\(folder)/evil.pkl") == .denied)
    let copy = try lazaret.place.write("copy.pkl", Artifact.hostilePickle)
    let run = try lazaret.lazaret(
      "waive", copy, "--covers", "deny", "--reason", "a test", "--owner", "tests", "--until",
      WaiveTests.day(30),
      "--policies", policies)
    #expect(run.status == 0, "\(run.errors)")
    try guardian.signal(Signal.hangUp)
    try guardian.wait("the policies were read") { guardian.log.contains("\"event\":\"reloaded\"") }
    #expect(Outcome("\(folder)/evil.pkl") == .bytes(Artifact.hostilePickle))
    #expect(try guardian.end(Signal.terminate) == .exited(status: 0))
  }

  @Test func `a guard that is killed leaves everything open, those who wait first`() throws {
    try write("evil.pkl", Artifact.hostilePickle)
    let guardian = try RunningGuard(lazaret, place)
    #expect(Outcome("\(folder)/evil.pkl") == .denied)
    try guardian.signal(SIGSTOP)
    let (reader, outcome) = try open("evil.pkl")
    #expect(try guardian.end(Signal.kill) == .killed(signal: Signal.kill))
    reader.join()
    // So the kernel does it: fanotify(7) fails open. Whoever needs more has a service manager, or admits.
    #expect(outcome.withLock { $0 } == .bytes(Artifact.hostilePickle))
  }

  /// Opens a file on a thread of its own.
  private func open(_ name: String) throws -> (HeldThread, Monitor<Outcome?>) {
    let path = "\(folder)/\(name)"
    let outcome = Monitor<Outcome?>(nil)
    let reader = try HeldThread(name: "reader") {
      let found = Outcome(path)
      outcome.withLock { $0 = found }
    }
    return (reader, outcome)
  }

  @Test func `where a service manager keeps the descriptor, opens wait for the next guard`() throws {
    try write("evil.pkl", Artifact.hostilePickle)
    try write("good.pkl", Artifact.benignPickle)
    try write("late.pkl", Artifact.number(9))
    let manager = try NotificationSocket(lazaret.place.path + "/notify")
    let first = try RunningGuard(lazaret, place, manager: manager)
    guard let kept = try manager.receiveKept("guard") else {
      Issue.record("nothing came to be kept")
      return
    }
    #expect(try manager.receive().hasPrefix("READY=1\n"))

    // One that the guard has taken, and that no worker finishes.
    let stopped = try first.descendants()
    for process in stopped { kill(process, SIGSTOP) }
    // They outlive the guard, since what stands still does not see it go.
    defer { for process in stopped { kill(process, SIGKILL) } }
    let (taken, takenOutcome) = try open("good.pkl")
    try first.wait("the guard has taken an open") { try first.openFiles(below: folder) > 0 }
    // Two that it has not seen.
    try first.signal(SIGSTOP)
    let (unseen, unseenOutcome) = try open("evil.pkl")
    let (other, otherOutcome) = try open("late.pkl")
    #expect(try first.end(Signal.kill) == .killed(signal: Signal.kill))
    var nothing: [PollEntry] = []
    try poll(&nothing, milliseconds: 500)
    for outcome in [takenOutcome, unseenOutcome, otherOutcome] { #expect(outcome.withLock { $0 } == nil) }

    let second = try RunningGuard(lazaret, place, manager: manager, handed: kept.number)
    for reader in [taken, unseen, other] { reader.join() }
    #expect(takenOutcome.withLock { $0 } == .denied)
    #expect(unseenOutcome.withLock { $0 } == .denied)
    #expect(otherOutcome.withLock { $0 } == .bytes(Artifact.number(9)))
    #expect(second.log.contains("\"event\":\"taken-over\",\"refused\":1"), "\(second.log)")
    #expect(Outcome("\(folder)/good.pkl") == .bytes(Artifact.benignPickle))
    _ = try manager.receiveKept("guard")
    #expect(try manager.receive().hasPrefix("READY=1\n"))
    #expect(try second.end(Signal.terminate) == .exited(status: 0))
    #expect(try manager.receive() == "STOPPING=1\nSTATUS=stopping after SIGTERM\n")
  }

  @Test func `a place that cannot be guarded is refused with the reason, and nothing is marked`() throws {
    let plain = lazaret.place.path + "/plain"
    try Directory.create(plain)
    for (path, reason) in [
      (plain, "no file system is mounted there"), ("/", "place of the system"),
      ("/usr", "place of the system"),
      (plain + "/none", "No such file"),
    ] {
      let run = try RunningGuard.failing(lazaret, path, store: lazaret.place.path + "/v.db")
      #expect(run.status == 2 && run.errors.contains(reason), "\(path): \(run.errors)")
    }
    let own = try RunningGuard.failing(lazaret, folder, store: folder + "/v.db")
    #expect(own.status == 2 && own.errors.contains("the verdict store lies on it"), "\(own.errors)")
    if Installed.canBeNobody {
      let run = try RunningGuard.failing(lazaret, folder, store: "/tmp/none.db", user: Installed.nobody)
      #expect(run.status == 2 && run.errors.contains("guarding needs root"), "\(run.errors)")
    }
  }
}
