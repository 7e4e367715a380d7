import Linux
import Policy
import Supervisor
import TestSupport
import Testing

/// The layers below the filter, which would hide their absence: a worker with all of them and a filter that
/// allows everything.
@Suite struct LayerTests {
  private func run(_ probe: String, socket: Int32) throws -> ProcessEnd {
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let pid = try Process.spawn(
      Repository.program("ProbeWorker"), arguments: ["ProbeWorker", "unfiltered", probe],
      environment: ["SWIFT_BACKTRACE=enable=no"],
      descriptors: [null.number, null.number, null.number, socket])
    return try Child.awaitEnd(pid, "ProbeWorker unfiltered \(probe)")
  }

  /// The layers that a process of this user gets on this kernel.
  private func layers() throws -> Set<String> {
    let pipe = try FileDescriptor.pipe()
    #expect(try run("layers", socket: pipe.writing.number) == .exited(status: 0))
    let text = String(decoding: try pipe.reading.read(limit: 4_096), as: UTF8.self)
    return Set(text.split(separator: " ").map { String($0.prefix { $0 != ":" }) })
  }

  @Test(arguments: [
    "open", "openat-memory", "openat-input", "creat", "unlink", "socket", "memfd_create", "execve", "fork",
    "ptrace", "kill-parent", "process_vm_readv", "mount", "chroot", "setuid", "prlimit", "perf_event_open",
    "pidfd_open", "dup-input",
  ]) func `without the filter the other layers still refuse`(probe: String) throws {
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    let layers = try layers()
    guard layers.contains(IsolationLayer.landlock.rawValue) else {
      print("NOTICE: no Landlock here: \(probe) was not tried without the filter")
      return
    }
    guard case .exited(let status) = try run(probe, socket: null.number) else {
      Issue.record("\(probe) killed the trial")
      return
    }
    #expect(status != 0, "\(probe) succeeded")
    #expect(!(97...99).contains(status), "the trial of \(probe) failed")
  }

  @Test func `the trial's control succeeds`() throws {
    let null = try FileDescriptor.open("/dev/null", .readWrite)
    #expect(try run("write-null", socket: null.number) == .exited(status: 0))
  }

  @Test func `every layer is on that this kernel and this user can have`() throws {
    let layers = try layers()
    for layer in [IsolationLayer.noNewPrivileges, .credentials] {
      #expect(layers.contains(layer.rawValue), "\(layer)")
    }
    let bestEffort: [IsolationLayer] = [
      .landlock, .userNamespace, .mountNamespace, .processNamespace, .ipcNamespace, .hostNameNamespace,
      .networkNamespace, .emptyRoot,
    ]
    let missing = bestEffort.filter { !layers.contains($0.rawValue) }.map(\.rawValue)
    if !missing.isEmpty {
      print("NOTICE: not on here, so not tested: \(missing.joined(separator: ", "))")
    }
    // An empty root needs a mount namespace; claiming it without one would be a lie.
    let emptied = layers.contains(IsolationLayer.emptyRoot.rawValue)
    #expect(!emptied || layers.contains(IsolationLayer.mountNamespace.rawValue))
  }
}
