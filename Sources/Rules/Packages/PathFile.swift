package import ByteParsing
import Findings
import Formats
package import Policy

/// A `.pth` file: paths, and lines that begin with `import`, which Python's site module runs at every start.
///
/// Source: CPython, `Lib/site.py`, `addpackage`.
package enum PathFile {
  /// Bytes that are read; honest files have some hundred.
  private static let limit = 1 << 20

  /// Whether every line of a text is a comment or such an import with more behind it, and there is at least one. Text
  /// without a name is taken for a `.pth` file then.
  package static func isOne(_ input: Input) throws(ParseError) -> Bool {
    guard input.count <= limit else { return false }
    let lines = try self.lines(input)
    return !lines.isEmpty && lines.allSatisfy { isCode($0.text) && $0.text.contains(UInt8(ascii: ";")) }
  }

  /// Judges every line that is run.
  package static func judge(_ input: Input, path: [String], table: GlobalTable) -> PythonSource.Account {
    var account = PythonSource.Account()
    guard input.count <= limit else {
      account.gap = ParseError(.limit, at: 0, "bytes of a .pth file: limit \(limit)")
      return account
    }
    do {
      for line in try lines(input) where isCode(line.text) {
        let inner = PythonSource.judge(
          Input(Array(line.text)), role: .startUp, path: path, table: table)
        account.findings += inner.findings.filter { $0.rule.verdict == .deny }
        account.gap = account.gap ?? inner.gap
        account.findings.append(
          Finding(
            .startUpHook, at: Location(path: path, offset: line.offset),
            detail: "A line of a .pth file begins with import.",
            evidence: PythonText.plain(String(decoding: line.text, as: UTF8.self), limit: 200)))
      }
    } catch {
      account.gap = error
    }
    return account
  }

  /// The lines that are no comments and not blank.
  private static func lines(_ input: Input) throws(ParseError) -> [(text: ArraySlice<UInt8>, offset: Int)] {
    let bytes = try input.bytes(at: 0, count: min(limit, input.count), "a .pth file")
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return bytes[start...].split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
      let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 }
      return isBlank || line.first == UInt8(ascii: "#") ? nil : (line, line.startIndex)
    }
  }

  private static func isCode(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: Array("import ".utf8)) || line.starts(with: Array("import\t".utf8))
  }
}
