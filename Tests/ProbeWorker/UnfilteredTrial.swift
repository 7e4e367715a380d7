import ByteParsing
import CLinux
import CProbes
import Glibc
import Linux
import Sandbox

/// `ProbeWorker unfiltered PROBE`: makes one call in a worker that has every layer but the filters.
///
/// Exits with the call's error number, with 0 where it succeeded, and with 97 to 99 where the trial itself failed.
func tryUnfiltered(_ name: String) -> Never {
  // One instruction: allow.
  guard let all = SeccompProgram([0x06, 0, 0, 0, 0, 0, 0xFF, 0x7F]) else { _exit(99) }
  let role = FilterSet.Role(never: all, rules: all, killing: all)
  let filters = FilterSet(scan: role, sealing: all, zygote: role)
  let limits = Limits(
    unpackedBytes: 1, heldBytes: 1, ratio: 1, ratioFreeBytes: 1, members: 1, depth: 1, pickleOpcodes: 1,
    evidenceBytes: 1, reportBytes: 1, memoryBytes: 1 << 30, cpuSeconds: 5, wallSeconds: 5)
  do {
    let zygote = try ZygoteLockdown.lockDown(filters: filters)
    // What this kernel and this user cannot have is no failure of the layers that are there.
    if name == "layers" { report(zygote) }
    let parent = Process.id
    let child = clinux_fork()
    guard child == 0 else {
      guard let reaped = try Process.reap(child),
        case .exited(let status) = ProcessEnd(waitStatus: reaped.waitStatus)
      else { _exit(98) }
      _exit(status)
    }
    // Held until the end: its listener has the number that the input has in a real worker, so that none is free.
    var confined = try WorkerLockdown.lockDown(socket: 3, zygote: parent, limits: limits, filters: filters)
    try WorkerLockdown.limitDescriptors()
    let result = unsafe cprobes_call(name, parent)
    guard let held = confined.listener.take(), held.number == WorkerDescriptor.input else { _exit(98) }
    _exit(result < 0 ? Int32(clamping: -result) : 0)
  } catch {
    _exit(97)
  }
}

/// Writes the names of the active layers to descriptor 3.
private func report(_ confinement: Confinement) -> Never {
  let text = Array(confinement.active.joined(separator: " ").utf8)
  _exit(unsafe write(3, text, text.count) == text.count ? 0 : 97)
}
