/// A layer of a worker's confinement, by the name it has in policies, evidence and reports.
package enum IsolationLayer: String, CaseIterable, Sendable {
  /// `no_new_privs` is set and the process is not dumpable.
  case noNewPrivileges = "no-new-privs"
  /// The seccomp allow list.
  case seccomp
  /// Landlock, everything denied. Evidence adds the kernel's ABI: `landlock:7`.
  case landlock
  /// Address space, processor time, file size, descriptors, processes, core, stack.
  case resourceLimits = "rlimits"
  /// User and group dropped and capability sets empty, when started as root.
  case credentials
  /// Another process holds a wall-clock deadline.
  case deadline
  case userNamespace = "userns"
  case mountNamespace = "mntns"
  case processNamespace = "pidns"
  case ipcNamespace = "ipcns"
  case hostNameNamespace = "utsns"
  case networkNamespace = "netns"
  /// The root folder is empty.
  case emptyRoot = "empty-root"
  /// A control group bounds memory and processes.
  case controlGroup = "cgroup"

  /// Layers that no policy may do without.
  package static let indispensable: [IsolationLayer] = [
    .noNewPrivileges, .seccomp, .resourceLimits, .credentials, .deadline,
  ]
}
