import Linux
import Testing

@testable import Daemon

/// Where a guard may stand, and where not.
struct GuardPlaceTests {
  private static let mounts = [
    Mount(device: "8:1", root: [0x2F], place: [0x2F], type: "ext4"),
    Mount(device: "0:21", root: [0x2F], place: Array("/proc".utf8), type: "proc"),
    Mount(device: "0:5", root: [0x2F], place: Array("/dev".utf8), type: "devtmpfs"),
    Mount(device: "0:30", root: [0x2F], place: Array("/dev/shm".utf8), type: "tmpfs"),
    Mount(device: "0:31", root: [0x2F], place: Array("/tmp".utf8), type: "tmpfs"),
    Mount(device: "8:2", root: [0x2F], place: Array("/srv/models".utf8), type: "xfs"),
    Mount(device: "8:1", root: Array("/data/models".utf8), place: Array("/srv/bound".utf8), type: "ext4"),
    Mount(device: "8:3", root: [0x2F], place: Array("/srv/twice".utf8), type: "ext4"),
    Mount(device: "8:3", root: Array("/sub".utf8), place: Array("/mnt/other".utf8), type: "ext4"),
    Mount(device: "8:3", root: [0x2F], place: Array("/srv/twice/inner".utf8), type: "ext4"),
    Mount(device: "0:40", root: [0x2F], place: Array("/srv/share".utf8), type: "nfs4"),
    Mount(device: "8:9", root: [0x2F], place: Array("/usr/local".utf8), type: "ext4"),
  ]
  private static let needs = [GuardPlace.Need(what: "the verdict store", device: 77)]

  private static func refusal(_ path: String, device: UInt64 = 1) -> String? {
    GuardPlace.refusal(Array(path.utf8), device: device, mounts: mounts, needs: needs)
  }

  @Test func `a file system of its own can be guarded`() {
    #expect(Self.refusal("/srv/models") == nil)
  }

  @Test(arguments: [
    ("/", "place of the system"), ("/tmp", "place of the system"), ("/home", "place of the system"),
    ("/dev/shm", "at or below /dev"), ("/proc", "at or below /proc"), ("/usr/local", "at or below /usr"),
    ("/etc/models", "at or below /etc"), ("/srv/models/inner", "no file system is mounted there"),
    ("/srv/plain", "no file system is mounted there"), ("/srv/bound", "only a part"),
    ("/srv/twice", "mounted at /mnt/other, too"), ("/srv/share", "nfs4"),
  ]) func `anything else is refused, with the reason`(path: String, reason: String) throws {
    let refusal = try #require(Self.refusal(path))
    #expect(refusal.contains(reason), "\(refusal)")
  }

  @Test func `what the guard needs must lie elsewhere`() {
    #expect(Self.refusal("/srv/models", device: 77) == "the verdict store lies on it")
  }

  @Test func `every system place of this machine is refused`() throws {
    let mounts = try Mount.all()
    for path in ["/", "/usr", "/etc", "/var", "/proc", "/sys", "/dev", "/run", "/boot", "/tmp", "/home"] {
      #expect(
        GuardPlace.refusal(Array(path.utf8), device: 0, mounts: mounts, needs: []) != nil, "\(path)")
    }
  }

  @Test func `the table of mounts is read with its escapes and optional fields, or refused`() throws {
    let table = """
      36 35 98:0 /mnt1 /mnt/a\\040b\\134c rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
      37 35 0:5 / /dev rw - devtmpfs devtmpfs rw

      """
    #expect(
      try Mount.parse(Array(table.utf8)) == [
        Mount(device: "98:0", root: Array("/mnt1".utf8), place: Array("/mnt/a b\\c".utf8), type: "ext3"),
        Mount(device: "0:5", root: [0x2F], place: Array("/dev".utf8), type: "devtmpfs"),
      ])
    for line in ["36 35 98:0 /", "36 35 98:0 / /a rw master:1 ext4 x y", "36 35 98:0 / /a rw -"] {
      #expect(throws: SystemCallError.self) { try Mount.parse(Array(line.utf8)) }
    }
  }
}
