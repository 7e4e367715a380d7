package import ByteParsing
package import Pickle

/// Whether `torch.load(..., weights_only=True)` would read a pickle, and which names it would first have to be told
/// are safe. An analysis for explanations: no verdict rests on it.
///
/// That loader has an unpickler of its own, with 40 opcodes and a table of the names it resolves. An opcode outside of
/// them ends the loading; a name outside can be added by `torch.serialization.add_safe_globals`.
///
/// Source: `torch/_weights_only_unpickler.py` of torch 2.13, `torch/serialization.py`.
package struct WeightsOnly: Equatable, Sendable {
  /// Names for `add_safe_globals`, in the order of their first import.
  package private(set) var needs: [String] = []
  /// Why the pickle cannot be loaded whatever is added, in the order of the stream; at most ``reasonLimit``.
  package private(set) var refusals: [String] = []
  /// Whether the list of `needs` or of `refusals` was cut.
  package private(set) var isCut = false

  /// Whether it loads with nothing added.
  package var loads: Bool { needs.isEmpty && refusals.isEmpty }

  package static let reasonLimit = 16
  package static let nameLimit = 256

  private var seen: Set<String> = []

  /// Runs the pickle at `offset` of `input` as far as this unpickler would, and notes all that it needs.
  ///
  /// - Parameter opcodeLimit: opcodes to look at; more are named as a refusal.
  package static func examine(_ input: Input, at offset: Int, opcodeLimit: Int) -> WeightsOnly {
    var answer = WeightsOnly()
    do {
      if let refused = try firstRefusedOpcode(input, at: offset, limit: opcodeLimit) {
        answer.refuse("the opcode \(refused.name) at \(refused.offset) is not read")
      }
    } catch {
      answer.refuse("the stream breaks at \(error.offset): \(error.field)")
    }
    let result = Machine.run(input, at: offset, opcodeLimit: opcodeLimit, sink: &answer)
    if case .broken(let error) = result.end {
      answer.refuse("the stream breaks at \(error.offset): \(error.field)")
    }
    answer.seen = []
    return answer
  }

  private mutating func refuse(_ reason: String) {
    guard !refusals.contains(reason) else { return }
    guard refusals.count < Self.reasonLimit else {
      isCut = true
      return
    }
    refusals.append(reason)
  }

  private mutating func need(_ name: String) {
    guard seen.insert(name).inserted else { return }
    guard needs.count < Self.nameLimit else {
      isCut = true
      return
    }
    needs.append(name)
  }
}

extension WeightsOnly: TraceSink {
  package mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    switch effect.kind {
    case .importGlobal: judgeImport(effect, values)
    case .reduce, .newObject:
      if effect.target.kind != .global {
        refuse("at \(effect.offset) something is called that is no imported name")
      }
    case .build: judgeBuild(effect, values)
    case .appendItems: refuse("at \(effect.offset) items are appended to what is no list")
    case .setItems: judgeItems(effect, values)
    case .persistentLoad:
      if effect.operand.kind != .tuple || !isStorage(effect.operand, values) {
        refuse("the persistent id at \(effect.offset) is not that of a storage")
      }
    // Made by opcodes that are refused as such.
    case .instantiate, .newObjectEx, .addItems, .extensionLookup, .buffer: break
    }
    return .proceed
  }

  package mutating func receive(_ irregularity: Irregularity) {}

  private mutating func judgeImport(_ effect: Effect, _ values: borrowing ValueTable) {
    guard let global = values.global(effect.target) else {
      refuse("the import at \(effect.offset) is computed")
      return
    }
    let name = "\(global.resolvedModule).\(global.resolvedName)"
    if WeightsOnlyGlobals.blockedModules.contains(global.resolvedModule) {
      refuse("\(name) is of a module that can never be added")
    } else if !WeightsOnlyGlobals.allows(module: global.resolvedModule, name: global.resolvedName) {
      need(name)
    }
  }

  /// BUILD is for tensors, parameters, ordered dictionaries and instances of classes that are on the list.
  private mutating func judgeBuild(_ effect: Effect, _ values: borrowing ValueTable) {
    guard let maker = values.callee(effect.target), maker.kind == .global else {
      refuse("the state at \(effect.offset) is given to what no imported name made")
      return
    }
  }

  private mutating func judgeItems(_ effect: Effect, _ values: borrowing ValueTable) {
    guard let maker = values.callee(effect.target), let global = values.global(maker),
      WeightsOnlyGlobals.dictionaries.contains("\(global.resolvedModule).\(global.resolvedName)")
    else {
      refuse("at \(effect.offset) items are set on what is no dictionary")
      return
    }
  }

  private func isStorage(_ id: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let head = values.elements(id)?.first else { return false }
    return values.string(head, limit: 16) == "storage"
  }
}

// MARK: opcodes

extension WeightsOnly {
  private struct Refused {
    let name: String
    let offset: Int
  }

  /// The opcodes that the unpickler reads.
  private static let readable: Set<Opcode> = [
    .global, .newobj, .reduce, .build, .append, .appends, .setitem, .setitems, .mark, .tuple, .tuple1,
    .tuple2, .tuple3, .nothing, .newFalse, .newTrue, .emptyTuple, .emptyList, .emptyDict, .emptySet,
    .binint, .binint1, .binint2, .binfloat, .binunicode, .shortBinstring, .binpersid, .binget,
    .longBinget, .binput, .longBinput, .long1, .proto, .stop,
  ]

  /// The first opcode before STOP that is not read; nil where there is none.
  ///
  /// - Throws: `.truncated` where the stream ends before STOP, `.limit` after `limit` opcodes.
  private static func firstRefusedOpcode(
    _ input: Input, at start: Int, limit: Int
  ) throws(ParseError) -> Refused? {
    var bytes = BufferedBytes(input, at: start)
    for _ in 0..<limit {
      let offset = bytes.offset
      let code = try bytes.next("pickle without STOP")
      guard let opcode = Opcode(rawValue: code) else {
        return Refused(name: "of code \(code)", offset: offset)
      }
      guard readable.contains(opcode) else { return Refused(name: opcode.entry.name, offset: offset) }
      if opcode == .stop { return nil }
      switch opcode.argument {
      case .twoLines:
        for _ in 0..<2 { while try bytes.next("name of an import") != 0x0A {} }
      case .bytes8, .bytes32:
        var length = 0
        for index in 0..<opcode.argument.fixedSize {
          length |= Int(try bytes.next("length")) << (8 * index)
        }
        try bytes.skip(length, "constant")
      default: try bytes.skip(opcode.argument.fixedSize, "argument of an opcode")
      }
    }
    throw ParseError(.limit, at: bytes.offset, "pickle opcodes: \(limit)")
  }
}

/// Bytes of an input one after the other, fetched 64 KiB at a time.
private struct BufferedBytes {
  let input: Input
  private var buffer: [UInt8] = []
  private var position = 0
  /// Where the buffer begins.
  private var base: Int

  init(_ input: Input, at offset: Int) {
    self.input = input
    base = offset
  }

  var offset: Int { base + position }

  mutating func next(_ field: StaticString) throws(ParseError) -> UInt8 {
    if position == buffer.count {
      base = offset
      position = 0
      guard base < input.count else { throw ParseError(.truncated, at: base, "\(field)") }
      buffer = try input.bytes(at: base, count: min(1 << 16, input.count - base))
    }
    defer { position += 1 }
    return buffer[position]
  }

  mutating func skip(_ count: Int, _ field: StaticString) throws(ParseError) {
    guard count <= input.count - offset else { throw ParseError(.truncated, at: offset, "\(field)") }
    if count <= buffer.count - position {
      position += count
    } else {
      base = offset + count
      position = 0
      buffer = []
    }
  }
}
