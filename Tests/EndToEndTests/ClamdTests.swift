import Findings
import Linux
import TestSupport
import Testing
import Wire

/// The daemon's socket for clients of clamd's protocol. `ClamdScanTests` has a real client.
struct ClamdTests {
  private static let limit = 64 << 20

  @Test func `commands are understood in each form, answered once, and the connection ends`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker")
    let answers = [
      ("zPING\0", "PONG\0"), ("nPING\n", "PONG\n"), ("PING\r\n", "PONG\n"), ("PING\nPING\n", "PONG\n"),
      ("zNONE\0", "UNKNOWN COMMAND\0"), ("NONE\n", "UNKNOWN COMMAND\n"), ("zEND\0", "UNKNOWN COMMAND\0"),
      ("zSCAN /etc/passwd\0", "/etc/passwd: paths are not taken, use FILDES or INSTREAM ERROR\0"),
      ("SHUTDOWN\n", "the daemon reloads and stops by signals only ERROR\n"),
      ("nRELOAD\n", "the daemon reloads and stops by signals only ERROR\n"),
      (String(repeating: "n", count: 4_200), "command line too long ERROR\n"),
    ]
    for (command, answer) in answers {
      #expect(try ClamdClient(daemon.clamdSocket).ask(command) == answer, "\(command.prefix(30))")
    }
    let halfClosed = try ClamdClient(daemon.clamdSocket)
    try halfClosed.send("PING")
    try halfClosed.endInput()
    #expect(try halfClosed.rest() == "PONG\n")

    let version = try ClamdClient(daemon.clamdSocket).ask("nVERSION\n")
    let parts = version.split(separator: "/")
    #expect(
      parts.count == 3 && parts[0] == "Lazaret \(Engine.version)" && parts[1].count == 12, "\(version)")
    let commands = try ClamdClient(daemon.clamdSocket).ask("zVERSIONCOMMANDS\0")
    #expect(commands.hasPrefix(version.dropLast()) && commands.contains("| COMMANDS: PING "))
    let stats = try ClamdClient(daemon.clamdSocket).ask("zSTATS\0").split(separator: "\n").map(String.init)
    #expect(stats.first == "POOLS: 1" && stats.last == "END\0" && stats[1] == "STATE: VALID PRIMARY")
    #expect(stats[2] == "THREADS: live 3  idle 3 max 3 idle-timeout 0" && stats[3] == "QUEUE: 0 items")
    #expect(stats[4].hasSuffix("pools 1 pools_used 0.000M pools_total 256.000M"), "\(stats)")
    #expect(try daemon.counter("running") == 0)
  }

  @Test func `files and streams have their verdict by the words that clients know`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(clamd: lazaret)
    let files: [(bytes: [UInt8], answer: String)] = [
      (Artifact.benignPickle, "OK"), (Artifact.benignTorch, "OK"),
      (Artifact.hostilePickle, "Lazaret.pickle.dangerous-import FOUND"),
      (Artifact.unknownPickle, "Lazaret.Policy.Review.pickle.unknown-call FOUND"),
      (Array(Artifact.benignTorch.dropLast(40)), "Lazaret.Policy.Incomplete FOUND"),
    ]
    let session = try ClamdClient(daemon.clamdSocket)
    try session.send("zIDSESSION\0")
    for (index, (bytes, answer)) in files.enumerated() {
      let path = try lazaret.place.write("f\(index)", bytes)
      let passing = try ClamdClient(daemon.clamdSocket)
      try passing.sendFile(path)
      let reply = try #require(try passing.rest().split(separator: "\0").first)
      #expect(reply.hasPrefix("fd[") && reply.hasSuffix("]: " + answer), "\(reply)")
      // All of it in one packet, as the manual allows.
      let together = try ClamdClient(daemon.clamdSocket)
      try together.send("nFILDES\n\0", try FileDescriptor.open(path))
      #expect(try together.rest().hasSuffix("]: " + answer + "\n"))
      for chunk in [1, 7, 1_000_000] where bytes.count / chunk < 10_000 {
        let streaming = try ClamdClient(daemon.clamdSocket)
        try streaming.sendStream(bytes, chunk: chunk)
        #expect(try streaming.rest() == "stream: \(answer)\0", "in chunks of \(chunk)")
      }
      try session.sendStream(bytes)
      #expect(try session.reply() == "\(index + 1): stream: \(answer)")
    }
    try session.send("zPING\0nPING\nzEND\0")
    #expect(try session.rest() == "6: PONG\07: PONG\n")
    // Each verdict is in the store before its client has it.
    let verified = try lazaret.lazaret("store", "verify", "--store", daemon.store)
    #expect(verified.output.contains("\(files.count) examinations"), "\(verified.output)")
  }

  @Test func `only one descriptor of a regular file open for reading is taken, and all others are closed`()
    throws
  {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker")
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let file = try FileDescriptor.open(path)
    let before = try Self.openDescriptors(of: daemon.id)
    let wrong = "exactly one descriptor comes with FILDES, and none with anything else ERROR\0"
    let messages: [(text: String, descriptors: Int)] = [
      ("zFILDES\0x", 0), ("zFILDES\0x", 2), ("zFILDES\0x", 4), ("zPING\0", 1), ("zFILDES\0", 1),
      ("zIDSESSION\0zFILDES\0xzFILDES\0x", 1), ("zIDSESSION\0zFILDES\0xzFILDES\0x", 2),
      ("zINSTREAM\0\0\0\0\u{1}a", 1),
    ]
    for (text, count) in messages {
      let client = try ClamdClient(daemon.clamdSocket)
      try client.send(text, file, count: count)
      #expect(try client.rest() == wrong, "\(count) with \(text)")
    }
    let unfit: [(path: String, flags: FileDescriptor.OpenFlags)] = [
      (path, .writeOnly), (path, .readWrite), (lazaret.place.path, [.readOnly, .directory]),
      ("/dev/null", .readOnly),
    ]
    for (path, flags) in unfit {
      let client = try ClamdClient(daemon.clamdSocket)
      try client.send("zFILDES\0x", try FileDescriptor.open(path, flags))
      let reply = try client.rest()
      #expect(
        reply.hasSuffix(": the descriptor is not of a regular file that is open for reading only ERROR\0"),
        "\(path): \(reply)")
    }
    try daemon.wait("everything is closed") { try Self.openDescriptors(of: daemon.id) <= before }
  }

  @Test func `a stream over the limit is read to its end, and its client reads why`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker")
    let client = try ClamdClient(daemon.clamdSocket)
    let block = [UInt8](repeating: 0, count: 1 << 20)
    try client.send("zIDSESSION\0zINSTREAM\0")
    for _ in 0..<(Self.limit >> 20) { try client.sendChunk(block) }
    try client.sendChunk([1])
    for _ in 0..<8 { try client.sendChunk(block) }
    try client.send([0, 0, 0, 0])
    #expect(try client.reply() == "1: INSTREAM size limit exceeded. ERROR")
    // Just so many are taken, and the session goes on.
    try client.sendStream(Array("allow ".utf8) + block.dropLast(6), chunk: 1 << 20)
    #expect(try client.reply() == "2: stream: OK")
    let whole = try ClamdClient(daemon.clamdSocket)
    try whole.send("nINSTREAM\n")
    for _ in 0..<(Self.limit >> 20) { try whole.sendChunk(block) }
    try whole.send([0, 0, 0, 0])
    // The stand-in gives up on it; what counts is that it was examined.
    #expect(try whole.rest().hasPrefix("stream: Lazaret.Policy.Incomplete"))

    let senseless = try ClamdClient(daemon.clamdSocket)
    try senseless.send("zINSTREAM\0")
    try senseless.send([0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3])
    #expect(try senseless.rest() == "INSTREAM size limit exceeded. ERROR\0")
    let cut = try ClamdClient(daemon.clamdSocket)
    try cut.send("zINSTREAM\0\0\0\0\u{9}abc")
    try cut.endInput()
    #expect(try cut.rest() == "stream: the stream was not sent to its end ERROR\0")
    #expect(try daemon.counter("rejected_total:stream") == 2)
  }

  @Test func `memory for streams is bounded, and comes back`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker")
    let block = [UInt8](repeating: 0, count: 1 << 20)
    var clients: [ClamdClient] = []
    for _ in 0..<4 {
      let client = try ClamdClient(daemon.clamdSocket)
      try client.send("zINSTREAM\0")
      for _ in 0..<(Self.limit >> 20) { try client.sendChunk(block) }
      clients.append(client)
    }
    try daemon.wait("all is taken") {
      try ClamdClient(daemon.clamdSocket).ask("nSTATS\n").contains("pools_used 256.000M")
    }
    let other = try ClamdClient(daemon.clamdSocket)
    try other.sendStream(Array("allow".utf8))
    #expect(try other.rest() == "stream: no memory for another stream, try again ERROR\0")
    clients = []
    try daemon.wait("it comes back") {
      try ClamdClient(daemon.clamdSocket).ask("nSTATS\n").contains("pools_used 0.000M")
    }
    let next = try ClamdClient(daemon.clamdSocket)
    try next.sendStream(Array("allow".utf8))
    #expect(try next.rest() == "stream: OK\0")
  }

  @Test func `a session may send more than it has credits for: what is too much waits`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker")
    let client = try ClamdClient(daemon.clamdSocket)
    try client.send("zIDSESSION\0")
    var expected: Set<String> = []
    for number in 1...150 {
      if number % 3 == 0 {
        try client.sendFile(try lazaret.place.write("f\(number)", Array("allow \(number)".utf8)))
      } else {
        try client.sendStream(Array("allow \(number)".utf8))
      }
      expected.insert("\(number)")
    }
    try client.send("zEND\0")
    var numbers: Set<String> = []
    while let reply = try client.reply() {
      let parts = reply.split(separator: ":")
      #expect(parts.count == 3 && parts[2] == " OK", "\(reply)")
      numbers.insert(String(parts[0]))
    }
    #expect(numbers == expected)
    #expect(try daemon.counter("rejected_total:credits") == 0)
  }

  @Test func `hanging up ends the scan that nobody else waits for`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker", workers: 1)
    var leavers = try (0..<2).map { _ in try ClamdClient(daemon.clamdSocket) }
    try leavers[0].sendFile(try lazaret.place.write("f", Array("sleep".utf8)))
    try leavers[1].sendStream(Array("sleep 1".utf8))
    // One only says that it has no more to say, and is waited for.
    try leavers[0].endInput()
    try daemon.wait("they are there") {
      try daemon.counter("running") == 1 && daemon.counter("queued") == 1
    }
    leavers = []
    try daemon.wait("they end") { try daemon.counter("running") == 0 && daemon.counter("queued") == 0 }
    #expect(try daemon.counter("cancelled_total") == 2)
  }

  @Test func `a client that reads nothing is not worked for, and the others are`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker")
    let client = try ClamdClient(daemon.clamdSocket)
    try client.send("zIDSESSION\0")
    let pings = Array(String(repeating: "zPING\0", count: 10_000).utf8)
    var sent = 0
    var isFull = false
    while !isFull {
      do throws(SystemCallError) {
        sent += try client.socket.sendSome(pings[(sent % 6)...])
      } catch {
        guard error.wouldBlock else { throw error }
        #expect(try ClamdClient(daemon.clamdSocket).ask("zPING\0") == "PONG\0")
        // Full for good, and not for a moment.
        var entries = [PollEntry(client.socket.number, .output)]
        isFull = try poll(&entries, milliseconds: 2_000) == 0
      }
      try #require(sent < 64 << 20, "there is no end of what is taken")
    }
    let count = sent / 6
    for number in 1...count { #expect(try client.reply() == "\(number): PONG") }
  }

  @Test func `what stands still is ended with clamd's words`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker")
    let starts = ["", "zPIN", "zFILDES\0", "zINSTREAM\0\0\0\0\u{9}abc", "zIDSESSION\0"]
    let clients = try starts.map { start in
      let client = try ClamdClient(daemon.clamdSocket)
      try client.send(start)
      return client
    }
    for (client, start) in zip(clients, starts) {
      let reply = try client.rest()
      #expect(reply == "COMMAND READ TIMED OUT" + (start.hasPrefix("z") ? "\0" : "\n"), "\(start)")
    }
  }

  @Test func `a stop tells those who wait and those whose stream is on its way`() throws {
    let daemon = try RunningDaemon(clamd: try Installed(), worker: "StandInWorker", workers: 1)
    let clients = try (0..<3).map { _ in try ClamdClient(daemon.clamdSocket) }
    try clients[0].sendStream(Array("slow 1000000".utf8))
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }
    try clients[1].sendStream(Array("slow 1".utf8))
    try clients[2].send("zINSTREAM\0\0\0\0\u{1}")
    try daemon.wait("it waits") { try daemon.counter("queued") == 1 }
    try daemon.wait("the stream is there") {
      try ClamdClient(daemon.clamdSocket).ask("nSTATS\n").contains("pools_used 3.000M")
    }
    try daemon.signal(Signal.terminate)
    #expect(try clients[2].rest() == "stream: the daemon stops, try again ERROR\0")
    #expect(try clients[1].rest() == "stream: the daemon stops, try again ERROR\0")
    #expect(try clients[0].rest() == "stream: OK\0")
    #expect(try daemon.wait() == .exited(status: 0))
  }

  @Test func `nothing is OK and a ping is no PONG while the self-test finds something wrong`() throws {
    let lazaret = try Installed()
    let worker = lazaret.place.path + "/worker"
    try #require(try lazaret.runTool("/bin/cp", [Repository.program("StandInWorker"), worker]) == 0)
    let daemon = try RunningDaemon(clamd: lazaret, worker: worker, arguments: ["--self-test", "1"])
    #expect(try ClamdClient(daemon.clamdSocket).ask("zPING\0") == "PONG\0")
    // More than there are credits for, so that some have to wait for the answers to others.
    let session = try ClamdClient(daemon.clamdSocket)
    try session.send("zIDSESSION\0")
    for number in 1...40 { try session.sendStream(Array("sleep \(number)".utf8)) }
    try daemon.wait("there is no more credit") {
      try daemon.counter("running") == 2 && daemon.counter("queued") == 30
    }
    try lazaret.place.write("lax", [])
    let trouble = "nothing is examined, the self-test failed ERROR\0"
    try daemon.wait("it is noticed") { try ClamdClient(daemon.clamdSocket).ask("zPING\0") == trouble }
    for _ in 0..<38 {
      let reply = try session.reply() ?? ""
      #expect(reply.hasSuffix(": stream: " + trouble.dropLast()), "\(reply)")
    }
    let client = try ClamdClient(daemon.clamdSocket)
    try client.sendStream(Array("allow".utf8))
    #expect(try client.rest() == "stream: " + trouble)
    #expect(try ClamdClient(daemon.clamdSocket).ask("zSTATS\0").contains("STATE: INVALID PRIMARY"))
  }

  private static func openDescriptors(of process: Int32) throws -> Int {
    try Directory(try .open("/proc/\(process)/fd", [.readOnly, .directory])).names().count
  }
}
