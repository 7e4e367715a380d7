#define _GNU_SOURCE
#include "CProbes.h"
#include "CLinux.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/// Calls that a kernel may lack, or refuse: all with this number, and where there is a mask those only in whose
/// argument its bits are these.
struct lacking {
  const char *name;
  long number;
  int argument;
  unsigned mask, bits;
};

static const struct lacking table[] = {
    {"landlock", 444, 0, 0, 0},
    {"landlock", 445, 0, 0, 0},
    {"landlock", 446, 0, 0, 0},
    {"landlock-enforcing", 446, 0, 0, 0},
    {"seccomp", SYS_seccomp, 0, 0, 0},
    {"seccomp", SYS_prctl, 0, ~0u, PR_SET_SECCOMP},
    {"listener", SYS_seccomp, 1, SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_FILTER_FLAG_NEW_LISTENER},
    {"no-new-privs", SYS_prctl, 0, ~0u, PR_SET_NO_NEW_PRIVS},
    {"undumpable", SYS_prctl, 0, ~0u, PR_SET_DUMPABLE},
    {"parent-death", SYS_prctl, 0, ~0u, PR_SET_PDEATHSIG},
    {"rlimits", SYS_prlimit64, 0, 0, 0},
    {"rlimits", SYS_setrlimit, 0, 0, 0},
    {"credentials", SYS_setresuid, 0, 0, 0},
    {"capabilities", SYS_capset, 0, 0, 0},
    {"namespaces", SYS_unshare, 0, 0, 0},
    {"process-handles", SYS_pidfd_open, 0, 0, 0},
};

enum { rows = sizeof table / sizeof table[0] };

int cprobes_lack(const char *name, int error) {
  struct sock_filter program[8 * rows + 4];
  size_t count = 0;
  program[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int row = 0; row < rows; row++) {
    if (strcmp(table[row].name, name) != 0) continue;
    const unsigned place = offsetof(struct seccomp_data, args) + 8 * (unsigned)table[row].argument;
    const struct sock_filter steps[] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)table[row].number, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, table[row].mask),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, table[row].bits, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    memcpy(program + count, steps, sizeof steps);
    count += sizeof steps / sizeof steps[0];
  }
  program[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  if (count == 2) return -1;  // no layer has this name
  if (cprobes_set_no_new_privileges() < 0) return -1;
  return clinux_seccomp_filter(program, count, 0);
}
