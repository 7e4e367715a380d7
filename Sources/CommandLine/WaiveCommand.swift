internal import Findings
internal import Linux
internal import Policy

/// `waive`: writes, lists and removes waivers.
enum WaiveCommand {
  /// The longest time that a waiver may be given for, in days: it is to be renewed, not forgotten.
  static let longestDays = 366

  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let directory = try Installation(host, options).policyDirectory()
    switch (options.waive, invocation.operands.first) {
    case (.list, nil): list(try WaiverFile.read(directory), host)
    case (.list, _?): throw UsageError("--list takes no operand")
    case (_, nil): throw UsageError("'waive' needs SHA256 or FILE")
    case (.remove, let operand?): try remove(operand, directory, host)
    case (.add, let operand?): try add(operand, options, directory, host)
    }
    return .allowed
  }

  private static func list(_ waivers: [Waiver], _ host: Host) {
    for waiver in waivers {
      let state = host.clock() < waiver.until ? "until" : "EXPIRED"
      host.output.write(
        "\(waiver.digest)  \(waiver.verdict.name)  \(state) \(Timestamp.text(waiver.until))  "
          + "\(Escaping.visible(waiver.owner)): \(Escaping.visible(waiver.reason))\n")
    }
  }

  private static func remove(_ operand: [UInt8], _ directory: String, _ host: Host) throws {
    let digest = try Digests.parse(operand)
    try WaiverFile.change(directory) { waivers in
      let kept = waivers.filter { $0.digest != digest }
      guard kept.count < waivers.count else { throw Failure("there is no waiver for \(digest)") }
      return kept
    }
    host.output.write("removed the waiver for \(digest)\n")
  }

  private static func add(
    _ operand: [UInt8], _ options: Options, _ directory: String, _ host: Host
  ) throws {
    let waiver = Waiver(
      digest: try digest(of: operand), verdict: options.covers,
      reason: try line(options.reason, for: "reason"), owner: try line(options.owner, for: "owner"),
      until: try until(options.until, now: host.clock()))
    var isRenewed = false
    try WaiverFile.change(directory) { waivers in
      let others = waivers.filter { $0.digest != waiver.digest }
      isRenewed = others.count < waivers.count
      return others + [waiver]
    }
    host.output.write(
      "\(isRenewed ? "waived anew" : "waived"): \(waiver.digest)\n"
        + "covers \(waiver.verdict.name) at worst, until \(Timestamp.text(waiver.until))\n")
  }

  /// A digest as it is written, or that of the file of this name.
  private static func digest(of operand: [UInt8]) throws -> String {
    do {
      return try Digests.parse(operand)
    } catch {
      return try digest(ofFile: operand)
    }
  }

  private static func digest(ofFile path: [UInt8]) throws -> String {
    do {
      let file = try FileDescriptor.open(path: path, [.readOnly, .nonBlocking])
      guard try file.identity().isRegular else {
        throw Failure("\(Escaping.visible(path)) is no regular file")
      }
      return try ArtifactExaminer.digest(of: file)
    } catch let error as SystemCallError {
      throw Failure(
        "\(Escaping.visible(path)) is neither a SHA-256 nor a file that can be read: \(error.message)")
    }
  }

  /// One line of text that says something.
  private static func line(_ text: String?, for flag: String) throws(UsageError) -> String {
    guard let text else { throw UsageError("'waive' needs --\(flag)") }
    guard text.utf8.contains(where: { $0 > UInt8(ascii: " ") }), text.utf8.count <= 1000,
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw UsageError("--\(flag) is one line of at most 1000 bytes that is not empty") }
    return text
  }

  private static func until(_ text: String?, now: Int) throws(UsageError) -> Int {
    guard let text else { throw UsageError("'waive' needs --until") }
    guard let until = Timestamp.seconds(text) else {
      throw UsageError(
        "--until is a day like 2027-01-31 or a time like 2027-01-31T12:00:00Z, not '\(Escaping.visible(text))'"
      )
    }
    guard until > now else { throw UsageError("--until is past: \(Timestamp.text(until))") }
    guard until - now <= longestDays * 86_400 else {
      throw UsageError("--until is more than \(longestDays) days from now")
    }
    return until
  }
}
