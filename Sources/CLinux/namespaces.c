#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Declared only for _GNU_SOURCE, its flags too.
int clinux_unshare(enum clinux_namespace kind) {
  static const int flags[] = {
      [clinux_namespace_user] = CLONE_NEWUSER,    [clinux_namespace_mount] = CLONE_NEWNS,
      [clinux_namespace_process] = CLONE_NEWPID,  [clinux_namespace_network] = CLONE_NEWNET,
      [clinux_namespace_ipc] = CLONE_NEWIPC,      [clinux_namespace_host_name] = CLONE_NEWUTS,
  };
  return unshare(flags[kind]);
}

// The headers are not in the Glibc module, and pivot_root has no wrapper.
int clinux_empty_root(const char *directory) {
  // Nothing that happens here is to be seen outside.
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (mount("none", directory, "tmpfs", flags, "size=4k,nr_inodes=2,mode=0555") < 0) return -1;
  if (chdir(directory) < 0) return -1;
  // The old root ends up mounted over the new one, and is taken away from there.
  if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
  if (umount2(".", MNT_DETACH) < 0) return -1;
  if (chdir("/") < 0) return -1;
  return mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL);
}

int clinux_drop_bounding_set(void) {
  for (int capability = 0;; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    // The first number that the kernel does not know ends the set.
    return errno == EINVAL && capability > 0 ? 0 : -1;
  }
}

// setgroups and the setres functions are declared only for _GNU_SOURCE.
int clinux_become(unsigned int user, unsigned int group) {
  if (setgroups(0, NULL) < 0) return -1;
  if (setresgid(group, group, group) < 0) return -1;
  return setresuid(user, user, user);
}

// The structs come from a header of the kernel, and the call has no wrapper without libcap.
int clinux_clear_capabilities(void) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -1;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct empty[_LINUX_CAPABILITY_U32S_3];
  memset(empty, 0, sizeof empty);
  return (int)syscall(SYS_capset, &header, empty);
}
