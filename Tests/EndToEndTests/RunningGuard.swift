import Glibc
import Linux
import TestSupport
import Testing

/// A file system of a test's own, in memory, until it goes out of use.
final class GuardedPlace: Sendable {
  let path: String
  /// Goes away after this.
  private let surroundings: TemporaryDirectory

  init(_ installed: Installed) throws {
    surroundings = installed.place
    path = installed.place.path + "/guarded"
    try Directory.create(path)
    try #require(try installed.runTool("/usr/bin/mount", ["-t", "tmpfs", "lazaret-test", path]) == 0)
  }

  deinit { Self.unmount(path) }

  /// Takes a mount away as soon as nobody uses it.
  static func unmount(_ path: String) {
    do {
      try systemCall("umount2", path) { unsafe umount2(path, Int32(MNT_DETACH)) }
    } catch {
      print("\(path) stays mounted: \(error)")
    }
  }

  /// Whether a guard can be tried here: by root, with fanotify, where file systems can be mounted.
  static let isPossible: Bool = {
    do {
      _ = try Fanotify()
      _ = try GuardedPlace(try Installed())
      return true
    } catch {
      print("NOTICE: NO GUARD WAS TRIED, which needs root, fanotify and a right to mount: \(error)")
      return false
    }
  }()
}

/// `lazaretd guard` over a place, until it is ended or goes out of use.
final class RunningGuard {
  private let logPath: String
  private var process: Int32?

  /// Returns when it guards.
  ///
  /// - Parameters:
  ///   - manager: whom it tells how it is.
  ///   - handed: what its predecessor left.
  init(
    _ installed: Installed, _ place: GuardedPlace, policies: String? = nil,
    manager: NotificationSocket? = nil,
    handed: Int32? = nil
  ) throws {
    logPath = installed.place.path + "/guard-\(UInt64.random(in: 0...(.max))).log"
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let log = try FileDescriptor.open(logPath, [.writeOnly, .create, .append])
    let words =
      (handed == nil ? [] : RunningDaemon.handingOver(1))
      + Self.words(place.path, store: installed.place.path + "/guard/verdicts.db", policies: policies)
    process = try Process.spawn(
      words[0], arguments: words,
      environment: Self.environment + (manager.map { ["NOTIFY_SOCKET=\($0.name)"] } ?? []),
      descriptors: [null.number, null.number, log.number] + (handed.map { [$0] } ?? []))
    try watchOver()
    try wait("it guards") { self.log.contains("\"event\":\"guarding\"") }
  }

  private static let environment = [
    "LAZARET_WORKER=" + Repository.program("lazaret-worker"), "SWIFT_BACKTRACE=enable=no",
  ]

  private static func words(_ folder: String, store: String, policies: String? = nil) -> [String] {
    [
      Repository.program("lazaretd"), "guard", folder, "--store", store, "--workers", "2", "--policies",
      policies ?? Repository.root + "/policies",
    ]
  }

  /// Ends a guard that does not answer, or this process would wait in an open for ever.
  private func watchOver() throws {
    let guardian = try FileDescriptor.process(id)
    _ = try HeldThread(name: "overseer") {
      do {
        var entries = [PollEntry(guardian.number)]
        guard try poll(&entries, milliseconds: 400_000) == 0 else { return }
        print("A GUARD DID NOT END, AND IS KILLED")
        try guardian.signalProcess(Signal.kill)
      } catch {
        print("nobody oversees a guard: \(error)")
      }
    }
  }

  deinit {
    guard process != nil else { return }
    do {
      _ = try end(Signal.kill)
    } catch {
      print("a guard stays behind: \(error)")
    }
  }

  /// Runs a guard that cannot begin.
  static func failing(
    _ installed: Installed, _ folder: String, store: String, user: UInt32? = nil
  ) throws -> Installed.Run {
    try installed.run(
      "lazaretd", Array(words(folder, store: store).dropFirst()), user: user,
      environment: ["LAZARET_WORKER": Repository.program("lazaret-worker")])
  }

  private var id: Int32 { process ?? -1 }

  var log: String {
    do {
      return String(decoding: try FileDescriptor.open(logPath).readAll(limit: 64 << 20), as: UTF8.self)
    } catch {
      return ""
    }
  }

  func descendants() throws -> [Int32] { try Descendants.of(id) }

  /// How many files below a folder it has open.
  func openFiles(below folder: String) throws -> Int {
    let descriptors = try FileDescriptor.open("/proc/\(id)/fd", [.readOnly, .directory])
    return try Directory(try descriptors.duplicate()).names().filter { name in
      do {
        return try descriptors.target(ofLink: name).starts(with: Array((folder + "/").utf8))
      } catch {
        return false
      }
    }.count
  }

  func signal(_ number: Int32) throws { try FileDescriptor.process(id).signalProcess(number) }

  func end(_ number: Int32) throws -> ProcessEnd {
    try signal(number)
    let id = id
    process = nil
    return try Child.awaitEnd(id, "the guard")
  }

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
}

extension NotificationSocket {
  /// The descriptor that comes to be kept under this name.
  func receiveKept(_ name: String) throws -> FileDescriptor? {
    guard try !isSilent(milliseconds: 240_000) else { return nil }
    guard var message = try receiveMessage() else { return nil }
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text == "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0\n")
    return message.descriptors.takeFirst()
  }
}
