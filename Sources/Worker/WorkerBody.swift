internal import ByteParsing
internal import CLinux
internal import Findings
internal import Glibc
internal import Linux
internal import Policy
internal import Sandbox
internal import Wire

/// A worker's life, from the fork to its end: confined, one job, one report.
enum WorkerBody {
  /// The exit status of a worker that could not be confined, had no job, or could not send its report's end.
  private static let failed: Int32 = 3

  /// - Parameter rehearsal: trusted artifacts to examine while it waits for its job.
  /// - Returns: the exit status.
  static func run(
    socket number: Int32, zygote: Int32, policy: PolicySet, filters: FilterSet,
    examiner: some ArtifactExaminer, rehearsal samples: [[UInt8]]
  ) -> Int32 {
    do {
      let confined = try WorkerLockdown.lockDown(
        socket: number, zygote: zygote, limits: policy.limits, filters: filters)
      WarmUp.rehearse(examiner, samples, policy: policy)
      let connection = Connection()
      let (input, job) = try takeJob(from: connection.socket, confined, filters: filters)
      // From here on bytes of the artifact are read, and the process can do nothing but that and report.
      var sink = WireReportSink(limits: policy.limits, explanation: job.explanation) { message in
        try connection.socket.write(message)
      }
      if let attack = job.attack {
        attempt(attack, parent: zygote, into: &sink)
      } else {
        examiner.examine(input, policy: policy, explanation: job.explanation, into: &sink)
      }
      try sink.finish()
      return 0
    } catch {
      return failed
    }
  }

  /// Owns the worker's socket, and can be shared with the report's writer.
  private final class Connection {
    let socket = FileDescriptor(owning: WorkerDescriptor.socket)
  }

  /// Says that the process is confined, takes its one job, and loses the right to take another.
  private static func takeJob(
    from socket: borrowing FileDescriptor, _ confined: consuming WorkerLockdown.Confined, filters: FilterSet
  ) throws -> (Input, Job) {
    let ready = WorkerMessage.ready(Layers(confined.confinement))
    if let listener = confined.listener.take() {
      try socket.send(ready.encoded(), descriptors: [listener.number])
    } else {
      try socket.send(ready.encoded())
    }
    try WorkerLockdown.limitDescriptors()
    guard var message = try socket.receive(limit: Job.byteLimit, descriptors: 1...1) else {
      throw WireError("no job came")
    }
    let job = try Job(parsing: message.bytes)
    guard let file = message.descriptors.takeFirst() else { throw WireError("the job has no file") }
    try WorkerLockdown.seal(filters)
    return (Input(FileSource(file, count: job.inputSize)), job)
  }

  /// Makes a call that must not come back. Where it does, whatever it returned, the report says so.
  private static func attempt(_ attack: String, parent: Int32, into sink: inout some ReportSink) {
    // SAFETY: the name ends in a zero and outlives the call.
    let result = unsafe clinux_attack(attack, parent)
    sink.record(Gap(at: Location(), reason: "\(attack) came back with \(result)"))
  }
}
