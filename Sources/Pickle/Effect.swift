/// Something a loader would do besides building plain values. Rules read these, never opcodes.
package struct Effect: Sendable {
  package enum Kind: Sendable {
    /// `find_class`: `target` is the global. Where module or name is not written in the pickle as plain text,
    /// `operand` is the one that is not.
    case importGlobal
    /// `target(*operand)` by REDUCE; `operand` is the argument tuple.
    case reduce
    /// `target(*operand)` by INST or OBJ: `operand` is a tuple of what stood above the mark.
    case instantiate
    /// `target.__new__(target, *operand)` by NEWOBJ.
    case newObject
    /// `target.__new__(target, *args, **kwargs)` by NEWOBJ_EX: `operand` is the tuple `(args, kwargs)`.
    case newObjectEx
    /// BUILD: `target` takes the state `operand`, by `__setstate__` or into its `__dict__`.
    case build
    /// `target[key] = value` on something that is not a plain dict: `operand` is a tuple k, v, k, v...
    case setItems
    /// `target.append`/`extend` on something that is not a plain list: `operand` is a tuple.
    case appendItems
    /// `target.add` on something that is not a plain set: `operand` is a tuple.
    case addItems
    /// `persistent_load(operand)`.
    case persistentLoad
    /// An extension code, `operand` an integer, looked up in `copyreg`'s registry.
    case extensionLookup
    /// NEXT_BUFFER or READONLY_BUFFER.
    case buffer
  }

  package let kind: Kind
  /// The offset of the opcode, from the start of the input.
  package let offset: Int
  package let target: SymbolicValue
  package let operand: SymbolicValue
  /// What the effect leaves on the stack; `.none` where it leaves nothing new.
  package let result: SymbolicValue

  package init(
    _ kind: Kind, at offset: Int, target: SymbolicValue, operand: SymbolicValue,
    result: SymbolicValue
  ) {
    self.kind = kind
    self.offset = offset
    self.target = target
    self.operand = operand
    self.result = result
  }
}

/// Something no honest pickler writes: two readers of the stream may disagree about it, or it is aimed
/// at the reader's memory. (research: strictness list.)
package struct Irregularity: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// An opcode's bytes cross the end of its FRAME: C and Python unpicklers then run different programs.
    case frameCrossed
    /// A FRAME inside a FRAME, or longer than what is left.
    case frameMalformed
    /// PROTO after the first opcode.
    case protocolRepeated
    /// A protocol above 5.
    case protocolUnknown
    /// Digits that unpicklers read differently, or that no pickler writes.
    case numberNotCanonical
    /// NUL or CR in a line argument.
    case lineControl
    /// A name of an import that the end of the input ends: one unpickler imports what is there.
    case lineUnterminated
    /// A module or name that is not UTF-8, or empty.
    case nameMalformed
    /// An import whose module or name is not a constant string.
    case computedImport
    /// A memo index far beyond the number of values: the C unpickler's memo is a flat array.
    case memoBomb
    /// A length no input can hold, which a loader allocates before it reads.
    case allocationBomb
    /// An opcode that reaches below the mark.
    case belowMark
    /// Sharing that grows exponentially, or nesting that overflows a recursive destructor.
    case expansion
  }

  package let kind: Kind
  package let offset: Int
  /// What exactly, in words.
  package let detail: String

  package init(_ kind: Kind, at offset: Int, _ detail: String) {
    self.kind = kind
    self.offset = offset
    self.detail = detail
  }
}

/// What the machine does after an effect was received.
package enum Reaction: Sendable {
  case proceed
  /// The loader takes this many raw bytes from the stream before the next opcode (joblib's arrays).
  case skip(Int)
  /// Enough was seen; stop here. The stream counts as not examined to its end.
  case stop(reason: String)
}

/// Receives a trace while the machine makes it, so that what ran before a stream breaks is kept.
package protocol TraceSink {
  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction
  mutating func receive(_ irregularity: Irregularity)
  /// STOP: `result` is what the pickle gives. The last chance to look at its values.
  mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable)
}

extension TraceSink {
  package mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable) {}
}
