/// Bytes that nobody changes any more: an array's, or memory that somebody keeps mapped. Parts of them are made
/// without a copy, and each keeps the whole.
@safe package struct SharedBytes: Sendable {
  /// Keeps the memory where it is.
  private let owner: any AnyObject & Sendable
  // SAFETY: the memory is there as long as `owner` is, and nothing writes to it.
  private nonisolated(unsafe) let memory: UnsafeRawBufferPointer

  /// A copy of an array's bytes.
  package init(_ bytes: [UInt8]) {
    let copy = Copy(bytes)
    unsafe self.init(UnsafeRawBufferPointer(copy.memory), copy)
  }

  /// Bytes that `owner` keeps, unchanged and in their place, as long as it lives itself.
  @unsafe package init(_ bytes: RawSpan, keptBy owner: any AnyObject & Sendable) {
    unsafe self.init(bytes.withUnsafeBytes { unsafe $0 }, owner)
  }

  private init(_ memory: UnsafeRawBufferPointer, _ owner: any AnyObject & Sendable) {
    self.owner = owner
    unsafe self.memory = memory
  }

  package var count: Int { unsafe memory.count }

  package var span: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the memory lives as long as `owner`, which lives as long as `self`.
      let span = unsafe RawSpan(_unsafeBytes: memory)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The bytes of a range, which must lie inside; they share the memory.
  package subscript(range: Range<Int>) -> SharedBytes {
    // SAFETY: slicing checks the range, and the owner is the same.
    unsafe SharedBytes(UnsafeRawBufferPointer(rebasing: memory[range]), owner)
  }

  /// A copy of the bytes.
  package var array: [UInt8] { unsafe [UInt8](memory) }

  /// Memory of its own.
  @safe private final class Copy: Sendable {
    // SAFETY: written once, before anybody else has it.
    nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
      unsafe memory = .allocate(byteCount: bytes.count, alignment: 16)
      unsafe memory.copyBytes(from: bytes)
    }

    deinit { unsafe memory.deallocate() }
  }
}
