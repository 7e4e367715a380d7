import Findings
import Linux
import TestSupport
import Testing

/// Files that are changed so that a loader sees the same, and what that may do to their judgement.
///
/// No oracle is needed: whatever the judgement of a file is, that of the same in another coat is no better.
struct Metamorphosis {
  struct Sample: Sendable {
    let name: String
    let bytes: [UInt8]
  }

  /// What the builders and the bypasses make.
  static let built: [Sample] =
    Bypass.all.map { Sample(name: $0.name, bytes: $0.bytes) }
    + Seeds.all.flatMap { seeds in
      seeds.files.enumerated().map { Sample(name: "\(seeds.name) \($0.offset)", bytes: $0.element) }
    }
    + PythonSamples.hostile.map { Sample(name: $0.name, bytes: $0.bytes) }
    + BypassTableTests.twins.map { Sample(name: $0.0, bytes: $0.1) }

  /// Larger files take a debug build too long.
  private static let corpusBytes = 1 << 17

  /// One half of the corpus beside the repository, for the whole form.
  private static func corpus(_ side: String) throws -> [Sample] {
    guard Proof.isWhole else { return [] }
    let folder = Examination.root + "/../shared/corpus"
    guard let manifest = try? FileDescriptor.open("\(folder)/\(side)/manifest.tsv") else {
      print("NOTICE: no corpus at \(folder): ITS FILES WERE NOT CHANGED")
      return []
    }
    let rows = String(decoding: try manifest.readAll(limit: 1 << 26), as: UTF8.self).split(separator: "\n")
    return try rows.dropFirst().compactMap { row in
      let path = row.prefix { $0 != "\t" }
      let bytes = try FileDescriptor.open("\(folder)/\(path)").readAll(limit: 1 << 30)
      return bytes.count <= corpusBytes ? Sample(name: String(path), bytes: bytes) : nil
    }
  }

  /// Files that are not allowed: all of them, or some by chance. Not the empty one, which is no model by itself and
  /// nothing bad among others.
  static func hostile(brief count: Int, seed: UInt64) throws -> [(sample: Sample, report: Report)] {
    try chosen(brief: count, seed: seed, from: built + corpus("hostile").filter { !$0.bytes.isEmpty }) {
      $0 > .allow
    }
  }

  /// Files that are allowed.
  static func benign(brief count: Int, seed: UInt64) throws -> [(sample: Sample, report: Report)] {
    try chosen(brief: count, seed: seed, from: built + corpus("benign")) { $0 == .allow }
  }

  private static func chosen(
    brief count: Int, seed: UInt64, from samples: [Sample], where isWanted: (Verdict) -> Bool
  ) -> [(sample: Sample, report: Report)] {
    var random = SeededRandom(seed: seed)
    var result: [(Sample, Report)] = []
    var seen: Set<[UInt8]> = []
    for sample in samples.shuffled(using: &random) where seen.insert(sample.bytes).inserted {
      guard result.count < Proof.extent(count, whole: .max) else { break }
      let report = Examination.report(sample.bytes)
      if isWanted(report.verdict) { result.append((sample, report)) }
    }
    return result
  }

  // MARK: Counting

  private(set) var changes = 0
  /// Files that became allowed, and others that are judged better than before.
  private var allowed: [String] = []
  private var better: [String] = []
  /// Of changed honest files: those that are denied, and by their first rule how many are not allowed.
  private var denied: [String] = []
  private var doubted: [String: Int] = [:]

  /// Counts what came of a file that was not allowed, in another coat.
  mutating func take(
    _ sample: Sample, _ before: Report, _ way: some CustomStringConvertible, _ after: Report
  ) {
    changes += 1
    let account = "\(sample.name), \(way): \(before.summary)\nNOW \(after.summary)"
    if after.verdict == .allow { allowed.append(account) }
    if after.verdict < before.verdict { better.append(account) }
  }

  /// Counts what came of a file that was allowed.
  mutating func takeHonest(_ sample: Sample, _ way: some CustomStringConvertible, _ after: Report) {
    changes += 1
    if after.verdict == .deny { denied.append("\(sample.name), \(way): \(after.summary)") }
    if after.verdict > .allow { doubted[after.findings.first?.rule.id ?? "a gap", default: 0] += 1 }
  }

  /// Expects that nothing hostile became allowed and nothing honest denied.
  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(changes > 0, sourceLocation: sourceLocation)
    for (what, files) in [("allowed", allowed), ("denied", denied)] {
      #expect(
        files.isEmpty,
        "\(files.count) of \(changes) \(what): \(files.prefix(Proof.extent(4, whole: 50)).joined(separator: "\n"))",
        sourceLocation: sourceLocation)
    }
  }

  /// Expects that nothing hostile is judged better than before, were it only for review instead of denied.
  func expectNoneBetter(sourceLocation: SourceLocation = #_sourceLocation) {
    expectSound(sourceLocation: sourceLocation)
    #expect(
      better.isEmpty,
      "\(better.count) of \(changes): \(better.prefix(Proof.extent(4, whole: 50)).joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }

  /// How many honest files were changed, and of how many another judgement came.
  var honestFigure: String {
    let reasons = doubted.sorted { $0.key < $1.key }.map { "\($0.value) for `\($0.key)`" }
    let others = reasons.isEmpty ? "all allowed" : "not allowed \(reasons.joined(separator: ", "))"
    return "\(changes) honest changes, none denied, \(others)"
  }
}
