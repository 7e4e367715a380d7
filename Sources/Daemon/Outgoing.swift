internal import Linux

/// Messages that a connection has still to be sent, in their order.
///
/// A socket that keeps message borders takes each as a whole; of one that does not, the rest goes later.
struct Outgoing {
  struct Message {
    let bytes: [UInt8]
    /// The request that ends with this message.
    let completes: UInt64?
  }

  private var messages: [Message] = []
  /// How many of them are sent.
  private var sent = 0
  /// How many bytes of the next one are sent.
  private var begun = 0
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
        let count = try socket.sendSome(message.bytes[begun...])
        byteCount -= count
        begun += count
        guard begun == message.bytes.count else { continue }
        begun = 0
        sent += 1
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
