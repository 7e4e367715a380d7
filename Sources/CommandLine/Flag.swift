internal import Findings

/// One flag: its names, its help, and what it does to the options.
struct Flag: Sendable {
  /// Without the dashes.
  let name: String
  /// Another name, of one character and with one dash.
  let short: Character?
  /// What its value is called in the help; nil for a flag without one.
  let value: String?
  /// One line.
  let help: String
  /// What `--help` adds to that line, or nothing.
  let detail: String
  /// Called with the value, or with an empty text where the flag has none.
  let apply: @Sendable (inout Options, String) throws(UsageError) -> Void

  private init(
    _ name: String, short: Character? = nil, _ value: String? = nil, help: String, detail: String = "",
    apply: @escaping @Sendable (inout Options, String) throws(UsageError) -> Void
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
    self.detail = detail
    self.apply = apply
  }

  /// Whether this is one of its names, dashes and all.
  func isCalled(_ name: ArraySlice<UInt8>) -> Bool {
    Array("--\(self.name)".utf8)[...] == name || short.map { Array("-\($0)".utf8)[...] == name } ?? false
  }

  static let format = Flag(
    "format", "text|json|jsonl|sarif|junit|html", help: "How to report (default: text).",
    detail:
      "json is one document, jsonl one object a line as soon as it is known, sarif a log for code scanning, "
      + "junit a report of tests, html one page for people, written at the end.",
    apply: { options, text throws(UsageError) in
      options.format = try choice(of: Options.Format.self, text, for: "format")
    })

  /// For results of a list.
  static let batchFormat = Flag(
    "format", "jsonl|html", help: "How to report (default: jsonl).",
    detail:
      "html is one page for people, written at the end, with a verdict for each model of the folders in the list.",
    apply: { options, text throws(UsageError) in
      options.format = try choice(of: Options.Format.self, text, for: "format", among: [.jsonl, .html])
    })

  /// For what the store has.
  static let recordFormat = Flag(
    "format", "text|json|jsonl", help: "How to print (default: text).",
    detail: "json is one document, jsonl one object a line.",
    apply: { options, text throws(UsageError) in
      options.format = try choice(
        of: Options.Format.self, text, for: "format", among: [.text, .json, .jsonl])
    })

  /// For commands whose answer is one value, not a stream.
  static let tableFormat = Flag(
    "format", "text|json", help: "How to print (default: text).",
    apply: { options, text throws(UsageError) in
      options.format = try choice(of: Options.Format.self, text, for: "format", among: [.text, .json])
    })

  static let color = Flag(
    "color", "auto|always|never", help: "When to use colour (default: auto).",
    detail: "auto colours on a terminal, unless NO_COLOR is set or TERM is dumb.",
    apply: { options, text throws(UsageError) in
      options.color = try choice(of: Options.Color.self, text, for: "color")
    })

  static let socket = Flag(
    "socket", "PATH", help: "Let the daemon at this socket examine.",
    detail:
      "Default: $LAZARET_SOCKET; without either, no daemon is asked. The daemon has its own policies and "
      + "store.",
    apply: { options, text throws(UsageError) in options.socket = try notEmpty(text, for: "socket") })

  static let healthSocket = Flag(
    "socket", "PATH", help: "Where the daemon listens.",
    detail: "Default: $LAZARET_SOCKET, /run/lazaret/lazaretd.sock for root, "
      + "$XDG_RUNTIME_DIR/lazaret/lazaretd.sock for others.",
    apply: { options, text throws(UsageError) in options.socket = try notEmpty(text, for: "socket") })

  static let store = Flag(
    "store", "PATH", help: "The verdict store.",
    detail: "Default: $XDG_STATE_HOME/lazaret/verdicts.db, or ~/.local/state/lazaret/verdicts.db.",
    apply: { options, text throws(UsageError) in
      options.store = try notEmpty(text, for: "store")
      options.usesStore = true
    })

  static let noStore = Flag(
    "no-store", help: "Neither ask the verdict store nor write to it.",
    apply: { options, _ throws(UsageError) in options.usesStore = false })

  static let noCache = Flag(
    "no-cache", help: "Examine every file anew; still record the verdicts.",
    apply: { options, _ throws(UsageError) in options.usesCache = false })

  static let policies = Flag(
    "policies", "DIR", help: "The policy folder.",
    detail: "Default: $LAZARET_POLICIES, or ../share/lazaret/policies beside the program.",
    apply: { options, text throws(UsageError) in options.policies = try notEmpty(text, for: "policies") })

  static let workers = Flag(
    "workers", "N", help: "How many files to examine at once (default: one for each processor).",
    apply: { options, text throws(UsageError) in
      options.workers = try number(text, in: 1...Options.workerLimit, for: "workers")
    })

  static let failOn = Flag(
    "fail-on", "review|deny", help: "The mildest verdict that fails the run (default: review).",
    detail: "With deny, files that are review or incomplete do not: a notice on standard error says so.",
    apply: { options, text throws(UsageError) in
      options.failOn = try choice(of: Options.FailOn.self, text, for: "fail-on")
    })

  static let quiet = Flag(
    "quiet", help: "Report only what is not allowed; no progress, no summary.",
    apply: { options, _ throws(UsageError) in options.isQuiet = true })

  static let verdict = Flag(
    "verdict", "allow|review|incomplete|deny", help: "Only examinations with this verdict.",
    apply: { options, text throws(UsageError) in
      guard let verdict = Verdict(name: text) else {
        throw UsageError("--verdict is allow, review, incomplete or deny, not '\(Escaping.visible(text))'")
      }
      options.verdict = verdict
    })

  static let limit = Flag(
    "limit", "N", help: "At most this many, the latest first.",
    apply: { options, text throws(UsageError) in
      options.limit = try number(text, in: 1...Int(Int32.max), for: "limit")
    })

  static let json = Flag(
    "json", help: "Print one JSON document instead of text.",
    apply: { options, _ throws(UsageError) in options.format = .json })

  static let opcodes = Flag(
    "opcodes", help: "Show every opcode too, where it stands.",
    apply: { options, _ throws(UsageError) in options.explanation.opcodes = true })

  static let code = Flag(
    "code", help: "Show the instructions of code objects, not only what they name.",
    apply: { options, _ throws(UsageError) in options.explanation.code = true })

  static let all = Flag(
    "all", help: "Leave nothing out: neither repetitions nor what is beyond 20,000 lines.",
    detail: "There is an end even so, at five million lines or 1 GiB, and a last line that says so.",
    apply: { options, _ throws(UsageError) in options.explanation.all = true })

  static let covers = Flag(
    "covers", "review|incomplete|deny", help: "The worst verdict it holds for (default: review).",
    apply: { options, text throws(UsageError) in
      guard let verdict = Verdict(name: text), verdict != .allow else {
        throw UsageError("--covers is review, incomplete or deny, not '\(Escaping.visible(text))'")
      }
      options.covers = verdict
    })

  static let reason = Flag(
    "reason", "TEXT", help: "Why the artifact may be used.",
    apply: { options, text throws(UsageError) in options.reason = text })

  static let owner = Flag(
    "owner", "WHO", help: "Who decides it, and answers for it.",
    apply: { options, text throws(UsageError) in options.owner = text })

  static let until = Flag(
    "until", "DATE", help: "When it ends: 2027-01-31, or 2027-01-31T12:00:00Z.",
    detail: "UTC. A day alone is its first second. At most 366 days from now.",
    apply: { options, text throws(UsageError) in options.until = text })

  static let textfile = Flag(
    "textfile", "PATH", help: "Write to this file instead, at once and whole.",
    detail: "For the textfile collector of node_exporter, which reads names that end in .prom.",
    apply: { options, text throws(UsageError) in options.textfile = try notEmpty(text, for: "textfile") })

  static let listWaivers = Flag(
    "list", help: "List the waivers, those that have expired too.",
    apply: { options, _ throws(UsageError) in options.waive = .list })

  static let removeWaiver = Flag(
    "remove", help: "Remove the waiver of SHA256.",
    apply: { options, _ throws(UsageError) in options.waive = .remove })

  static let null = Flag(
    "null", short: "0", help: "The paths of the list end in a zero byte, as 'find -print0' writes them.",
    apply: { options, _ throws(UsageError) in options.isNullSeparated = true })

  static let results = Flag(
    "results", "FILE", help: "Append the results to this file, and go on where an earlier run ended.",
    detail:
      "Files that it holds a result for are not examined again, unless they, the policy or the engine changed. "
      + "The summary goes to standard output then.",
    apply: { options, text throws(UsageError) in options.results = try notEmpty(text, for: "results") })

  static let onlyNew = Flag(
    "only-new", help: "Report only what the verdict store did not know.",
    apply: { options, _ throws(UsageError) in options.onlyNew = true })

  static let rehash = Flag(
    "rehash", help: "Hash every file, also those that have not changed since they were.",
    detail:
      "Without it a file whose device, inode, size and both time stamps are those that the store remembers counts as "
      + "the same bytes.",
    apply: { options, _ throws(UsageError) in options.rehashes = true })

  static let changedSince = Flag(
    "changed-since", "DATE", help: "Leave out models of which nothing is new or changed since.",
    detail:
      "2027-01-31, or 2027-01-31T12:00:00Z; UTC. By the time that the kernel stamps, not the one that can be set.",
    apply: { options, text throws(UsageError) in
      guard let time = Timestamp.seconds(text) else {
        throw UsageError(
          "--changed-since is a day like 2027-01-31 or a time like 2027-01-31T12:00:00Z, not "
            + "'\(Escaping.visible(text))'")
      }
      options.changedSince = time
    })

  static let replace = Flag(
    "replace", help: "Put what is admitted in the place of what is at DEST, in one step.",
    apply: { options, _ throws(UsageError) in options.replaces = true })

  static let modelsInto = Flag(
    "into", "DIR", help: "Let the models that are allowed into DIR/<name>/<revision>.",
    detail: "Only for registries over HTTP. As admit does it, a model at a time; DIR must be there.",
    apply: { options, text throws(UsageError) in options.into = try notEmpty(text, for: "into") })

  static let setTags = Flag(
    "set-tags", help: "Write the verdict to the version at the tracking server, as tags.",
    detail:
      "lazaret.verdict, lazaret.policy, lazaret.engine and lazaret.sha256. A version that could not be fetched "
      + "is incomplete.",
    apply: { options, _ throws(UsageError) in options.setsTags = true })

  static let sizeLimit = Flag(
    "size-limit", "BYTES", help: "The most that a model may have to be fetched (default: 64 GiB).",
    apply: { options, text throws(UsageError) in
      options.sizeLimit = try number(text, in: 1...(1 << 60), for: "size-limit")
    })

  static let insecureHTTP = Flag(
    "insecure-http", help: "Ask other machines by plain http too.",
    detail:
      "Without it, http goes to this machine only: anybody on the way could change models and read credentials.",
    apply: { options, _ throws(UsageError) in options.allowsInsecureHTTP = true })

  static let quarantine = Flag(
    "quarantine", "DIR", help: "Keep what is not allowed in this folder (default: delete the copy).",
    detail:
      "Each file under its SHA-256, with a record of why beside it; mode 0600. Others must not be able to "
      + "write the folder.",
    apply: { options, text throws(UsageError) in
      options.quarantine = try notEmpty(text, for: "quarantine")
    })

  static let into = Flag(
    "into", "DEST", help: "Put what is allowed into this folder, under the same way from DIR.",
    apply: { options, text throws(UsageError) in options.into = try notEmpty(text, for: "into") })

  static let existing = Flag(
    "existing", help: "Judge what is in DIR already, too.",
    apply: { options, _ throws(UsageError) in options.judgesExisting = true })

  static let removeSource = Flag(
    "remove", help: "Take away from DIR what was put into DEST or the quarantine.",
    apply: { options, _ throws(UsageError) in options.removes = true })

  private static func choice<Choice: RawRepresentable<String> & CaseIterable & Equatable>(
    of: Choice.Type, _ text: String, for name: String, among choices: [Choice] = Array(Choice.allCases)
  ) throws(UsageError) -> Choice {
    guard let choice = Choice(rawValue: text), choices.contains(choice) else {
      let names = choices.map(\.rawValue).joined(separator: ", ")
      throw UsageError("--\(name) is one of \(names), not '\(Escaping.visible(text))'")
    }
    return choice
  }

  private static func number(
    _ text: String, in range: ClosedRange<Int>, for name: String
  ) throws(UsageError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "--\(name) is a number from \(range.lowerBound) to \(range.upperBound), not '\(Escaping.visible(text))'"
      )
    }
    return number
  }

  private static func notEmpty(_ text: String, for name: String) throws(UsageError) -> String {
    guard !text.isEmpty else { throw UsageError("--\(name) needs a value") }
    return text
  }
}
