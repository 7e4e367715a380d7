import ByteParsing
import Findings
import Formats

/// Takes what comes out of packed bytes for the first time: counts and checks it against the budget, and keeps it where
/// it is told to. All of it where it is small; otherwise its beginning and its end, and ``ReplaySource`` has the rest
/// unpacked again when somebody asks for it.
struct Unpacker {
  var budget: Budget
  let packed: Int
  /// Whether the bytes are needed, or only their number and checksum.
  let keeps: Bool
  /// Whether their CRC-32 is needed.
  let sums: Bool
  private(set) var count = 0
  private(set) var crc = CRC32()
  private(set) var stop: Budget.Stop?
  /// The whole as long as it may be held, then the first of it.
  private var head: [UInt8] = []
  /// The last of it, and what stood before that and was not dropped yet.
  private var tail: [UInt8] = []
  private var isWhole = true
  private var bookmarks = Bookmarks()

  /// - Parameter expected: how many bytes are said to come. Believed only as far as the packed bytes could
  ///   make them.
  init(budget: Budget, packed: Int, expected: Int = 0, keeps: Bool, sums: Bool) {
    self.budget = budget
    self.packed = packed
    self.keeps = keeps
    self.sums = sums
    let (most, overflow) = packed.multipliedReportingOverflow(by: 1032)
    if keeps { head.reserveCapacity(min(expected, budget.room, overflow ? budget.room : most)) }
  }

  /// Takes everything that `stream` has.
  ///
  /// - Parameter isReopened: whether the bytes are unpacked again by a stream like this one alone, so that places in this
  ///   one can be gone back to.
  /// - Returns: false where the budget stopped it before the end.
  /// - Throws: as ``ByteStream/read(into:)``; what came before was taken.
  mutating func receive(
    all stream: any ByteStream, isReopened: Bool = false
  ) throws(ParseError) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      var span = buffer.mutableSpan
      // SAFETY: the span is of bytes, so any value is a valid one.
      var raw = unsafe span.mutableBytes
      let count = try stream.read(into: &raw)
      guard count > 0 else { return true }
      // SAFETY: plain bytes, lent for the call.
      guard receive(unsafe buffer.span.extracting(first: count).bytes) else { return false }
      if keeps, isReopened { bookmarks.note(stream, at: self.count) }
    }
  }

  private mutating func receive(_ chunk: RawSpan) -> Bool {
    count += chunk.byteCount
    stop = budget.takeUnpacked(chunk.byteCount, soFar: count, packed: packed)
    guard stop == nil else { return false }
    if sums { crc.update(chunk) }
    if keeps { keep(chunk) }
    return true
  }

  private mutating func keep(_ chunk: RawSpan) {
    if isWhole, head.count + chunk.byteCount > budget.room {
      isWhole = false
      tail = Array(head.suffix(ReplaySource.edgeBytes))
      head = Array(head.prefix(ReplaySource.edgeBytes))
    }
    // SAFETY: the bytes are copied before the closure returns.
    if isWhole { return unsafe chunk.withUnsafeBytes { unsafe head.append(contentsOf: $0) } }
    if head.count < ReplaySource.edgeBytes {
      let missing = min(chunk.byteCount, ReplaySource.edgeBytes - head.count)
      unsafe chunk.withUnsafeBytes { unsafe head.append(contentsOf: $0.prefix(missing)) }
    }
    unsafe chunk.withUnsafeBytes { unsafe tail.append(contentsOf: $0) }
    if tail.count > 2 * ReplaySource.edgeBytes { tail.removeFirst(tail.count - ReplaySource.edgeBytes) }
  }

  /// What was kept, to be read at any offset.
  ///
  /// - Parameter reopen: begins to unpack the same bytes once more.
  func source(reopen: @escaping () throws(ParseError) -> any ByteStream) -> any ByteSource {
    if isWhole { return HeldSource(head, account: budget.account) }
    return ReplaySource(
      count: count, head: head, tail: tail, account: budget.account, bookmarks: bookmarks, open: reopen)
  }
}

extension ScanJob {
  /// Takes the budget back from an unpacker, and records why it stopped, if it did.
  ///
  /// - Parameter name: the member that was unpacked.
  mutating func settle(_ unpacker: Unpacker, name: String, at path: [String], offset: Int) {
    budget = unpacker.budget
    switch unpacker.stop {
    case nil: break
    case .exhausted(let limit): stop("\(name): \(limit)", at: path)
    case .bomb(let detail):
      recorder.record(
        Finding(
          .ratioBomb, at: Location(path: path, offset: offset), detail: "\(detail).", evidence: name))
      stop("decompression bomb", at: path)
    }
  }
}
