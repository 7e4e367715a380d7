import Linux
import TestSupport
import Testing

/// What the rules of the process that fetches are for: a rule without which all goes on as before is one too many.
@Suite(.enabled(if: RunningHub.isAvailable)) struct NeededFetchRuleTests {
  /// Rules that nothing here can need, and what would.
  private static let elsewhere: [(rule: String, why: String)] = [
    (#""syscall": "fstat""#, "C libraries from 2.39 on make it where Debian 12's makes newfstatat"),
    (#""syscall": "clock_gettime""#, "kernels without a page for the clock, or started without it"),
    (#""syscall": "gettimeofday""#, "the same"),
  ]

  /// Looks up names by a server of its own, which gives each of them three addresses.
  private static let namesOfOurOwn = """
    import fcntl, socket, struct, subprocess, sys, threading
    place, command = sys.argv[1], sys.argv[2:]
    fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 1))
    for name, text in ("resolv.conf", "nameserver 127.0.0.1\\n"), ("hosts", ""):
        with open(f"{place}/{name}", "w") as file:
            file.write(text)
        subprocess.check_call(["mount", "--bind", file.name, f"/etc/{name}"])
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))
    def serve():
        while True:
            question, asker = names.recvfrom(512)
            end = question.index(0, 12) + 5
            kind = question[end - 4:end - 2]
            found = {b"\\0\\1": [b"\\x7f\\0\\0\\2", b"\\x7f\\0\\0\\3"], b"\\0\\x1c": [bytes(15) + b"\\1"]}.get(kind, [])
            answers = [b"\\xc0\\x0c" + kind + b"\\0\\1" + bytes(4) + struct.pack(">H", len(one)) + one for one in found]
            head = question[:2] + b"\\x81\\x80" + question[4:6] + struct.pack(">H", len(found)) + bytes(4)
            names.sendto(head + question[12:end] + b"".join(answers), asker)
    threading.Thread(target=serve, daemon=True).start()
    sys.exit(subprocess.call(command))
    """

  private let lazaret: Installed
  private let hub: RunningHub

  init() throws {
    lazaret = try Installed()
    hub = try RunningHub(lazaret)
    try lazaret.place.write(
      "hub/org/m/model.pkl", pickle(.proto(4), .text(String(repeating: "x", count: 300_000)), .stop))
    try lazaret.place.write("hub/org/m/sub/small.pkl", Artifact.benignPickle)
    try lazaret.place.write("names.py", Array(Self.namesOfOurOwn.utf8))
  }

  /// Something that is done under the whole policy, and what is said of it there.
  private struct Work {
    let words: String
    let run: (_ policies: String) throws -> Installed.Run
  }

  private func sweep(_ program: String, _ address: String, _ model: String, _ policies: String) throws
    -> Installed.Run
  {
    try lazaret.run(
      "lazaret", ["registry", "hf", address, model, "--policies", policies, "--no-store"],
      environment: ["LAZARET_FETCH": Repository.program(program)])
  }

  private func work() throws -> [Work] {
    let whole = hub.address
    let named = whole.replacing("127.0.0.1", with: "localhost")
    var work = [
      Work(words: "2 allow") { policies in
        try hub.behave()
        return try sweep("lazaret-fetch", named, "org/m", policies)
      },
      Work(words: "2 allow") { policies in
        // Something is left of the first, and the second goes on from there.
        try hub.behave(
          #"{"path":"model.pkl","store":true,"do":"cut","file":"org/m/model.pkl","bytes":50000}"#)
        let first = try sweep("lazaret-fetch", whole, "org/m", policies)
        try hub.behave()
        return Self.isForbidden(first) ? first : try sweep("lazaret-fetch", whole, "org/m", policies)
      },
      Work(words: "SSL") {
        try sweep("lazaret-fetch", whole.replacing("http:", with: "https:"), "org/m", $0)
      },
      Work(words: "::1") { try sweep("lazaret-fetch", "http://[::1]:1", "org/m", $0) },
    ]
    work += [("abort", "SIGABRT"), ("grow", "nothing to examine"), ("exhaust", "nothing to examine")].map {
      probe, words in
      Work(words: words) { try sweep("ProbeFetcher", "http://127.0.0.1:1", probe, $0) }
    }
    let unshare = "/usr/bin/unshare"
    let flags = Process.effectiveUser == 0 ? "-mn" : "-rmn"
    guard try lazaret.runTool(unshare, [flags, "/bin/true"]) == 0 else {
      print("NOTICE: no namespaces here: THE RULES OF THE RESOLVER WERE NOT TRIED")
      return work
    }
    work.append(
      Work(words: "Failed to connect to models.example") { policies in
        try lazaret.run(
          unshare,
          [
            flags, RunningHub.python, lazaret.place.path + "/names.py", lazaret.place.path,
            Repository.program("lazaret"), "registry", "hf", "http://models.example:1", "org/m",
            "--policies", policies, "--no-store",
          ])
      })
    return work
  }

  private static func isForbidden(_ run: Installed.Run) -> Bool {
    (run.output + run.errors).contains("killed for a forbidden system call")
  }

  @Test func `without any one of its rules a fetcher is killed`() throws {
    let policies = try lazaret.smallPolicies("policies")
    let rules = RulesText(try #require(Repository.text(of: "policies/seccomp/fetch.json")))
    let work = try work()
    var needed = 0
    var clean: Set<Int> = []
    for index in 0..<rules.count where Proof.isWhole || index.isMultiple(of: 16) {
      let rule = rules.rule(index)
      guard !Self.elsewhere.contains(where: { rule.contains($0.rule) }) else { continue }
      try lazaret.place.write("policies/seccomp/fetch.json", Array(rules.without(index).utf8))
      guard let needing = try work.indices.first(where: { Self.isForbidden(try work[$0].run(policies)) })
      else {
        Issue.record("nothing needs \(rule)")
        continue
      }
      needed += 1
      guard clean.insert(needing).inserted else { continue }
      try lazaret.place.write("policies/seccomp/fetch.json", Array(rules.text.utf8))
      let run = try work[needing].run(policies)
      #expect(!Self.isForbidden(run), "\(run.output)\(run.errors)")
      #expect((run.output + run.errors).contains(work[needing].words), "\(run.output)\(run.errors)")
    }
    try Proof.record(
      "\(needed) rules of a fetcher, each needed; \(Self.elsewhere.count) more for other kernels and C libraries"
    )
  }
}
