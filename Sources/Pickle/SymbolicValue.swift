/// A value on the symbolic machine's stack: 8 bytes, a kind and what it needs to find the rest.
///
/// No string, no class, no reference count: constants stay in the input and are read again, at the
/// offset of the opcode that made them, only when something asks for them.
package struct SymbolicValue: Equatable, BitwiseCopyable, Sendable {
  /// What is known of a value without looking further.
  package enum Kind: UInt8, Sendable {
    /// Nothing is known: a value the machine could not follow.
    case unknown
    case none
    case `false`
    case `true`
    /// An integer of at most 56 bits, held in the payload.
    case integer
    /// A longer integer; the payload is the offset of its opcode. So for all constants below.
    case bigInteger
    case float
    case string
    case bytes
    case bytearray
    /// The payload is an index into the value table's nodes from here on.
    case tuple
    case list
    case dictionary
    case set
    case frozenSet
    /// An imported name.
    case global
    /// What a call made: REDUCE, INST, OBJ.
    case call
    /// What `cls.__new__` made: NEWOBJ, NEWOBJ_EX.
    case instance
    /// What `persistent_load` gives for an id.
    case persistent
    /// What the extension registry gives for a code.
    case `extension`
    /// An out-of-band buffer, or a read-only view of one.
    case buffer
  }

  package let raw: UInt64

  @inlinable
  package init(_ kind: Kind, payload: Int = 0) {
    raw = UInt64(kind.rawValue) &<< 56 | UInt64(truncatingIfNeeded: payload) & 0x00FF_FFFF_FFFF_FFFF
  }

  /// The value that `raw` was taken from.
  @inlinable
  init(raw: UInt64) { self.raw = raw }

  /// Whether a node stands behind the value: all kinds from `tuple` on.
  @inlinable var isNode: Bool { raw >= SymbolicValue.firstNode }

  /// The smallest `raw` of a value that has a node.
  @inlinable static var firstNode: UInt64 { UInt64(Kind.tuple.rawValue) &<< 56 }

  /// `self.kind == kind`, without a look at the other kinds.
  @inlinable
  func isA(_ kind: Kind) -> Bool { UInt8(truncatingIfNeeded: raw &>> 56) == kind.rawValue }

  @inlinable package var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: raw &>> 56)) ?? .unknown }

  /// The 56 bits below the kind, sign-extended.
  @inlinable package var payload: Int { Int(truncatingIfNeeded: raw &<< 8) &>> 8 }
}
