internal import Digest
internal import Findings

/// Values as bytes that no two different lists of values share: what the audit chain hashes.
///
/// Integers are eight bytes, big-endian; texts and blobs are their length as an integer and then their
/// bytes; an absent value is a zero byte and a present one is preceded by a one.
struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: Int64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func append(_ number: Int) { append(Int64(number)) }

  mutating func append(_ blob: [UInt8]) {
    append(blob.count)
    bytes += blob
  }

  mutating func append(_ text: String) { append([UInt8](text.utf8)) }

  mutating func append(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func append(_ text: String?) {
    append(text != nil)
    if let text { append(text) }
  }

  mutating func append(_ number: Int?) {
    append(number != nil)
    if let number { append(number) }
  }

  mutating func append(_ texts: [String]) {
    append(texts.count)
    for text in texts { append(text) }
  }

  /// SHA-256 of everything appended.
  func digest() throws(StoreError) -> [UInt8] {
    do {
      let digest = try SHA256()
      try digest.update(bytes)
      return try digest.finish()
    } catch {
      throw StoreError(code: 1, message: "\(error)")
    }
  }
}

extension CanonicalBytes {
  /// Everything that a scan's rows hold.
  init(_ examination: Examination, time: Int64) {
    append(examination.sha256)
    append(examination.size)
    append(time)
    append(examination.policy)
    append(examination.engine)
    append(examination.verdict.name)
    append(examination.repeatable)
    let outcome = OutcomeText(examination.outcome)
    append(outcome.name)
    append(outcome.detail)
    append(Int64(bitPattern: examination.milliseconds.bitPattern))
    append(examination.sandbox)
    append(examination.report)
  }

  private mutating func append(_ sandbox: SandboxEvidence) {
    append(sandbox.role)
    append(sandbox.filter)
    append(sandbox.layers)
    append(sandbox.missing)
    append(sandbox.kernel)
  }

  private mutating func append(_ report: Report) {
    append(report.formats)
    append(report.coverage.bytes)
    append(report.coverage.members)
    append(report.coverage.opcodes)
    append(report.coverage.finished)
    append(report.findings.count)
    for finding in report.findings {
      append(finding.rule.id)
      append(finding.location)
      append(finding.detail)
      append(finding.evidence)
    }
    append(report.coverage.gaps.count)
    for gap in report.coverage.gaps {
      append(gap.location)
      append(gap.reason)
    }
  }

  private mutating func append(_ location: Location) {
    append(location.path)
    append(location.offset)
  }
}
