import Findings
import Linux
import TestSupport
import Testing
import Wire

/// A store on a disk that fills up and gets room again.
struct FullDiskTests {
  /// Mounts a small file system over the folder that follows, for the command behind it alone.
  private static let onSmallDisk = [
    "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
    "mount -t tmpfs -o size=16m none \"$0\" && exec \"$@\"",
  ]

  private static let canMount: Bool = {
    do {
      if try Process.effectiveUser == 0
        && Installed().runTool(onSmallDisk[0], Array(onSmallDisk.dropFirst()) + ["/mnt", "/bin/true"]) == 0
      {
        return true
      }
    } catch {
      print("unshare: \(error)")
    }
    print("NOTICE: nothing may be mounted here: NO STORE WAS PUT ON A DISK THAT FILLS UP")
    return false
  }()

  private static let rounds = Proof.extent(2, whole: 60)

  @Test(.enabled(if: canMount))
  func `what is given is on the full disk, what is not is said, and with room it goes on`() throws {
    let lazaret = try Installed()
    let folder = lazaret.place.path + "/daemon"
    try Directory.create(folder)
    let daemon = try RunningDaemon(lazaret, workers: 1, under: Self.onSmallDisk + [folder])
    let filler = Filler(folder: "/proc/\(daemon.id)/root\(folder)")
    let client = try TestClient(daemon.socket)
    var (given, refused): (Set<String>, Int) = ([], 0)
    var random = SeededRandom(seed: 8)
    for round in 0..<Self.rounds {
      for number in 0..<8 {
        // The first two have room; then all is taken but a little, or nothing at all.
        if number == 2 {
          try filler.fill(leaving: round == 0 ? 0 : Int.random(in: 0...60_000, using: &random))
        }
        let path = try lazaret.place.write(
          "\(round)-\(number)", Artifact.number(Int32(round * 10 + number)))
        _ = try client.scan(UInt64(number + 1), path)
        switch try client.receiveEnd() {
        case .verdict(_, let frame):
          #expect(frame.examination.verdict == .allow)
          given.insert(frame.examination.sha256 ?? "")
        case .refused(_, .store, let reason):
          #expect(number > 1 && reason.contains("full"), "\(reason)")
          refused += 1
        case let other: Issue.record("\(String(describing: other))")
        }
      }
      if round == 0 { try scanByHand(lazaret, daemon, isFull: true) }
      try filler.empty()
      if round == 0 { try scanByHand(lazaret, daemon, isFull: false) }
    }
    let verify = try inside(daemon, lazaret, ["store", "verify", "--store", daemon.store])
    #expect(verify.status == 0 && verify.output.contains(": sound"), "\(verify.output)\(verify.errors)")
    let exported = try inside(daemon, lazaret, ["store", "export", "--store", daemon.store])
    let recorded = Set(try exported.lines.compactMap { try JSONDocument.parse($0)["sha256"].text })
    #expect(given.isSubset(of: recorded))
    #expect(refused > 0 && given.count >= 2 * Self.rounds, "\(refused) refused, \(given.count) given")
    try Proof.record(
      "a disk filled \(Self.rounds) times: \(given.count) verdicts given, none lost; \(refused) refused")
  }

  /// Runs the command line where the daemon's disk is.
  private func inside(
    _ daemon: RunningDaemon, _ lazaret: Installed, _ arguments: [String]
  ) throws -> Installed.Run {
    try lazaret.run(
      "/usr/bin/nsenter",
      ["--target", "\(daemon.id)", "--mount", "--wd", Repository.program("lazaret")] + arguments)
  }

  /// On a full disk a verdict is shown, and that it is not recorded; an `allow` opens nothing then.
  private func scanByHand(_ lazaret: Installed, _ daemon: RunningDaemon, isFull: Bool) throws {
    let fine = try lazaret.place.write("by hand", Artifact.benignPickle)
    let evil = try lazaret.place.write("by evil hand", Artifact.hostilePickle)
    for (path, status) in [(fine, isFull ? 2 : 0), (evil, 1)] as [(String, Int32)] {
      let run = try inside(daemon, lazaret, ["scan", "--store", daemon.store, path])
      #expect(run.status == status, "\(run.output)\(run.errors)")
      #expect(run.errors.contains("full") == isFull, "\(run.errors)")
    }
  }
}

/// A file that takes the room of a disk.
private struct Filler: ~Copyable {
  private let path: String

  init(folder: String) { path = folder + "/filler" }

  /// Takes all room but so many bytes.
  func fill(leaving left: Int) throws {
    let file = try FileDescriptor.open(path, [.writeOnly, .create])
    let page = [UInt8](repeating: 1, count: 4096)
    do throws(SystemCallError) {
      while true { try file.write(page) }
    } catch {
      let size = try file.identity().size
      try empty()
      let shorter = try FileDescriptor.open(path, [.writeOnly, .create])
      for _ in 0..<max(0, size - left) / 4096 { try shorter.write(page) }
    }
  }

  func empty() throws { _ = try FileDescriptor.open(path, [.writeOnly, .create, .truncate]) }
}
