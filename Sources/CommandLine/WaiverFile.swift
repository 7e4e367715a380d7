internal import Findings
internal import Linux
internal import Policy
internal import Supervisor

/// `waivers.json` of a policy folder.
enum WaiverFile {
  /// The waivers, in the order of the file. Where anything in the folder is not understood, nothing is.
  static func read(_ directory: String) throws -> [Waiver] { try parsed(directory).policy.waivers }

  /// Puts others in their place. What would not be understood again is not written, and of several programs that do
  /// this one at a time succeeds.
  static func change(_ directory: String, _ change: ([Waiver]) throws -> [Waiver]) throws {
    do {
      var replacement = try FileReplacement(
        in: .open(directory, [.readOnly, .directory]), through: PolicyDirectory.waiverReplacement)
      let (bundle, policy) = try parsed(directory)
      let waivers = try change(policy.waivers)
      let bytes = Array(try text(waivers).utf8)
      let others = bundle.files.filter { $0.path != PolicyBundle.waiverPath }
      let changed = try PolicyBundle(
        others + [PolicyBundle.File(path: PolicyBundle.waiverPath, bytes: bytes)],
        profile: bundle.profile)
      guard try PolicySet(parsing: changed, globals: policy.globals).waivers == waivers else {
        throw Failure("the waivers cannot be written so that they are read again as they are")
      }
      try replacement.commit(bytes, as: PolicyBundle.waiverPath)
    } catch let error as SystemCallError {
      let place = "\(Escaping.visible(directory))/\(PolicyDirectory.waiverReplacement)"
      throw Failure(
        error.isExistingFile
          ? "another program is changing the waivers, or was interrupted at it: see \(place)"
          : "the waivers cannot be written: \(error)")
    }
  }

  /// The files but for the lists of globals, and what all say.
  private static func parsed(_ directory: String) throws -> (bundle: PolicyBundle, policy: PolicySet) {
    do {
      let folder = try PolicyFolder(directory)
      return (folder.bundle, try LoadedPolicy(folder).policy)
    } catch {
      throw Failure("policies in \(Escaping.visible(directory)): \(Escaping.visible("\(error)"))")
    }
  }

  private struct WaiverObject: Encodable {
    let digest: String
    let verdict: String
    let reason: String
    let owner: String
    let until: String
  }

  /// The file's text, a waiver a line.
  static func text(_ waivers: [Waiver]) throws -> String {
    let lines = try waivers.map {
      "    "
        + (try JSONText.line(
          WaiverObject(
            digest: $0.digest, verdict: $0.verdict.name, reason: $0.reason, owner: $0.owner,
            until: Timestamp.text($0.until))))
    }
    let list = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n  ]"
    return "{\n  \"schema\": 1,\n  \"waivers\": \(list)\n}\n"
  }
}
