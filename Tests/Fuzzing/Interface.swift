import ByteParsing
import Findings
import Linux
import Policy
import VerdictStore
import Wire

/// Where bytes come in that are no model: from workers, clients, the daemon and registries, and out of files of our own
/// that somebody else may have written.
package enum Interface: String, CaseIterable, Sendable {
  /// What a worker reports: messages, one after the other, to whoever believes the least.
  case workerReports = "worker-reports"
  /// One message of each kind between our processes.
  case messages
  case clientRequests = "client-requests"
  /// What the daemon answers: messages, one after the other.
  case daemonReplies = "daemon-replies"
  /// What a client of clamd's protocol sends.
  case clamdRequests = "clamd-requests"
  case policies
  /// One file of a policy, the waivers among them.
  case policyFiles = "policy-files"
  case compiledLists = "compiled-lists"
  /// A store's file.
  case store
  /// A registry's folder on a disk, with the lists that it keeps of itself.
  case registryFolders = "registry-folders"
  /// What a registry answers over HTTP.
  case registryAnswers = "registry-answers"

  func take(_ bytes: [UInt8]) {
    switch self {
    case .workerReports: Self.takeReports(Framed(bytes))
    case .messages:
      Self.same(bytes) { try ZygoteMessage(parsing: $0).encoded() }
      Self.same(bytes) { try WorkerMessage(parsing: $0).encoded() }
      Self.same(bytes) { try Job(parsing: $0).encoded() }
      Self.same(bytes) { try StatusRecord(parsing: $0).encoded() }
      Self.same(bytes) { try FetchRequest(parsing: $0).encoded() }
      Self.same(bytes) { try FetchMessage(parsing: $0).encoded() }
    case .clientRequests: Self.same(bytes) { try ClientRequest(parsing: $0).encoded() }
    case .daemonReplies: Self.takeReplies(Framed(bytes))
    case .clamdRequests: ClamdBytes.take(bytes)
    case .policies: Self.takePolicies(bytes)
    case .policyFiles: PolicyFileBytes.take(bytes)
    case .compiledLists: Self.takeLists(bytes)
    case .store: StoreBytes.take(bytes)
    case .registryFolders: RegistryFolderBytes.take(bytes)
    case .registryAnswers: RegistryAnswerBytes.take(bytes)
    }
  }

  /// What is accepted says exactly what its bytes say: nothing was skipped or guessed.
  private static func same(_ bytes: [UInt8], _ reencode: ([UInt8]) throws -> [UInt8]) {
    guard let encoded = try? reencode(bytes) else { return }
    precondition(encoded == bytes, "a message that says something else than its bytes")
  }

  private static func takeReports(_ messages: Framed) {
    let limits = Limits(
      unpackedBytes: 1, heldBytes: 1, ratio: 1, ratioFreeBytes: 1, members: 1, depth: 1, pickleOpcodes: 1,
      evidenceBytes: 1, reportBytes: 1 << 12, memoryBytes: 1 << 30, cpuSeconds: 1, wallSeconds: 1)
    for explanation in [nil, ExplanationRequest()] {
      var decoder = ReportDecoder(limits: limits, explanation: explanation)
      var isRefused = false
      for message in messages.all {
        let step = try? decoder.handle(message)
        precondition(!isRefused || step == nil, "a message was taken after one was refused")
        isRefused = isRefused || step == nil
        precondition(!isRefused || !decoder.report.coverage.finished, "a refused report is finished")
      }
    }
  }

  private static func takeReplies(_ messages: Framed) {
    var decoder = VerdictDecoder()
    for message in messages.all {
      same(message) { try DaemonReply(parsing: $0).encoded() }
      guard let reply = try? DaemonReply(parsing: message) else { return }
      switch reply {
      case .part(_, let part): guard (try? decoder.take(part)) != nil else { return }
      case .verdict(_, let frame):
        let examination = try? decoder.finish(frame)
        if let examination, examination.verdict == .allow {
          precondition(examination.report.verdict == .allow && examination.outcome == .finished)
        }
        decoder = VerdictDecoder()
      default: break
      }
    }
  }

  private static func takePolicies(_ bytes: [UInt8]) {
    guard let bundle = try? PolicyBundle(decoding: bytes) else { return }
    precondition(bundle.encoded() == bytes, "a bundle of other bytes")
    guard let policy = try? PolicySet(parsing: bundle) else { return }
    precondition((try? bundle.waivers()) != nil || policy.limits.depth >= 0)
  }

  private static func takeLists(_ bytes: [UInt8]) {
    guard let compiled = try? CompiledGlobals(decoding: SharedBytes(bytes)),
      let parsed = try? compiled.parsed()
    else { return }
    _ = try? GlobalTable(compiled: parsed.table)
  }
}

/// Bytes as messages: the length of each in two bytes, the lower first, then the message.
package struct Framed {
  let all: [[UInt8]]

  init(_ bytes: [UInt8]) {
    var messages: [[UInt8]] = []
    var rest = bytes[...]
    while let low = rest.popFirst(), let high = rest.popFirst() {
      let count = Int(high) << 8 | Int(low)
      messages.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    all = messages
  }
}
