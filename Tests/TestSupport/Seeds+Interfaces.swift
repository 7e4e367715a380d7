import ByteParsing
import Findings
import Linux
import Policy
import VerdictStore
import Wire

extension Seeds {
  /// For where bytes come in that are no model.
  package static var interfaces: [Seeds] {
    [
      Seeds(
        name: "worker-reports", scanner: "worker-reports",
        files: [framed(WireSamples.worker.map { $0.encoded() })]),
      Seeds(
        name: "messages", scanner: "messages",
        files: WireSamples.zygote.map { $0.encoded() } + WireSamples.worker.map { $0.encoded() }
          + WireSamples.jobs.map { $0.encoded() } + [WireSamples.status.encoded()]
          + FetchSamples.requests.compactMap { try? $0.encoded() }
          + FetchSamples.messages.map { $0.encoded() }),
      Seeds(
        name: "client-requests", scanner: "client-requests",
        files: ClientSamples.requests.map { $0.encoded() }),
      Seeds(
        name: "daemon-replies", scanner: "daemon-replies",
        files: [framed(ClientSamples.replies.map { $0.encoded() })]
          + [ClientSamples.allowed, ClientSamples.denied].map {
            framed(DaemonReply.messages(answering: 1, $0).map { $0.encoded() })
          }),
      Seeds(name: "clamd-requests", scanner: "clamd-requests", files: clamdRequests),
      Seeds(name: "policies", scanner: "policies", files: policies),
      Seeds(name: "policy-files", scanner: "policy-files", files: policyFiles),
      Seeds(name: "compiled-lists", scanner: "compiled-lists", files: lists),
      Seeds(name: "store", scanner: "store", files: stores),
      Seeds(name: "registry-folders", scanner: "registry-folders", files: registryFolders),
      Seeds(name: "registry-answers", scanner: "registry-answers", files: registryAnswers),
    ]
  }

  static func framed(_ messages: [[UInt8]]) -> [UInt8] {
    messages.flatMap { [UInt8($0.count & 0xFF), UInt8($0.count >> 8)] + $0 }
  }

  private static var policies: [[UInt8]] {
    guard let bundle = try? SamplePolicy.bundle() else { fatalError("the sample policy is not in order") }
    return [bundle.encoded()]
  }

  private static var lists: [[UInt8]] {
    guard let bundle = try? SamplePolicy.bundle(), let policy = try? PolicySet(parsing: bundle) else {
      fatalError("the sample policy is not in order")
    }
    let content = CompiledGlobals.content(of: [], table: policy.globals.compiled)
    return [
      CompiledGlobals(
        sources: [UInt8](repeating: 1, count: 32), digest: [UInt8](repeating: 2, count: 32),
        content: SharedBytes(content)
      ).encoded()
    ]
  }

  /// A store of two verdicts, as its file is when nobody has it open.
  private static var stores: [[UInt8]] {
    do {
      let place = try TemporaryDirectory()
      let path = place.path + "/verdicts.db"
      do {
        let store = try VerdictStore(path: path, clock: { 1_700_000_000_000 })
        for var examination in [ClientSamples.allowed, ClientSamples.denied] {
          examination.policy = "sha256:feed"
          examination.engine = "0.2.0"
          try store.record(examination, path: Array("/models/a".utf8))
        }
      }
      return [try FileDescriptor.open(path).readAll(limit: 1 << 20)]
    } catch {
      fatalError("no store can be made: \(error)")
    }
  }
}
