import Glibc
import Linux
import TestSupport
import Testing

/// `lazaret watch` over folders in which things appear.
struct WatchTests {
  private let lazaret: Installed
  private var drop: String { lazaret.place.path + "/drop" }
  private var into: String { lazaret.place.path + "/into" }

  init() throws {
    lazaret = try Installed()
    for path in [drop, into] { try Directory.create(path) }
  }

  /// Bytes of a file that is there.
  private func bytes(_ path: String) throws -> [UInt8] {
    try FileDescriptor.open(path).readAll(limit: 1 << 20)
  }

  @Test func `a file is judged once, when it is whole, whatever its writer does before`() throws {
    let watch = try RunningWatch(lazaret, [drop])
    let half = Artifact.hostilePickle.count / 2
    do {
      // Half of it lies there for a while, and its time stamps are old.
      let writer = try FileDescriptor.open(drop + "/slow.pkl", [.writeOnly, .create], mode: 0o644)
      try writer.write(Artifact.hostilePickle[..<half])
      try lazaret.place.write("drop/other.pkl", Artifact.benignPickle)
      try watch.wait(for: ["allow other.pkl"])
      #expect(watch.judged == ["allow other.pkl"])
      try writer.write(Artifact.hostilePickle[half...])
    }
    try watch.wait(for: ["allow other.pkl", "deny slow.pkl"])

    try lazaret.place.write("drop/a.pkl.part", Array(Artifact.hostilePickle[..<half]))
    try lazaret.place.write("drop/a.pkl.part", Artifact.hostilePickle)
    try lazaret.place.write("b.pkl", Artifact.number(7))
    try Self.move(drop + "/a.pkl.part", drop + "/a.pkl")
    try Self.move(lazaret.place.path + "/b.pkl", drop + "/b.pkl")
    try watch.wait(for: ["allow other.pkl", "deny slow.pkl", "deny a.pkl", "allow b.pkl"])
    let end = try watch.end(Signal.terminate)
    #expect(end.status == 1, "\(end.errors)")
    #expect(watch.judged.count == 4)
  }

  private static func move(_ path: String, _ other: String) throws {
    try systemCall("rename") { unsafe rename(path, other) }
  }

  @Test func `a change is judged again, the same file is not`() throws {
    try lazaret.place.write("drop/old.pkl", Artifact.hostilePickle)
    let watch = try RunningWatch(lazaret, [drop])
    try lazaret.place.write("drop/a.pkl", Artifact.benignPickle)
    try watch.wait(for: ["allow a.pkl"])
    // Opened for writing and left as it was; then really changed.
    _ = try FileDescriptor.open(drop + "/a.pkl", .writeOnly)
    try lazaret.place.write("drop/b.pkl", Artifact.benignPickle)
    try watch.wait(for: ["allow a.pkl", "allow b.pkl"])
    try lazaret.place.write("drop/a.pkl", Artifact.hostilePickle)
    try watch.wait(for: ["allow a.pkl", "allow b.pkl", "deny a.pkl"])
    // truncate(2) opens nothing, so nothing is closed.
    try systemCall("truncate") { unsafe truncate(drop + "/b.pkl", 3) }
    try watch.wait(for: ["allow a.pkl", "allow b.pkl", "deny a.pkl", "incomplete b.pkl"])
    // What was there before counts from its first change on.
    try systemCall("chmod") { unsafe chmod(drop + "/old.pkl", 0o600) }
    try systemCall("link") { unsafe link(drop + "/old.pkl", drop + "/linked.pkl") }
    _ = lazaret.place.link("drop/soft.pkl", to: "old.pkl")
    try watch.wait { $0.contains("deny linked.pkl") && $0.contains("deny soft.pkl") }
    #expect(!watch.judged.contains("deny old.pkl"))
    #expect(try watch.end(Signal.interrupt).status == 1)
  }

  @Test func `what is there counts where that is asked for`() throws {
    try lazaret.place.write("drop/deep/er/old.pkl", Artifact.benignPickle)
    let watch = try RunningWatch(lazaret, [drop, "--existing"])
    try watch.wait(for: ["allow deep/er/old.pkl"])
    #expect(try watch.end(Signal.terminate).status == 0)
  }

  @Test func `folders that appear are watched without a gap, and follow their names`() throws {
    let watch = try RunningWatch(lazaret, [drop])
    var expected: Set<String> = []
    for number in 0..<40 {
      try lazaret.place.write("drop/n\(number)/deep/m.pkl", Artifact.number(Int32(number)))
      expected.insert("allow n\(number)/deep/m.pkl")
    }
    try watch.wait { expected.isSubset(of: $0) }
    // A tree from elsewhere, and one that gets another name.
    try lazaret.place.write("tree/sub/x.pkl", Artifact.number(1000))
    try Self.move(lazaret.place.path + "/tree", drop + "/tree")
    try watch.wait { $0.contains("allow tree/sub/x.pkl") }
    try Self.move(drop + "/tree", drop + "/renamed")
    try watch.wait { $0.contains("allow renamed/sub/x.pkl") }
    try lazaret.place.write("drop/renamed/sub/y.pkl", Artifact.number(1001))
    try watch.wait { $0.contains("allow renamed/sub/y.pkl") }
    #expect(watch.judged.count == 43)
    #expect(try watch.end(Signal.terminate).status == 0)
  }

  @Test func `many files at once are all judged, each once, even where the kernel lost events`() throws {
    let watch = try RunningWatch(lazaret, [drop])
    try watch.signal(SIGSTOP)
    // More events than fs.inotify.max_queued_events keeps, 16,384 unless somebody set it otherwise.
    for round in 0..<400 {
      for number in 0..<50 {
        try lazaret.place.write("drop/f\(number).pkl", Artifact.number(Int32(round * number)))
      }
    }
    try lazaret.place.write("drop/folder/late.pkl", Artifact.number(3))
    try watch.signal(SIGCONT)
    try watch.wait { $0.count == 51 }
    try lazaret.place.write("drop/folder/later.pkl", Artifact.number(4))
    try watch.wait { $0.count == 52 }
    #expect(try watch.end(Signal.terminate).status == 0)
    #expect(watch.lines.count == 52)
  }

  @Test func `what is allowed is let in under its way, what is not is kept, and the source goes if asked`()
    throws
  {
    let quarantine = lazaret.place.path + "/quarantine"
    let watch = try RunningWatch(lazaret, [drop, "--into", into, "--quarantine", quarantine, "--remove"])
    try lazaret.place.write("drop/sub/good.pkl", Artifact.benignPickle)
    try lazaret.place.write("drop/evil.pkl", Artifact.hostilePickle)
    _ = lazaret.place.link("drop/out.pkl", to: "/etc/passwd")
    try watch.wait(for: ["allow sub/good.pkl", "deny evil.pkl", "incomplete out.pkl"])
    let good = try #require(watch.lines.first { $0.text.contains("good.pkl") })
    #expect(good.document["admitted"] == .string(into + "/sub/good.pkl"))
    #expect(try bytes(into + "/sub/good.pkl") == Artifact.benignPickle)
    let evil = try #require(watch.lines.first { $0.text.contains("evil.pkl") })
    let kept = try #require(evil.document["quarantined"].text)
    #expect(kept == "\(quarantine)/\(evil.document["sha256"].text ?? "")")
    #expect(try bytes(kept) == Artifact.hostilePickle)
    #expect(try lazaret.names("drop") == ["out.pkl", "sub"])
    #expect(try lazaret.names("drop/sub") == [] && lazaret.names("into") == ["sub"])

    // The place is taken, so it stays where it is.
    try lazaret.place.write("drop/sub/good.pkl", Artifact.number(5))
    try watch.wait { _ in watch.lines.count == 4 }
    let end = try watch.end(Signal.terminate)
    #expect(end.status == 1 && end.errors.contains("is there already"), "\(end.errors)")
    #expect(try bytes(into + "/sub/good.pkl") == Artifact.benignPickle)
    #expect(try bytes(drop + "/sub/good.pkl") == Artifact.number(5))
    #expect(try lazaret.names("into") == ["sub"])
  }

  @Test func `what never became whole is told of at the end`() throws {
    let watch = try RunningWatch(lazaret, [drop])
    try lazaret.place.write("drop/a.pkl.incomplete", Artifact.benignPickle)
    let writer = try FileDescriptor.open(drop + "/b.pkl", [.writeOnly, .create])
    try writer.write(Artifact.benignPickle)
    try lazaret.place.write("drop/c.pkl", Artifact.benignPickle)
    try watch.wait(for: ["allow c.pkl"])
    let end = try watch.end(Signal.terminate)
    #expect(end.status == 3, "\(end.errors)")
    #expect(watch.judged == ["allow c.pkl", "incomplete a.pkl.incomplete", "incomplete b.pkl"])
    #expect(end.errors.contains("it has the name of an unfinished download"))
    #expect(end.errors.contains("it is not whole yet"))
  }

  @Test func `a folder that goes ends the watch, with a reason`() throws {
    try Directory.create(drop + "/inner")
    let watch = try RunningWatch(lazaret, [drop + "/inner"])
    try Self.move(drop + "/inner", drop + "/other")
    let end = try watch.end(nil)
    #expect(end.status == 2)
    #expect(end.errors.contains("\(drop)/inner: the watched folder is gone"), "\(end.errors)")
  }

  @Test func `places that cannot be are refused before anything is watched`() throws {
    for arguments in [["--into", drop], ["--quarantine", drop + "/q"]] {
      let run = try lazaret.run("lazaret", ["watch", drop] + arguments)
      #expect(run.status == 2 && run.errors.contains("lies inside of the watched folder"), "\(run.errors)")
    }
    let run = try lazaret.run("lazaret", ["watch", drop + "/none"])
    #expect(run.status == 2 && run.errors.contains("cannot be watched: No such file"), "\(run.errors)")
  }

  @Test func `the daemon can be the one who examines`() throws {
    let daemon = try RunningDaemon(lazaret)
    let watch = try RunningWatch(lazaret, [drop, "--into", into, "--socket", daemon.socket])
    try lazaret.place.write("drop/good.pkl", Artifact.benignPickle)
    try lazaret.place.write("drop/evil.pkl", Artifact.hostilePickle)
    try watch.wait(for: ["allow good.pkl", "deny evil.pkl"])
    // A link is let in neither, however good its target is today.
    _ = lazaret.place.link("drop/link.pkl", to: "good.pkl")
    try watch.wait(for: ["allow good.pkl", "deny evil.pkl", "incomplete link.pkl"])
    #expect(try lazaret.names("into") == ["good.pkl"])
    #expect(try watch.end(Signal.terminate).status == 1)
    #expect(try daemon.end(Signal.terminate) == .exited(status: 0))
  }
}

/// `lazaret watch` until it is ended or goes out of use.
final class RunningWatch {
  struct Line {
    let text: String
    let document: JSONDocument
  }

  private let folder: String
  private let output: String
  private let errors: String
  private var process: Int32?

  /// Returns when it watches. Reports are JSON Lines.
  ///
  /// - Parameter arguments: the folder, and flags.
  init(_ installed: Installed, _ arguments: [String]) throws {
    folder = arguments[0]
    let run = installed.place.path + "/watch-\(UInt64.random(in: 0...(.max)))"
    output = run + ".out"
    errors = run + ".err"
    let null = try FileDescriptor.open("/dev/null")
    let out = try FileDescriptor.open(output, [.writeOnly, .create, .append])
    let err = try FileDescriptor.open(errors, [.writeOnly, .create, .append])
    let words =
      [Repository.program("lazaret"), "watch", "--format", "jsonl"]
      + (arguments.contains("--socket")
        ? [] : ["--policies", Repository.root + "/policies", "--store", run + ".db"])
      + arguments
    process = try Process.spawn(
      words[0], arguments: words, environment: ["SWIFT_BACKTRACE=enable=no"],
      descriptors: [null.number, out.number, err.number])
    try poll("it watches") { try text(errors).contains("watching ") }
  }

  deinit {
    guard process != nil else { return }
    do {
      _ = try end(Signal.kill)
    } catch {
      print("a watch stays behind: \(error)")
    }
  }

  func signal(_ number: Int32) throws { try FileDescriptor.process(process ?? -1).signalProcess(number) }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileDescriptor.open(path).readAll(limit: 64 << 20), as: UTF8.self)
  }

  var lines: [Line] {
    do {
      return try text(output).split(separator: "\n").map {
        Line(text: String($0), document: try JSONDocument.parse(String($0)))
      }
    } catch {
      return []
    }
  }

  /// `allow a.pkl`, sorted.
  var judged: [String] {
    lines.map { line in
      let path = line.document["path"].text ?? ""
      return "\(line.document["verdict"].text ?? "") \(path.dropFirst(folder.count + 1))"
    }.sorted()
  }

  /// Waits until exactly these were judged.
  func wait(for expected: [String]) throws { try wait { $0 == Set(expected) } }

  /// Waits until what was judged is as it should be; that takes long on a busy machine.
  func wait(_ isSo: (Set<String>) -> Bool) throws {
    try poll("what is expected was judged") { isSo(Set(judged)) }
  }

  private func poll(_ what: String, _ isSo: () throws -> Bool) throws {
    let end = MonotonicClock.nanoseconds + 240_000_000_000
    while try !isSo() {
      guard MonotonicClock.nanoseconds < end else {
        Issue.record("not within four minutes: \(what)\n\(judged)\n\(try text(errors))")
        throw SystemCallError("wait", 110, what)
      }
      var nothing: [PollEntry] = []
      try Linux.poll(&nothing, milliseconds: 20)
    }
  }

  /// Ends it, by a signal or by itself.
  func end(_ signal: Int32?) throws -> (status: Int32, errors: String) {
    let id = process ?? -1
    if let signal { try self.signal(signal) }
    process = nil
    guard case .exited(let status) = try Child.awaitEnd(id, "lazaret watch") else {
      return (-1, try text(errors))
    }
    return (status, try text(errors))
  }
}
