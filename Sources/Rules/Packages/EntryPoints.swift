import ByteParsing
import Findings
import Formats
import Policy

/// `entry_points.txt` of an installed distribution: names of code that other programs look for by group, import and call.
/// torch, for one, calls whatever is in the group `torch.backends` when it is imported.
///
/// Source: the packaging specification "Entry points"; torch, `torch/__init__.py` (`_import_device_backends`).
enum EntryPoints {
  /// Bytes that are read; honest files have some hundred.
  private static let limit = 1 << 20

  /// Groups of commands, which run only where somebody types their name.
  private static let commands: Set<String> = ["console_scripts", "gui_scripts"]

  static func isOne(_ member: PackageMember) -> Bool {
    member.base == "entry_points.txt"
      && [".dist-info/", ".egg-info/"].contains { member.folder.hasSuffix($0) }
  }

  /// Judges every entry that is no command.
  ///
  /// - Throws: `.limit` for a file that is too long.
  static func judge(_ input: Input, path: [String], table: GlobalTable) throws(ParseError) -> [Finding] {
    guard input.count <= limit else {
      throw ParseError(.limit, at: 0, "bytes of entry points: limit \(limit)")
    }
    let bytes = try input.bytes(at: 0, count: input.count, "entry points")
    var findings: [Finding] = []
    var group = ""
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
      if text.hasPrefix("[") {
        group = String(text.dropFirst().prefix { $0 != "]" })
        continue
      }
      guard !commands.contains(group), let equals = text.firstIndex(where: { $0 == "=" || $0 == ":" })
      else {
        continue
      }
      let target = String(text[text.index(after: equals)...].prefix { $0 != "[" })
      guard !target.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";") else { continue }
      let isDangerous = if case .dangerous = TargetJudge.judge(target, table: table) { true } else { false }
      findings.append(
        Finding(
          isDangerous ? .dangerousStartUpHook : .startUpHook,
          at: Location(path: path, offset: line.startIndex),
          detail:
            "Programs that look for '\(PythonText.plain(group, limit: 60))' import \(PythonText.plain(target, limit: 80)) and may call it.",
          evidence: PythonText.plain(String(decoding: line, as: UTF8.self), limit: 160)), upTo: 1024)
    }
    return findings
  }
}
