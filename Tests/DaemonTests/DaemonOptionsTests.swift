import Testing

@testable import Daemon

/// The daemon's command line, its help and its log lines.
struct DaemonOptionsTests {
  @Test func `flags are read in either form, and users are gathered`() throws {
    let request = try DaemonRequest.parse([
      "--socket", "/run/s", "--store=/var/s.db", "--workers", "3", "--allow-uid", "33", "--allow-uid=34",
      "--query-uid", "35", "--clamd-socket=/run/c",
    ])
    var options = DaemonOptions()
    options.socket = "/run/s"
    options.clamdSocket = "/run/c"
    options.store = "/var/s.db"
    options.workers = 3
    options.allowedUsers = [33, 34]
    options.askingUsers = [35]
    #expect(request == .serve(options))
    #expect(try DaemonRequest.parse([]) == .serve(DaemonOptions()))
    #expect(try DaemonRequest.parse(["--socket", "x", "--help"]) == .help)
  }

  @Test(arguments: [
    ["--socket"], ["--socket="], ["--sockets", "x"], ["--workers", "0"], ["--workers", "257"],
    ["--workers", "many"], ["--self-test", "0"], ["--self-test", "604801"], ["--allow-uid", "-1"],
    ["--query-uid", "root"],
    ["--allow-uid", "4294967295"], ["serve"],
  ])
  func `what cannot be meant is refused`(arguments: [String]) {
    #expect(throws: DaemonUsageError.self) { try DaemonRequest.parse(arguments) }
  }

  @Test func `the help names every flag`() {
    for flag in DaemonFlag.all {
      #expect(DaemonRequest.helpText.contains("\n  \(flag.name) \(flag.value)"))
    }
    #expect(DaemonRequest.helpText.split(separator: "\n").allSatisfy { $0.count <= 104 })
  }

  @Test func `a guard has folders and flags of its own`() throws {
    var options = DaemonOptions()
    options.folders = ["/srv/a", "/srv/b"]
    options.store = "/var/s.db"
    options.workers = 2
    options.refusesOverload = false
    let arguments = [
      "guard", "/srv/a", "--store", "/var/s.db", "/srv/b", "--workers=2", "--on-overload", "wait",
    ]
    #expect(try DaemonRequest.parse(arguments) == .guarding(options))
    #expect(try DaemonRequest.parse(["guard", "--help"]) == .guardHelp)
    for arguments in [
      ["guard"], ["guard", "/srv/a", "--socket", "/run/s"], ["guard", "/srv/a", "--on-overload", "allow"],
      ["guard", "/srv/a", "--workers", "0"], ["/srv/a"],
    ] {
      #expect(throws: DaemonUsageError.self) { try DaemonRequest.parse(arguments) }
    }
    for flag in DaemonFlag.ofGuard {
      #expect(DaemonRequest.guardHelpText.contains("\n  \(flag.name) \(flag.value)"))
    }
    #expect(DaemonRequest.guardHelpText.split(separator: "\n").allSatisfy { $0.count <= 104 })
  }

  @Test func `limits keep within the descriptors that there are`() {
    #expect(DaemonLimits(descriptors: 1 << 20, workers: 2) == DaemonLimits())
    for descriptors in [256, 1_024, 4_096] {
      let limits = DaemonLimits(descriptors: descriptors, workers: 2)
      let streams = limits.stagedBytes / StagingMemory.least
      #expect(limits.queue + 2 * limits.connections + streams + 64 + 16 <= descriptors)
      #expect(limits.queue > 0 && limits.connections > 0 && limits.streamBytes > 0)
      #expect(limits.streamBytes <= limits.stagedBytes)
    }
  }

  @Test func `a log line is one line, whatever a name holds`() {
    var line = JSONLine()
    line.append("label", "a\n\"b\\\u{1B}[2J\u{202E}\u{7F}ü")
    line.append("count", 3)
    line.append("good", true)
    line.append("milliseconds", 1.23456)
    #expect(
      line.line
        == #"{"label":"a\u000a\"b\\\u001b[2J\u202e\u007fü","count":3,"good":true,"milliseconds":1.235}"#
        + "\n")
  }
}
