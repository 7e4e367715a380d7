#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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
enum { landlock_create_ruleset = 444, landlock_add_rule = 445, landlock_restrict_self = 446 };

int clinux_landlock_version(void) {
  const int version_flag = 1;
  return (int)syscall(landlock_create_ruleset, NULL, 0, version_flag);
}

int clinux_landlock_begin(int version, uint64_t network) {
  // Version 1 knows 13 rights on files; 2 adds refer, 3 truncate, 5 ioctl on devices.
  const int file_rights = 13 + (version >= 2) + (version >= 3) + (version >= 5);
  const struct landlock_attributes attributes = {
      .files = (1u << file_rights) - 1,
      .network = network,
      .scopes = 0x3,  // abstract sockets and signals
  };
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return (int)syscall(landlock_create_ruleset, &attributes, size, 0);
}

int clinux_landlock_allow(int rules, int file, uint64_t rights) {
  // The kernel's struct landlock_path_beneath_attr is packed, and knows this one type of rule for files.
  const struct __attribute__((packed)) {
    uint64_t rights;
    int32_t file;
  } rule = {.rights = rights, .file = file};
  const int path_beneath = 1;
  return (int)syscall(landlock_add_rule, rules, path_beneath, &rule, 0);
}

int clinux_landlock_enforce(int rules) { return (int)syscall(landlock_restrict_self, rules, 0); }

// Unavailable in Swift: the compiler cannot know that the child's runtime is whole. It is, where one thread was.
int clinux_fork(void) { return fork(); }

// Declared only for _GNU_SOURCE.
int clinux_close_from(unsigned int first) { return close_range(first, ~0u, 0); }

// struct sigaction holds a union that the importer flattens differently from one C library to the next.
int clinux_reset_signals(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < _NSIG; number++) {
    // SIGKILL, SIGSTOP and the two that the C library keeps refuse; they are as they should be.
    if (sigaction(number, &standard, NULL) < 0 && errno != EINVAL) return -1;
  }
  const stack_t none = {.ss_flags = SS_DISABLE};
  if (sigaltstack(&none, NULL) < 0) return -1;
  sigset_t empty;
  sigemptyset(&empty);
  return sigprocmask(SIG_SETMASK, &empty, NULL);
}

// prctl is variadic in C.
int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
int clinux_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
int clinux_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int clinux_is_unprivileged(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

// The type of the first parameter differs between C libraries, and is an enumeration that Swift cannot name.
int clinux_set_limit(enum clinux_limit resource, uint64_t soft, uint64_t hard) {
  static const int resources[] = {
      [clinux_limit_address_space] = RLIMIT_AS,
      [clinux_limit_processor_time] = RLIMIT_CPU,
      [clinux_limit_file_size] = RLIMIT_FSIZE,
      [clinux_limit_descriptors] = RLIMIT_NOFILE,
      [clinux_limit_processes] = RLIMIT_NPROC,
      [clinux_limit_core] = RLIMIT_CORE,
      [clinux_limit_stack] = RLIMIT_STACK,
      [clinux_limit_locked_memory] = RLIMIT_MEMLOCK,
      [clinux_limit_message_queues] = RLIMIT_MSGQUEUE,
  };
  const struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  return setrlimit(resources[resource], &limit);
}
