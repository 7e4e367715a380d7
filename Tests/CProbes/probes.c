#define _GNU_SOURCE
#include "CProbes.h"
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { result_socket = 3, input = 4 };

static char page[4096] __attribute__((aligned(4096)));
static const unsigned long unlimited[2] = {~0ul, ~0ul};

/// One call and its six arguments. Those that a worker makes itself to see whether they are refused are in CLinux.
struct probe {
  const char *name;
  long number;
  unsigned long arguments[6];
};

#define P(value) ((unsigned long)(value))
/// Stands for the zygote's process number.
#define ZYGOTE 0xFFFFFFFFFFFFul
/// Stands for the own process number.
#define SELF 0xFFFFFFFFFFFEul

static const struct probe probes[] = {
    {"open", SYS_open, {P("/etc/passwd"), O_RDONLY}},
    {"creat", SYS_creat, {P("/tmp/lazaret-probe"), 0600}},
    {"unlink", SYS_unlink, {P("/tmp/lazaret-probe")}},
    {"vfork", SYS_vfork, {0}},
    {"clone", SYS_clone, {SIGCHLD}},
    {"clone-thread", SYS_clone, {CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, P(page + 4096)}},
    {"clone3", SYS_clone3, {P(page), 64}},
    {"kill-parent", SYS_kill, {ZYGOTE, SIGKILL}},
    {"tgkill-parent", SYS_tgkill, {ZYGOTE, ZYGOTE, SIGABRT}},
    {"stop-self", SYS_kill, {SELF, SIGSTOP}},
    {"mmap-file", SYS_mmap, {0, 4096, PROT_READ, MAP_PRIVATE, input}},
    {"mmap-shared", SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, P(-1)}},
    {"pkey_mprotect", SYS_pkey_mprotect, {P(page), 4096, PROT_READ | PROT_EXEC, P(-1)}},
    {"userfaultfd", SYS_userfaultfd, {O_CLOEXEC}},
    {"perf_event_open", SYS_perf_event_open, {P(page), 0, P(-1), P(-1), 0}},
    {"keyctl", SYS_keyctl, {0, P(-3), 0}},
    {"pidfd_open", SYS_pidfd_open, {ZYGOTE, 0}},
    {"write-null", SYS_write, {0, P(page), 1}},
    {"pread-socket", SYS_pread64, {result_socket, P(page), 1, 0}},
    {"lseek-input", SYS_lseek, {input, 0, SEEK_END}},
    {"read-input", SYS_read, {input, P(page), 1}},
    {"ftruncate-input", SYS_ftruncate, {input, 0}},
    {"flock-input", SYS_flock, {input, 2}},
    {"fcntl-input", SYS_fcntl, {input, F_DUPFD, 0}},
    {"dup-input", SYS_dup, {input}},
    {"ioctl-input", SYS_ioctl, {input, 0x5401, P(page)}},
    {"fstat-input", SYS_fstat, {input, P(page)}},
    {"recvmsg", SYS_recvmsg, {result_socket, P(page), 0}},
    {"recvfrom", SYS_recvfrom, {result_socket, P(page), 1}},
    {"prlimit", SYS_prlimit64, {0, 7, P(unlimited), 0}},
    {"setns", SYS_setns, {input, 0}},
    {"mount", SYS_mount, {P("none"), P("/"), P("tmpfs"), 0, 0}},
    {"chroot", SYS_chroot, {P("/")}},
    {"rt_sigaction", SYS_rt_sigaction, {SIGSEGV, P(page), 0, 8}},
    {"nanosleep", SYS_nanosleep, {P(page), 0}},
    {"pause", SYS_pause, {0}},
    {"futex-wait", SYS_futex, {P(page), 128, 0}},
    {"madvise-other", SYS_madvise, {P(page), 4096, 14}},
    {"shmget", SYS_shmget, {0, 4096, 0600}},
    {"name_to_handle_at", SYS_name_to_handle_at, {P(AT_FDCWD), P("/"), P(page), P(page), 0}},
    {"getrandom", SYS_getrandom, {P(page), 8, 0}},
    {"unknown-number", 9999, {0}},
};

enum { count = sizeof probes / sizeof probes[0] };

long cprobes_raw(long number, const unsigned long a[6]) {
  const long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return result < 0 ? -errno : result;
}

#if defined(__x86_64__)
/// getpid through the entry for 32-bit programs, whose table has it as number 20.
static long old_interrupt(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  return result;
}

/// time(2) through the page at a fixed address that old programs call.
static long fixed_page(void) {
  long (*const time_call)(long *) = (long (*)(long *))0xffffffffff600400ul;
  return time_call(NULL);
}
#endif

long cprobes_call(const char *name, int zygote) {
#if defined(__x86_64__)
  if (strcmp(name, "int-0x80") == 0) return old_interrupt();
  if (strcmp(name, "x32") == 0) return syscall(0x40000000 | SYS_getpid);
  if (strcmp(name, "vsyscall") == 0) return fixed_page();
#endif
  for (int index = 0; index < count; index++) {
    if (strcmp(name, probes[index].name) != 0) continue;
    unsigned long arguments[6];
    for (int place = 0; place < 6; place++) {
      const unsigned long value = probes[index].arguments[place];
      arguments[place] = value == ZYGOTE ? (unsigned long)zygote : value == SELF ? (unsigned long)getpid() : value;
    }
    return cprobes_raw(probes[index].number, arguments);
  }
  return clinux_attack(name, zygote);
}

int cprobes_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

void cprobes_spin(void) {
  for (volatile unsigned turns = 0;; turns++) {
  }
}

void cprobes_read_null(void) {
  volatile const char *nowhere = NULL;
  (void)*nowhere;
}

int cprobes_overflow_stack(int depth) {
  volatile char frame[1024];
  frame[0] = (char)depth;
  // The addition afterwards keeps the compiler from making a loop of it.
  return depth < 0 ? 0 : cprobes_overflow_stack(depth + 1) + frame[0];
}

void cprobes_free_twice(void) {
  // Large enough to be outside the allocator's quick lists, and held by a neighbour on each side.
  char *volatile first = malloc(100000), *volatile second = malloc(100000), *volatile third = malloc(100000);
  free(first);
  free(second);
  free(second);
  free(third);
}

int cprobes_grow(void) {
  // Large enough for a mapping of its own, which grows where it is.
  char *block = NULL;
  for (size_t size = 64 << 20; size <= 128 << 20; size *= 2) {
    char *grown = realloc(block, size);
    if (grown == NULL) return 0;
    block = grown;
    memset(block, 1, size);
  }
  free(block);
  return 1;
}

int cprobes_exhaust(void) {
  enum { size = 100000, most = 100000 };
  static void *blocks[most];
  if (malloc(1ul << 46) != NULL) return 0;
  int count = 0;
  while (count < most && (blocks[count] = malloc(size)) != NULL) count++;
  if (count == 0 || count == most) return 0;
  while (count > 0) free(blocks[--count]);
  return 1;
}
