internal import Findings
internal import Linux
internal import Wire

/// A worker that the zygote has forked: confined, or about to be, and without a job yet. Letting go of it kills
/// it.
struct WorkerProcess: ~Copyable {
  let socket: FileDescriptor
  /// The process itself; its number may belong to another by the time it is used.
  let process: FileDescriptor
  /// Where the zygote writes how the worker ended.
  let status: FileDescriptor
  /// The kernel's release, as the zygote sees it.
  let kernel: String
  /// What the worker has from the zygote.
  let layers: Layers

  func kill() throws(SystemCallError) { try process.signalProcess(Signal.kill) }

  deinit {
    // A worker that has ended is no error, and there is none to report another to.
    do throws(SystemCallError) { try process.signalProcess(Signal.kill) } catch {}
  }
}

/// What every zygote is given, all sealed.
struct ZygoteFiles: ~Copyable {
  /// The policy but for the lists of globals, as a bundle.
  let policy: FileDescriptor
  /// The file of their compiled table.
  let globals: SealedMemory
  /// The compiled seccomp programs.
  let filters: FileDescriptor
}

/// The process that forks the workers, and the socket to it.
///
/// It is started with descriptors 0 to 2 on `/dev/null`, its end of the control socket on 3, the policy on 4, the
/// compiled lists on 5 and the seccomp programs on 6, all sealed, and with an environment of three fixed variables.
struct Zygote: ~Copyable {
  /// Answers that take longer than this come from a zygote that is stuck.
  private static let answerMilliseconds = 30_000

  /// The process that was started; the workers' parent may be a child of it.
  let pid: Int32
  private let control: FileDescriptor
  private let kernel: String
  private let layers: Layers

  /// Starts the program and waits until it is warmed and confined.
  ///
  /// - Throws: ``SupervisorError`` where it cannot be started, says why it cannot go on, or answers wrongly.
  init(
    program: String, files: borrowing ZygoteFiles, idleWorkers: Int
  ) throws(SupervisorError) {
    let pid: Int32
    let control: FileDescriptor
    do throws(SystemCallError) {
      let null = try FileDescriptor.open("/dev/null", .readWrite)
      let pair = try SocketPair()
      pid = try Process.spawn(
        program, arguments: ["lazaret-worker", "zygote"],
        environment: ["SWIFT_BACKTRACE=enable=no", "TZ=UTC0", "LC_ALL=C.UTF-8"],
        descriptors: [
          null.number, null.number, null.number, pair.second.number, files.policy.number,
          files.globals.file.number, files.filters.number,
        ])
      control = try pair.first.duplicate()
    } catch {
      throw SupervisorError("the worker program cannot be started: \(error)")
    }
    let hello: (kernel: String, layers: Layers)
    do throws(SupervisorError) {
      hello = try Self.receiveHello(control)
      for _ in 0..<idleWorkers { try Self.request(.rehearsed, control) }
    } catch {
      Self.end(pid)
      throw error
    }
    self.pid = pid
    self.control = control
    self.kernel = hello.kernel
    self.layers = hello.layers
  }

  deinit { Self.end(pid) }

  /// Asks for one more worker and takes the one that was ready first.
  ///
  /// - Parameter request: what kind of worker to ask for, which others will take.
  /// - Throws: ``SupervisorError`` where the zygote is lost or stuck; it is of no more use then.
  func takeWorker(
    askingFor request: SpawnRequest = .rehearsed
  ) throws(SupervisorError) -> WorkerProcess {
    try Self.request(request, control)
    var message = try Self.receive(control, descriptors: 3...3)
    guard case .worker = try Self.parse(message.bytes),
      let socket = message.descriptors.takeFirst(), let process = message.descriptors.takeFirst(),
      let status = message.descriptors.takeFirst()
    else { throw SupervisorError("the zygote sent something else than a worker") }
    return WorkerProcess(socket: socket, process: process, status: status, kernel: kernel, layers: layers)
  }

  private static func receiveHello(
    _ control: borrowing FileDescriptor
  ) throws(SupervisorError) -> (kernel: String, layers: Layers) {
    switch try parse(try receive(control, descriptors: 0...0).bytes) {
    case .hello(let engine, let kernel, let layers):
      guard engine == Engine.version else {
        throw SupervisorError("the worker program is of version \(engine), this one of \(Engine.version)")
      }
      return (kernel, layers)
    case .failure(let reason): throw SupervisorError("no confinement: \(reason)")
    case .worker: throw SupervisorError("the zygote sent a worker before its hello")
    }
  }

  private static func request(
    _ request: SpawnRequest, _ control: borrowing FileDescriptor
  ) throws(SupervisorError) {
    do throws(SystemCallError) {
      try control.send(request.encoded, wait: false)
    } catch {
      throw SupervisorError("the zygote takes no requests: \(error)")
    }
  }

  private static func receive(
    _ control: borrowing FileDescriptor, descriptors: ClosedRange<Int>
  ) throws(SupervisorError) -> Message {
    do throws(SystemCallError) {
      var entries = [PollEntry(control.number)]
      guard try poll(&entries, milliseconds: answerMilliseconds) > 0 else {
        throw SystemCallError.badMessage("poll", "no answer for \(answerMilliseconds / 1000) s")
      }
      guard
        let message = try control.receive(limit: WireLimit.message, descriptors: descriptors, wait: false)
      else { throw SystemCallError.badMessage("recvmsg", "it has ended") }
      return message
    } catch {
      throw SupervisorError("the zygote is lost: \(error)")
    }
  }

  private static func parse(_ bytes: [UInt8]) throws(SupervisorError) -> ZygoteMessage {
    do throws(WireError) {
      return try ZygoteMessage(parsing: bytes)
    } catch {
      throw SupervisorError("the zygote broke the protocol: \(error)")
    }
  }

  /// Kills the zygote, whose workers die with it, and takes it off the process table.
  private static func end(_ pid: Int32) {
    // The child is not reaped yet, so its number is still its own; that it has ended already is no error.
    do throws(SystemCallError) {
      try FileDescriptor.process(pid).signalProcess(Signal.kill)
      try Process.reap(pid)
    } catch {}
  }
}
