import ByteParsing
import Findings
import Glibc
import Pickle
import Policy
import Rules
import TestSupport
import Testing

/// The pickles of the corpus beside the repository, judged with the shipped lists.
@Suite struct CorpusTests {
  static let corpus = "\(Repository.root)/../shared/corpus"

  struct Row {
    let path: String
    let format: String
    let expected: String
  }

  static func rows(_ side: String, expectedColumn: Int, formatColumn: Int) -> [Row] {
    guard let bytes = PolicyFolder.bytes(of: "\(corpus)/\(side)/manifest.tsv") else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Row(path: fields[0], format: fields[formatColumn], expected: fields[expectedColumn])
    }
  }

  /// Judges every pickle of a file: one after the other, or the members of a zip with stored members.
  static func judge(_ bytes: [UInt8]) -> Report {
    var report = Report()
    if bytes.starts(with: [0x50, 0x4b, 3, 4]) {
      for member in StoredMembers.pickles(in: bytes) {
        let isScript = StoredMembers.names(in: bytes).contains { $0.hasSuffix("/constants.pkl") }
        judge(Array(member), isScript ? .torchScript : .torch, &report)
      }
    } else {
      judge(bytes, .plain, &report)
    }
    report.coverage.finished = true
    return report
  }

  private static func judge(_ bytes: [UInt8], _ profile: PickleProfile, _ report: inout Report) {
    let input = Input(bytes)
    let legacy = bytes.starts(with: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46])
    var offset = 0
    var streams = 0
    while offset < bytes.count, streams < (legacy ? 5 : 64) {
      var judge = PickleJudge(
        table: PolicyFolder.table, profile: legacy ? .torch : profile, path: [], evidenceLimit: 200,
        sink: report)
      let result = Machine.run(input, at: offset, opcodeLimit: 100_000_000, sink: &judge)
      report = judge.sink
      streams += 1
      for nested in judge.nested where nested.format != .zip && nested.format != .compressed {
        guard let inner = try? nested.input.bytes(at: 0, count: nested.input.count) else { continue }
        var found = Report()
        Self.judge(inner, nested.format == .torch ? .torch : .plain, &found)
        // What only may be a pickle need not be whole.
        for finding in found.findings { report.record(finding) }
        if nested.reach == .loaded { for gap in found.coverage.gaps { report.record(gap) } }
      }
      guard result.end == .stop, result.endOffset > offset else {
        report.record(Gap(at: Location(offset: offset), reason: "\(result.end)"))
        return
      }
      offset = result.endOffset
    }
  }

  @Test(
    .enabled(
      if: PolicyFolder.bytes(of: "\(corpus)/benign/manifest.tsv") != nil, "no corpus beside the repository")
  )
  func `benign pickles are not denied, and hostile ones are never clean`() {
    var lines = ""
    var denied: [String] = []
    var clean: [String] = []
    for (side, expected, format) in [("benign", 8, 3), ("hostile", 5, 4)] {
      for row in Self.rows(side, expectedColumn: expected, formatColumn: format)
      // What is wrong with a hostile archive is seldom in its pickle, so the archives are for the scanners' tests.
      where row.format == "pickle" || (side == "benign" && row.format.hasPrefix("torch")) {
        guard let bytes = PolicyFolder.bytes(of: "\(Self.corpus)/\(row.path)"), bytes.count < 200 << 20
        else { continue }
        let report = Self.judge(bytes)
        let verdict = report.verdict
        lines += "\(row.path)\t\(row.format)\t\(row.expected)\t\(verdict)\t"
        lines += report.findings.sorted { $0.rule.verdict > $1.rule.verdict }.prefix(12).map {
          "\($0.rule.id): \($0.detail)"
        }.joined(separator: " | ")
        lines += " || " + report.coverage.gaps.map(\.reason).joined(separator: " | ") + "\n"
        if side == "benign", verdict == .deny { denied.append(row.path) }
        if side == "hostile", verdict == .allow { clean.append(row.path) }
      }
    }
    if let target = unsafe getenv("LAZARET_CORPUS_RESULTS") {
      // SAFETY: the environment does not change, and the file is this test's own.
      if let file = unsafe fopen(target, "w") {
        _ = unsafe fputs(lines, file)
        unsafe fclose(file)
      }
    }
    #expect(denied.isEmpty)
    #expect(clean.isEmpty)
  }
}

/// The stored members of a zip archive that torch wrote, by its central directory.
enum StoredMembers {
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  static func entries(in bytes: [UInt8]) -> [(name: String, data: ArraySlice<UInt8>)] {
    guard
      let end = (0..<max(0, bytes.count - 21)).last(where: {
        bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 5, 6])
      })
    else { return [] }
    var position = number(bytes[end + 16..<end + 20])
    var result: [(String, ArraySlice<UInt8>)] = []
    while position + 46 <= bytes.count, bytes[position..<position + 4].elementsEqual([0x50, 0x4b, 1, 2]) {
      let nameCount = number(bytes[position + 28..<position + 30])
      let extra = number(bytes[position + 30..<position + 32])
      let comment = number(bytes[position + 32..<position + 34])
      let size = number(bytes[position + 24..<position + 28])
      let local = number(bytes[position + 42..<position + 46])
      let name = String(decoding: bytes[position + 46..<position + 46 + nameCount], as: UTF8.self)
      let stored = number(bytes[position + 10..<position + 12]) == 0
      position += 46 + nameCount + extra + comment
      guard stored, local + 30 <= bytes.count else { continue }
      let start =
        local + 30 + number(bytes[local + 26..<local + 28]) + number(bytes[local + 28..<local + 30])
      guard start + size <= bytes.count else { continue }
      result.append((name, bytes[start..<start + size]))
    }
    return result
  }

  static func names(in bytes: [UInt8]) -> [String] { entries(in: bytes).map(\.name) }

  static func pickles(in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    entries(in: bytes).filter { $0.name.lowercased().hasSuffix(".pkl") }.map(\.data)
  }
}
