import Findings
import Linux
import TestSupport
import Testing
import Wire

/// The C header of the protocol and the client in C, as `scripts/examples` has them.
struct CClientTests {
  private static let examples = Repository.root + "/scripts/examples"

  /// The numbers that the header defines.
  private static func numbers() throws -> [String: Int] {
    let text = try FileDescriptor.open(examples + "/lazaret.h").readAll(limit: 1 << 20)
    var numbers: [String: Int] = [:]
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2, words[0] == "#define" else { continue }
      let number: Int = try #require(Int(words[2]), "\(line)")
      numbers[String(words[1])] = number
    }
    return numbers
  }

  /// How a worker's end is numbered: the byte after a verdict's flags, without a digest, and its counts.
  private static func number(of outcome: WorkerOutcome) -> Int {
    let examination = Examination(
      sha256: nil, size: 0, report: Report(), outcome: outcome, sandbox: SandboxEvidence(role: ""),
      policy: "",
      engine: "", milliseconds: 0, verdict: .deny)
    return Int(DaemonReply.verdict(id: 1, VerdictFrame(examination)).encoded()[9 + 5 + 4 * 8 + 3 * 4])
  }

  private static let requests: [(String, ClientRequest)] = [
    ("HELLO", .hello(lowest: 1, highest: 1, name: "")), ("SCAN", .scan(ScanRequest(id: 1))),
    ("QUERY", .query(id: 1, sha256: String(repeating: "0", count: 64))),
    ("CANCEL", .cancel(id: 1, scan: 2)),
    ("STATS", .stats(id: 1)), ("HEALTH", .health(id: 1)),
    ("STREAM", .stream(ScanRequest(id: 1), size: 1)), ("DATA", .data(id: 1, bytes: [0])),
    ("TREE", .tree(ScanRequest(id: 1))),
  ]

  private static let gap = Gap(at: Location(), reason: "")

  private static let replies: [(String, DaemonReply)] = [
    ("HELLO", .hello(DaemonHello(version: 1, engine: "", policy: "", credits: 0, queue: 0))),
    ("ACCEPTED", .accepted(id: 1, ahead: 0)), ("PART", .part(id: 1, .gap(gap))),
    ("BUSY", .busy(id: 1, .queue, retryMilliseconds: 0)), ("REFUSED", .refused(id: 1, .id, reason: "")),
    ("CANCELLED", .cancelled(id: 1)), ("UNKNOWN", .unknown(id: 1)), ("STATS", .stats(id: 1, [])),
    ("HEALTH", .health(id: 1, [])), ("READY", .ready(id: 1)),
  ]

  private static let parts: [(String, ReportPart)] = [
    ("FORMAT", .format("")), ("GAP", .gap(gap)),
    ("FINDING", .finding(FindingFrame(rule: "", location: Location(), detail: "", evidence: ""))),
  ]

  private static let outcomes: [(String, WorkerOutcome)] = [
    ("FINISHED", .finished), ("DEADLINE", .deadline(seconds: 1)),
    ("PROCESSOR_TIME", .processorTime(seconds: 1)),
    ("VIOLATION", .violation(systemCall: nil)), ("CRASHED", .crashed(signal: 1)),
    ("OUT_OF_MEMORY", .outOfMemory),
    ("PROTOCOL_ERROR", .protocolError("")), ("EXITED", .exited(status: 1)),
    ("UNAVAILABLE", .unavailable("")),
  ]

  private static let limits = [
    "MESSAGE": WireLimit.message, "LABEL": ClientLimit.label, "NAME": WireLimit.name,
    "FORMAT": WireLimit.format,
    "RULE": WireLimit.rule, "COMPONENTS": WireLimit.components, "COMPONENT": WireLimit.component,
    "PATH": WireLimit.path, "SENTENCE": WireLimit.sentence, "EVIDENCE": WireLimit.evidence,
    "NOTICE": WireLimit.layerReason, "ENTRIES": ClientLimit.entries, "FORMATS": WireLimit.formats,
    "RECORDS": ClientLimit.records, "DATA": ClientLimit.data,
  ]

  @Test func `the header's numbers are those of the code`() throws {
    var expected = [
      "LAZARET_PROTOCOL_VERSION": Int(ClientLimit.version), "LAZARET_DIGEST_SIZE": ClientLimit.digest,
      "LAZARET_REPLY_VERDICT": 99,
      "LAZARET_SCAN_FRESH": Int(ClientRequest.scan(ScanRequest(id: 1, isFresh: true)).encoded()[9]),
      "LAZARET_SCAN_URGENT": Int(ClientRequest.scan(ScanRequest(id: 1, isUrgent: true)).encoded()[9]),
    ]
    for (name, request) in Self.requests { expected["LAZARET_\(name)"] = Int(request.encoded()[0]) }
    for (name, reply) in Self.replies { expected["LAZARET_REPLY_\(name)"] = Int(reply.encoded()[0]) }
    for (name, part) in Self.parts {
      expected["LAZARET_PART_\(name)"] = Int(DaemonReply.part(id: 1, part).encoded()[9])
    }
    for verdict in Verdict.allCases {
      expected["LAZARET_\(verdict.name.uppercased())"] = Int(verdict.rawValue)
    }
    for reason in BusyReason.allCases {
      expected["LAZARET_BUSY_\("\(reason)".uppercased())"] = Int(reason.rawValue)
    }
    for code in RefusalCode.allCases {
      expected["LAZARET_REFUSED_\("\(code)".uppercased())"] = Int(code.rawValue)
    }
    for (name, outcome) in Self.outcomes { expected["LAZARET_END_\(name)"] = Self.number(of: outcome) }
    for (name, limit) in Self.limits { expected["LAZARET_\(name)_LIMIT"] = limit }
    let numbers = try Self.numbers()
    #expect(numbers == expected)
    // One list of layers, one of entries, and names of both sides are of one size each: the header says so once.
    #expect(WireLimit.layers == ClientLimit.entries && WireLimit.name == ClientLimit.name)
  }

  /// The client in C, compiled; nil, and said, where there is no compiler.
  private static func compile(_ lazaret: Installed) throws -> String? {
    let compiler = "/usr/bin/cc"
    guard try lazaret.runTool("/usr/bin/test", ["-x", compiler]) == 0 else {
      print("NOTICE: no \(compiler) here: THE CLIENT IN C WAS NEITHER COMPILED NOR RUN")
      return nil
    }
    let program = lazaret.place.path + "/gate"
    let run = try lazaret.run(
      compiler, ["-Wall", "-Wextra", "-Werror", "-o", program, examples + "/gate.c"],
      environment: ["PATH": "/usr/bin:/bin", "TMPDIR": lazaret.place.path])
    try #require(run.status == 0, "\(run.errors)")
    return program
  }

  @Test func `the client in C answers as the gate does`() throws {
    let lazaret = try Installed()
    guard let gate = try Self.compile(lazaret) else { return }
    let daemon = try RunningDaemon(lazaret)
    let cases: [(String, [UInt8], String, Int32)] = [
      ("model.pt", Artifact.benignTorch, "allow", 0), ("evil.pt", Artifact.hostileTorch, "deny", 1),
      ("unknown.pkl", Artifact.unknownPickle, "review", 3),
      ("cut.pt", Array(Artifact.benignTorch.dropLast(40)), "incomplete", 3),
    ]
    for (name, bytes, verdict, status) in cases {
      let path = try lazaret.place.write("m/" + name, bytes)
      let run = try lazaret.run(gate, [daemon.socket, path])
      #expect(
        run.status == status && run.lines.contains("\(verdict) \(path)"), "\(run.output)\(run.errors)")
      #expect(try lazaret.lazaret("gate", "--socket", daemon.socket, path).status == status)
      let scan = try lazaret.lazaret("scan", "--socket", daemon.socket, "--format", "jsonl", path)
      let digest = try #require(try JSONDocument.parse(scan.output)["sha256"].text)
      #expect(run.lines.contains("  sha256 \(digest)"))
    }
    for operands in [
      [daemon.socket, lazaret.place.path], [daemon.socket, lazaret.place.path + "/none"],
      [lazaret.place.path + "/none.sock", lazaret.place.path + "/m/model.pt"], [daemon.socket],
    ] {
      #expect(try lazaret.run(gate, operands).status == 2)
    }
  }

  @Test func `the client in C honours a waiver`() throws {
    let lazaret = try Installed()
    guard let gate = try Self.compile(lazaret) else { return }
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let daemon = try RunningDaemon(lazaret, policies: policies)
    let path = try lazaret.place.write("evil.pkl", Artifact.hostilePickle)
    let refused = try lazaret.run(gate, [daemon.socket, path])
    let digest = try #require(refused.lines.first { $0.hasPrefix("  sha256 ") }).dropFirst(
      "  sha256 ".count)
    for (covered, status) in [("review", Int32(1)), ("deny", 0)] {
      let reloads = daemon.log.split(separator: "\"event\":\"reloaded\"").count
      try lazaret.place.write(
        "policies/waivers.json",
        Array(
          """
          {"schema": 1, "waivers": [{"digest": "\(digest)", "verdict": "\(covered)", "reason": "a test",
           "owner": "tests", "until": "2999-01-01T00:00:00Z"}]}
          """.utf8))
      try daemon.signal(Signal.hangUp)
      try daemon.wait("the daemon reads its policies anew") {
        daemon.log.split(separator: "\"event\":\"reloaded\"").count > reloads
      }
      let run = try lazaret.run(gate, [daemon.socket, path])
      #expect(run.status == status && run.lines.contains("deny \(path)"), "\(run.output)\(run.errors)")
      #expect(run.lines.contains("  waived") == (status == 0))
    }
  }
}
