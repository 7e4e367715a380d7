import Linux
import TestSupport
import Testing

/// `clamdscan` of Debian's package clamdscan, as a client of the daemon.
struct ClamdScanTests {
  private static let program = "/usr/bin/clamdscan"

  private static let isThere: Bool = {
    do throws(SystemCallError) {
      _ = try FileIdentity(path: program, followingLinks: true)
      return true
    } catch {
      print("NOTICE: no clamdscan here: THE DAEMON WAS NOT TRIED WITH A REAL CLIENT OF CLAMD'S PROTOCOL")
      return false
    }
  }()

  private let lazaret: Installed
  private let configuration: String

  init() throws {
    lazaret = try Installed()
    configuration = try lazaret.place.write(
      "clamd.conf", Array("LocalSocket \(lazaret.place.path)/c.sock\n".utf8))
  }

  private func clamdscan(_ arguments: String..., user: UInt32? = nil) throws -> Installed.Run {
    try lazaret.run(
      Self.program, ["--config-file", configuration, "--no-summary"] + arguments, user: user)
  }

  @Test(
    .enabled(if: isThere),
    arguments: [["--fdpass"], ["--stream"], ["--fdpass", "-m"], ["--stream", "-m"]])
  func `files have the verdicts of a scan, and what is not allowed is found`(way: [String]) throws {
    let daemon = try RunningDaemon(clamd: lazaret)
    let files: [(name: String, bytes: [UInt8], found: String?)] = [
      ("plain.pkl", Artifact.benignPickle, nil), ("model.pt", Artifact.benignTorch, nil),
      ("evil.pkl", Artifact.hostilePickle, "Lazaret.pickle.dangerous-import"),
      ("evil.pt", Artifact.hostileTorch, "Lazaret.pickle.dangerous-import"),
      ("unknown.pkl", Artifact.unknownPickle, "Lazaret.Policy.Review.pickle.unknown-call"),
      ("cut.pt", Array(Artifact.benignTorch.dropLast(40)), "Lazaret.Policy.Incomplete"),
    ]
    for (name, bytes, _) in files { try lazaret.place.write("m/\(name)", bytes) }
    for number in 1...40 { try lazaret.place.write("m/\(number).pkl", Artifact.number(Int32(number))) }
    let folder = lazaret.place.path + "/m"
    let run = try lazaret.run(
      Self.program, ["--config-file", configuration, "--no-summary"] + way + [folder])
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    let expected = files.compactMap { file in file.found.map { "\(folder)/\(file.name): \($0) FOUND" } }
    #expect(Set(run.lines) == Set(expected), "\(run.output)")
    #expect(run.errors == "")

    let good = try lazaret.run(
      Self.program, ["--config-file", configuration, "--no-summary"] + way + ["\(folder)/plain.pkl"])
    #expect(good.status == 0 && good.output == "\(folder)/plain.pkl: OK\n", "\(good.output)\(good.errors)")
    #expect(try daemon.counter("rejected_total:credits") == 0)
  }

  @Test(.enabled(if: isThere)) func `it pings, asks for the version, and is refused what there is not`()
    throws
  {
    let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker")
    let ping = try clamdscan("--ping", "1")
    #expect(ping.status == 0 && ping.output.contains("PONG"), "\(ping.output)\(ping.errors)")
    let version = try clamdscan("--version")
    #expect(version.status == 0 && version.output.hasPrefix("Lazaret "), "\(version.output)")
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let byPath = try clamdscan(path)
    #expect(byPath.status == 2)
    #expect(byPath.output == "\(path): paths are not taken, use FILDES or INSTREAM ERROR\n")
    #expect(try clamdscan("--reload").status == 2)
    #expect(try daemon.counter("accepted_total") == 0)
  }

  @Test(.enabled(if: isThere)) func `a file over the limit of streams is an error and not OK`() throws {
    let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker")
    let path = lazaret.place.path + "/large"
    #expect(try lazaret.runTool("/usr/bin/truncate", ["-s", "\((64 << 20) + 1)", path]) == 0)
    for way in [["--stream"], ["--stream", "-m"]] {
      let run = try lazaret.run(
        Self.program, ["--config-file", configuration, "--no-summary"] + way + [path])
      #expect(run.status == 2, "\(run.output)")
      #expect((run.output + run.errors).contains("INSTREAM size limit exceeded. ERROR"), "\(run.output)")
    }
    #expect(try daemon.counter("accepted_total") == 0)
  }

  @Test(.enabled(if: isThere)) func `users have the roles that they have on the daemon's other socket`()
    throws
  {
    guard Installed.canBeNobody else {
      print("NOTICE: not root, or nobody cannot run this build: ROLES WERE NOT TRIED WITH clamdscan")
      return
    }
    #expect(lazaret.place.setMode(".", 0o755))
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let nobody = "\(Installed.nobody)"
    let roles: [(flags: [String], answer: String)] = [
      (["--allow-uid", nobody], "OK"),
      (["--query-uid", nobody], "this user may not have files examined ERROR"),
      (["--allow-uid", "1"], "this user may not ask this daemon ERROR"),
    ]
    for (flags, answer) in roles {
      let daemon = try RunningDaemon(clamd: lazaret, worker: "StandInWorker", arguments: flags)
      for way in ["--fdpass", "--stream"] {
        let run = try clamdscan(way, path, user: Installed.nobody)
        #expect((run.output + run.errors).contains(answer), "\(flags): \(run.output)\(run.errors)")
        #expect(run.status == (answer == "OK" ? 0 : 2), "\(flags)")
      }
      #expect(try daemon.end(Signal.terminate) == .exited(status: 0))
    }
    let closed = try RunningDaemon(clamd: lazaret, worker: "StandInWorker")
    #expect(try clamdscan("--fdpass", path, user: Installed.nobody).status == 2)
    #expect(try closed.counter("accepted_total") == 0)
  }
}
