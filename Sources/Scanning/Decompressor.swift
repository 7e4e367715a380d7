package import ByteParsing
import Formats

/// Unpacks compressed data; made of a C library by whoever runs an examination.
package protocol Decompressor {
  /// Unpacks a raw DEFLATE stream, handing the bytes out in chunks until the stream ends or the consumer has
  /// enough.
  ///
  /// - Throws: `.malformed` for what is no DEFLATE, `.truncated` where the data end before the stream does;
  ///   what came out before was handed out.
  func inflate(
    _ packed: Input, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Inflated
}

/// Takes unpacked bytes as they come out.
package protocol UnpackedConsumer {
  /// - Returns: false to stop.
  mutating func receive(_ bytes: RawSpan) -> Bool
}

/// How unpacking ended, where it did not fail.
package struct Inflated: Equatable, Sendable {
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
  /// Whether the bytes are needed, or only their number and checksum.
  let keeps: Bool
  private(set) var count = 0
  private(set) var crc = CRC32()
  private(set) var bytes: [UInt8] = []
  private(set) var stop: Budget.Stop?

  /// - Parameter expected: how many bytes are said to come. Believed only as far as the packed bytes could
  ///   make them.
  init(budget: Budget, packed: Int, expected: Int, keeps: Bool) {
    self.budget = budget
    self.packed = packed
    self.keeps = keeps
    let room = max(0, budget.limits.heldBytes - budget.held.count)
    let (most, overflow) = packed.multipliedReportingOverflow(by: 1032)
    if keeps { bytes.reserveCapacity(min(expected, room, overflow ? room : most)) }
  }

  mutating func receive(_ chunk: RawSpan) -> Bool {
    count += chunk.byteCount
    stop = budget.takeUnpacked(chunk.byteCount, soFar: count, packed: packed)
    guard stop == nil else { return false }
    crc.update(chunk)
    guard keeps else { return true }
    guard bytes.count + chunk.byteCount <= budget.limits.heldBytes - budget.held.count else {
      stop = .limit("unpacked bytes held in memory: limit \(budget.limits.heldBytes)")
      return false
    }
    // SAFETY: the bytes are copied before the closure returns.
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    return true
  }
}
