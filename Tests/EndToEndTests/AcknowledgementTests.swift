import Findings
import Linux
import TestSupport
import Testing
import VerdictStore
import Wire

/// When a verdict is sent, and what of it would be there if the power failed just then.
struct AcknowledgementTests {
  /// Verdicts that are asked for by each of the clients.
  private static let scans = Proof.extent(6, whole: 150)
  private static let clients = 2

  @Test(.enabled(if: Strace.isPossible))
  func `whatever the power takes, every verdict that was sent is in what had been synchronised`() throws {
    let lazaret = try Installed()
    let trace = lazaret.place.path + "/trace"
    let daemon = try RunningDaemon(
      lazaret, workers: 2,
      under: [
        Strace.path, "-D", "-f", "-b", "execve", "-qq", "-y", "-xx", "-s", "9000", "-o", trace, "-e",
        "trace=pwrite64,ftruncate,fdatasync,fsync,sendmsg",
      ])
    let given = Monitor<Set<String>>([])
    let threads = try (0..<Self.clients).map { index in
      try HeldThread(name: "client") { [socket = daemon.socket, place = lazaret.place] in
        do {
          let client = try TestClient(socket)
          for number in 0..<Self.scans {
            let path = try place.write(
              "\(index)-\(number)", Artifact.number(Int32(index * 10_000 + number)))
            _ = try client.scan(UInt64(number + 1), path)
            guard case .verdict(_, let frame)? = try client.receiveEnd() else { return }
            given.update { _ = $0.insert(frame.examination.sha256 ?? "") }
          }
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(try daemon.end(Signal.kill) == .killed(signal: Signal.kill))

    var disk = Disk(paths: [daemon.store, daemon.store + "-wal"])
    var sent: Set<String> = []
    var (cuts, syncs) = (0, 0)
    for event in TracedLines(try FileDescriptor.open(trace).readAll(limit: 2 << 30)).events() {
      if case .sync = event { syncs += 1 }
      disk.apply(event)
      guard case .verdict(let digest) = event else { continue }
      sent.insert(digest)
      cuts += 1
      try Self.expect(sent, in: disk)
    }
    #expect(given.withLock { $0 } == sent && sent.count == Self.scans * Self.clients)
    try Proof.record("\(cuts) power cuts, one at each verdict, among \(syncs) syncs: all verdicts there")
  }

  /// Opens what a disk holds, and looks for verdicts.
  private static func expect(_ digests: Set<String>, in disk: Disk) throws {
    let place = try TemporaryDirectory()
    for (name, path) in zip(["verdicts.db", "verdicts.db-wal"], disk.paths) {
      try place.write(name, disk.synchronised[path] ?? [])
      #expect(place.setMode(name, 0o600))
    }
    let store = try VerdictStore(path: place.path + "/verdicts.db", create: false)
    #expect(try store.verify().problems == [])
    var recorded: Set<String> = []
    try store.scans(matching: ScanFilter()) { scan in
      if let digest = scan.examination.sha256 { recorded.insert(digest) }
      return true
    }
    #expect(digests.isSubset(of: recorded), "\(digests.subtracting(recorded).count) lost")
  }
}

/// What happened, in the order in which it was seen.
private enum TracedEvent {
  case write(path: String, offset: Int, bytes: [UInt8])
  case truncate(path: String, length: Int)
  /// A sync that has ended, and how many events were before its begin.
  case sync(path: String, began: Int)
  /// A verdict that is about to be sent.
  case verdict(sha256: String)
}

/// The files of a store, as far as they had been brought to the disk.
private struct Disk {
  let paths: [String]
  private(set) var synchronised: [String: [UInt8]] = [:]
  private var pending: [(number: Int, event: TracedEvent)] = []
  private var count = 0

  init(paths: [String]) { self.paths = paths }

  mutating func apply(_ event: TracedEvent) {
    defer { count += 1 }
    switch event {
    case .write, .truncate: pending.append((count, event))
    case .verdict: break
    case .sync(let path, let began):
      let covered = pending
      pending = covered.filter { !($0.number < began && bring($0.event, of: path)) }
    }
  }

  /// Brings one change to the disk, if it is of this file.
  private mutating func bring(_ event: TracedEvent, of path: String) -> Bool {
    switch event {
    case .write(path, let offset, let bytes):
      var content = synchronised[path] ?? []
      if content.count < offset + bytes.count {
        content += [UInt8](repeating: 0, count: offset + bytes.count - content.count)
      }
      content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      synchronised[path] = content
      return true
    case .truncate(path, let length):
      synchronised[path] = Array((synchronised[path] ?? []).prefix(length))
      return true
    default: return false
    }
  }
}

/// What strace wrote: a line for each call, or two where another thread's came between.
private struct TracedLines {
  private let lines: [ArraySlice<UInt8>]
  /// Of each thread in a sync: which file's, and how many events were before.
  private var syncs: [String: (path: String, began: Int)] = [:]

  init(_ bytes: [UInt8]) { lines = bytes.split(separator: UInt8(ascii: "\n")) }

  /// Everything that concerns a store and its verdicts.
  consuming func events() -> [TracedEvent] {
    var events: [TracedEvent] = []
    for line in lines {
      // Data can be long, and what is looked at in words is before or behind it.
      let head = String(decoding: line.prefix(1_000), as: UTF8.self)
      let thread = String(head.prefix { $0 != " " })
      let call = head.dropFirst(thread.count).drop { $0 == " " }
      let isUnfinished = line.suffix(16).elementsEqual("<unfinished ...>".utf8)
      if call.hasPrefix("pwrite64(") || call.hasPrefix("ftruncate(") {
        if let event = change(String(call), line) { events.append(event) }
      } else if call.hasPrefix("fdatasync(") || call.hasPrefix("fsync(") {
        syncs[thread] = (Self.path(String(call)), events.count)
        if !isUnfinished { endSync(of: thread, &events) }
      } else if call.hasPrefix("<... fdatasync resumed>") || call.hasPrefix("<... fsync resumed>") {
        endSync(of: thread, &events)
      } else if call.hasPrefix("sendmsg("), let digest = Self.digest(Self.data(line)) {
        events.append(.verdict(sha256: digest))
      }
    }
    return events
  }

  private mutating func endSync(of thread: String, _ events: inout [TracedEvent]) {
    guard let sync = syncs.removeValue(forKey: thread) else { return }
    events.append(.sync(path: sync.path, began: sync.began))
  }

  /// What a call changes: behind its data come the count and the offset, and behind a descriptor alone a length.
  private func change(_ call: String, _ line: ArraySlice<UInt8>) -> TracedEvent? {
    let arguments = line.suffix(100).split(separator: UInt8(ascii: "\"")).last ?? []
    let numbers = String(decoding: arguments, as: UTF8.self).prefix { $0 != ")" && $0 != "<" }
      .split(separator: ",").compactMap { Int($0.drop { $0 == " " }.prefix { $0.isNumber }) }
    if call.hasPrefix("ftruncate(") {
      return .truncate(
        path: Self.path(call), length: Int(call.drop { $0 != "," }.dropFirst(2).prefix { $0.isNumber }) ?? 0
      )
    }
    guard numbers.count == 2 else { return nil }
    return .write(path: Self.path(call), offset: numbers[1], bytes: Self.data(line))
  }

  /// The file of a call's first argument, which `-y` writes behind it.
  private static func path(_ call: String) -> String {
    let text = call.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
    return String(decoding: bytes(Array(text.utf8)[...]), as: UTF8.self)
  }

  /// The bytes of the only text in a line.
  private static func data(_ line: ArraySlice<UInt8>) -> [UInt8] {
    guard let start = line.firstIndex(of: UInt8(ascii: "\"")) else { return [] }
    return bytes(line[(start + 1)...].prefix { $0 != UInt8(ascii: "\"") })
  }

  /// What strace writes as `\xHH`, byte by byte.
  private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let digit = { (byte: UInt8) in byte < 0x3A ? byte - 0x30 : byte - 0x57 }
    return stride(from: text.startIndex, to: text.endIndex - 3, by: 4).map {
      digit(text[$0 + 2]) << 4 | digit(text[$0 + 3])
    }
  }

  /// The digest of a verdict that is a message to a client; nil for another message.
  private static func digest(_ bytes: [UInt8]) -> String? {
    do throws(WireError) {
      guard case .verdict(_, let frame) = try DaemonReply(parsing: bytes) else { return nil }
      return frame.examination.sha256
    } catch {
      return nil
    }
  }
}
