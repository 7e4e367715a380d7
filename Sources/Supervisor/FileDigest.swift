internal import Digest
internal import Linux

/// The SHA-256 of a file, made a chunk at a time between other work.
struct FileDigest: ~Copyable {
  enum Outcome: Equatable {
    /// 64 hexadecimal digits.
    case digest(String)
    case failed(String)
  }

  /// Bytes per step: about a millisecond of hashing.
  private static let chunk = 1 << 20

  /// nil while there is more to hash.
  private(set) var outcome: Outcome?
  private var hash: SHA256?
  private var buffer: [UInt8]
  private var offset = 0
  private let size: Int
  private let whenKnown: (@Sendable (String) -> Void)?

  var isRunning: Bool { outcome == nil }

  /// The digest of a file of `size` bytes.
  ///
  /// - Parameter whenKnown: is given it as soon as it is made.
  init(size: Int, whenKnown: (@Sendable (String) -> Void)? = nil) {
    self.size = size
    self.whenKnown = whenKnown
    self.buffer = [UInt8](repeating: 0, count: min(size, Self.chunk))
    do throws(DigestError) {
      self.hash = try SHA256()
    } catch {
      self.outcome = .failed("\(error)")
    }
  }

  /// Takes the next chunk of `file`; after the last one, or a failure, there is an outcome.
  mutating func step(_ file: borrowing FileDescriptor) {
    guard isRunning else { return }
    do {
      try takeChunk(file)
      guard offset == size, let hash = hash.take() else { return }
      let digest = try hash.finishHexadecimal()
      outcome = .digest(digest)
      whenKnown?(digest)
    } catch {
      outcome = .failed("\(error)")
    }
  }

  /// Stops without a digest.
  mutating func abandon(_ reason: String) {
    if isRunning { outcome = .failed(reason) }
  }

  private mutating func takeChunk(_ file: borrowing FileDescriptor) throws {
    let wanted = min(buffer.count, size - offset)
    guard wanted > 0 else { return }
    let count = try read(file, count: wanted)
    guard count > 0 else { throw FileShrank() }
    // SAFETY: the span is of bytes that nothing changes during the call.
    try hash?.update(unsafe buffer.span.bytes.extracting(first: count))
    offset += count
  }

  private mutating func read(
    _ file: borrowing FileDescriptor, count: Int
  ) throws(SystemCallError) -> Int {
    let offset = offset
    // SAFETY: the views end with this call; nothing else touches the buffer meanwhile.
    var all = buffer.mutableSpan
    var bytes = unsafe all.mutableBytes
    var part = bytes._mutatingExtracting(first: count)
    return try file.read(at: offset, into: &part)
  }
}

/// The file ended before the size it had at first.
struct FileShrank: Error, CustomStringConvertible {
  var description: String { "the file became shorter while it was read" }
}
