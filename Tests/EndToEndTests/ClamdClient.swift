import Linux
import TestSupport
import Testing
import Wire

/// A client of clamd's protocol that says what a test wants said.
final class ClamdClient {
  let socket: FileDescriptor
  private var received: [UInt8] = []
  private var hasEnded = false

  init(_ path: String) throws { socket = try .connect(to: path, kind: .stream) }

  func send(_ bytes: [UInt8]) throws { try socket.write(bytes) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends bytes with a descriptor beside them, or with the same one several times.
  func send(_ text: String, _ file: borrowing FileDescriptor, count: Int = 1) throws {
    try socket.send(Array(text.utf8), descriptors: Array(repeating: file.number, count: count))
  }

  /// Has a file examined whose descriptor is passed, as the manual says: after the command, with a byte of its own.
  func sendFile(_ path: String) throws {
    try send("zFILDES\0")
    try send("x", try FileDescriptor.open(path))
  }

  /// Has bytes examined, in chunks of so many.
  func sendStream(_ bytes: [UInt8], chunk: Int = 4_096) throws {
    try send("zINSTREAM\0")
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      try sendChunk(Array(bytes[start..<min(bytes.count, start + chunk)]))
    }
    try send([0, 0, 0, 0])
  }

  func sendChunk(_ bytes: [UInt8]) throws { try send(Self.length(bytes.count) + bytes) }

  static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
  }

  /// Says that nothing more comes.
  func endInput() throws { try socket.shutDownWriting() }

  /// The next reply, up to this byte and without it; nil at the end of the connection.
  func reply(_ end: UInt8 = 0) throws -> String? {
    while true {
      if let place = received.firstIndex(of: end) {
        defer { received.removeFirst(place + 1) }
        return String(decoding: received[..<place], as: UTF8.self)
      }
      if hasEnded { return nil }
      try receive()
    }
  }

  /// Everything up to the end of the connection.
  func rest() throws -> String {
    while !hasEnded { try receive() }
    return String(decoding: received, as: UTF8.self)
  }

  /// Sends this and gives everything up to the end of the connection.
  func ask(_ text: String) throws -> String {
    try send(text)
    return try rest()
  }

  private func receive() throws {
    var entries = [PollEntry(socket.number)]
    guard try poll(&entries, milliseconds: 120_000) > 0 else {
      throw WireError("no answer for two minutes")
    }
    let bytes = try socket.read(limit: 65_536)
    received += bytes
    hasEnded = bytes.isEmpty
  }
}

extension RunningDaemon {
  /// Where it listens for clients of clamd's protocol, when it was told to.
  var clamdSocket: String { installed.place.path + "/c.sock" }

  /// A daemon that also speaks clamd's protocol.
  convenience init(
    clamd installed: Installed, worker: String = "lazaret-worker", workers: Int = 2,
    policies: String? = nil, arguments: [String] = []
  ) throws {
    try self.init(
      installed, worker: worker, workers: workers, policies: policies,
      arguments: ["--clamd-socket", installed.place.path + "/c.sock"] + arguments)
  }
}
