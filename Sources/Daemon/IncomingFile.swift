internal import Linux
internal import Wire

/// Memory for the bytes that come through connections, of all of them together.
final class StagingMemory: Sendable {
  /// A part of it, which is free again when nobody refers to this any more.
  final class Share: Sendable {
    private let memory: StagingMemory
    let bytes: Int

    fileprivate init(_ memory: StagingMemory, bytes: Int) {
      self.memory = memory
      self.bytes = bytes
    }

    deinit { memory.used.withLock { $0 -= bytes } }
  }

  /// What the smallest share counts as: each has a descriptor, of which there are not many either.
  static let least = 1 << 20

  let limit: Int
  private let used = Monitor(0)

  init(limit: Int) { self.limit = limit }

  /// Bytes of all shares.
  var usedBytes: Int { used.withLock { $0 } }

  /// nil where so much is not left.
  func reserve(_ bytes: Int) -> Share? {
    let bytes = max(bytes, Self.least)
    let isThere = used.withLock { used in
      guard bytes <= limit - used else { return false }
      used += bytes
      return true
    }
    return isThere ? Share(self, bytes: bytes) : nil
  }
}

/// A file whose bytes come through a connection. Belongs to the thread of the event loop.
final class IncomingFile {
  let scan: ScanRequest
  /// Bytes that are to come, or that may come at most.
  let size: Int
  private(set) var received = 0
  /// Where they are kept; nil where they only come to be thrown away.
  private var memory: FileDescriptor?
  private(set) var shares: [StagingMemory.Share]
  /// When something last came.
  private(set) var lastProgress = MonotonicClock.nanoseconds

  init(_ scan: ScanRequest, size: Int, _ share: StagingMemory.Share) throws(SystemCallError) {
    self.scan = scan
    self.size = size
    memory = try .memory(name: "stream")
    shares = [share]
  }

  var isComplete: Bool { received == size }
  /// Whether the request has been answered already.
  var isDiscarded: Bool { shares.isEmpty }
  /// Bytes for which there is memory.
  var roomBytes: Int { shares.reduce(0) { $0 + $1.bytes } }

  func add(_ share: StagingMemory.Share) { shares.append(share) }

  /// Takes the next bytes; false where they are more than were to come.
  func take(_ bytes: [UInt8]) throws(SystemCallError) -> Bool {
    guard bytes.count <= size - received else { return false }
    received += bytes.count
    lastProgress = MonotonicClock.nanoseconds
    try memory?.write(bytes)
    return true
  }

  /// Gives the memory back. What the client sends until it knows is taken and thrown away.
  func discard() {
    memory = nil
    shares = []
  }

  /// The file, which nothing can change any more, open for reading only; nil where it was thrown away.
  func sealed() throws(SystemCallError) -> FileDescriptor? {
    try memory?.seal()
    return try memory?.reopenedReadOnly()
  }
}
