internal import Findings

/// Everything that the daemon's command line can say, with what holds where it says nothing.
struct DaemonOptions: Equatable, Sendable {
  var socket: String?
  /// Where to listen for clients of clamd's protocol; nil for nowhere.
  var clamdSocket: String?
  var store: String?
  var policies: String?
  var workers: Int?
  /// Users besides the daemon's own and root who may have files examined.
  var allowedUsers: Set<UInt32> = []
  /// Users who may ask what is known, and no more.
  var askingUsers: Set<UInt32> = []
  /// How long after one test of itself the next begins.
  var selfTestSeconds: UInt64?
  /// Of a guard: what it guards.
  var folders: [String] = []
  /// Of a guard: whether opens beyond what may wait are refused.
  var refusesOverload = true

  /// Most workers that may run at once.
  static let workerLimit = 256
}

/// The command line says something that cannot be meant.
struct DaemonUsageError: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// One flag of the daemon: its name, its help, and what it does to the options.
struct DaemonFlag: Sendable {
  let name: String
  let value: String
  let help: [String]
  let apply: @Sendable (inout DaemonOptions, String) throws(DaemonUsageError) -> Void

  static let all = [
    DaemonFlag(
      name: "--socket", value: "PATH",
      help: [
        "Where to listen. Default: $LAZARET_SOCKET, /run/lazaret/lazaretd.sock for root,",
        "$XDG_RUNTIME_DIR/lazaret/lazaretd.sock for others.",
      ],
      apply: { options, text throws(DaemonUsageError) in options.socket = text }),
    DaemonFlag(
      name: "--clamd-socket", value: "PATH",
      help: ["Also listen here, for clients of clamd's protocol, such as 'clamdscan --fdpass'."],
      apply: { options, text throws(DaemonUsageError) in options.clamdSocket = text }),
    DaemonFlag(
      name: "--store", value: "PATH",
      help: [
        "The verdict store. Default: /var/lib/lazaret/verdicts.db for root, for others",
        "that of lazaret.",
      ],
      apply: { options, text throws(DaemonUsageError) in options.store = text }),
    DaemonFlag(
      name: "--policies", value: "DIR",
      help: [
        "The policy folder. Default: $LAZARET_POLICIES, or ../share/lazaret/policies",
        "beside the program.",
      ],
      apply: { options, text throws(DaemonUsageError) in options.policies = text }),
    DaemonFlag(
      name: "--workers", value: "N",
      help: [
        "How many files to examine at once (default: one for each processor). One more is",
        "examined beside them where somebody waits for it at a gate.",
      ],
      apply: { options, text throws(DaemonUsageError) in options.workers = try workers(text) }),
    DaemonFlag(
      name: "--self-test", value: "SECONDS",
      help: [
        "How long after one test of itself the next begins (default: 3600). While one finds",
        "something wrong, nothing is examined; at the start, the daemon ends.",
      ],
      apply: { options, text throws(DaemonUsageError) in
        guard let seconds = UInt64(text), 1...604_800 ~= seconds else {
          throw DaemonUsageError("--self-test is a number of seconds from 1 to 604800")
        }
        options.selfTestSeconds = seconds
      }),
    DaemonFlag(
      name: "--allow-uid", value: "UID",
      help: ["Also serve this user; may be given again. Otherwise only the same user and root."],
      apply: { options, text throws(DaemonUsageError) in
        options.allowedUsers.insert(try user(text, "--allow-uid"))
      }),
    DaemonFlag(
      name: "--query-uid", value: "UID",
      help: ["Answer this user what is known, and examine nothing for them; may be given again."],
      apply: { options, text throws(DaemonUsageError) in
        options.askingUsers.insert(try user(text, "--query-uid"))
      }),
  ]

  /// Those of `guard`.
  static let ofGuard =
    all.filter { ["--store", "--policies"].contains($0.name) } + [
      DaemonFlag(
        name: "--workers", value: "N",
        help: ["How many files to examine at once (default: one for each processor)."],
        apply: { options, text throws(DaemonUsageError) in
          options.workers = try workers(text)
        }),
      DaemonFlag(
        name: "--on-overload", value: "deny|wait",
        help: [
          "What becomes of opens beyond those that may wait, 1024 or fewer (default: deny).",
          "With wait, they and all that come after them wait, those of known files too.",
        ],
        apply: { options, text throws(DaemonUsageError) in
          guard ["deny", "wait"].contains(text) else {
            throw DaemonUsageError("--on-overload is deny or wait")
          }
          options.refusesOverload = text == "deny"
        }),
    ]

  private static func workers(_ text: String) throws(DaemonUsageError) -> Int {
    guard let count = Int(text), 1...DaemonOptions.workerLimit ~= count else {
      throw DaemonUsageError("--workers is a number from 1 to \(DaemonOptions.workerLimit)")
    }
    return count
  }

  private static func user(_ text: String, _ flag: String) throws(DaemonUsageError) -> UInt32 {
    guard let user = UInt32(text), user != .max else {
      throw DaemonUsageError("\(flag) is a user's number")
    }
    return user
  }
}

/// What the daemon's command line asks for.
enum DaemonRequest: Equatable, Sendable {
  case serve(DaemonOptions)
  case guarding(DaemonOptions)
  case help
  case guardHelp
  case version

  /// - Parameter arguments: those after the program's name.
  static func parse(_ arguments: [String]) throws(DaemonUsageError) -> DaemonRequest {
    var options = DaemonOptions()
    let isGuard = arguments.first == "guard"
    let flags = isGuard ? DaemonFlag.ofGuard : DaemonFlag.all
    var rest = arguments.dropFirst(isGuard ? 1 : 0)
    while let argument = rest.popFirst() {
      if ["-h", "--help"].contains(argument) { return isGuard ? .guardHelp : .help }
      if ["-V", "--version"].contains(argument) { return .version }
      if isGuard, !argument.hasPrefix("-") {
        options.folders.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let flag = flags.first(where: { $0.name == parts[0] }) else {
        throw DaemonUsageError("lazaretd has no flag '\(argument.withoutInvisibles)'")
      }
      guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
        throw DaemonUsageError("\(flag.name) needs a value")
      }
      try flag.apply(&options, value)
    }
    if isGuard, options.folders.isEmpty { throw DaemonUsageError("guard needs a folder") }
    return isGuard ? .guarding(options) : .serve(options)
  }

  private static func rows(_ flags: [DaemonFlag]) -> String {
    let indent = String(repeating: " ", count: 22)
    return flags.map { flag in
      let head = "  \(flag.name) \(flag.value)"
      let begin = head.count < indent.count ? head + indent.dropFirst(head.count) : head + "\n" + indent
      return begin + flag.help.joined(separator: "\n" + indent)
    }.joined(separator: "\n")
  }

  /// The text of `--help`.
  static let helpText = """
    Usage: lazaretd [OPTIONS]
           lazaretd guard DIR... [OPTIONS]

    Examines the files that clients hand it as open descriptors, each in a process that can do nothing
    but read that one file, and keeps the verdicts. 'lazaret scan --socket PATH' is such a client.
    'lazaretd guard --help' explains the other form.

    Options:
    \(rows(DaemonFlag.all))
      -h, --help          Print this.
      -V, --version       Print the version.

    Signals:
      HUP                 Read the policies again. A policy that cannot be used changes nothing.
      TERM, INT           Stop: end what runs, refuse what waits. A second one does not wait.

    Started by systemd, it says when it is ready, reloads, stops and is alive (NOTIFY_SOCKET,
    WATCHDOG_USEC), and takes the sockets that it is handed (LISTEN_FDS).

    The log goes to standard error, one JSON object a line. The exit status is 0 after a signal to stop,
    and 2 where the daemon cannot start.

    """

  /// The text of `guard --help`.
  static let guardHelpText = """
    Usage: lazaretd guard DIR... [OPTIONS]

    Has whoever opens a file in DIR wait until it is judged; what is not allowed is not opened (EPERM).
    DIR must be where a file system of its own is mounted, which no part of the system needs. Needs root.

    A file is written once: while it is empty it may be opened for writing, and while it is being
    written nobody else opens it. What has bytes, or was read, is not opened for writing any more; to
    change a file, put another in its place by a rename.

    If this program dies, the kernel opens everything, unless a service manager keeps its descriptor:
    scripts/systemd/lazaretd-guard.service does. What must not be loaded unjudged even then is let in
    by 'lazaret admit'.

    Options:
    \(rows(DaemonFlag.ofGuard))
      -h, --help          Print this.
      -V, --version       Print the version.

    Signals:
      HUP                 Read the policies again, and judge every file anew.
      TERM, INT           Stop. Who waits is refused; from then on everything is opened.

    The log goes to standard error, one JSON object a line: 'denied' for each refusal.

    """
}
