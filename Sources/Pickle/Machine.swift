package import ByteParsing

/// How one pickle ended.
package struct StreamResult: Sendable {
  package enum End: Equatable, Sendable {
    /// STOP; the value is the pickle's result.
    case stop
    /// The sink asked for it.
    case stopped(reason: String)
    /// The stream broke: everything before counts, and the rest is a gap.
    case broken(ParseError)
  }

  package let end: End
  /// The offset after the last opcode.
  package let endOffset: Int
  package let opcodes: Int
}

/// The symbolic machine: runs a pickle as CPython's unpicklers would, importing and calling nothing.
///
/// Two loops share the work. The inner one (`runFast`) knows the opcodes that only build plain values;
/// it sees a window in which every opcode and its fixed argument is whole and lies inside one frame. The
/// outer one takes one opcode at a time, with every check: what imports or calls, text, what crosses the
/// window, the frame or the end of the input.
///
/// Source: `Modules/_pickle.c` and `Lib/pickle.py` of CPython 3.6 to 3.13. Where the two differ, the
/// machine goes on as long as one of them would, and reports the difference.
package struct Machine: ~Copyable {
  var values: ValueTable
  var stack: OwnedBuffer<UInt64>
  /// For each mark the fence below it. The top mark itself is `fence`.
  var marks: OwnedBuffer<Int>
  /// No opcode may reach below this height of the stack.
  var fence = 0
  var memo: Memo
  /// The offset of the next opcode.
  var position: Int
  /// The offset of the first opcode.
  let start: Int
  var opcodes = 0
  /// The protocol in force: what the last PROTO said.
  var protocolVersion: UInt8 = 0
  /// Where the current frame ends; `noFrame` outside of frames.
  var frameEnd = Machine.noFrame
  /// The first FRAME that is longer than the input. It is reported when the stream does not end by being
  /// cut off, for every honest pickle that is cut off has one.
  var overlongFrame: Int?
  /// Whether the excess of sharing or nesting was reported.
  var expansionReported = false

  static let noFrame = Int.max

  init(_ input: Input, at offset: Int, capacity: Capacity) {
    values = ValueTable(input, capacity: capacity)
    stack = OwnedBuffer(capacity: 1024, limit: capacity.stack)
    marks = OwnedBuffer(capacity: 64, limit: capacity.marks)
    memo = Memo(limit: capacity.memo)
    position = offset
    start = offset
  }

  /// Runs the pickle that begins at `offset` of `input`, handing its effects to `sink` as they happen.
  ///
  /// - Parameters:
  ///   - opcodeLimit: the most opcodes to run; reaching it is a `.limit` error.
  ///   - capacity: what the machine keeps at most; reaching it is a `.limit` error too.
  package static func run(
    _ input: Input, at offset: Int, opcodeLimit: Int, capacity: Capacity = Capacity(),
    sink: inout some TraceSink
  ) -> StreamResult {
    guard offset >= 0, offset <= input.count else {
      return StreamResult(
        end: .broken(ParseError(.truncated, at: offset, "pickle")), endOffset: offset, opcodes: 0)
    }
    var machine = Machine(input, at: offset, capacity: capacity)
    var window = Window(input, capacity: capacity.window)
    let end: StreamResult.End
    do throws(ParseError) {
      end = try machine.runAll(&window, opcodeLimit: opcodeLimit, sink: &sink)
    } catch {
      end = .broken(error)
    }
    machine.reportExpansion(to: &sink)
    machine.reportOverlongFrame(end, to: &sink)
    return StreamResult(end: end, endOffset: machine.position, opcodes: machine.opcodes)
  }

  /// Alternates between the two loops until the stream ends.
  private mutating func runAll(
    _ window: inout Window, opcodeLimit: Int, sink: inout some TraceSink
  ) throws(ParseError) -> StreamResult.End {
    while true {
      guard opcodes < opcodeLimit else {
        throw ParseError(.limit, at: position, "pickle opcodes: \(opcodeLimit)")
      }
      guard position < values.input.count else {
        throw ParseError(.truncated, at: position, "pickle without STOP")
      }
      try window.show(position)
      if position >= frameEnd { frameEnd = Machine.noFrame }
      let payloadEnd = min(window.end, frameEnd)
      // Each opcode takes a byte at least, so this many bytes hold no more opcodes than are allowed.
      let safeEnd = min(payloadEnd - Window.padding, position + (opcodeLimit - opcodes))
      if position < safeEnd {
        let exit = runFast(
          window.bytes, base: window.start, until: safeEnd - window.start,
          payloadEnd: payloadEnd - window.start)
        reportExpansion(to: &sink)
        if exit == .boundary { continue }
        if exit != .cold { try fail(exit, sink: &sink) }
        guard opcodes < opcodeLimit else { continue }
        try window.show(position)
        if position >= frameEnd { frameEnd = Machine.noFrame }
      }
      switch try step(&window, sink: &sink) {
      case .next: reportExpansion(to: &sink)
      case .stop: return .stop
      case .stopped(let reason): return .stopped(reason: reason)
      }
    }
  }

  private mutating func reportExpansion(to sink: inout some TraceSink) {
    guard let excess = values.excess, !expansionReported else { return }
    expansionReported = true
    sink.receive(Irregularity(.expansion, at: excess.offset, excess.detail))
  }

  private func reportOverlongFrame(_ end: StreamResult.End, to sink: inout some TraceSink) {
    guard let overlongFrame else { return }
    if case .broken(let error) = end, error.kind == .truncated { return }
    sink.receive(Irregularity(.frameMalformed, at: overlongFrame, "a FRAME is longer than the input"))
  }
}

/// How the outer loop goes on after an opcode.
enum Flow {
  case next
  case stop
  case stopped(reason: String)
}
