import ByteParsing
import Findings
import Pickle

/// Runs bytes as a pickle to see whether they are one. Nothing is judged.
struct PickleProbe: TraceSink {
  /// Opcodes that settle whether a file is a pickle; a longer one that has not broken is taken for one.
  static let recognizing = 20_000

  /// Whether an import of something that can be a Python name was met, or of a computed name.
  private(set) var imports = false
  /// Whether something was called after that.
  private(set) var calls = false
  /// Whether it broke at a memo index where Python's own unpickler goes on.
  private(set) var isReadFurther = false
  private(set) var end: StreamResult.End = .stop
  private(set) var endOffset = 0
  private(set) var opcodes = 0
  /// Whether it came to the end of the opcodes that it may take: what stands behind them nobody knows.
  private(set) var isUnfinished = false

  static func run(_ input: Input, at offset: Int, opcodeLimit: Int) -> PickleProbe {
    var probe = PickleProbe()
    let result = Machine.run(input, at: offset, opcodeLimit: opcodeLimit, sink: &probe)
    probe.end = result.end
    probe.endOffset = result.endOffset
    probe.opcodes = result.opcodes
    probe.isUnfinished = result.opcodes >= opcodeLimit
    return probe
  }

  /// A loader runs a pickle as it reads it, so one that breaks after a call has done its work. An import alone
  /// proves nothing: a list of words, one a line, that begins with a c is one.
  var looksLikePickle: Bool {
    switch end {
    case .stop: true
    case .stopped: calls
    case .broken(let error): calls || error.kind == .limit
    }
  }

  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    switch effect.kind {
    case .importGlobal:
      // One is enough, and a list of words has thousands.
      guard !imports else { return .proceed }
      guard let global = values.global(effect.target) else {
        imports = true
        return .proceed
      }
      if Self.isName(global.module), Self.isName(global.name) { imports = true }
    case .reduce, .instantiate, .newObject, .newObjectEx, .build, .setItems, .appendItems, .addItems:
      calls = calls || imports
    case .persistentLoad, .extensionLookup, .buffer: break
    }
    return .proceed
  }

  mutating func receive(_ irregularity: Irregularity) {
    isReadFurther = isReadFurther || irregularity.kind == .memoBomb
  }

  /// Whether the text can be a dotted Python name. Text files begin with letters that are opcodes, and then
  /// import "lass Model:".
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { $0 == "_" || $0 == "." || $0.properties.isXIDContinue }
  }
}

/// Looks for pickles in bytes that are none, as a loader with an offset of its own would find them.
enum BuriedPickles {
  /// Bytes that are searched.
  private static let searchedBytes = 4 << 20
  /// Opcodes that all attempts together may take, and each.
  private static let opcodes = 4_000_000
  private static let opcodesEach = 4000
  /// Bytes from the start at which pickles without a protocol are tried too, and what those begin with: GLOBAL, or the
  /// MARK that INST needs.
  private static let headlessBytes = 4096
  private static let headless = Set("c(".utf8)
  /// More than a path of any system: an import of a longer name fails before anything is done.
  private static let longestName = 4096

  /// Examines the pickles from `run.offset` on that import and come to their end or call.
  static func examine(_ run: inout PickleRun, in job: inout ScanJob) throws(ParseError) {
    let input = run.member.input
    let start = run.offset
    let bytes = try input.bytes(at: start, count: min(searchedBytes, input.count - start))
    let isReadFurther = PickleProbe.run(input, at: start, opcodeLimit: opcodesEach).isReadFurther
    let headlessBytes = isReadFurther ? searchedBytes : headlessBytes
    var left = opcodes
    var index = 0
    /// The next line feed at or behind the place that was looked at last.
    var lineEnd = -1
    while index + 2 <= bytes.count, left > 0 {
      let hasProtocol = bytes[index] == 0x80 && bytes[index + 1] <= 5
      guard hasProtocol || index < headlessBytes && headless.contains(bytes[index]) else {
        index += 1
        continue
      }
      // One long line of the letter would be read again from each of them.
      let first = hasProtocol ? index + 2 : index
      if lineEnd < first { lineEnd = bytes[first...].firstIndex(of: 0x0A) ?? bytes.count }
      if first < bytes.count, bytes[first] == UInt8(ascii: "c"), lineEnd - first > longestName {
        index += 1
        continue
      }
      let probe = PickleProbe.run(input, at: start + index, opcodeLimit: min(left, opcodesEach))
      left -= probe.opcodes + 1
      guard probe.looksLikePickle, probe.imports || probe.isUnfinished else {
        // Python's own unpickler goes on behind the index, and may give items to what it imported.
        if probe.imports, probe.isReadFurther {
          job.recorder.record(
            Finding(
              .unrecognised, at: Location(path: run.member.path, offset: start + index),
              detail: "An import stands here to some unpicklers, which go on behind a far memo index."))
        }
        index += 1
        continue
      }
      run.offset = start + index
      _ = run.next(&job, profile: run.member.profile)
      index = max(index + 1, run.offset - start)
    }
    if left <= 0 { job.gap("opcodes of the search for pickles: limit \(opcodes)", at: run.member.path) }
  }
}
