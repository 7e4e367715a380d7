import Glibc
import Linux
import TestSupport
import Testing
import Wire

/// The daemon under a service manager, of which a test plays the part.
struct ServiceTests {
  /// Starts a daemon that tells `manager` how it is.
  private static func start(
    _ lazaret: Installed, _ manager: NotificationSocket, watchdog: Int? = nil
  ) throws -> RunningDaemon {
    var environment = ["NOTIFY_SOCKET=\(manager.name)"]
    if let watchdog { environment.append("WATCHDOG_USEC=\(watchdog)") }
    return try RunningDaemon(lazaret, workers: 1, environment: environment)
  }

  @Test(arguments: [false, true]) func `the service manager is told of the start, a reload and the stop`(
    isAbstract: Bool
  ) throws {
    let lazaret = try Installed()
    let manager = try NotificationSocket(
      isAbstract ? "@lazaret-test-\(UInt64.random(in: 0...(.max)))" : lazaret.place.path + "/notify")
    let daemon = try Self.start(lazaret, manager)
    let ready = try manager.receive()
    #expect(ready.hasPrefix("READY=1\nSTATUS=examining under the policy sha256:"), "\(ready)")

    let before = MonotonicClock.nanoseconds / 1_000
    try daemon.signal(Signal.hangUp)
    let words = try manager.receive().split(separator: "\n")
    #expect(words.count == 2 && words.first == "RELOADING=1")
    let time = words.last.flatMap { UInt64($0.dropFirst("MONOTONIC_USEC=".count)) }
    #expect(try #require(time) >= before)
    #expect(try manager.receive().hasPrefix("READY=1\n"))

    try daemon.signal(Signal.terminate)
    #expect(try manager.receive() == "STOPPING=1\nSTATUS=stopping after SIGTERM\n")
    #expect(try daemon.wait() == .exited(status: 0))
    #expect(!daemon.log.contains("notify-failed"))
  }

  @Test func `signs of life come while the process that makes the workers answers, and stop with it`()
    throws
  {
    let lazaret = try Installed()
    let manager = try NotificationSocket(lazaret.place.path + "/notify")
    let daemon = try Self.start(lazaret, manager, watchdog: 100_000)
    #expect(try manager.receive().hasPrefix("READY=1\n"))
    for _ in 0..<3 { #expect(try manager.receive() == "WATCHDOG=1\n") }

    // Stopped, not ended: a lost one would be replaced.
    let family = try daemon.descendants()
    for process in family { kill(process, SIGSTOP) }
    // Some were on their way, and a worker or two were ready; of one that goes on there would be no end.
    var late = 0
    while late < 50, try !manager.isSilent(milliseconds: 1_000) {
      _ = try manager.receive()
      late += 1
    }
    #expect(late < 10)
    for process in family { kill(process, SIGCONT) }
    #expect(try manager.receive() == "WATCHDOG=1\n")
  }

  @Test func `a socket that is handed over is served, and stays where it is`() throws {
    let lazaret = try Installed()
    let path = lazaret.place.path + "/handed.sock"
    let listener = try FileDescriptor.listen(at: path, mode: 0o600, backlog: 8)
    let daemon = try RunningDaemon(lazaret, workers: 1, handed: [listener.number])
    let client = try TestClient(path)
    guard case .health(1, let checks)? = try client.ask(.health(id: 1)) else {
      Issue.record("no health")
      return
    }
    #expect(checks.allSatisfy { $0.isGood })
    #expect(try daemon.end(Signal.terminate) == .exited(status: 0))
    #expect(try FileIdentity(path: path, followingLinks: false).kind == .other)
  }

  @Test func `two sockets that are handed over are known by their kinds, in any order`() throws {
    let lazaret = try Installed()
    let path = lazaret.place.path + "/handed"
    let messages = try FileDescriptor.listen(at: path + "1", mode: 0o600, backlog: 8)
    let stream = try FileDescriptor.listen(at: path + "2", kind: .stream, mode: 0o600, backlog: 8)
    let daemon = try RunningDaemon(lazaret, workers: 1, handed: [stream.number, messages.number])
    guard case .stats? = try TestClient(path + "1").ask(.stats(id: 1)) else {
      Issue.record("no stats")
      return
    }
    #expect(try ClamdClient(path + "2").ask("zPING\0") == "PONG\0")
    #expect(try daemon.end(Signal.terminate) == .exited(status: 0))

    let alone = try RunningDaemon.failing(lazaret, handed: [stream.number])
    #expect(alone.status == 2 && alone.errors.contains("no socket of the kind SOCK_SEQPACKET"))
    let twice = try RunningDaemon.failing(lazaret, handed: [messages.number, messages.number])
    #expect(twice.status == 2 && twice.errors.contains("several sockets of one kind"), "\(twice.errors)")
  }

  @Test func `a socket of another kind is refused with a reason`() throws {
    let lazaret = try Installed()
    let pair = try SocketPair()
    let run = try RunningDaemon.failing(lazaret, handed: [pair.first.number])
    #expect(run.status == 2)
    #expect(run.errors.contains("no listening socket of the kind SOCK_SEQPACKET"), "\(run.errors)")
  }
}

/// The service manager's end: a datagram socket with a path, or with an abstract name that begins with `@`.
final class NotificationSocket {
  let name: String
  private let socket: FileDescriptor

  init(_ name: String) throws {
    self.name = name
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    let room = MemoryLayout.size(ofValue: address.sun_path)
    try #require(bytes.count < room)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size - room + bytes.count)
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = try systemCall("socket") { Glibc.socket(AF_UNIX, kind, 0) }
    socket = FileDescriptor(owning: number)
    try systemCall("bind", name) {
      unsafe withUnsafePointer(to: &address) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(number, $0, length) }
      }
    }
  }

  /// The next message, for which a debug build on a busy machine has four minutes.
  func receive() throws -> String {
    guard try !isSilent(milliseconds: 240_000) else { throw WireError("nothing came for four minutes") }
    return String(decoding: try socket.read(limit: 4_096), as: UTF8.self)
  }

  /// The next message with what came beside it, which is waited for.
  func receiveMessage() throws -> Message? { try socket.receive(limit: 4_096, descriptors: 0...1) }

  /// Whether nothing comes for so long.
  func isSilent(milliseconds: Int) throws -> Bool {
    var entries = [PollEntry(socket.number)]
    return try poll(&entries, milliseconds: milliseconds) == 0
  }
}
