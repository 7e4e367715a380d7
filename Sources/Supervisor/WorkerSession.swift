internal import ByteParsing
internal import Digest
internal import Findings
internal import Linux
internal import Sandbox
internal import Wire

/// One worker's life with its job, driven by one thread: messages in, the file hashed between them, the end.
struct WorkerSession: ~Copyable {
  /// Messages taken before the clock is looked at again.
  private static let messagesPerTurn = 64
  /// How long the kernel may take to end a killed worker before it is left to the zygote. Its end says nothing more of the
  /// file, and with much memory it takes long.
  private static let killMilliseconds = 50

  private let worker: WorkerProcess
  private let job: Job
  private var listener: FileDescriptor?
  private var decoder: ReportDecoder
  private var buffer = [UInt8](repeating: 0, count: WireLimit.message)
  private var socketOpen = true
  private var killed = false
  /// When to stop waiting, on the clock that never goes back.
  private var deadline: UInt64
  private let listeners: Listeners
  /// What the reader of the explanation took, which is not the worker's time.
  private(set) var readingNanoseconds: UInt64 = 0
  private(set) var end = WorkerEnd()
  /// What the worker says is around it, beyond what it inherits.
  private(set) var layers = Layers()

  /// What has been reported.
  var report: Report { decoder.report }

  init(
    _ worker: consuming WorkerProcess, job: Job, limits: Limits, deadline: UInt64,
    listeners: Listeners = Listeners()
  ) {
    self.worker = worker
    self.job = job
    self.decoder = ReportDecoder(limits: limits, explanation: job.explanation)
    self.deadline = deadline
    self.listeners = listeners
  }

  /// Runs until the worker has ended, hashing `file` meanwhile.
  mutating func run(_ file: borrowing FileDescriptor, hashing digest: inout FileDigest) {
    do throws(SystemCallError) {
      while try turn(file, hashing: &digest) {}
    } catch {
      end.loss = end.loss ?? "\(error)"
      kill()
    }
  }

  /// One wait and what it brought; false when the worker's end is known, or is not to be known.
  private mutating func turn(
    _ file: borrowing FileDescriptor, hashing digest: inout FileDigest
  ) throws(SystemCallError) -> Bool {
    let now = MonotonicClock.nanoseconds
    if now >= deadline {
      if killed { return false }
      end.deadlinePassed = true
      kill()
    }
    if listeners.isCancelled, !killed {
      end.loss = end.loss ?? Cancellation.reason
      kill()
    }
    var left = Int(clamping: (max(deadline, now) - now + 999_999) / 1_000_000)
    if listeners.cancellation != nil { left = min(left, Cancellation.latencyMilliseconds) }
    var entries = [PollEntry(worker.status.number)]
    if socketOpen, !killed { entries.append(PollEntry(worker.socket.number)) }
    if let listener = listener?.number, !killed { entries.append(PollEntry(listener)) }
    try poll(&entries, milliseconds: digest.isRunning ? 0 : left)

    for entry in entries.dropFirst() where !entry.found.isEmpty && !killed {
      if entry.descriptor == worker.socket.number {
        try receiveMessages(file, limit: Self.messagesPerTurn)
      } else {
        receiveViolation(entry.found)
      }
    }
    if !entries[0].found.isEmpty {
      // The worker is dead; what it had sent before is still to be read.
      if socketOpen, !killed { try receiveMessages(file, limit: .max) }
      try receiveStatus()
      return false
    }
    digest.step(file)
    return true
  }

  private mutating func receiveMessages(
    _ file: borrowing FileDescriptor, limit: Int
  ) throws(SystemCallError) {
    var count = 0
    while count < limit, !killed {
      do throws(SystemCallError) {
        guard
          let message = try worker.socket.receive(
            into: &buffer, descriptors: decoder.expectsReady ? 0...1 : 0...0, wait: false)
        else {
          socketOpen = false
          return
        }
        try handle(message, file)
      } catch {
        if error.wouldBlock { return }
        if error.isDisconnected {
          socketOpen = false
          return
        }
        guard error.isBadMessage else { throw error }
        refuse(WireError("\(error)"))
      }
      count += 1
    }
  }

  private mutating func handle(
    _ message: consuming Message, _ file: borrowing FileDescriptor
  ) throws(SystemCallError) {
    let step: ReportDecoder.Step
    do throws(WireError) {
      step = try decoder.handle(message.bytes)
    } catch {
      refuse(error)
      return
    }
    switch step {
    case .ready(let layers):
      self.layers = layers
      listener = message.descriptors.takeFirst()
      try worker.socket.send(job.encoded(), descriptors: [file.number], wait: false)
      end.jobSent = true
    case .record: break
    case .line(let line): handOn(line)
    case .end: end.reportComplete = true
    }
  }

  /// Gives a line to whoever reads the explanation, while the worker waits. Where nobody reads any more, there is no
  /// point in going on.
  private mutating func handOn(_ line: ExplanationLine) {
    guard let explanation = listeners.explanation else { return }
    let start = MonotonicClock.nanoseconds
    let goesOn = explanation.receive(line)
    let taken = MonotonicClock.nanoseconds - start
    readingNanoseconds += taken
    deadline += taken
    guard !goesOn else { return }
    end.loss = end.loss ?? "the reader of its explanation has left"
    kill()
  }

  private mutating func refuse(_ error: WireError) {
    end.protocolError = error
    end.reportComplete = false
    kill()
  }

  /// The kernel holds a call of the worker's and asks what to make of it. It is never answered.
  private mutating func receiveViolation(_ found: PollEvents) {
    guard found.contains(.input), let listener = listener.take() else {
      // No process is under the filter any more: the worker has ended.
      self.listener = nil
      return
    }
    do throws(SystemCallError) {
      guard let call = try SeccompListener.systemCall(waitingAt: listener) else { return }
      end.violation = call
    } catch {
      end.violation = "(unknown: \(error))"
    }
    kill()
  }

  private mutating func receiveStatus() throws(SystemCallError) {
    let bytes = try worker.status.read(limit: StatusRecord.size + 1)
    guard !bytes.isEmpty else { return }
    do throws(WireError) {
      end.status = try StatusRecord(parsing: bytes)
    } catch {
      end.loss = "\(error)"
    }
  }

  /// Ends the worker, and the wait for it soon after.
  private mutating func kill() {
    killed = true
    deadline = MonotonicClock.nanoseconds + UInt64(Self.killMilliseconds) * 1_000_000
    do throws(SystemCallError) {
      try worker.kill()
    } catch {
      end.loss = end.loss ?? "\(error)"
    }
  }
}
