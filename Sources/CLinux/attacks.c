#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { result_socket = 3, input = 4 };

static char page[4096] __attribute__((aligned(4096)));
static char *const no_strings[] = {NULL};
static struct iovec here = {.iov_base = page, .iov_len = 8};
static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0lazaret-probe"};
static unsigned char ring[256];

/// One call and its arguments. What is before a `-` in its name is the call's.
struct attack {
  const char *name;
  long number;
  unsigned long arguments[6];
};

#define P(value) ((unsigned long)(value))
/// Stands for the process number of the worker's parent.
#define PARENT 0xFFFFFFFFFFFFul

// Calls that leave nothing behind where they are not refused: no file, no mount, no thread, no signal that kills.
static const struct attack attacks[] = {
    {"openat", SYS_openat, {P(AT_FDCWD), P("/etc/passwd"), O_RDONLY}},
    {"openat-memory", SYS_openat, {P(AT_FDCWD), P("/proc/self/mem"), O_RDWR}},
    {"openat-input", SYS_openat, {P(AT_FDCWD), P("/proc/self/fd/4"), O_RDWR}},
    {"socket", SYS_socket, {AF_INET, SOCK_STREAM, 0}},
    {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, P(page)}},
    {"connect", SYS_connect, {result_socket, P(&address), sizeof address}},
    {"sendmsg", SYS_sendmsg, {result_socket, P(page), 0}},
    {"pidfd_getfd", SYS_pidfd_getfd, {result_socket, 3, 0}},
    {"execve", SYS_execve, {P("/bin/true"), P(no_strings), P(no_strings)}},
    {"execveat", SYS_execveat, {input, P(""), P(no_strings), P(no_strings), AT_EMPTY_PATH}},
    {"fork", SYS_fork, {0}},
    {"ptrace", SYS_ptrace, {PTRACE_ATTACH, PARENT}},
    {"process_vm_readv", SYS_process_vm_readv, {PARENT, P(&here), 1, P(&here), 1, 0}},
    {"kill-nothing", SYS_kill, {PARENT, 0}},
    {"mmap-executable", SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, P(-1)}},
    {"mprotect-executable", SYS_mprotect, {P(page), 4096, PROT_READ | PROT_EXEC}},
    {"memfd_create", SYS_memfd_create, {P("probe"), 0}},
    {"write-input", SYS_write, {input, P(page), 1}},
    {"prctl-dumpable", SYS_prctl, {PR_SET_DUMPABLE, 1}},
    {"seccomp", SYS_seccomp, {1, 0, P(page)}},
    {"unshare", SYS_unshare, {CLONE_NEWUSER}},
    {"setuid", SYS_setuid, {0}},
    {"bpf", SYS_bpf, {0, P(page), 64}},
    {"io_uring_setup", SYS_io_uring_setup, {4, P(ring)}},
};

enum { count = sizeof attacks / sizeof attacks[0] };

int clinux_attack_count(void) { return count; }
const char *clinux_attack_name(int index) { return index >= 0 && index < count ? attacks[index].name : NULL; }

long clinux_attack(const char *name, int parent) {
  for (int index = 0; index < count; index++) {
    if (strcmp(name, attacks[index].name) != 0) continue;
    unsigned long a[6];
    for (int place = 0; place < 6; place++) {
      const unsigned long value = attacks[index].arguments[place];
      a[place] = value == PARENT ? (unsigned long)parent : value;
    }
    const long result = syscall(attacks[index].number, a[0], a[1], a[2], a[3], a[4], a[5]);
    // A child that should not be there has no more to say.
    if (attacks[index].number == SYS_fork && result == 0) _exit(0);
    return result < 0 ? -errno : result;
  }
  return CLINUX_NO_ATTACK;
}
