/// What stands behind a value that is not a constant, in 24 bytes.
///
/// | kind | `first` | `second` |
/// | --- | --- | --- |
/// | tuple | index of the first element | number of elements |
/// | list, dictionary, set, frozenset | first and last chunk of elements, 32 bits each | number of elements |
/// | global | index of the name, protocol above it; all ones where computed | offset of the import |
/// | call, instance | callee | arguments |
/// | persistent, extension, buffer | what it was made from | 0 |
struct Node: BitwiseCopyable {
  var first: UInt64
  var second: UInt64
  /// How many values a walk that follows every reference would visit: sharing multiplies it.
  var weight: Float = 1
  /// How many containers and calls stand inside each other here.
  var depth: UInt32 = 1

  /// Set in `second` of a container whose elements were let go.
  static let elided: UInt64 = 1 << 63
  /// `first` of an import whose name is not known.
  static let computed = UInt64.max

  init(_ first: UInt64 = 0, _ second: UInt64 = 0) {
    self.first = first
    self.second = second
  }

  var isElided: Bool { second & Node.elided != 0 }

  /// How many elements a container was given.
  var elementCount: Int { Int(truncatingIfNeeded: second & ~Node.elided) }
}
