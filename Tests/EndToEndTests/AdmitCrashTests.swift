import Linux
import TestSupport
import Testing

/// `lazaret admit` killed, or refused something by the kernel, at every call that it makes.
struct AdmitCrashTests {
  /// Every call of the main thread that concerns files, and the first calls of all others, instead of a choice.
  private static let isDense = Proof.isWhole

  /// The calls that change something, or decide about it.
  private static let changing: Set<String> = [
    "mkdirat", "flock", "ioctl", "copy_file_range", "fsync", "fchmod", "renameat2", "unlinkat", "write",
  ]

  /// The others that concern files. How many of them there are can differ from run to run.
  private static let looking: Set<String> = [
    "openat", "openat2", "close", "newfstatat", "fcntl", "readlinkat", "getdents64", "lseek", "pread64",
    "pwrite64",
    "fdatasync", "unlink",
  ]

  private let lazaret: Installed
  private var source: String { lazaret.place.path + "/src" }
  private var destination: String { lazaret.place.path + "/in/dest" }
  private var program: [String] {
    [Repository.program("lazaret"), "admit", source, destination, "--replace"]
  }

  init() throws {
    lazaret = try Installed()
    try Directory.create(lazaret.place.path + "/in")
    try lazaret.place.write("src", Artifact.benignPickle)
  }

  /// A run under strace; gives the exit status as a shell has it, 137 where it was killed.
  private func traced(
    _ options: [String], follow: Bool = false, more: [String] = []
  ) throws -> Installed.Run {
    let words =
      [Strace.path] + (follow ? ["-f"] : []) + ["-qq", "-o", lazaret.place.path + "/trace"] + options
    return try lazaret.run("/bin/sh", ["-c", "\"$@\"; echo $?", "sh"] + words + program + more)
  }

  /// The main thread's calls since it began to make its staging area: each with its number among those of its name.
  private func calls() throws -> [(name: String, number: Int)] {
    // The first run makes the store, which later ones do not.
    #expect(try lazaret.run("lazaret", Array(program.dropFirst())).status == 0)
    #expect(lazaret.place.remove("in/dest"))
    let run = try traced([])
    #expect(run.lines.last == "0", "\(run.output)\(run.errors)")
    var numbers: [String: Int] = [:]
    var calls: [(name: String, number: Int)] = []
    var hasBegun = false
    for line in String(decoding: try lazaret.bytes("trace"), as: UTF8.self).split(separator: "\n") {
      guard let end = line.firstIndex(of: "(") else { continue }
      let name = String(line[..<end])
      guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { continue }
      numbers[name, default: 0] += 1
      hasBegun = hasBegun || name == "mkdirat"
      if hasBegun { calls.append((name, numbers[name] ?? 0)) }
    }
    return calls
  }

  /// The destination is not there, or is whole; and the next run succeeds and leaves nothing else.
  private func checkRecovery(_ place: String) throws {
    if try lazaret.names("in").contains("dest") {
      #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle, "\(place)")
    }
    let next = try lazaret.run("lazaret", Array(program.dropFirst()))
    #expect(next.status == 0, "\(place): \(next.output)\(next.errors)")
    #expect(try lazaret.names("in") == ["dest"], "\(place)")
    #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle, "\(place)")
    #expect(lazaret.place.remove("in/dest"))
  }

  @Test(.enabled(if: Strace.isPossible))
  func `killed at any call, it leaves nothing or all, and the next run succeeds`() throws {
    let calls = try self.calls().filter {
      Self.changing.contains($0.name) || Self.isDense && Self.looking.contains($0.name)
    }
    #expect(lazaret.place.remove("in/dest"))
    #expect(calls.contains { $0.name == "renameat2" } && calls.contains { $0.name == "fsync" })
    for call in calls {
      let run = try traced([
        "-e", "trace=\(call.name)", "-e", "inject=\(call.name):signal=KILL:when=\(call.number)",
      ])
      let isReached = Self.changing.contains(call.name)
      #expect(run.lines.last == "137" || !isReached, "\(call): \(run.output)\(run.errors)")
      try checkRecovery("\(call)")
    }
    try Proof.record("killed at each of \(calls.count) calls")
  }

  @Test(.enabled(if: Strace.isPossible && isDense))
  func `so it is where its other threads are killed`() throws {
    for name in ["openat2", "pread64", "pwrite64", "fdatasync", "fsync", "sendmsg", "recvmsg", "futex"] {
      for number in 1...20 {
        let run = try traced(
          ["-e", "trace=\(name)", "-e", "inject=\(name):signal=KILL:when=\(number)"], follow: true)
        try checkRecovery("\(name) \(number)")
        // No thread and no worker makes so many.
        if run.lines.last == "0" { break }
      }
    }
  }

  @Test(
    .enabled(if: Strace.isPossible),
    arguments: [
      ("copy_file_range", "ENOSPC", "No space left on device"), ("fsync", "EIO", "Input/output error"),
      ("renameat2", "EINVAL", "Invalid argument"), ("mkdirat", "EDQUOT", "Disk quota exceeded"),
      ("ioctl", "ENOSPC", "No space left on device"),
    ])
  func `what the kernel refuses is said, and leaves nothing`(call: String, error: String, message: String)
    throws
  {
    // Where the file system can share bytes, nothing would be copied.
    let others = call == "ioctl" ? [] : ["-e", "inject=ioctl:error=ENOTTY"]
    let run = try traced(
      ["-e", "trace=\(call),ioctl", "-e", "inject=\(call):error=\(error)"] + others, more: ["--no-store"])
    #expect(run.lines.last == "2", "\(run.output)\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try lazaret.names("in") == [])
  }

  @Test(.enabled(if: Strace.isPossible), arguments: ["EXDEV", "EOPNOTSUPP", "ENOSYS"])
  func `where the kernel cannot copy, bytes are read and written`(error: String) throws {
    let run = try traced([
      "-e", "trace=copy_file_range,ioctl", "-e", "inject=copy_file_range:error=\(error)", "-e",
      "inject=ioctl:error=ENOTTY",
    ])
    #expect(run.lines.last == "0", "\(run.output)\(run.errors)")
    #expect(try lazaret.bytes("in/dest") == Artifact.benignPickle)
  }
}
