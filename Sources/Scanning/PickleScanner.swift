package import ByteParsing
import Findings
import Formats
import Pickle
import Rules

/// Pickles, one or several after each other, with whatever name.
package enum PickleScanner: FormatScanner {
  package static let format = "pickle"

  package static func recognize(_ head: Head) -> Recognition {
    // The same pickles from the same first byte, but what follows them are storages.
    if LegacyTorchScanner.recognize(head) == .certain { return .no }
    // The length of a safetensors header can begin as a pickle does; such a file is one only if it runs.
    if beginsWithProtocol(head.prefix[...]), !SafetensorsHeader.begins(head.prefix) { return .certain }
    // No magic: the bytes are run, and are a pickle if they come to an end, or call before they break.
    return PickleProbe.run(head.input, at: 0, opcodeLimit: PickleProbe.recognizing).looksLikePickle
      ? .possible : .no
  }

  /// PROTO and a protocol that exists or may one day.
  static func beginsWithProtocol(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 2, bytes[bytes.startIndex] == 0x80 else { return false }
    return bytes[bytes.startIndex + 1] <= 8
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    var run = PickleRun(member)
    guard run.next(&job, profile: member.profile) else { return }
    try scanRest(&run, in: &job)
  }

  /// Further pickles directly after each other, then whatever is left.
  static func scanRest(_ run: inout PickleRun, in job: inout ScanJob) throws(ParseError) {
    let input = run.member.input
    while run.offset < input.count {
      let opening = try input.bytes(at: run.offset, count: min(2, input.count - run.offset))
      let follows =
        beginsWithProtocol(opening[...])
        || PickleProbe.run(input, at: run.offset, opcodeLimit: PickleProbe.recognizing).looksLikePickle
      guard follows else { return try reportTail(&run, in: &job) }
      guard run.next(&job, profile: run.member.profile) else { return }
    }
  }

  /// Bytes that are no pickle, and the pickles that stand among them.
  private static func reportTail(_ run: inout PickleRun, in job: inout ScanJob) throws(ParseError) {
    let tail = run.member.input.count - run.offset
    job.recorder.record(
      Finding(
        .trailingData, at: Location(path: run.member.path, offset: run.offset),
        detail: "\(tail) bytes follow the pickle that ends here and begin no other."))
    try BuriedPickles.examine(&run, in: &job)
  }
}

/// Runs the pickles of one member and follows what they carry.
struct PickleRun {
  let member: Member
  /// Where the next pickle begins.
  var offset = 0
  /// The storages that the pickles run so far refer to.
  private(set) var storages: [TorchStorage] = []
  /// The most pickles that one member may have.
  private var left = 100_000

  init(_ member: Member) { self.member = member }

  /// Runs the pickle at `offset` and moves behind it.
  ///
  /// - Returns: whether it came to its end. If not, the gap is recorded.
  mutating func next(_ job: inout ScanJob, profile: PickleProfile) -> Bool {
    guard left > 0 else {
      job.gap("more than 100000 pickles after each other", at: member.path, offset: offset)
      return false
    }
    left -= 1
    let start = offset
    let (judge, result) = read(at: start, .joblib, parting: nil, profile, &job)
    offset = result.endOffset
    if let parting = judge.partings.fromPlain {
      readOtherwise(at: start, .plain, parting: parting, profile, &job)
    }
    if let parting = judge.partings.fromUnpadded {
      readOtherwise(at: start, .joblibWithoutPadding, parting: parting, profile, &job)
    }
    switch result.end {
    case .stop: return true
    case .stopped(let reason): job.gap(reason, at: member.path, offset: offset)
    case .broken(let error): job.gap(error, at: member.path)
    }
    return false
  }

  /// Adds what `torch.load` would say of the pickle by default, where it is the one that `torch.load` reads.
  private func explainWeightsOnly(
    _ explainer: Explainer, at start: Int, _ profile: PickleProfile, opcodeLimit: Int
  ) {
    guard case .torch = profile, case .anything = member.expectation else { return }
    explainer.add(WeightsOnly.examine(member.input, at: start, opcodeLimit: opcodeLimit))
  }

  /// Runs one pickle as one kind of loader reads it.
  private mutating func read(
    at start: Int, _ reading: PickleReading, parting: Int?, _ profile: PickleProfile, _ job: inout ScanJob
  ) -> (judge: PickleJudge<Recorder>, result: StreamResult) {
    var judge = PickleJudge(
      table: job.globals, profile: profile, reading: reading, parting: parting, path: member.path,
      evidenceLimit: job.limits.evidenceBytes, sink: job.recorder)
    judge.ownModules = member.ownModules
    let explainer = job.explainer
    judge.observer = explainer
    if let parting {
      explainer?.begin(member.input, at: start, path: member.path, as: reading, after: parting)
    } else {
      explainer?.begin(member.input, at: start, path: member.path)
    }
    let result = Machine.run(
      member.input, at: start, opcodeLimit: job.budget.opcodesLeft, sink: &judge)
    if let explainer {
      explainer.end(result)
      if parting == nil {
        explainWeightsOnly(explainer, at: start, profile, opcodeLimit: job.budget.opcodesLeft)
      }
    }
    let opcodes = result.opcodes + judge.innerOpcodes
    job.budget.spend(opcodes: opcodes)
    job.recorder.record(bytes: 0, members: 0, opcodes: opcodes)
    storages += judge.storages
    for nested in judge.nested { follow(nested, in: &job) }
    return (judge, result)
  }

  /// Runs a pickle as a loader reads it that takes arrays for opcodes, and then what it takes for further pickles.
  ///
  /// Nearly always such a reading breaks inside the first array. That is no gap: the file was examined as what it
  /// is, and nothing of what this loader does is left out.
  private mutating func readOtherwise(
    at start: Int, _ reading: PickleReading, parting: Int, _ profile: PickleProfile, _ job: inout ScanJob
  ) {
    var start = start
    var parting = parting
    while left > 0 {
      left -= 1
      let (judge, result) = read(at: start, reading, parting: parting, profile, &job)
      switch result.end {
      case .stop:
        start = result.endOffset
        parting = start - 1
      case .stopped where judge.hasFailed: return
      case .stopped(let reason): return job.gap(reason, at: member.path, offset: result.endOffset)
      case .broken(let error):
        // Any other error is not the loader's but the machine's.
        guard error.kind == .malformed || error.kind == .truncated else {
          return job.gap(error, at: member.path)
        }
        return
      }
      guard start < member.input.count else { return }
    }
    job.gap("more than 100000 pickles after each other", at: member.path, offset: start)
  }

  private func follow(_ nested: NestedInput, in job: inout ScanJob) {
    let profile: PickleProfile = nested.format == .torch ? .torch : .plain
    let expectation: Member.Expectation =
      nested.format.isBooster ? .anything : nested.reach == .loaded ? .loadable : .nothing
    job.add(
      member.child(
        nested.input, name: "bytes at \(nested.offset)", profile: profile, expectation: expectation))
  }
}
