/// The names that a seccomp policy may write for numbers. A closed table: a name that is not here refuses the
/// policy. The values are the kernel's for x86-64 and aarch64 alike.
enum SeccompConstant {
  /// Where the worker's process number stands until the worker puts its own there. Greater than any process
  /// number can be (2^22), so a filter that nobody patched allows nothing by it.
  static let selfPlaceholder: UInt32 = 0x5E1F_01D5

  static let values: [String: UInt64] = [
    // Descriptors of a worker, fixed by `WorkerDescriptor`.
    "FD_STDERR": 2,
    "FD_SOCKET": UInt64(WorkerDescriptor.socket),
    "FD_INPUT": UInt64(WorkerDescriptor.input),
    // The process itself.
    "PID_SELF": UInt64(selfPlaceholder),
    // mmap(2)
    "PROT_EXEC": 0x4,
    "MAP_TYPE_AND_ANONYMOUS": 0x2F,
    "MAP_PRIVATE_ANONYMOUS": 0x22,
    // futex(2)
    "FUTEX_WAKE_PRIVATE": 129,
    // signals
    "SIGABRT": 6,
    // clone(2): CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID and SIGCHLD, as fork(3) calls it
    "CLONE_AS_FORK": 0x0120_0011,
    // socketpair(2)
    "AF_UNIX": 1,
    // socket(2)
    "AF_INET": 2,
    "AF_INET6": 10,
    "AF_NETLINK": 16,
    // open(2)
    "O_TRUNC": 0x200,
    // fcntl(2), ioctl(2)
    "F_SETFD": 2,
    "F_GETFL": 3,
    "F_SETFL": 4,
    "F_DUPFD_CLOEXEC": 1030,
    "FIONREAD": 0x541B,
    "SOCK_SEQPACKET_CLOEXEC": 0x8_0005,
    // prctl(2)
    "PR_SET_PDEATHSIG": 1,
    "PR_GET_DUMPABLE": 3,
    "PR_GET_NO_NEW_PRIVS": 39,
    // prlimit(2)
    "RLIMIT_NOFILE": 7,
    // seccomp(2)
    "SECCOMP_SET_MODE_FILTER": 1,
    "SECCOMP_FILTER_FLAG_NEW_LISTENER": 8,
  ]
}
