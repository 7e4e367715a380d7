import Linux
import TestSupport
import Testing

/// The units for systemd: what they must say, and how systemd itself rates them.
struct UnitFileTests {
  private static let folder = Repository.root + "/scripts/systemd/"

  /// What a unit says: each directive of each section with its values, in their order.
  private static func directives(_ name: String) throws -> [String: [String]] {
    let text = String(
      decoding: try FileDescriptor.open(folder + name).readAll(limit: 1 << 16), as: UTF8.self)
    var section = ""
    var directives: [String: [String]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        section = String(line.dropFirst().dropLast())
        continue
      }
      let end = try #require(line.firstIndex(of: "="), "\(line)")
      let key = section + "." + line[..<end]
      directives[key, default: []].append(String(line[line.index(after: end)...]))
    }
    return directives
  }

  private static let required: [(directive: String, value: String)] = [
    // What the daemon says and takes.
    ("Unit.Requires", "lazaretd.socket"), ("Service.Type", "notify"), ("Service.NotifyAccess", "main"),
    ("Service.ExecReload", "/bin/kill -HUP $MAINPID"), ("Service.KillMode", "mixed"),
    ("Service.OOMPolicy", "continue"), ("Service.Restart", "on-failure"),
    // What is taken from it.
    ("Service.User", "lazaret"), ("Service.NoNewPrivileges", "yes"), ("Service.CapabilityBoundingSet", ""),
    ("Service.AmbientCapabilities", ""), ("Service.ProtectSystem", "strict"),
    ("Service.ProtectHome", "yes"),
    ("Service.PrivateTmp", "yes"), ("Service.PrivateDevices", "yes"), ("Service.PrivateNetwork", "yes"),
    ("Service.RestrictAddressFamilies", "AF_UNIX"), ("Service.MemoryDenyWriteExecute", "yes"),
    ("Service.SystemCallArchitectures", "native"), ("Service.LimitCORE", "0"), ("Service.UMask", "0077"),
    // What confinement needs: namespaces of all these kinds.
    ("Service.RestrictNamespaces", "user mnt pid net ipc uts"),
  ]

  @Test(arguments: required) func `the service has what matters`(
    required: (directive: String, value: String)
  ) throws {
    #expect(try Self.directives("lazaretd.service")[required.directive] == [required.value])
  }

  private static let requiredOfGuard: [(directive: String, value: String)] = [
    // Opens wait while it is away, and it is not away for long.
    ("Service.FileDescriptorStoreMax", "1"), ("Service.Restart", "always"),
    ("Unit.StartLimitIntervalSec", "0"),
    ("Service.OOMScoreAdjust", "-900"), ("Service.Type", "notify"), ("Service.NotifyAccess", "main"),
    ("Service.KillMode", "mixed"), ("Service.NoNewPrivileges", "yes"),
    (
      "Service.CapabilityBoundingSet",
      "CAP_SYS_ADMIN CAP_LEASE CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_KILL"
    ),
    ("Service.ProtectSystem", "strict"), ("Service.PrivateNetwork", "yes"),
    ("Service.RestrictNamespaces", "user mnt pid net ipc uts"),
  ]

  @Test(arguments: requiredOfGuard) func `the guard's service has what matters`(
    required: (directive: String, value: String)
  ) throws {
    #expect(try Self.directives("lazaretd-guard.service")[required.directive] == [required.value])
  }

  @Test func `the service leaves confinement its calls and the daemon its peers' numbers`() throws {
    let service = try Self.directives("lazaretd.service")
    let filters = try #require(service["Service.SystemCallFilter"])
    let allowed = Set(filters.filter { !$0.hasPrefix("~") }.flatMap { $0.split(separator: " ") })
    for call in [
      "mount", "umount2", "pivot_root", "seccomp", "landlock_create_ruleset", "landlock_restrict_self",
    ] {
      #expect(allowed.contains(Substring(call)))
    }
    #expect(service["Service.PrivateUsers"] == nil && service["Service.SystemCallErrorNumber"] == nil)
    let watchdog: Int = try #require(service["Service.WatchdogSec"]?.first.flatMap { Int($0) })
    // An answer of the process that makes the workers may take thirty seconds before it counts as stuck.
    #expect(watchdog / 2 >= 30)
  }

  @Test func `the socket is of the kind that the daemon takes, at the place that clients look for`() throws
  {
    let socket = try Self.directives("lazaretd.socket")
    #expect(socket["Socket.ListenSequentialPacket"] == ["/run/lazaret/lazaretd.sock"])
    #expect(socket["Socket.SocketMode"] == ["0660"])
    #expect(socket.keys.filter { $0.hasPrefix("Socket.Listen") }.count == 1)
  }

  @Test func `the socket for clients of clamd is a stream, and the same service takes it`() throws {
    let socket = try Self.directives("lazaretd-clamd.socket")
    #expect(socket["Socket.ListenStream"] == ["/run/lazaret/clamd.sock"])
    #expect(socket["Socket.Service"] == ["lazaretd.service"] && socket["Socket.SocketMode"] == ["0660"])
    #expect(socket.keys.filter { $0.hasPrefix("Socket.Listen") }.count == 1)
  }

  // Measured with systemd 252: 1.3 and 2.8 of 10; a unit that says nothing of the kind has 9.6.
  @Test(arguments: [("lazaretd.service", 13), ("lazaretd-guard.service", 28)])
  func `systemd understands the services and finds little exposed`(unit: String, tenths: Int) throws {
    let program = "/usr/bin/systemd-analyze"
    do throws(SystemCallError) {
      _ = try FileIdentity(path: program, followingLinks: true)
    } catch {
      print("NOTICE: no systemd-analyze here: THE SERVICE'S EXPOSURE WAS NOT MEASURED")
      return
    }
    let run = try Installed().run(
      program,
      ["security", "--offline=true", "--no-pager", "--threshold=\(tenths)", Self.folder + unit])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(!run.errors.contains("Unknown") && !run.errors.contains("ignoring"), "\(run.errors)")
  }
}
