internal import Findings
internal import Linux

/// What the daemon tells the service manager that started it.
enum ServiceState: Equatable, Sendable {
  /// It listens, and everything that a scan needs is there.
  case ready(status: String)
  /// It reads its policies again; the time is that of the clock that never goes back, in microseconds.
  case reloading(microseconds: UInt64)
  case stopping(status: String)
  /// Its loop and the process that makes the workers answer.
  case alive
  case status(String)
  /// A descriptor comes beside it, to be kept and handed over to this process's successor, should it die.
  case keeping(name: String)

  /// As sd_notify(3) has it: an assignment a line.
  var text: String {
    switch self {
    case .ready(let status): "READY=1\nSTATUS=\(Self.line(status))\n"
    case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)\n"
    case .stopping(let status): "STOPPING=1\nSTATUS=\(Self.line(status))\n"
    case .alive: "WATCHDOG=1\n"
    case .status(let status): "STATUS=\(Self.line(status))\n"
    case .keeping(let name): "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0\n"
    }
  }

  /// A reason may hold anything; a line break in it would be another assignment.
  private static func line(_ status: String) -> String { status.withoutInvisibles }
}

/// What a service manager says in the environment of a process that it starts. sd_notify(3), sd_listen_fds(3),
/// sd_watchdog_enabled(3)
struct ServiceEnvironment: Equatable, Sendable {
  /// Where it wants to be told; nil where it does not.
  var notifySocket: String?
  /// How long it waits for a sign of life; nil where it does not wait for one.
  var watchdogMicroseconds: UInt64?
  /// How many sockets it has opened, from descriptor 3 on.
  var sockets = 0

  static let variables = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    "LISTEN_PIDFDID",
  ]

  /// - Parameters:
  ///   - process: this one. What is said to another is not for it.
  ///   - variable: the value of one of ``variables``; nil where it is not set.
  /// - Throws: where a number is none, or the names are not as many as the sockets.
  init(process: Int32, _ variable: (String) -> String?) throws(DaemonFailure) {
    if let name = variable("NOTIFY_SOCKET"), !name.isEmpty { notifySocket = name }
    if try Self.isMeant(variable("WATCHDOG_PID"), "WATCHDOG_PID", process, whereUnset: true),
      let text = variable("WATCHDOG_USEC")
    {
      let time = try Self.number(text, "WATCHDOG_USEC", 1...UInt64.max / 2_000)
      watchdogMicroseconds = time
    }
    guard try Self.isMeant(variable("LISTEN_PID"), "LISTEN_PID", process, whereUnset: false),
      let text = variable("LISTEN_FDS")
    else { return }
    sockets = Int(try Self.number(text, "LISTEN_FDS", 0...1_024))
    guard let names = variable("LISTEN_FDNAMES"), sockets > 0 else { return }
    let count = names.split(separator: ":", omittingEmptySubsequences: false).count
    guard count == sockets else {
      throw DaemonFailure("LISTEN_FDNAMES has \(count) names for \(sockets) sockets")
    }
  }

  private static func isMeant(
    _ text: String?, _ name: String, _ process: Int32, whereUnset: Bool
  ) throws(DaemonFailure) -> Bool {
    guard let text else { return whereUnset }
    return try number(text, name, 1...UInt64(Int32.max)) == UInt64(process)
  }

  private static func number(
    _ text: String, _ name: String, _ range: ClosedRange<UInt64>
  ) throws(DaemonFailure) -> UInt64 {
    guard let number = UInt64(text), range.contains(number) else {
      throw DaemonFailure("\(name) is '\(text.withoutInvisibles)', which cannot be meant")
    }
    return number
  }

  /// Takes the variables out of the environment, so that nothing we start takes them for its own.
  ///
  /// Only for a process that has one thread.
  static func take() throws(DaemonFailure) -> ServiceEnvironment {
    var values: [String: String] = [:]
    for name in variables { values[name] = Process.takeEnvironment(name) }
    return try ServiceEnvironment(process: Process.id) { values[$0] }
  }

  /// What it hands over, whatever it is.
  ///
  /// - Throws: where that is not one descriptor.
  func takeDescriptor() throws(DaemonFailure) -> FileDescriptor {
    guard sockets == 1 else { throw DaemonFailure("\(sockets) sockets were handed over, not one") }
    return FileDescriptor(owning: 3)
  }

  /// The sockets that it opened for us, which are known by their kinds.
  ///
  /// - Throws: where there are several of one kind, or of another kind than ours.
  func takeListeners() throws -> [ListeningSocket] {
    var listeners: [ListeningSocket] = []
    for number in 3..<3 + Int32(sockets) {
      let socket = FileDescriptor(owning: number)
      guard let kind = try LocalSocketKind.allCases.first(where: { try socket.isLocalListener($0) }) else {
        throw DaemonFailure(
          "what was handed over is no listening socket of the kind SOCK_SEQPACKET or SOCK_STREAM")
      }
      guard !listeners.contains(where: { $0.kind == kind }) else {
        throw DaemonFailure("several sockets of one kind were handed over")
      }
      try socket.makeOwn()
      listeners.append(ListeningSocket(inherited: socket, kind: kind))
    }
    return listeners
  }
}

/// The way to the service manager. For any number of threads at once.
final class ServiceManager: Sendable {
  private let socket: String?
  private let log: Log
  /// How often to give a sign of life: at half of the time that it waits for one. Nil where it waits for none.
  let pulseNanoseconds: UInt64?

  init(_ environment: ServiceEnvironment, _ log: Log) {
    socket = environment.notifySocket
    self.log = log
    pulseNanoseconds =
      environment.notifySocket == nil ? nil : environment.watchdogMicroseconds.map { $0 * 500 }
  }

  /// Tells it; where there is none, does nothing.
  ///
  /// - Parameter descriptor: goes with it.
  func tell(_ state: ServiceState, descriptor: Int32? = nil) {
    guard let socket else { return }
    do throws(SystemCallError) {
      try Datagram.send(Array(state.text.utf8), to: socket, descriptor: descriptor)
    } catch {
      log.write("notify-failed") { $0.append("reason", "\(error)") }
    }
  }
}
