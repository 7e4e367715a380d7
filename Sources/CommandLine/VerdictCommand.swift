internal import Findings
internal import Supervisor
internal import VerdictStore

/// `verdict`: what the store says of a digest under the present policy and engine.
enum VerdictCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let digest = try Digests.parse(invocation.operands[0])
    let installation = Installation(host, options)
    let policies = try installation.policies()
    let policy = policies.digest
    let waivers = try installation.waivers(policies)
    let store = try installation.store(create: false)
    switch try store.lookup(sha256: digest, policy: policy, engine: Engine.version) {
    case .hit(let scan):
      var result = ArtifactResult(scan)
      result.waiver = waivers.decision(on: scan.examination)
      var tally = Tally()
      tally.add(result)
      let context = ArtifactObject.Context(policy: policy)
      let renderer: any Renderer =
        switch options.format {
        case .text: TextRenderer(style: host.style(options))
        case .json, .jsonl, .html: JSONLinesRenderer(context: context)
        }
      host.output.write(try renderer.artifact(result, index: 0))
      return tally.exitStatus(failOn: .review)
    case .miss:
      host.notice(
        "no verdict on \(digest) under the present policy and engine" + (try older(store, digest)))
      return .failed
    case .untrusted(let reason):
      host.notice("the store's record of \(digest) is not to be believed: \(Escaping.visible(reason))")
      return .failed
    }
  }

  /// What there is under others, in words.
  private static func older(_ store: VerdictStore, _ digest: String) throws -> String {
    var filter = ScanFilter()
    filter.sha256 = digest
    filter.limit = 1
    var words = ""
    try store.scans(matching: filter) { scan in
      words = "; the last examination ended \(scan.examination.verdict.name) ('lazaret store show' has it)"
      return false
    }
    return words
  }
}

/// Digests on the command line.
enum Digests {
  /// 64 hexadecimal digits, with or without `sha256:` before them, in lowercase.
  static func parse(_ operand: [UInt8]) throws(UsageError) -> String {
    let text = String(decoding: operand, as: UTF8.self)
    let digits = (text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text).lowercased()
    guard digits.utf8.count == 64, digits.utf8.allSatisfy(isHexadecimal) else {
      throw UsageError("a SHA-256 has 64 hexadecimal digits; '\(Escaping.visible(operand))' is none")
    }
    return digits
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
