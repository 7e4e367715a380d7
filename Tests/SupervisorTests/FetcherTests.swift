import Linux
import Policy
import Supervisor
import TestSupport
import Testing
import Wire

/// What a fetcher tries that its server has taken over, under the real confinement.
@Suite struct FetcherTests {
  private static let endpoint = RemoteEndpoint(kind: .hub, address: "http://127.0.0.1:1")

  private static let fetcher = Result { try makeFetcher() }

  private static func makeFetcher(_ change: (String) -> String = { $0 }) throws -> Fetcher {
    let files = try PolicyDirectory.read(Repository.root + "/policies").files
      .filter { !Repository.isLibraryList($0.path) }
      .map {
        PolicyBundle.File(
          path: $0.path, bytes: Array(change(String(decoding: $0.bytes, as: UTF8.self)).utf8))
      }
    return try Fetcher(
      program: Repository.program("ProbeFetcher"), bundle: try PolicyBundle(files), certificates: [])
  }

  private let place: TemporaryDirectory

  init() throws { place = try TemporaryDirectory() }

  /// What came of an attempt; nil where it worked.
  private func attempt(_ what: String, _ path: String = "") throws -> String? {
    let staging = "\(place.path)/staging"
    try Directory.create(staging)
    do {
      _ = try Self.fetcher.get().fetch(
        RemoteModel(name: what, revision: path), at: Self.endpoint,
        into: try FileDescriptor.open(staging, [.readOnly, .directory]), byteLimit: 1 << 20,
        progress: { _, _ in })
      return nil
    } catch let error as FetchError {
      return error.reason
    }
  }

  @Test func `a fetcher that does nothing ends well`() throws {
    #expect(try attempt("nothing") == nil)
  }

  @Test func `a fetcher writes below its staging folder, and lists it`() throws {
    let staging = place.path + "/staging"
    #expect(try attempt("write", staging + "/new") == nil)
    #expect(try FileDescriptor.open(staging + "/new").readAll(limit: 10) == [1])
    #expect(try attempt("list", staging) == nil)
    #expect(try attempt("read", staging + "/new") == nil)
  }

  @Test func `a fetcher reads nothing else: no store, no policy, no home, no system`() throws {
    let store = try place.write("state/lazaret/verdicts.db", [1])
    for path in [
      store, Repository.root + "/policies/waivers.json", Repository.root + "/Package.swift", "/etc/passwd",
      "/proc/self/maps", "/proc/1/environ", "/etc/ssl/openssl.cnf", Repository.program("lazaret"),
    ] {
      let reason = try attempt("read", path)
      #expect(reason?.contains("Permission denied") == true, "\(path): \(reason ?? "was read")")
    }
    for folder in ["/", "/root", "/tmp", place.path, Repository.root + "/policies"] {
      let reason = try attempt("list", folder)
      #expect(reason?.contains("Permission denied") == true, "\(folder): \(reason ?? "was listed")")
    }
  }

  @Test func `a fetcher writes nowhere else`() throws {
    let store = try place.write("state/lazaret/verdicts.db", [7])
    for path in [
      store, place.path + "/beside", place.path + "/staging/../beside", "/tmp/lazaret-probe",
      "/etc/resolv.conf",
    ] {
      let reason = try attempt("write", path)
      #expect(reason?.contains("Permission denied") == true, "\(path): \(reason ?? "was written")")
    }
    #expect(try FileDescriptor.open(store).readAll(limit: 10) == [7])
    #expect(try attempt("make-folder", "lazaret-probe")?.contains("Permission denied") == true)
  }

  @Test(arguments: [
    "execve", "execveat", "fork", "ptrace", "process_vm_readv", "kill-nothing", "mmap-executable",
    "mprotect-executable", "memfd_create", "prctl-dumpable", "seccomp", "unshare", "setuid", "bpf",
    "io_uring_setup", "pidfd_getfd", "raw-socket", "local-socket",
  ]) func `a call outside the role kills the fetcher`(call: String) throws {
    let reason = try attempt(call)
    #expect(reason?.contains("killed for a forbidden system call") == true, "\(reason ?? "was done")")
  }

  @Test(arguments: [
    ("say-garbage", "broke the protocol"), ("say-ready", "broke the protocol"),
    ("say-model", "broke the protocol"),
    ("say-nothing", "is lost"), ("exit", "ended with status 3"),
  ]) func `a fetcher that breaks the protocol is found out`(what: String, words: String) throws {
    let reason = try attempt(what)
    #expect(reason?.contains(words) == true, "\(reason ?? "was believed")")
  }

  @Test func `a file beyond the limit ends the fetcher`() throws {
    let reason = try attempt("write-much", place.path + "/staging/much")
    #expect(reason?.contains("larger than the limit") == true, "\(reason ?? "was written")")
  }

  @Test(arguments: [
    (#""default": "kill_process""#, #""default": "notify""#, "the default must be kill_process"),
    (#""syscall": "connect""#, #""syscall": "kill""#, "has a rule and is on the never-list"),
    (#""syscall": "getpeername""#, #""syscall": "chmod", "args": []"#, "never-list"),
    (#""syscall": "uname""#, #""syscall": "rt_sigreturn""#, "would not be denied"),
  ]) func `a policy that lets a fetcher do what none may is refused`(
    from: String, to: String, words: String
  ) throws {
    do {
      _ = try Self.makeFetcher { $0.contains("\"role\": \"fetch\"") ? $0.replacing(from, with: to) : $0 }
      Issue.record("it was taken")
    } catch let error as PolicyError {
      #expect(error.file == "seccomp/fetch.json")
      #expect(!error.reason.isEmpty)
    }
  }
}
