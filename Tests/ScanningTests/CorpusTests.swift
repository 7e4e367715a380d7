import ByteParsing
import Findings
import Linux
import Testing

/// The collection of real files beside the repository: those of the formats that are examined so far.
@Suite struct CorpusTests {
  private static let folder = Examination.root + "/../shared/corpus"

  private struct Row {
    let path: String
    let format: String
  }

  /// The rows of one side whose format is a pickle's or PyTorch's, with the column that names it.
  private func rows(_ side: String, formatColumn: Int) throws -> [Row]? {
    guard let manifest = try? FileDescriptor.open("\(Self.folder)/\(side)/manifest.tsv") else {
      print("NO CORPUS at \(Self.folder): the corpus tests prove nothing here")
      return nil
    }
    let text = String(decoding: try manifest.readAll(limit: 1 << 26), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count > formatColumn else { return nil }
      let format = String(columns[formatColumn])
      guard format == "pickle" || format.hasPrefix("torch") else { return nil }
      return Row(path: String(columns[0]), format: format)
    }
  }

  private func report(_ row: Row) throws -> Report {
    let bytes = try FileDescriptor.open("\(Self.folder)/\(row.path)").readAll(limit: 1 << 28)
    return Examination.report(bytes)
  }

  @Test func `no hostile pickle or PyTorch file is allowed`() throws {
    guard let rows = try rows("hostile", formatColumn: 4) else { return }
    #expect(rows.count > 100)
    var wrong: [String] = []
    for row in rows where try report(row).verdict == .allow { wrong.append(row.path) }
    #expect(wrong.isEmpty, "\(wrong.count) allowed: \(wrong.prefix(10))")
  }

  @Test func `no benign PyTorch file is denied, and most are allowed`() throws {
    guard let rows = try rows("benign", formatColumn: 3)?.filter({ $0.format != "pickle" }) else { return }
    #expect(rows.count > 50)
    var wrong: [String] = []
    var allowed = 0
    for row in rows {
      let report = try report(row)
      if report.verdict == .allow { allowed += 1 }
      if report.verdict == .deny {
        let rule = report.findings.first { $0.rule.verdict == .deny }?.rule.id ?? ""
        wrong.append("\(row.path) (\(rule))")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) denied: \(wrong.prefix(10))")
    #expect(allowed * 10 > rows.count * 7, "\(allowed) of \(rows.count) allowed")
  }
}
