internal import Linux

/// Messages that a connection has still to be sent, in their order.
struct Outgoing {
  struct Message {
    let bytes: [UInt8]
    /// The request that ends with this message.
    let completes: UInt64?
  }

  private var messages: [Message] = []
  /// How many of them are sent.
  private var sent = 0
  private(set) var byteCount = 0

  var isEmpty: Bool { sent == messages.count }

  mutating func append(_ message: Message) {
    messages.append(message)
    byteCount += message.bytes.count
  }

  /// Sends what can be sent without waiting, and gives the requests that have ended with it.
  mutating func flush(to socket: borrowing FileDescriptor) throws(SystemCallError) -> [UInt64] {
    var completed: [UInt64] = []
    do throws(SystemCallError) {
      while !isEmpty {
        let message = messages[sent]
        try socket.send(message.bytes, wait: false)
        sent += 1
        byteCount -= message.bytes.count
        if let id = message.completes { completed.append(id) }
      }
    } catch  where error.wouldBlock {
      // The rest waits for room at the other end.
    }
    if isEmpty {
      messages.removeAll(keepingCapacity: false)
      sent = 0
    } else if sent >= 256 {
      messages.removeFirst(sent)
      sent = 0
    }
    return completed
  }
}
