internal import ByteParsing

/// How a worker ended, as the zygote that waited for it writes it into the worker's status pipe.
///
/// | offset | size | field |
/// | --- | --- | --- |
/// | 0 | 4 | wait status of `wait4` |
/// | 4 | 4 | zero |
/// | 8 | 8 | processor time in user mode, microseconds |
/// | 16 | 8 | processor time in the kernel, microseconds |
/// | 24 | 8 | largest resident set, KiB |
package struct StatusRecord: Hashable, Sendable {
  /// Bytes of a record: less than `PIPE_BUF`, so a pipe carries it whole.
  package static let size = 32

  package let waitStatus: Int32
  package let userMicroseconds: UInt64
  package let systemMicroseconds: UInt64
  package let residentKiB: UInt64

  package init(
    waitStatus: Int32, userMicroseconds: UInt64, systemMicroseconds: UInt64, residentKiB: UInt64
  ) {
    self.waitStatus = waitStatus
    self.userMicroseconds = userMicroseconds
    self.systemMicroseconds = systemMicroseconds
    self.residentKiB = residentKiB
  }

  package func encoded() -> [UInt8] {
    var writer = MessageWriter()
    writer.append(waitStatus)
    writer.append(UInt32(0))
    writer.append(userMicroseconds)
    writer.append(systemMicroseconds)
    writer.append(residentKiB)
    return writer.bytes
  }

  /// The record that `bytes` are.
  ///
  /// - Throws: ``WireError`` unless they are one whole record.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    // SAFETY: the reader does not outlive `bytes`, which nothing changes meanwhile.
    var reader = ByteReader(unsafe bytes.span.bytes)
    do throws(ParseError) {
      waitStatus = try reader.readInteger(Int32.self, "wait status")
      guard try reader.readInteger(UInt32.self, "padding") == 0 else {
        throw ParseError(.malformed, at: 4, "padding")
      }
      userMicroseconds = try reader.readInteger(UInt64.self, "user time")
      systemMicroseconds = try reader.readInteger(UInt64.self, "system time")
      residentKiB = try reader.readInteger(UInt64.self, "resident set")
      try reader.requireEnd()
    } catch {
      throw WireError("status record", error)
    }
  }
}
