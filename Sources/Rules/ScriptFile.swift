package import ByteParsing
package import Findings
import Formats

/// A script for an interpreter that its first line names.
package enum ScriptFile {
  private static let limit = 4 << 20
  /// What the first line is looked for in.
  private static let headBytes = 4096

  /// The interpreter's name, where the bytes begin with `#!` and a path. The kernel wants them first; a shell that is
  /// given the file runs it all the same.
  package static func interpreter(_ head: [UInt8]) -> String? {
    let text = TextOpening.bare(head)
    guard text.starts(with: "#!".utf8) else { return nil }
    let line = text.dropFirst(2).prefix { $0 != 0x0A && $0 != 0x0D }.prefix(256)
    let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    guard let program = words.first, program.hasPrefix("/") else { return nil }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    guard name == "env" else { return name }
    return words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") } ?? name
  }

  /// What is to be said of a script: that it is one, and where it does what attacks do.
  ///
  /// - Throws: `.limit` for a script that is too long; what reading the input throws.
  package static func judge(_ input: Input, path: [String]) throws(ParseError) -> [Finding] {
    guard let name = interpreter(try input.prefix(headBytes)) else { return [] }
    var findings = [
      Finding(
        .shellScript, at: Location(path: path, offset: 0),
        detail: "The file is a script for \(PythonText.plain(name, limit: 40)).")
    ]
    guard input.count <= limit else { throw ParseError(.limit, at: 0, "bytes of a script: limit \(limit)") }
    let bytes = try input.bytes(at: 0, count: input.count, "a script")
    var command: [UInt8] = []
    var start = 0
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if command.isEmpty { start = line.startIndex }
      command += line
      if line.last == UInt8(ascii: "\\") {
        command.removeLast()
        continue
      }
      defer { command = [] }
      guard line.first(where: { $0 != 0x20 && $0 != 0x09 }) != UInt8(ascii: "#") else { continue }
      let text = String(decoding: command.prefix(ShellCommand.limit), as: UTF8.self)
      guard let danger = ShellCommand.danger(text), danger != .fetches else { continue }
      findings.append(
        Finding(
          .dangerousScript, at: Location(path: path, offset: start), detail: "A line is \(danger.words).",
          evidence: PythonText.plain(text, limit: 200)))
      if findings.count > 16 { break }
    }
    return findings
  }
}
