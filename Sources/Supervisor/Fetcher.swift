internal import Findings
package import Linux
package import Policy
internal import Sandbox
package import Wire

/// Why something was not fetched.
package struct FetchError: Error, Equatable, CustomStringConvertible {
  /// In words, some of which may be a server's.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }

  package var description: String { reason }
}

/// Starts a confined process for each thing that is wanted from a registry, and believes it nothing.
///
/// What a server sends is read by that process alone. It sees no policy, no store and no other model, gets the
/// credentials only when it is confined, and does one thing: whatever a server makes of it, it cannot touch the next.
package struct Fetcher: Sendable {
  /// A fetcher that says nothing for so long is stuck.
  private static let silenceMilliseconds = 600_000
  /// What a file may have beyond the limit, so that the limit itself is what is reported.
  private static let slack = 1 << 20

  private let program: String
  /// The compiled filter.
  private let filter: [UInt8]
  private let certificates: [UInt8]

  /// - Parameters:
  ///   - program: the fetch program.
  ///   - certificates: PEM; servers are verified with these alone.
  /// - Throws: `PolicyError` where the policy has no filter for it.
  package init(program: String, bundle: PolicyBundle, certificates: [UInt8]) throws(PolicyError) {
    self.program = program
    self.certificates = certificates
    filter = try SeccompCompiler.compileFetch(try bundle.seccomp("fetch")).bytes
  }

  /// The models that a registry names, or the revisions of one.
  package func list(
    _ model: RemoteModel, at endpoint: RemoteEndpoint
  ) throws(FetchError) -> [RemoteModel] {
    var models: [RemoteModel] = []
    let end = try run(FetchRequest(.list, of: model, at: endpoint), staging: nil, fileBytes: 0) {
      message throws(FetchError) in
      guard case .model(let model) = message else { return }
      guard models.count < FetchLimit.models else {
        throw FetchError("more than \(FetchLimit.models) models were named")
      }
      models.append(model)
    }
    guard end.files == models.count else {
      throw FetchError("\(models.count) of \(end.files) models were named")
    }
    return models
  }

  /// Fetches a revision into a folder, as `content` in it. What an earlier run left there is used.
  ///
  /// - Parameter progress: is told how many bytes came, and how many there are as far as anybody knows.
  /// - Returns: how many files there are. The process has ended when this returns.
  package func fetch(
    _ model: RemoteModel, at endpoint: RemoteEndpoint, into folder: borrowing FileDescriptor,
    byteLimit: Int,
    progress: (Int, Int) -> Void
  ) throws(FetchError) -> Int {
    let (fileBytes, overflow) = byteLimit.addingReportingOverflow(Self.slack)
    let request = FetchRequest(.fetch(byteLimit: byteLimit), of: model, at: endpoint)
    return try run(request, staging: folder.number, fileBytes: overflow ? .max : fileBytes) {
      message throws(FetchError) in
      switch message {
      case .progress(let bytes, let whole): progress(bytes, whole)
      default: throw FetchError("the fetcher broke the protocol: it names models")
      }
    }.files
  }

  /// Writes tags to a revision.
  package func tag(
    _ model: RemoteModel, _ tags: [RemoteTag], at endpoint: RemoteEndpoint
  ) throws(FetchError) {
    _ = try run(FetchRequest(.tag(tags), of: model, at: endpoint), staging: nil, fileBytes: 0) { _ in }
  }

  // MARK: One process

  private func run(
    _ request: FetchRequest, staging: Int32?, fileBytes: Int,
    each: (FetchMessage) throws(FetchError) -> Void
  ) throws(FetchError) -> (files: Int, bytes: Int) {
    let started = try start(staging: staging, fileBytes: fileBytes)
    let outcome: Result<(files: Int, bytes: Int), FetchError>
    do throws(FetchError) {
      try confirm(started.control)
      try send(request, started.control)
      outcome = .success(try listen(started.control, each: each))
    } catch {
      outcome = .failure(error)
    }
    let end = Self.end(started.pid, wait: outcome.isSuccess)
    switch outcome {
    case .success(let counts):
      guard end == .exited(status: 0) else {
        throw FetchError("the fetcher \(Self.words(end)) after its last word")
      }
      return counts
    case .failure(let error):
      if case .killed(let signal) = end, signal != Signal.kill {
        throw FetchError("the fetcher \(Self.words(end)): \(error.reason)")
      }
      throw error
    }
  }

  private struct Started: ~Copyable {
    let pid: Int32
    let control: FileDescriptor
  }

  private func start(staging: Int32?, fileBytes: Int) throws(FetchError) -> Started {
    do throws(SystemCallError) {
      let null = try FileDescriptor.open("/dev/null", .readWrite)
      let pair = try SocketPair()
      let filter = try FileDescriptor.sealedMemory(self.filter, name: "filter")
      let certificates = try FileDescriptor.sealedMemory(self.certificates, name: "certificates")
      let pid = try Process.spawn(
        program, arguments: ["lazaret-fetch", "confined", "\(fileBytes)"],
        environment: ["SWIFT_BACKTRACE=enable=no", "TZ=UTC0", "LC_ALL=C.UTF-8"],
        descriptors: [
          null.number, null.number, null.number, pair.second.number, filter.number, certificates.number,
          staging ?? null.number,
        ])
      return Started(pid: pid, control: try pair.first.duplicate())
    } catch {
      throw FetchError("the fetch program cannot be started: \(error)")
    }
  }

  /// Takes the first message, before anything secret is sent.
  private func confirm(_ control: borrowing FileDescriptor) throws(FetchError) {
    switch try Self.receive(control) {
    case .ready(let layers):
      let active = Set(layers.active.map { String($0.prefix { $0 != ":" }) })
      let required: [IsolationLayer] = [
        .noNewPrivileges, .credentials, .resourceLimits, .landlock, .seccomp,
      ]
      if let missing = required.first(where: { !active.contains($0.rawValue) }) {
        throw FetchError("no confinement, so nothing is fetched: \(missing.rawValue) is missing")
      }
    case .failure(let reason): throw FetchError("no confinement, so nothing is fetched: \(reason)")
    default: throw FetchError("the fetcher broke the protocol: it does not say that it is confined")
    }
  }

  private func send(_ request: FetchRequest, _ control: borrowing FileDescriptor) throws(FetchError) {
    do {
      try control.send(try request.encoded())
    } catch {
      throw FetchError("the request cannot be sent: \(error)")
    }
  }

  private func listen(
    _ control: borrowing FileDescriptor, each: (FetchMessage) throws(FetchError) -> Void
  ) throws(FetchError) -> (files: Int, bytes: Int) {
    while true {
      let message = try Self.receive(control)
      switch message {
      case .end(let files, let bytes): return (files, bytes)
      case .failure(let reason): throw FetchError(reason)
      case .ready: throw FetchError("the fetcher broke the protocol: it is confined twice")
      case .model, .progress: try each(message)
      }
    }
  }

  private static func receive(_ control: borrowing FileDescriptor) throws(FetchError) -> FetchMessage {
    let bytes: [UInt8]
    do throws(SystemCallError) {
      var entries = [PollEntry(control.number)]
      guard try poll(&entries, milliseconds: silenceMilliseconds) > 0 else {
        throw SystemCallError.badMessage("poll", "it says nothing for \(silenceMilliseconds / 1000) s")
      }
      guard let message = try control.receive(limit: WireLimit.message, wait: false) else {
        throw SystemCallError.badMessage("recvmsg", "it has ended")
      }
      bytes = message.bytes
    } catch {
      throw FetchError("the fetcher is lost: \(error)")
    }
    do throws(WireError) {
      return try FetchMessage(parsing: bytes)
    } catch {
      throw FetchError("the fetcher broke the protocol: \(error)")
    }
  }

  /// Ends the process where it does not end by itself, and takes it off the process table.
  ///
  /// - Returns: nil where nobody knows how it ended.
  private static func end(_ pid: Int32, wait: Bool) -> ProcessEnd? {
    // The child is not reaped yet, so its number is still its own.
    do throws(SystemCallError) {
      let process = try FileDescriptor.process(pid)
      var entries = [PollEntry(process.number)]
      // One that broke off may be about to die of what it did: that is worth knowing.
      if try poll(&entries, milliseconds: wait ? silenceMilliseconds : 1_000) == 0 {
        try process.signalProcess(Signal.kill)
      }
      return try Process.reap(pid).map { ProcessEnd(waitStatus: $0.waitStatus) }
    } catch {
      return nil
    }
  }

  private static func words(_ end: ProcessEnd?) -> String {
    switch end {
    case .killed(Signal.badSystemCall): "was killed for a forbidden system call"
    case .killed(Signal.fileSize): "was killed for a file larger than the limit"
    case .killed(let signal): "was killed by \(Signal.name(signal))"
    case .exited(let status): "ended with status \(status)"
    case nil: "ended, nobody knows how,"
    }
  }
}

extension Result {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
