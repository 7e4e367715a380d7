/// What stands behind a value that is not a constant: 16 bytes for a container, twice that for a call.
///
/// | kind | `first` | `second` |
/// | --- | --- | --- |
/// | tuple | index of the first element (bits 0 to 23), extent | number of elements, extent |
/// | list, dictionary, set, frozenset | first and last chunk of elements (24 bits each), extent | the same |
/// | global | index of the name, protocol above it; all ones where computed | offset of the import |
/// | call, instance | callee | arguments; the next node is the call's extent |
/// | persistent, extension, buffer | what it was made from | 0 |
///
/// The extent of a container lies in the top 16 bits of `first` (elided, unhashable, depth) and the upper half
/// of `second` (weight).
struct Node: BitwiseCopyable {
  var first: UInt64
  var second: UInt64

  /// `first` of an import whose name is not known.
  static let computed = UInt64.max

  private static let elided: UInt64 = 1 << 63
  private static let unhashable: UInt64 = 1 << 62

  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// A container of `count` elements, or the extent of a call.
  init(elements: Int = 0, count: Int = 0) {
    first = UInt64(truncatingIfNeeded: elements)
    second = UInt64(truncatingIfNeeded: count)
    extent = Extent()
  }

  /// The index of a tuple's first element, or of a chunk; at most 24 bits.
  var firstIndex: Int {
    get { Int(truncatingIfNeeded: first & 0xFF_FFFF) }
    set { first = first & ~0xFF_FFFF | UInt64(truncatingIfNeeded: newValue) }
  }

  var lastIndex: Int {
    get { Int(truncatingIfNeeded: first &>> 24 & 0xFF_FFFF) }
    set { first = first & ~(0xFF_FFFF &<< 24) | UInt64(truncatingIfNeeded: newValue) &<< 24 }
  }

  /// How many elements the container was given; not more than fit 32 bits are counted.
  var elementCount: Int {
    get { Int(truncatingIfNeeded: second & 0xFFFF_FFFF) }
    set { second = second & ~0xFFFF_FFFF | UInt64(truncatingIfNeeded: min(newValue, 0xFFFF_FFFF)) }
  }

  /// Whether the elements were let go.
  var isElided: Bool { first & Node.elided != 0 }

  mutating func elide() { first |= Node.elided }

  /// Whether a tuple holds, at any depth, what cannot be hashed. The elements of a tuple never change.
  var isUnhashable: Bool { first & Node.unhashable != 0 }

  mutating func makeUnhashable() { first |= Node.unhashable }

  var extent: Extent {
    get {
      Extent(
        weight: Float(bitPattern: UInt32(truncatingIfNeeded: second &>> 32)),
        depth: Int(truncatingIfNeeded: first &>> 48 & 0x3FFF))
    }
    set {
      first = first & ~(0x3FFF &<< 48) | UInt64(truncatingIfNeeded: newValue.depth) &<< 48
      second = second & 0xFFFF_FFFF | UInt64(newValue.weight.bitPattern) &<< 32
    }
  }
}

/// How far a value reaches, when every reference is followed.
struct Extent {
  /// The values a walk would visit: sharing multiplies them.
  var weight: Float = 1
  /// How many containers and calls stand inside each other.
  var depth = 1

  static let depthLimit = 10_000
  static let weightLimit: Float = 1e12
  /// The same for what is hashed while the pickle loads: a tuple that is a key or an element of a set.
  static let keyWeightLimit: Float = 1e9

  /// Takes in one element.
  @inline(__always)
  mutating func include(_ element: Extent) {
    weight += element.weight
    // The depth keeps 14 bits, and what is above the limit was reported.
    depth = max(depth, min(element.depth &+ 1, Extent.depthLimit &+ 1))
  }

  var isExcessive: Bool { depth > Extent.depthLimit || weight > Extent.weightLimit }
}

/// Where sharing or nesting first went beyond what an honest pickle has.
struct Excess {
  let offset: Int
  let detail: String
}
