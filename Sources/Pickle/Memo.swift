/// The unpickler's memo: a flat array, as in C.
struct Memo: ~Copyable {
  /// What a slot holds that nothing was put into: no kind has this byte.
  private static let empty = UInt64.max
  /// How far beyond the number of opcodes an index may lie: no pickler numbers values it did not write,
  /// but one that shares its memo over several pickles goes on counting.
  static let slack = 1 << 20

  private var slots: OwnedBuffer<UInt64>
  /// How many slots hold a value. MEMOIZE takes this as its index, even where that slot is taken.
  private(set) var entries = 0

  init(limit: Int) {
    slots = OwnedBuffer(capacity: 1024, limit: limit)
  }

  /// The value at `index`, or nil.
  @inline(__always)
  subscript(index: Int) -> UInt64? {
    guard index >= 0, index < slots.count else { return nil }
    let raw = slots[index]
    return raw == Memo.empty ? nil : raw
  }

  /// Keeps `raw` at `index`; false where the memo may not grow so far.
  @inline(__always)
  mutating func put(_ raw: UInt64, at index: Int) -> Bool {
    if index == slots.count {
      guard slots.append(raw) else { return false }
      entries &+= 1
      return true
    }
    return replace(raw, at: index)
  }

  @inline(never)
  private mutating func replace(_ raw: UInt64, at index: Int) -> Bool {
    if index > slots.count {
      guard index < slots.limit, slots.fill(to: index, with: Memo.empty), slots.append(raw) else {
        return false
      }
      entries += 1
      return true
    }
    if slots[index] == Memo.empty { entries += 1 }
    slots[index] = raw
    return true
  }
}
