internal import Findings
internal import FoundationEssentials
internal import VerdictStore

/// `store list`, `show`, `verify` and `export`.
enum StoreCommand {
  static func list(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let store = try Installation(host, options).store(create: false)
    var filter = ScanFilter()
    filter.verdict = options.verdict
    filter.limit = options.limit
    let style = host.style(options)
    try print(filter, from: store, host, options) { line($0, style) }
    return .allowed
  }

  static func show(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let digest = try Digests.parse(invocation.operands[0])
    let store = try Installation(host, options).store(create: false)
    var filter = ScanFilter()
    filter.sha256 = digest
    let renderer = TextRenderer(style: host.style(options))
    let count = try print(filter, from: store, host, options) { account(of: $0, renderer) }
    if count == 0 { throw Failure("the store knows nothing of \(digest)") }
    return .allowed
  }

  static func export(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    var options = invocation.options
    options.format = .jsonl
    let store = try Installation(host, options).store(create: false)
    var filter = ScanFilter()
    filter.newestFirst = false
    try print(filter, from: store, host, options) { _ in "" }
    return .allowed
  }

  static func verify(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let installation = Installation(host, invocation.options)
    let verification = try installation.store(create: false).verify()
    for problem in verification.problems { host.notice("store: \(Escaping.visible(problem))") }
    host.output.write(
      """
      \(Escaping.visible(try installation.storePath())): \(verification.isSound ? "sound" : "NOT SOUND")
      \(verification.scans) examinations, \(verification.entries) audit entries
      head sha256:\(verification.head)

      """)
    return verification.isSound ? .allowed : .failed
  }

  /// Prints the scans that match, each as it is read; gives how many there were.
  @discardableResult
  private static func print(
    _ filter: ScanFilter, from store: VerdictStore, _ host: Host, _ options: Options,
    text: (StoredScan) -> String
  ) throws -> Int {
    var count = 0
    var failure: (any Error)?
    if options.format == .json { host.output.write("{\"schema\":\(JSONRenderer.schema),\"scans\":[\n") }
    try store.scans(matching: filter) { scan in
      do {
        switch options.format {
        case .text: host.output.write(text(scan))
        case .json:
          host.output.write((count == 0 ? "" : ",\n") + (try JSONText.line(StoredScanObject(scan))))
        case .jsonl, .html: host.output.write(try JSONText.line(StoredScanObject(scan)) + "\n")
        }
      } catch {
        failure = error
      }
      count += 1
      return failure == nil && host.output.failure == nil
    }
    if let failure { throw failure }
    if options.format == .json { host.output.write("\n]}\n") }
    return count
  }

  /// One line of `store list`.
  static func line(_ scan: StoredScan, _ style: Style) -> String {
    let name = scan.examination.verdict.name
    return time(scan.time) + "  " + style.verdict(scan.examination.verdict, name)
      + String(repeating: " ", count: 12 - name.count) + (scan.examination.sha256 ?? "") + "  "
      + Escaping.visible(scan.paths.first ?? []) + "\n"
  }

  static func account(of scan: StoredScan, _ renderer: TextRenderer) -> String {
    let examination = scan.examination
    var text = renderer.artifact(ArtifactResult(scan), index: 0)
    for path in scan.paths.dropFirst() { text += "    also seen: \(Escaping.visible(path))\n" }
    return text + """
          recorded \(time(scan.time)), \(examination.size) bytes, engine \(examination.engine)
          policy \(Escaping.visible(examination.policy))
          layers \(Escaping.visible(examination.sandbox.layers.joined(separator: " ")))

      """
  }

  /// ISO 8601, UTC, to the second.
  static func time(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
  }
}

/// A recorded examination as JSON: the artifact's keys, and when and where it was seen.
struct StoredScanObject: Encodable {
  private enum Keys: String, CodingKey { case time, paths }

  private let artifact: ArtifactObject
  private let time: String
  private let paths: [String]

  init(_ scan: StoredScan) {
    artifact = ArtifactObject(
      ArtifactResult(scan), in: ArtifactObject.Context(policy: scan.examination.policy))
    time = StoreCommand.time(scan.time)
    paths = scan.paths.map(Escaping.text)
  }

  func encode(to encoder: any Encoder) throws {
    try artifact.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(time, forKey: .time)
    try container.encode(paths, forKey: .paths)
  }
}
