import Glibc
import Linux
import TestSupport
import Testing

@testable import Supervisor

/// Where the code of workers lies.
@Suite struct CodePagesTests {
  /// Only root sees the mappings of a process that nobody may trace, and not every kernel has huge pages.
  private static let isSeen: Bool = {
    let modes = try? FileDescriptor.open("/sys/kernel/mm/transparent_hugepage/enabled").readAll(limit: 256)
    let isSeen =
      geteuid() == 0 && modes.map { !String(decoding: $0, as: UTF8.self).contains("[never]") } == true
    if !isSeen { print("NOTICE: WHERE THE CODE OF WORKERS LIES WAS NOT LOOKED AT") }
    return isSeen
  }()

  @Test(.enabled(if: isSeen))
  func `workers run a copy of their code that is in no file and cannot be written`()
    throws
  {
    let supervisor = try Real.supervisor()
    let zygote = try #require(supervisor.zygoteProcess)
    let maps = try FileDescriptor.open("/proc/\(zygote)/maps").readAll(limit: 1 << 20)
    // Place, rights, offset, device, inode, and the path where there is a file. proc(5)
    let runnable = String(decoding: maps, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ")
    }
    .filter { $0[1].contains("x") }
    #expect(runnable.contains { $0.count == 5 })
    #expect(runnable.allSatisfy { !$0[1].contains("w") })
  }
}
