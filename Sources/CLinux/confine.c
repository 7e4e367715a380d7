#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_seccomp_filter(const void *instructions, size_t count, int listener) {
  if (count == 0 || count > BPF_MAXINSNS) {
    errno = EINVAL;
    return -1;
  }
  const struct sock_fprog program = {
      .len = (unsigned short)count, .filter = (struct sock_filter *)instructions};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                      listener != 0 ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, &program);
}

// The kernel's struct landlock_ruleset_attr as of version 6; a kernel of an earlier version takes its beginning.
struct landlock_attributes {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

// The same numbers on every architecture; the header of Debian 12 does not have the later constants.
enum { landlock_create_ruleset = 444, landlock_restrict_self = 446 };

int clinux_landlock_version(void) {
  const int version_flag = 1;
  return (int)syscall(landlock_create_ruleset, NULL, 0, version_flag);
}

int clinux_landlock_deny_all(int abi) {
  // Version 1 knows 13 rights on files; 2 adds refer, 3 truncate, 5 ioctl on devices.
  const int file_rights = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5);
  const struct landlock_attributes attributes = {
      .files = (1u << file_rights) - 1,
      .network = 0x3, // bind and connect of TCP
      .scopes = 0x3,  // abstract sockets and signals
  };
  const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const int rules = (int)syscall(landlock_create_ruleset, &attributes, size, 0);
  if (rules < 0) return -1;
  const int result = (int)syscall(landlock_restrict_self, rules, 0);
  const int error = errno;
  close(rules);
  errno = error;
  return result;
}
