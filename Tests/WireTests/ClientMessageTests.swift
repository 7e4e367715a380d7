import Findings
import TestSupport
import Testing
import Wire

/// What clients and the daemon say to each other.
@Suite struct ClientMessageTests {
  @Test func `what one end writes the other end reads`() throws {
    for request in ClientSamples.requests {
      #expect(try ClientRequest(parsing: request.encoded()) == request)
    }
    for reply in ClientSamples.replies { #expect(try DaemonReply(parsing: reply.encoded()) == reply) }
  }

  @Test func `a message of one end is refused by the other, and by the workers' side`() {
    for request in ClientSamples.requests {
      #expect(throws: WireError.self) { try DaemonReply(parsing: request.encoded()) }
      #expect(throws: WireError.self) { try WorkerMessage(parsing: request.encoded()) }
    }
    for reply in ClientSamples.replies {
      #expect(throws: WireError.self) { try ClientRequest(parsing: reply.encoded()) }
      #expect(throws: WireError.self) { try ZygoteMessage(parsing: reply.encoded()) }
    }
  }

  @Test func `a damaged message of a client is refused or means just what it says`() {
    damage(ClientSamples.requests.map { $0.encoded() }) { try ClientRequest(parsing: $0).encoded() }
  }

  @Test func `a damaged message of the daemon is refused or means just what it says`() {
    damage(ClientSamples.replies.map { $0.encoded() }) { try DaemonReply(parsing: $0).encoded() }
  }

  @Test func `every type that is not listed is refused, whatever follows`() {
    let tails: [[UInt8]] = [[], [0], Array(repeating: 0, count: 8), Array(repeating: 0xff, count: 64)]
    for tail in tails {
      for type in UInt8.min ... .max where !(64...72).contains(type) {
        #expect(throws: WireError.self) { try ClientRequest(parsing: [type] + tail) }
      }
      for type in UInt8.min ... .max where !(96...106).contains(type) {
        #expect(throws: WireError.self) { try DaemonReply(parsing: [type] + tail) }
      }
    }
    #expect(throws: WireError.self) { try ClientRequest(parsing: []) }
  }

  @Test func `random bytes of either side's types are refused or mean just what they say`() {
    var random = SeededRandom(seed: 31)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...80, using: &random)
      let tail = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let request = [UInt8.random(in: 64...72, using: &random)] + tail
      if let parsed = try? ClientRequest(parsing: request) { #expect(parsed.encoded() == request) }
      let reply = [UInt8.random(in: 96...106, using: &random)] + tail
      if let parsed = try? DaemonReply(parsing: reply) { #expect(parsed.encoded() == reply) }
    }
  }

  @Test func `only a scan and a tree come with a descriptor`() {
    for request in ClientSamples.requests {
      switch request {
      case .scan, .tree: #expect(request.descriptorCount == 1)
      default: #expect(request.descriptorCount == 0)
      }
    }
  }

  @Test func `the longest names make a message that the other end takes`() throws {
    let long = String(repeating: "ü", count: 100_000)
    let label = [UInt8](repeating: 0x61, count: 100_000)
    for request in [
      ClientRequest.hello(lowest: 1, highest: 1, name: long), .scan(ScanRequest(id: 1, label: label)),
      .stream(ScanRequest(id: 1, label: label), size: 1), .data(id: 1, bytes: label),
    ] {
      #expect(request.encoded().count <= WireLimit.message)
      _ = try ClientRequest(parsing: request.encoded())
    }
    var examination = ClientSamples.denied
    examination.outcome = .unavailable(long)
    examination.sandbox = SandboxEvidence(
      role: long, filter: long, layers: Array(repeating: long, count: 1000),
      missing: Array(repeating: long, count: 1000), kernel: long)
    let waiver = WaiverFrame(verdict: .deny, reason: long, owner: long, until: 1)
    let frame = VerdictFrame(
      examination, waiver: waiver, notices: Array(repeating: long, count: 1000))
    let checks = Array(repeating: HealthCheck(name: long, isGood: true, detail: long), count: 1000)
    for reply in [
      DaemonReply.verdict(id: 1, frame), .refused(id: 1, .store, reason: long), .health(id: 1, checks),
      .stats(id: 1, Array(repeating: Counter(name: long, value: 1), count: 1000)),
    ] {
      #expect(reply.encoded().count <= WireLimit.message)
      _ = try DaemonReply(parsing: reply.encoded())
    }
  }
}

/// The client's trust in what it is sent.
@Suite struct VerdictDecoderTests {
  private static func decode(_ messages: [DaemonReply]) throws -> Examination? {
    var decoder = VerdictDecoder()
    for message in messages {
      switch try DaemonReply(parsing: message.encoded()) {
      case .part(_, let part): try decoder.take(part)
      case .verdict(_, let frame): return try decoder.finish(frame)
      default: return nil
      }
    }
    return nil
  }

  @Test func `an examination arrives as it was sent`() throws {
    for examination in [ClientSamples.denied, ClientSamples.allowed] {
      let messages = DaemonReply.messages(answering: 7, examination)
      #expect(try Self.decode(messages) == examination)
    }
  }

  @Test func `a verdict on other parts than were sent is refused`() {
    let messages = DaemonReply.messages(answering: 7, ClientSamples.denied)
    for index in messages.indices.dropLast() {
      var fewer = messages
      fewer.remove(at: index)
      #expect(throws: WireError.self, "without part \(index)") { try Self.decode(fewer) }
      #expect(throws: WireError.self, "part \(index) twice") {
        try Self.decode([messages[index]] + messages)
      }
    }
  }

  @Test func `a verdict better than its report is refused`() {
    var examination = ClientSamples.denied
    for verdict in [Verdict.allow, .review, .incomplete] {
      examination.verdict = verdict
      #expect(throws: WireError.self) {
        try Self.decode(DaemonReply.messages(answering: 7, examination))
      }
    }
  }

  @Test func `an allow that lacks any of its grounds is refused`() {
    let changes: [(inout Examination) -> Void] = [
      { $0.report.coverage.finished = false },
      { $0.report.coverage.gaps = [Gap(at: Location(), reason: "encrypted")] },
      { $0.outcome = .exited(status: 0) },
      { $0.outcome = .unavailable("no confinement") },
      { $0.sandbox.missing = ["seccomp"] },
      { $0.sha256 = nil },
    ]
    for change in changes {
      var examination = ClientSamples.allowed
      change(&examination)
      #expect(throws: WireError.self) {
        try Self.decode(DaemonReply.messages(answering: 7, examination))
      }
    }
  }

  @Test func `a finding of a rule that no catalogue has is refused`() {
    var decoder = VerdictDecoder()
    let frame = FindingFrame(rule: "no.such-rule", location: Location(), detail: "", evidence: "")
    #expect(throws: WireError.self) { try decoder.take(.finding(frame)) }
  }
}
