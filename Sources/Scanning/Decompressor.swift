package import ByteParsing
import Findings
package import Formats

/// Unpacks compressed data; made of C libraries by whoever runs an examination.
package protocol Decompressor {
  /// Unpacks the one stream that `packed` begins with, handing the bytes out in chunks until the stream ends or the
  /// consumer has enough. What follows the stream is not looked at.
  ///
  /// - Throws: `.malformed` for what the format does not allow, a wrong checksum included, `.truncated` where the data
  ///   end before the stream does, `.limit` where the stream wants more memory for its window than is given, which is
  ///   refused before it is taken. What came out before was handed out.
  func unpack(
    _ packed: Input, as format: Compression, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Unpacked
}

/// Takes unpacked bytes as they come out.
package protocol UnpackedConsumer {
  /// - Parameter packedBytes: how much of the stream has been taken to make all that came out of it so far.
  /// - Returns: false to stop.
  mutating func receive(_ bytes: RawSpan, packedBytes: Int) -> Bool
}

/// How unpacking ended, where it did not fail.
package struct Unpacked: Equatable, Sendable {
  /// Packed bytes that the stream took.
  package let packedBytes: Int
  /// Whether the stream's end was seen; false where the consumer stopped it.
  package let finished: Bool

  package init(packedBytes: Int, finished: Bool) {
    self.packedBytes = packedBytes
    self.finished = finished
  }
}

/// Counts and checks unpacked bytes against the budget, and keeps them where it is told to.
struct Unpacker: UnpackedConsumer {
  var budget: Budget
  let packed: Int
  /// Packed bytes of the streams before the one that is being unpacked.
  var packedBefore = 0
  /// Whether the bytes are needed, or only their number and checksum.
  let keeps: Bool
  /// Whether their CRC-32 is needed.
  let sums: Bool
  private(set) var count = 0
  private(set) var crc = CRC32()
  private(set) var bytes: [UInt8] = []
  private(set) var stop: Budget.Stop?

  /// - Parameter expected: how many bytes are said to come. Believed only as far as the packed bytes could
  ///   make them.
  init(budget: Budget, packed: Int, expected: Int = 0, keeps: Bool, sums: Bool) {
    self.budget = budget
    self.packed = packed
    self.keeps = keeps
    self.sums = sums
    let room = max(0, budget.limits.heldBytes - budget.held.count)
    let (most, overflow) = packed.multipliedReportingOverflow(by: 1032)
    if keeps { bytes.reserveCapacity(min(expected, room, overflow ? room : most)) }
  }

  mutating func receive(_ chunk: RawSpan, packedBytes: Int) -> Bool {
    count += chunk.byteCount
    stop = budget.takeUnpacked(chunk.byteCount, soFar: count, packed: packed)
    guard stop == nil else { return false }
    if sums { crc.update(chunk) }
    guard keeps else { return true }
    guard bytes.count + chunk.byteCount <= budget.limits.heldBytes - budget.held.count else {
      // Whatever the rest would have been: so far it was a bomb.
      stop =
        budget.stop(unpacked: count, of: packedBefore + packedBytes)
        ?? .limit("unpacked bytes held in memory: limit \(budget.limits.heldBytes)")
      return false
    }
    // SAFETY: the bytes are copied before the closure returns.
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    return true
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
    case .limit(let limit): gap("\(name): \(limit)", at: path, offset: offset)
    case .bomb(let detail):
      recorder.record(
        Finding(
          .ratioBomb, at: Location(path: path, offset: offset), detail: "\(detail).", evidence: name))
      stop("decompression bomb", at: path)
    }
  }
}
