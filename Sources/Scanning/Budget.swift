package import ByteParsing

/// What is left of the limits, over the whole artifact.
package struct Budget {
  package let limits: Limits
  /// Bytes of the artifact itself: what unpacked bytes are compared with.
  package let artifactBytes: Int
  package private(set) var unpackedBytes = 0
  package private(set) var members = 0
  package private(set) var opcodes = 0
  /// Unpacked bytes that are in memory.
  package let held = HeldBytes()

  package init(_ limits: Limits, artifactBytes: Int) {
    self.limits = limits
    self.artifactBytes = artifactBytes
  }

  /// Opcodes that may still be run.
  package var opcodesLeft: Int { limits.pickleOpcodes - opcodes }

  package mutating func spend(opcodes count: Int) { opcodes += count }

  /// Counts one member.
  ///
  /// - Returns: false where the limit was reached before it.
  package mutating func takeMember() -> Bool {
    guard members < limits.members else { return false }
    members += 1
    return true
  }

  /// Why unpacking has to stop.
  package enum Stop: Equatable, Sendable {
    /// Far more comes out than can be honest.
    case bomb(String)
    /// A limit of the whole artifact is reached: there is no sense in going on.
    case exhausted(String)
    /// A limit that only this member reaches.
    case limit(String)
  }

  /// A bomb, where `packed` bytes have become so many.
  package func stop(unpacked count: Int, of packed: Int) -> Stop? {
    guard count > limits.ratioFreeBytes, count / max(1, packed) > limits.ratio else { return nil }
    return .bomb("\(packed) bytes unpack to more than \(limits.ratio) times as many")
  }

  /// Counts `count` unpacked bytes of a member of `packed` bytes, of which `soFar` have come out with them.
  package mutating func takeUnpacked(_ count: Int, soFar: Int, packed: Int) -> Stop? {
    unpackedBytes += count
    if let stop = stop(unpacked: soFar, of: packed) { return stop }
    if unpackedBytes > limits.ratioFreeBytes, unpackedBytes / max(1, artifactBytes) > limits.ratio {
      return .bomb(
        "the members of \(artifactBytes) bytes unpack to more than \(limits.ratio) times as many")
    }
    if unpackedBytes > limits.unpackedBytes {
      return .exhausted("unpacked bytes: limit \(limits.unpackedBytes)")
    }
    return nil
  }
}

/// How many unpacked bytes are in memory, over all sources that are alive.
package final class HeldBytes {
  package fileprivate(set) var count = 0
}

/// An unpacked member in memory. Counts as held until nothing refers to it any more.
final class HeldSource: ByteSource {
  private let memory: MemorySource
  private let held: HeldBytes

  init(_ bytes: [UInt8], held: HeldBytes) {
    memory = MemorySource(bytes)
    self.held = held
    held.count += bytes.count
  }

  deinit { held.count -= memory.count }

  var count: Int { memory.count }

  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    try memory.read(at: offset, into: &buffer)
  }
}
