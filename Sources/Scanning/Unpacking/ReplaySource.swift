import ByteParsing

/// An unpacked member that is too large to be held: its beginning, its end and a window are in memory, and whatever
/// else is read is unpacked once more. Reading forward costs one unpacking. A step back behind the window begins
/// another, from the nearest bookmark where the stream can have any, else from the start; a pickle's values are read
/// back so, between its opcodes. All of it counts against the limit of unpacked bytes.
final class ReplaySource: ByteSource {
  /// Bytes kept of the beginning and of the end: recognisers look at both.
  static let edgeBytes = 1 << 20
  /// Bytes kept behind the place that was reached.
  private static let windowBytes = 4 << 20
  private static let chunkBytes = 1 << 17

  let count: Int
  private let head: [UInt8]
  /// What ends at `count`.
  private let tail: [UInt8]
  private let account: UnpackingAccount
  private let open: () throws(ParseError) -> any ByteStream
  private var stream: (any ByteStream)?
  private var bookmarks: Bookmarks
  /// What was unpacked last; ends at `position`.
  private var window: [UInt8] = []
  private var position = 0

  /// - Parameters:
  ///   - bookmarks: those of streams of the same bytes.
  ///   - open: begins to unpack the same bytes once more.
  init(
    count: Int, head: [UInt8], tail: [UInt8], account: UnpackingAccount, bookmarks: Bookmarks = Bookmarks(),
    open: @escaping () throws(ParseError) -> any ByteStream
  ) {
    self.count = count
    self.head = head
    self.tail = tail
    self.account = account
    self.open = open
    self.bookmarks = bookmarks
    account.hold(Self.footprint)
  }

  deinit { account.release(Self.footprint) }

  private static var footprint: Int { 3 * edgeBytes + 2 * windowBytes + Bookmarks.footprint }

  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    guard offset >= 0, offset <= count, buffer.byteCount <= count - offset else {
      throw ParseError(.truncated, at: offset, "unpacked bytes")
    }
    var done = 0
    while done < buffer.byteCount {
      let (part, first) = try part(with: offset + done)
      let length = min(buffer.byteCount - done, part.count - first)
      // SAFETY: `part` has `length` bytes from `first`, and the buffer from `done`.
      unsafe part.withUnsafeBytes { bytes in
        unsafe buffer.withUnsafeMutableBytes { target in
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[done..<done + length])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + length]))
        }
      }
      done += length
    }
  }

  /// Bytes in memory with the one at `offset` among them, and its place there.
  private func part(with offset: Int) throws(ParseError) -> (bytes: [UInt8], first: Int) {
    if offset < head.count { return (head, offset) }
    if offset >= count - tail.count { return (tail, offset - (count - tail.count)) }
    if offset < position - window.count { move(to: 0, nil) }
    if let (place, stream) = bookmarks.nearest(to: offset, behind: position) { move(to: place, stream) }
    while offset >= position { try advance() }
    return (window, offset - (position - window.count))
  }

  private func move(to place: Int, _ stream: (any ByteStream)?) {
    self.stream = stream
    window.removeAll(keepingCapacity: true)
    position = place
  }

  private func advance() throws(ParseError) {
    if stream == nil { stream = try open() }
    guard let stream else { return }
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    var span = chunk.mutableSpan
    // SAFETY: the span is of bytes, so any value is a valid one.
    var raw = unsafe span.mutableBytes
    let made = try stream.read(into: &raw)
    // The first time there was more.
    guard made > 0 else { throw ParseError(.changed, at: position, "unpacked bytes") }
    try account.repeated(made, at: position)
    if window.count > 2 * Self.windowBytes { window.removeFirst(window.count - Self.windowBytes) }
    window.append(contentsOf: chunk[..<made])
    position += made
    bookmarks.note(stream, at: position)
  }
}
