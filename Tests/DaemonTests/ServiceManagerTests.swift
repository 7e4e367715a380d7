import Glibc
import Linux
import Testing

@testable import Daemon

/// What a service manager says to the daemon, and what it is told.
struct ServiceManagerTests {
  private static func environment(_ values: [String: String]) throws -> ServiceEnvironment {
    try ServiceEnvironment(process: 41) { values[$0] }
  }

  @Test func `an environment without a service manager says nothing`() throws {
    let none = try Self.environment([:])
    #expect(none.notifySocket == nil && none.watchdogMicroseconds == nil && none.sockets == 0)
    #expect(try Self.environment(["NOTIFY_SOCKET": ""]) == none)
  }

  @Test func `what is said to this process is taken`() throws {
    let said = try Self.environment([
      "NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "41", "LISTEN_PID": "41",
      "LISTEN_FDS": "1", "LISTEN_FDNAMES": "scan",
    ])
    #expect(said.notifySocket == "@x")
    #expect(said.watchdogMicroseconds == 30_000_000)
    #expect(said.sockets == 1)
    #expect(try Self.environment(["WATCHDOG_USEC": "5"]).watchdogMicroseconds == 5)
  }

  @Test func `what is said to another process is not for this one`() throws {
    let none = try Self.environment([:])
    #expect(try Self.environment(["LISTEN_PID": "42", "LISTEN_FDS": "1"]) == none)
    #expect(try Self.environment(["LISTEN_FDS": "1"]) == none)
    #expect(try Self.environment(["WATCHDOG_PID": "42", "WATCHDOG_USEC": "5"]) == none)
  }

  @Test func `what was taken is not in the environment any more`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for name in ServiceEnvironment.variables { unsafe setenv(name, "1", 1) }
      _ = try ServiceEnvironment.take()
      exit(ServiceEnvironment.variables.allSatisfy { Process.environment($0) == nil } ? 7 : 8)
    }
  }

  @Test(arguments: [
    ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "18446744073709551615"],
    ["WATCHDOG_PID": "-1", "WATCHDOG_USEC": "5"], ["LISTEN_PID": "me", "LISTEN_FDS": "1"],
    ["LISTEN_PID": "41", "LISTEN_FDS": "-1"], ["LISTEN_PID": "41", "LISTEN_FDS": "1025"],
    ["LISTEN_PID": "41", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a:b"],
    ["LISTEN_PID": "41", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a"],
  ])
  func `what cannot be meant is refused`(values: [String: String]) {
    #expect(throws: DaemonFailure.self) { try Self.environment(values) }
  }

  @Test func `every state is assignments, each on a line of its own`() {
    let states: [(ServiceState, String)] = [
      (.ready(status: "on"), "READY=1\nSTATUS=on\n"),
      (.reloading(microseconds: 7), "RELOADING=1\nMONOTONIC_USEC=7\n"),
      (.stopping(status: "off"), "STOPPING=1\nSTATUS=off\n"), (.alive, "WATCHDOG=1\n"),
      (.status("a\nWATCHDOG=trigger"), "STATUS=a\\u{A}WATCHDOG=trigger\n"),
    ]
    for (state, text) in states { #expect(state.text == text) }
  }

  @Test func `a sign of life is given at half of the time, and only where one is waited for`() throws {
    let log = Log(try .open("/dev/null", .writeOnly))
    var environment = try Self.environment(["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000"])
    #expect(ServiceManager(environment, log).pulseNanoseconds == 15_000_000_000)
    environment.notifySocket = nil
    #expect(ServiceManager(environment, log).pulseNanoseconds == nil)
  }
}
