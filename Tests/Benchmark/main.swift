import ByteParsing
import Glibc
import Pickle

/// Takes every effect and does nothing.
struct NullSink: TraceSink {
  var effects = 0
  var irregularities = 0

  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    effects += 1
    return .proceed
  }

  mutating func receive(_ irregularity: Irregularity) { irregularities += 1 }
}

/// Prints each effect and irregularity on a line.
struct PrintingSink: TraceSink {
  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    let target = values.describe(effect.target)
    print(effect.offset, effect.kind, target, values.describe(effect.operand), separator: "\t")
    return .proceed
  }

  mutating func receive(_ irregularity: Irregularity) {
    print(irregularity.offset, irregularity.kind, irregularity.detail, separator: "\t")
  }
}

/// Runs all pickles of a file, one behind the other, and prints how each ended.
func trace(_ input: Input) {
  var sink = PrintingSink()
  var offset = 0
  repeat {
    let result = Machine.run(input, at: offset, opcodeLimit: 1_000_000_000, sink: &sink)
    print("end", offset, result.endOffset, result.opcodes, result.end, separator: "\t")
    offset = result.endOffset
    guard result.end == .stop else { return }
  } while offset < input.count
}

/// Times the machine over a file and prints the figures as JSON.
func measure(_ input: Input) {
  var sink = NullSink()
  let clock = ContinuousClock()
  let start = clock.now
  let result = Machine.run(input, at: 0, opcodeLimit: 1_000_000_000, sink: &sink)
  let seconds = (clock.now - start) / .seconds(1)
  let rate = Double(result.opcodes) / seconds / 1e6
  var usage = rusage()
  // SAFETY: `usage` is a whole structure, borrowed for the call.
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  print(
    """
    {"opcodes":\(result.opcodes),"seconds":\(seconds),"millionOpcodesPerSecond":\(rate),\
    "effects":\(sink.effects),"irregularities":\(sink.irregularities),\
    "peakKilobytes":\(usage.ru_maxrss),"end":"\(result.end)"}
    """)
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "opcodes" where arguments.count == 3:
  if let source = FileSource(arguments[2]) { measure(Input(source)) }
case "trace" where arguments.count == 3:
  if let source = FileSource(arguments[2]) { trace(Input(source)) }
case "latency" where arguments.count >= 4:
  guard let count = Int(arguments[3]), count > 0 else { exit(2) }
  if arguments.dropFirst(4) == ["--unconfined"] {
    try Latency.measureUnconfined(arguments[2], count: count)
  } else {
    try Latency.measureConfined(arguments[2], count: count)
  }
default:
  print("usage: Benchmark opcodes|trace FILE | latency FILE COUNT [--unconfined]")
  exit(2)
}
