internal import CLinux
internal import Glibc

/// Descriptors that came with a message. Those that nobody takes are closed with it.
package struct ReceivedDescriptors: ~Copyable {
  private var numbers: [Int32]

  fileprivate init(_ numbers: [Int32]) { self.numbers = numbers }

  deinit {
    for number in numbers { close(number) }
  }

  package var count: Int { numbers.count }

  /// Takes the first of those that are left; nil where none is.
  package mutating func takeFirst() -> FileDescriptor? {
    numbers.isEmpty ? nil : FileDescriptor(owning: numbers.removeFirst())
  }
}

/// One message of a socket that keeps message borders.
package struct Message: ~Copyable {
  package let bytes: [UInt8]
  package var descriptors: ReceivedDescriptors
}

/// Both ends of a connected pair of sockets.
@frozen package struct SocketPair: ~Copyable {
  package var first: FileDescriptor
  package var second: FileDescriptor

  /// Local, keeping message borders, close-on-exec. socketpair(2)
  package init() throws(SystemCallError) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    // SAFETY: the array has room for both ends.
    try systemCall("socketpair") { unsafe socketpair(AF_UNIX, kind, 0, &ends) }
    first = FileDescriptor(owning: ends[0])
    second = FileDescriptor(owning: ends[1])
  }
}

extension FileDescriptor {
  /// Sends one message, with descriptors beside it. A lost peer is an error, not a signal. sendmsg(2)
  package func send(
    _ bytes: [UInt8], descriptors: [Int32] = [], wait: Bool = true
  ) throws(SystemCallError) {
    let flags = wait ? 0 : Int32(MSG_DONTWAIT)
    let sent = try systemCall("sendmsg") {
      // SAFETY: each pointer goes with the count of its own array.
      unsafe clinux_send(number, bytes, bytes.count, descriptors, descriptors.count, flags)
    }
    guard sent == bytes.count else { throw .badMessage("sendmsg", "\(sent) of \(bytes.count) bytes") }
  }

  /// Sends as much as there is room for, without waiting. A lost peer is an error, not a signal. sendmsg(2)
  ///
  /// - Returns: how many bytes were sent: all of them through a socket that keeps message borders.
  package func sendSome(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
    try systemCall("sendmsg") {
      // SAFETY: the pointer and the count are of one slice, and there are no descriptors.
      unsafe bytes.withUnsafeBytes { all in
        unsafe clinux_send(number, all.baseAddress, all.count, nil, 0, Int32(MSG_DONTWAIT))
      }
    }
  }

  /// Receives one message of at most `limit` bytes that carries as many descriptors as expected.
  ///
  /// A message with more or fewer descriptors, a longer one, or one with other control data is refused, and
  /// what came with it is closed.
  /// - Returns: nil at the end of the stream; an empty message is taken for it.
  /// - Throws: `EBADMSG` for a refused message; `wouldBlock` with `wait` false where there is none. recvmsg(2)
  package func receive(
    limit: Int, descriptors expected: ClosedRange<Int> = 0...0, wait: Bool = true
  ) throws(SystemCallError) -> Message? {
    var buffer = [UInt8](repeating: 0, count: limit)
    return try receive(into: &buffer, descriptors: expected, wait: wait)
  }

  /// As ``receive(limit:descriptors:wait:)``, with a buffer that is used again; its size is the limit.
  package func receive(
    into buffer: inout [UInt8], descriptors expected: ClosedRange<Int> = 0...0, wait: Bool = true
  ) throws(SystemCallError) -> Message? {
    let limit = buffer.count
    var numbers = [Int32](repeating: -1, count: Int(CLINUX_MESSAGE_DESCRIPTORS))
    var count = 0
    var truncated: Int32 = 0
    let flags = wait ? 0 : Int32(MSG_DONTWAIT)
    let received = try systemCall("recvmsg") {
      // SAFETY: each array has the room that the call is told, or that its header fixes.
      unsafe clinux_receive(number, &buffer, limit, &numbers, &count, &truncated, flags)
    }
    let descriptors = ReceivedDescriptors(Array(numbers.prefix(count)))
    guard truncated == 0 else { throw .badMessage("recvmsg", "the message was cut") }
    if received == 0, count == 0 { return nil }
    guard expected.contains(count) else {
      throw .badMessage("recvmsg", "\(count) descriptors came with the message")
    }
    return Message(bytes: Array(buffer[..<received]), descriptors: descriptors)
  }
}
