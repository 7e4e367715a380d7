internal import ByteParsing

/// The part of the input that the machine looks at: a bounded buffer that moves forward.
///
/// After the bytes of the input stand `padding` zero bytes, so that the widest fixed argument can be
/// loaded at every opcode; whether those bytes belong to the input is checked apart.
@safe
struct Window: ~Copyable {
  /// More than an opcode and its widest fixed argument.
  static let padding = 16

  let input: Input
  /// The offset of the first byte in the input.
  private(set) var start = 0
  /// How many bytes of the input are here.
  private(set) var count = 0
  private let capacity: Int
  private let base: UnsafeMutableRawPointer

  init(_ input: Input, capacity: Int) {
    self.input = input
    // Most pickles are small, and memory that is touched costs a worker twice: here, and at its end.
    self.capacity = max(min(capacity, input.count), 2 * Window.padding)
    // SAFETY: owned by this value alone and deallocated in `deinit`.
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity + Window.padding, alignment: 16)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: self.capacity + Window.padding)
  }

  deinit {
    // SAFETY: allocated by `init`.
    unsafe base.deallocate()
  }

  /// The offset behind the last byte that is here.
  var end: Int { start + count }

  /// The bytes that are here, with the padding.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: `count <= capacity`, and `padding` more bytes were allocated and initialised.
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count + Window.padding)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The byte at an offset of the input that is here.
  func byte(at offset: Int) -> UInt8 { bytes.integer(at: offset - start) }

  /// Moves so that `length` bytes from `offset` on are here, or all up to the end of the input.
  mutating func show(_ offset: Int, _ length: Int = Window.padding) throws(ParseError) {
    guard offset < start || offset + length > end else { return }
    guard offset < start || end < input.count else { return }
    let filled = min(capacity, input.count - offset)
    count = 0
    // SAFETY: `filled <= capacity`; the memory is initialised and this value is borrowed exclusively.
    var target = unsafe MutableRawSpan(_unsafeStart: base, byteCount: filled)
    try input.read(at: offset, into: &target, "pickle")
    unsafe (base + filled).initializeMemory(as: UInt8.self, repeating: 0, count: Window.padding)
    start = offset
    count = filled
  }
}

extension RawSpan {
  /// The little-endian integer at `offset`, which the caller has compared with the span: a wrong offset
  /// is this program's mistake, and traps.
  @inline(__always)
  func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T {
    precondition(offset >= 0 && offset <= byteCount &- MemoryLayout<T>.size)
    // SAFETY: checked in the line above.
    return T(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
