import CProbes
import Glibc
import Linux

/// A file that holds, message for message, what a worker is to say: after the word `say` and a space a byte for the end, then
/// each message behind its length in two bytes, the lower first, and the number of descriptors that go with it.
///
/// The end is 0 to 63 for that exit status, 64 and more for the signal of what is over 64, and 255 for hanging up before
/// a good exit.
enum Script {
  static let mark = Array("say ".utf8)

  static func perform(_ script: ArraySlice<UInt8>, _ socket: borrowing FileDescriptor) -> Never {
    var rest = script
    let end = Int32(rest.popFirst() ?? 0)
    while let low = rest.popFirst(), let high = rest.popFirst(), let copies = rest.popFirst() {
      let message = Array(rest.prefix(Int(high) << 8 | Int(low)))
      rest = rest.dropFirst(message.count)
      // Whoever does not listen any more ends this process.
      _ = unsafe cprobes_send_copies(socket.number, message, message.count, socket.number, Int(copies))
    }
    switch end {
    case 0..<64: _exit(end)
    case 255:
      shutdown(socket.number, Int32(SHUT_RDWR))
      _exit(0)
    default:
      Glibc.signal(end - 64, SIG_DFL)
      kill(getpid(), end - 64)
      _exit(104)
    }
  }
}
