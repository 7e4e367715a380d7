internal import Glibc

/// A growable buffer with one owner: what the machine keeps its stack, memo and nodes in.
///
/// A Swift array would check for uniqueness at each push, which costs more than the rest of a cheap
/// opcode. Every access is checked against `count`. Growth stops at `limit`; it is by large steps, because
/// memory that is not touched costs nothing and memory that is touched again costs as much as new.
@safe
struct OwnedBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private(set) var capacity: Int
  /// The most elements this buffer will ever hold.
  let limit: Int

  init(capacity: Int, limit: Int) {
    self.capacity = max(1, min(capacity, limit))
    self.limit = limit
    // SAFETY: owned by this value alone and freed in `deinit`.
    guard let base = unsafe malloc(self.capacity * MemoryLayout<Element>.stride) else {
      fatalError("out of memory")
    }
    unsafe self.base = base.bindMemory(to: Element.self, capacity: self.capacity)
  }

  deinit {
    // SAFETY: allocated by `init` or `grow`; elements are bitwise copyable.
    unsafe free(base)
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count)
      // SAFETY: checked in the line above.
      return unsafe base[index]
    }
    set {
      precondition(index >= 0 && index < count)
      // SAFETY: checked in the line above.
      unsafe base[index] = newValue
    }
  }

  /// Whether one more element fits without growing.
  @inline(__always)
  var hasRoom: Bool { count < capacity }

  /// Appends to a buffer that `hasRoom`.
  @inline(__always)
  mutating func push(_ element: Element) {
    precondition(count < capacity)
    // SAFETY: checked in the line above.
    unsafe (base + count).initialize(to: element)
    count &+= 1
  }

  /// Appends, growing where it must; false where the limit forbids it.
  @inline(__always)
  mutating func append(_ element: Element) -> Bool {
    guard count < capacity || grow(to: count + 1) else { return false }
    push(element)
    return true
  }

  /// Removes the last element.
  @inline(__always)
  mutating func pop() -> Element {
    precondition(count > 0)
    count &-= 1
    // SAFETY: `count` was at least 1.
    return unsafe base[count]
  }

  /// Removes everything from `newCount` on.
  @inline(__always)
  mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count)
    count = newCount
  }

  /// Appends `element` until the buffer holds `newCount`; false where the limit forbids it.
  mutating func fill(to newCount: Int, with element: Element) -> Bool {
    guard newCount <= capacity || grow(to: newCount) else { return false }
    while count < newCount { push(element) }
    return true
  }

  /// Appends what `other` holds from `start` on; false where the limit forbids it.
  @inline(__always)
  mutating func append(_ other: borrowing OwnedBuffer<Element>, from start: Int) -> Bool {
    let added = other.count &- start
    precondition(start >= 0 && added >= 0)
    guard added <= capacity &- count || grow(to: count + added) else { return false }
    // SAFETY: both ranges were checked above, and two buffers never share memory.
    unsafe (base + count).initialize(from: other.base + start, count: added)
    count &+= added
    return true
  }

  /// Makes room for `minimum` elements in all; false where that is more than the limit.
  @inline(never)
  mutating func grow(to minimum: Int) -> Bool {
    guard minimum <= limit else { return false }
    guard minimum > capacity else { return true }
    let larger = min(limit, max(minimum, capacity * 8))
    // The kernel moves the pages of large blocks: a copy would touch as much memory again.
    // SAFETY: the old block is this value's own and is not used again; `count <= capacity < larger`.
    guard let moved = unsafe realloc(base, larger * MemoryLayout<Element>.stride) else {
      fatalError("out of memory")
    }
    unsafe base = moved.bindMemory(to: Element.self, capacity: larger)
    capacity = larger
    return true
  }
}

extension OwnedBuffer where Element == UInt64 {
  /// The largest element from `start` on; 0 where there is none.
  func largest(from start: Int) -> UInt64 {
    precondition(start >= 0)
    var largest: UInt64 = 0
    var index = start
    while index < count {
      // SAFETY: `0 <= start <= index < count`.
      largest = max(largest, unsafe base[index])
      index &+= 1
    }
    return largest
  }
}
