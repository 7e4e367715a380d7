import CLinux
import Findings
import Glibc
import Linux
import Wire

/// What a worker does, by the word its file begins with.
enum Behaviour {
  static func run(_ socket: borrowing FileDescriptor) -> Never {
    do {
      clinux_die_with_parent()
      try socket.send(WorkerMessage.ready(Layers()).encoded())
      guard var message = try socket.receive(limit: 100, descriptors: 1...1),
        let input = message.descriptors.takeFirst()
      else { _exit(100) }
      let job = try Job(parsing: message.bytes)
      let bytes = try input.readAll(limit: 1 << 20)
      if job.attack != nil { try beAttacked(job, socket) }
      if bytes.starts(with: Script.mark) { Script.perform(bytes.dropFirst(Script.mark.count), socket) }
      if bytes.starts(with: [0x80, 0x02]) { try judge(bytes, job, socket) }
      let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      try act(words.first ?? "", words.count > 1 ? Int32(words[1]) ?? 0 : 0, job, socket)
    } catch {
      _exit(101)
    }
    _exit(0)
  }

  /// A sound report of a harmless file.
  private static func report(_ job: Job, _ socket: borrowing FileDescriptor) throws {
    try socket.send(WorkerMessage.format("text").encoded())
    let progress = Progress(bytes: job.inputSize)
    try socket.send(WorkerMessage.progress(progress).encoded())
    try socket.send(WorkerMessage.end(Totals(progress: progress, findings: 0, gaps: 0)).encoded())
  }

  /// Ends as a worker whose call is refused; where a file `lax` lies beside this program, as one whose call is not.
  private static func beAttacked(_ job: Job, _ socket: borrowing FileDescriptor) throws -> Never {
    let folder = Directory.parent(of: String(decoding: try Process.executablePath(), as: UTF8.self))
    if isThere(folder + "/lax") {
      try report(job, socket)
      _exit(0)
    }
    Glibc.signal(SIGSYS, SIG_DFL)
    kill(getpid(), SIGSYS)
    _exit(103)
  }

  private static func isThere(_ path: String) -> Bool {
    do throws(SystemCallError) {
      _ = try FileIdentity(path: path, followingLinks: false)
      return true
    } catch {
      return false
    }
  }

  /// The daemon's samples, which are pickles: one imports, and is denied.
  private static func judge(
    _ bytes: [UInt8], _ job: Job, _ socket: borrowing FileDescriptor
  ) throws -> Never {
    guard bytes.contains(UInt8(ascii: "c")),
      let rule = RuleCatalog.all.first(where: { $0.verdict == .deny })
    else {
      try report(job, socket)
      _exit(0)
    }
    let finding = FindingFrame(rule: rule.id, location: Location(), detail: "", evidence: "")
    let progress = Progress(bytes: job.inputSize)
    try socket.send(WorkerMessage.finding(finding).encoded())
    try socket.send(WorkerMessage.progress(progress).encoded())
    try socket.send(WorkerMessage.end(Totals(progress: progress, findings: 1, gaps: 0)).encoded())
    _exit(0)
  }

  private static func act(
    _ word: Substring, _ number: Int32, _ job: Job, _ socket: borrowing FileDescriptor
  ) throws {
    let gap = WorkerMessage.gap(Gap(at: Location(), reason: String(repeating: "x", count: 4_000))).encoded()
    switch word {
    case "allow": try report(job, socket)
    case "slow":
      usleep(UInt32(number))
      try report(job, socket)
    case "wait":
      // Until a file `go` lies beside this program.
      let folder = Directory.parent(of: String(decoding: try Process.executablePath(), as: UTF8.self))
      while !isThere(folder + "/go") { usleep(10_000) }
      try report(job, socket)
    case "silent": break
    case "exit":
      try report(job, socket)
      _exit(number)
    case "signal":
      try report(job, socket)
      Glibc.signal(number, SIG_DFL)
      kill(getpid(), number)
    case "sleep": sleep(1_000)
    case "spin": while true {}
    case "stop":
      kill(getpid(), SIGSTOP)
      try report(job, socket)
    case "deaf":
      for number in 1..<Int32(32) { Glibc.signal(number, SIG_IGN) }
      sleep(1_000)
    case "blocked":
      let pipe = try FileDescriptor.pipe()
      _ = try pipe.reading.read(limit: 1)
    case "trickle":
      // A report without an end, too slow to be too long.
      while true {
        try socket.send(WorkerMessage.progress(Progress(bytes: 1)).encoded())
        usleep(1_000)
      }
    case "close":
      shutdown(socket.number, Int32(SHUT_RDWR))
      sleep(1_000)
    case "garbage":
      try socket.send([0xFF, 1, 2, 3])
      sleep(1_000)
    case "oversize":
      try socket.send(Array(repeating: 33, count: 66_000))
      sleep(1_000)
    case "flood": while true { try socket.send(gap) }
    case "noise": while true { try socket.send(WorkerMessage.progress(Progress()).encoded()) }
    case "again":
      try report(job, socket)
      try socket.send(WorkerMessage.format("late").encoded())
    case "totals":
      try socket.send(
        WorkerMessage.end(Totals(progress: Progress(bytes: 1), findings: 0, gaps: 0)).encoded())
    case "severity":
      try socket.send(
        WorkerMessage.finding(
          FindingFrame(rule: "none.of-the-catalogue", location: Location(), detail: "", evidence: "")
        ).encoded())
    case "gaps":
      for _ in 0..<number { try socket.send(gap) }
      try socket.send(
        WorkerMessage.end(Totals(progress: Progress(), findings: 0, gaps: Int(number))).encoded())
    case "progress":
      for _ in 0..<number { try socket.send(WorkerMessage.progress(Progress(bytes: 1)).encoded()) }
      try socket.send(
        WorkerMessage.end(Totals(progress: Progress(bytes: Int(number)), findings: 0, gaps: 0)).encoded())
    case "lines":
      // As many as the number says, asked for or not.
      for _ in 0..<number {
        try socket.send(WorkerMessage.line(ExplanationLine(.member, "a member")).encoded())
      }
      try report(job, socket)
    case "descriptor":
      try socket.send(WorkerMessage.format("text").encoded(), descriptors: [socket.number])
      try report(job, socket)
    case "zygote":
      kill(getppid(), SIGKILL)
      sleep(1_000)
    default: _exit(102)
    }
  }

}
