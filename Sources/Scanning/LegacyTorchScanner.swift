package import ByteParsing
import Findings
import Formats
import Pickle
import Rules

/// Files of `torch.save` before version 1.6: pickles, then the bytes of their storages.
package enum LegacyTorchScanner: FormatScanner {
  package static let format = "torch-legacy"

  package static func recognize(_ head: Head) -> Recognition {
    LegacyTorchStream.isRecognized(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    var run = PickleRun(member)
    var keysOffset = 0
    for index in 0..<LegacyTorchStream.pickles {
      keysOffset = run.offset
      // All are given to the full unpickler; only the object's has a persistent_load.
      let profile: PickleProfile = index == LegacyTorchStream.object ? .torch : .plain
      guard run.next(&job, profile: profile) else { return }
    }
    do {
      let keys = try StorageKeys.read(member.input, at: keysOffset, in: &job)
      run.offset = try storages(keys, run, in: job)
    } catch {
      // Where the storages end is not known: what follows may be pickles all the same.
      job.gap(error, at: member.path)
    }
    try PickleScanner.scanRest(&run, in: &job)
  }

  /// Checks the storages that follow the pickles.
  ///
  /// - Returns: the offset after the last.
  /// - Throws: where a storage's bytes are not there, or are not those the object refers to.
  private static func storages(
    _ keys: [String], _ run: PickleRun, in job: ScanJob
  ) throws(ParseError) -> Int {
    var expected: [String: TorchStorage] = [:]
    for storage in run.storages where expected[storage.key] == nil { expected[storage.key] = storage }
    let member = run.member
    var offset = run.offset
    for key in keys {
      guard let storage = expected.removeValue(forKey: key) else {
        job.recorder.record(TorchRules.unreferenced(key, path: member.path))
        throw ParseError(.malformed, at: offset, "storage that no tensor refers to")
      }
      guard let elementSize = storage.elementSize, let byteCount = storage.byteCount else {
        throw ParseError(.unsupported, at: offset, "storage of an unknown type")
      }
      let count = try member.input.record(at: offset, size: 8, "storage size") {
        (reader) throws(ParseError) in try reader.readInteger(UInt64.self, "storage size")
      }
      let elements = Int(exactly: count) ?? .max
      let (bytes, overflow) = elements.multipliedReportingOverflow(by: elementSize)
      for finding in TorchRules.storage(
        storage, bytes: overflow ? .max : bytes, at: Location(path: member.path, offset: offset))
      {
        job.recorder.record(finding)
      }
      _ = try member.input.slice(at: offset + 8, count: byteCount, "storage")
      offset += 8 + byteCount
    }
    for storage in expected.values.sorted(by: { $0.offset < $1.offset }) where storage.location != "meta" {
      job.recorder.record(TorchRules.missing(storage, path: member.path))
    }
    return offset
  }
}

/// Reads the list of strings that a pickle gives.
private struct StorageKeys: TraceSink {
  private var keys: [String]?

  /// - Throws: `.unsupported` where the pickle gives anything else.
  static func read(_ input: Input, at offset: Int, in job: inout ScanJob) throws(ParseError) -> [String] {
    var sink = StorageKeys()
    let result = Machine.run(input, at: offset, opcodeLimit: job.budget.opcodesLeft, sink: &sink)
    job.budget.spend(opcodes: result.opcodes)
    guard let keys = sink.keys else {
      throw ParseError(.unsupported, at: offset, "storage keys that are no list of strings")
    }
    return keys
  }

  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction { .proceed }

  mutating func receive(_ irregularity: Irregularity) {}

  mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable) {
    guard result.kind == .list, let elements = values.elements(result) else { return }
    var texts: [String] = []
    for element in elements {
      guard let text = values.string(element) else { return }
      texts.append(text)
    }
    keys = texts
  }
}
