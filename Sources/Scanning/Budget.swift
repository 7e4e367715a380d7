package import ByteParsing

/// What is left of the limits, over the whole artifact.
package struct Budget {
  package let limits: Limits
  /// Bytes of the artifact itself: what unpacked bytes are compared with.
  package let artifactBytes: Int
  package private(set) var unpackedBytes = 0
  package private(set) var members = 0
  package private(set) var opcodes = 0
  package let account: UnpackingAccount

  package init(_ limits: Limits, artifactBytes: Int) {
    self.limits = limits
    self.artifactBytes = artifactBytes
    account = UnpackingAccount(limit: limits.unpackedBytes)
  }

  /// Unpacked bytes that may still be held in memory.
  package var room: Int { max(0, limits.heldBytes - account.held) }

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

/// What unpacking takes over the whole artifact, shared by all who have a part in it.
package final class UnpackingAccount {
  /// Unpacked bytes that are in memory, over all sources that are alive.
  package private(set) var held = 0
  /// Bytes that came out again, because they had not been kept.
  package private(set) var repeatedBytes = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func hold(_ count: Int) { held += count }

  func release(_ count: Int) { held -= count }

  /// - Throws: `.limit` where so many came out, the first time not counted.
  func repeated(_ count: Int, at offset: Int) throws(ParseError) {
    repeatedBytes += count
    guard repeatedBytes <= limit else {
      throw ParseError(.limit, at: offset, "bytes unpacked more than once: limit \(limit)")
    }
  }
}
