import ByteParsing
import Glibc
import Linux
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

/// What this process has used so far.
func usage() -> rusage {
  var usage = rusage()
  // SAFETY: `usage` is a whole structure, borrowed for the call.
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage
}

/// The most memory that this program has had, in KiB. Not `ru_maxrss`, which begins with what the program had that
/// started it. proc(5)
func peakKilobytes() throws -> Int {
  let status = try FileDescriptor.open("/proc/self/status").readAll(limit: 1 << 16)
  let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}

func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

/// Times the machine over a file and prints the figures as JSON.
func measure(_ input: Input) throws {
  var sink = NullSink()
  let clock = ContinuousClock()
  let before = usage()
  let start = clock.now
  let result = Machine.run(input, at: 0, opcodeLimit: 1_000_000_000, sink: &sink)
  let wall = (clock.now - start) / .seconds(1)
  let after = usage()
  let user = seconds(after.ru_utime) - seconds(before.ru_utime)
  let system = seconds(after.ru_stime) - seconds(before.ru_stime)
  let millions = Double(result.opcodes) / 1e6
  print(
    """
    {"opcodes":\(result.opcodes),"seconds":\(wall),"millionOpcodesPerSecond":\(millions / wall),\
    "cpuSeconds":\(user + system),"systemSeconds":\(system),\
    "millionOpcodesPerCPUSecond":\(millions / (user + system)),\
    "effects":\(sink.effects),"irregularities":\(sink.irregularities),\
    "peakKilobytes":\(try peakKilobytes()),"end":"\(result.end)"}
    """)
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "opcodes" where arguments.count == 3:
  if let source = FileSource(arguments[2]) { try measure(Input(source)) }
case "trace" where arguments.count == 3:
  if let source = FileSource(arguments[2]) { trace(Input(source)) }
case "traces" where arguments.count == 3:
  if let source = FileSource(arguments[2]) { try TraceBatch.run(Input(source)) }
case "cost" where arguments.count == 3: try Cost.measure(arguments[2])
case "seeds" where arguments.count == 2: try SeedFiles.write(nil, into: "")
case "seeds" where arguments.count == 4: try SeedFiles.write(arguments[2], into: arguments[3])
case "mutations" where arguments.count == 4:
  guard let count = Int(arguments[3]), count > 0 else { exit(2) }
  exit(try MutationRun.run(arguments[2], count: count) ? 0 : 1)
case "mutation" where arguments.count == 4:
  guard let number = Int(arguments[3]), number >= 0 else { exit(2) }
  try MutationRun.write(arguments[2], number)
case "bypasses" where arguments.count == 3: try BypassFiles.write(into: arguments[2])
case "latency" where arguments.count >= 4:
  guard let count = Int(arguments[3]), count > 0 else { exit(2) }
  switch arguments.dropFirst(4) {
  case []: try Latency.measureConfined(arguments[2], count: count, spaced: false)
  case ["--spaced"]: try Latency.measureConfined(arguments[2], count: count, spaced: true)
  case ["--unconfined"]: try Latency.measureUnconfined(arguments[2], count: count)
  case ["--bare"]: try BareMechanism.measure(arguments[2], count: count)
  default: exit(2)
  }
default:
  print(
    """
    usage: Benchmark opcodes|trace|traces|cost FILE | bypasses DIRECTORY | seeds [NAME DIRECTORY]
        | mutations FORMAT|all COUNT | mutation FORMAT NUMBER | latency FILE COUNT [--spaced|--unconfined|--bare]
    """
  )
  exit(2)
}
