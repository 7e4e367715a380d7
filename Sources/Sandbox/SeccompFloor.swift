internal import CSeccomp
internal import Policy

/// What no policy file can give a confined process: checked on the compiled filters, whatever the files say.
enum SeccompFloor {
  /// Calls that make processes, open files or sockets, reach other processes, or give new powers.
  static let denied: [String] = [
    "accept4", "bind", "bpf", "chmod", "chroot", "clone", "clone3", "connect", "creat", "execve",
    "execveat",
    "fanotify_init", "fork", "init_module", "io_uring_enter", "io_uring_setup", "ioctl", "ioperm",
    "kexec_load",
    "keyctl", "kill", "link", "memfd_create", "mount", "name_to_handle_at", "open", "open_by_handle_at",
    "openat", "openat2", "perf_event_open", "pidfd_getfd", "pidfd_open", "pidfd_send_signal", "pivot_root",
    "prctl", "prlimit64", "process_vm_readv", "process_vm_writev", "ptrace", "rename", "rt_sigaction",
    "rt_sigreturn", "setns", "setrlimit", "setuid", "shmget", "socket", "socketpair", "symlink", "tkill",
    "unlink", "unshare", "userfaultfd", "vfork",
  ]

  /// What the process that fetches models may do of these: files, which Landlock judges, and connections.
  private static let fetching: Set<String> = ["connect", "ioctl", "openat", "socket", "socketpair"]

  /// - Throws: at the first call of the floor that a worker's filter lets through.
  static func check(_ set: FilterSet, file: String) throws(PolicyError) {
    try check([set.scan.rules, set.scan.killing], denied, file: file)
  }

  /// - Throws: at the first call of the floor that the fetcher's filter lets through.
  static func check(fetch program: SeccompProgram, file: String) throws(PolicyError) {
    try check([program], denied.filter { !fetching.contains($0) }, file: file)
  }

  private static func check(
    _ programs: [SeccompProgram], _ denied: [String], file: String
  ) throws(PolicyError) {
    for name in denied {
      guard let number = try SeccompCompiler.systemCallNumber(name, file: file, line: 0) else { continue }
      let call = SeccompCall(number: number, architecture: seccomp_arch_native())
      for program in programs {
        switch program.answer(to: call) {
        case .killProcess, .notify: continue
        case .allow, .refuse, .errno, .other, nil:
          throw PolicyError(file: file, line: 0, reason: "\(name) would not be denied")
        }
      }
    }
  }
}
