import Linux
import TestSupport
import Testing
import Wire

/// `lazaretd` in surroundings of a test's own, until it is stopped or goes out of use.
final class RunningDaemon {
  let installed: Installed
  let socket: String
  let store: String
  private let logPath: String
  private var process: Int32?

  /// Starts the daemon and returns when it listens.
  ///
  /// - Parameters:
  ///   - worker: one of our programs, or any by its whole path.
  ///   - environment: variables besides those that it needs.
  ///   - handed: sockets for it to listen at, handed over as a service manager does.
  ///   - under: the words of a command that runs it, before its own.
  init(
    _ installed: Installed, worker: String = "lazaret-worker", workers: Int = 2, policies: String? = nil,
    arguments: [String] = [], descriptorLimit: Int? = nil, environment: [String] = [], handed: [Int32] = [],
    under: [String] = []
  ) throws {
    self.installed = installed
    socket = installed.place.path + "/d.sock"
    store = installed.place.path + "/daemon/verdicts.db"
    logPath = installed.place.path + "/daemon-\(UInt64.random(in: 0...(.max))).log"
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let log = try FileDescriptor.open(logPath, [.writeOnly, .create, .append])
    let program = Repository.program("lazaretd")
    var words = [
      program, "--store", store, "--workers", "\(workers)", "--policies",
      policies ?? Repository.root + "/policies",
    ]
    if handed.isEmpty { words += ["--socket", socket] }
    words += arguments
    if !handed.isEmpty { words = Self.handingOver(handed.count) + words }
    words = under + words
    if let descriptorLimit {
      words = ["/bin/sh", "-c", "ulimit -n \(descriptorLimit); exec \"$0\" \"$@\""] + words
    }
    process = try Process.spawn(
      words[0], arguments: words,
      environment: [
        "LAZARET_WORKER=" + (worker.hasPrefix("/") ? worker : Repository.program(worker)),
        "SWIFT_BACKTRACE=enable=no",
      ] + environment,
      descriptors: [null.number, null.number, log.number] + handed)
    try wait("the daemon listens") { self.log.contains("\"event\":\"listening\"") }
  }

  /// Only a process itself knows its number before its program runs.
  static func handingOver(_ count: Int) -> [String] {
    let names = Array(repeating: "scan", count: count).joined(separator: ":")
    return [
      "/bin/sh", "-c", "LISTEN_FDS=\(count) LISTEN_PID=$$ LISTEN_FDNAMES=\(names) exec \"$0\" \"$@\"",
    ]
  }

  /// Runs a daemon that cannot start.
  static func failing(
    _ installed: Installed, worker: String = "lazaret-worker", policies: String? = nil, handed: [Int32] = []
  ) throws -> Installed.Run {
    let path = installed.place.path + "/failing.log"
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let log = try FileDescriptor.open(path, [.readWrite, .create, .truncate])
    var words = [
      Repository.program("lazaretd"), "--store", installed.place.path + "/failing.db", "--workers", "1",
      "--policies", policies ?? Repository.root + "/policies",
    ]
    words =
      handed.isEmpty
      ? words + ["--socket", installed.place.path + "/f.sock"] : handingOver(handed.count) + words
    let process = try Process.spawn(
      words[0], arguments: words,
      environment: [
        "LAZARET_WORKER=" + (worker.hasPrefix("/") ? worker : Repository.program(worker)),
        "SWIFT_BACKTRACE=enable=no",
      ],
      descriptors: [null.number, null.number, log.number] + handed)
    guard case .exited(let status) = try Child.awaitEnd(process, "a daemon that cannot start") else {
      throw SystemCallError("lazaretd", 0, "it died")
    }
    return Installed.Run(
      status: status, output: "", errors: String(decoding: try log.readAll(limit: 1 << 20), as: UTF8.self))
  }

  deinit {
    guard process != nil else { return }
    do {
      _ = try end(Signal.kill)
    } catch {
      print("a daemon stays behind: \(error)")
    }
  }

  var id: Int32 { process ?? -1 }

  /// What it has logged.
  var log: String {
    do {
      return String(decoding: try FileDescriptor.open(logPath).readAll(limit: 64 << 20), as: UTF8.self)
    } catch {
      return ""
    }
  }

  func signal(_ number: Int32) throws { try FileDescriptor.process(id).signalProcess(number) }

  /// Sends a signal, waits for the end, and says what it was.
  func end(_ number: Int32) throws -> ProcessEnd {
    try signal(number)
    return try wait()
  }

  /// Waits for the end, and says what it was.
  func wait() throws -> ProcessEnd {
    let id = self.id
    process = nil
    return try Child.awaitEnd(id, "the daemon")
  }

  /// Waits until something is so, and fails the test where that takes more than four minutes: a debug build on a
  /// busy machine takes long to read the policies.
  func wait(_ what: String, _ isSo: () throws -> Bool) throws {
    let end = MonotonicClock.nanoseconds + 240_000_000_000
    while try !isSo() {
      guard MonotonicClock.nanoseconds < end else {
        Issue.record("not within four minutes: \(what)\n\(log)")
        throw SystemCallError("wait", 110, what)
      }
      var nothing: [PollEntry] = []
      try poll(&nothing, milliseconds: 10)
    }
  }

  /// One of the daemon's counters.
  func counter(_ name: String) throws -> UInt64? {
    let client = try TestClient(socket)
    guard case .stats(_, let counters)? = try client.ask(.stats(id: 1)) else { return nil }
    return counters.first { $0.name == name }?.value
  }

  /// Our processes besides this one that have the daemon as an ancestor.
  func descendants() throws -> [Int32] { try Descendants.of(id) }
}

/// The processes below another, as `/proc` shows them.
enum Descendants {
  static func of(_ root: Int32) throws -> [Int32] {
    var parents: [Int32: Int32] = [:]
    for name in try Directory(try .open("/proc", [.readOnly, .directory])).names() {
      guard let id = Int32(String(decoding: name, as: UTF8.self)) else { continue }
      if let parent = parent(of: id) { parents[id] = parent }
    }
    var found: [Int32] = []
    var next = [root]
    while let id = next.popLast() {
      let children = parents.filter { $0.value == id }.map(\.key)
      found += children
      next += children
    }
    return found
  }

  /// nil where there is no such process any more.
  static func parent(of id: Int32) -> Int32? {
    do {
      let line = String(
        decoding: try FileDescriptor.open("/proc/\(id)/stat").readAll(limit: 4096), as: UTF8.self)
      guard let end = line.lastIndex(of: ")") else { return nil }
      let fields = line[line.index(after: end)...].split(separator: " ")
      // A zombie is no process any more, only a note for its parent.
      return fields[0] == "Z" ? nil : Int32(fields[1])
    } catch {
      return nil
    }
  }
}

/// A client that says what a test wants said.
final class TestClient {
  let socket: FileDescriptor

  /// Connects and, unless told not to, greets.
  init(_ path: String, greets: Bool = true) throws {
    socket = try .connect(to: path)
    guard greets else { return }
    try send(.hello(lowest: 1, highest: 1, name: "test"))
    guard case .hello? = try receive() else { throw WireError("no hello") }
  }

  func send(_ request: ClientRequest, _ file: borrowing FileDescriptor) throws {
    try socket.send(request.encoded(), descriptors: [file.number])
  }

  func send(_ request: ClientRequest) throws { try socket.send(request.encoded()) }

  /// The next message; nil at the end of the connection.
  func receive() throws -> DaemonReply? {
    var entries = [PollEntry(socket.number)]
    guard try poll(&entries, milliseconds: 60_000) > 0 else { throw WireError("no answer for a minute") }
    guard let message = try socket.receive(limit: WireLimit.message) else { return nil }
    return try DaemonReply(parsing: message.bytes)
  }

  /// Sends a request without a descriptor and gives the next message.
  func ask(_ request: ClientRequest) throws -> DaemonReply? {
    try send(request)
    return try receive()
  }

  /// Sends a scan and gives the first answer to it.
  func scan(_ id: UInt64, _ path: String, isFresh: Bool = false) throws -> DaemonReply? {
    try send(.scan(ScanRequest(id: id, isFresh: isFresh)), try FileDescriptor.open(path))
    return try receive()
  }

  /// Messages up to the one that ends a request.
  func receiveEnd() throws -> DaemonReply? {
    while let reply = try receive() {
      switch reply {
      case .accepted, .part: continue
      default: return reply
      }
    }
    return nil
  }
}
