import Glibc
import Linux

/// A web server on this machine's own interface that gives one prepared answer after the other, whatever is asked.
final class AnsweringServer: Sendable {
  static let shared: AnsweringServer? = AnsweringServer()

  let port: Int
  private let answers = Monitor<[[UInt8]]>([])
  private let turn = Monitor(())

  private init?() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: the address is as large as is said, and is borrowed for each call.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe bind(listener, name, size) == 0 && listen(listener, 16) == 0
          && getsockname(listener, name, &size) == 0
      }
    }
    guard isBound else { return nil }
    port = Int(UInt16(bigEndian: address.sin_port))
    let answers = answers
    do {
      // Serves as long as the process lives.
      _ = try Thread(name: "answers") {
        while true {
          let connection = accept(listener, nil, nil)
          if connection >= 0 { Self.serve(FileDescriptor(owning: connection), answers) }
        }
      }
    } catch {
      return nil
    }
  }

  /// Gives these answers, the first first, then that there is no such thing, while `body` asks; one at a time does.
  func answer<Result>(_ next: [[UInt8]], _ body: () throws -> Result) throws -> Result {
    try turn.withLock { _ in
      answers.withLock { $0 = next.reversed() }
      return try body()
    }
  }

  private static func serve(_ connection: consuming FileDescriptor, _ answers: Monitor<[[UInt8]]>) {
    var request: [UInt8] = []
    do {
      while true {
        let part = try connection.read(limit: 1 << 16)
        guard !part.isEmpty else { return }
        request += part
        // What is asked for has no bodies here.
        guard request.suffix(4).elementsEqual([13, 10, 13, 10]) else { continue }
        request = []
        // A client that has had enough is an error here, and no signal.
        try connection.send(answer(answers.withLock { $0.popLast() } ?? [4]))
      }
    } catch {
      // The other side has gone.
    }
  }

  private static let statuses = [200, 206, 302, 401, 404, 416]

  /// The first byte is the status; lines up to an empty one are headers; the rest is the body.
  private static func answer(_ bytes: [UInt8]) -> [UInt8] {
    let status = statuses[Int(bytes.first ?? 0) % statuses.count]
    var rest = bytes.dropFirst()
    var head = "HTTP/1.1 \(status) x\r\n"
    while let end = rest.firstIndex(of: 10), end - rest.startIndex < 1 << 12 {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.isEmpty { break }
      if isHarmless(line) { head += String(decoding: line, as: UTF8.self) + "\r\n" }
    }
    return Array((head + "Content-Length: \(rest.count)\r\n\r\n").utf8) + rest
  }

  /// Whether a header neither leads to another machine nor has anybody wait for what does not come.
  private static func isHarmless(_ line: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: line, as: UTF8.self).lowercased()
    let held = ["content-length", "transfer-encoding", "connection", "upgrade", "http/"]
    guard let colon = text.firstIndex(of: ":"), text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) else {
      return false
    }
    let value = text[text.index(after: colon)...]
    return !held.contains(where: text.contains) && !value.contains(":") && !value.contains("//")
      && !value.contains("\\")
  }
}
