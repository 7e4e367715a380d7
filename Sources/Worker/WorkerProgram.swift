internal import ByteParsing
internal import CArchive
internal import CLinux
internal import Findings
internal import Glibc
internal import Linux
internal import Policy
internal import Sandbox
internal import Wire

/// The worker program: `lazaret-worker zygote`, started by a supervisor and by nobody else.
///
/// | descriptor | what the supervisor puts there |
/// | --- | --- |
/// | 0, 1, 2 | `/dev/null` |
/// | 3 | the control socket |
/// | 4 | the policy but for the lists of globals, sealed |
/// | 5 | those lists, compiled, sealed |
/// | 6 | the compiled filters, sealed |
package enum WorkerProgram {
  private static let control: Int32 = 3
  private static let policy: Int32 = 4
  private static let globals: Int32 = 5
  private static let filters: Int32 = 6
  /// The oldest libarchive whose readers were reviewed: 3.6.2, as in Debian 12.
  private static let oldestArchiveVersion: Int32 = 3_006_002
  /// Blocks of memory that go back to the kernel when they are freed: what was unpacked, and no small buffer.
  private static let largeBlock: Int32 = 1 << 20

  /// Becomes the zygote.
  ///
  /// - Parameter warmUp: trusted artifacts that `examiner` examines once, unconfined, so that what is done at
  ///   first use is done before any worker is forked.
  package static func run(
    arguments: [String], examiner: some ArtifactExaminer, warmUp samples: [[UInt8]]
  ) -> Never {
    _exit(arguments.count == 2 && arguments[1] == "zygote" ? serve(examiner, samples) : refuse())
  }

  /// - Returns: the exit status.
  private static func serve(_ examiner: some ArtifactExaminer, _ samples: [[UInt8]]) -> Int32 {
    let control = FileDescriptor(owning: Self.control)
    _ = clinux_give_back_blocks(largeBlock)
    CodePages.enlarge()
    do {
      let kernel = try Process.kernelRelease()
      let (policy, filters) = try load()
      WarmUp.run(examiner, samples, policy: policy)
      let confinement = try ZygoteLockdown.lockDown(filters: filters)
      let hello = ZygoteMessage.hello(
        engine: Engine.version, kernel: kernel, layers: Layers(confinement))
      try control.send(hello.encoded())
      var zygote = Zygote(examiner: examiner, samples: samples, policy: policy, filters: filters)
      try zygote.serve(control)
      return 0
    } catch {
      // Where not even this can be said, the supervisor sees the socket closed.
      do { try control.send(ZygoteMessage.failure(reason: "\(error)").encoded(), wait: false) } catch {}
      return 1
    }
  }

  /// - Returns: the exit status.
  private static func refuse() -> Int32 {
    let text = "lazaret-worker is started by lazaret and lazaretd, and does nothing by itself\n"
    let standardError = FileDescriptor(owning: STDERR_FILENO)
    do { try standardError.write(Array(text.utf8)) } catch {}
    return 2
  }

  /// Reads what the supervisor left in memory files that nobody can change any more.
  private static func load() throws -> (PolicySet, FilterSet) {
    guard archive_version_number() >= oldestArchiveVersion else {
      throw WireError("libarchive is too old")
    }
    let policyFile = FileDescriptor(owning: policy)
    let filterFile = FileDescriptor(owning: filters)
    guard try policyFile.isSealed(), try filterFile.isSealed() else {
      throw WireError("what the supervisor sent could still change")
    }
    let lists = try SealedMemory(FileDescriptor(owning: globals))
    // SAFETY: the bytes are those of `lists`, which stays as long as any part of them.
    let compiled = try CompiledGlobals(decoding: unsafe SharedBytes(lists.bytes, keptBy: lists))
    let policy = try PolicySet(
      parsing: try PolicyBundle(decoding: try policyFile.readAll(limit: PolicyBundle.byteLimit)),
      globals: try GlobalTable(compiled: try compiled.parsed().table))
    guard let filters = FilterSet(decoding: try filterFile.readAll(limit: FilterSet.byteLimit)) else {
      throw WireError("the supervisor sent no filters")
    }
    return (policy, filters)
  }
}
