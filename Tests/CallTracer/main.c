#define _GNU_SOURCE

// CallTracer MODE PLAN PROGRAM [ARGUMENT...]: runs a program and, at a system call of a chosen number, kills it or has
// the call fail. What Lazaret itself runs is not changed for it, and a tracee pays for two stops a call, no more.
//
//   kill         counts the calls of the program and of all that it forks, and kills the process that makes the chosen one
//   kill-each    each process that is forked while a number is chosen counts its own calls, and dies at that number
//   fail:NAME:E  counts the program's calls of that name, in all its threads, and lets the chosen one fail with error E
//
// What the program starts as another program is left alone in the last mode. The exit status is the program's, or 128
// and the signal that ended it. In C because ptrace(2) is variadic, and because a child of a fork runs before its exec.

#include <errno.h>
#include <fcntl.h>
#include <linux/elf.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the plan's file holds, shared with the test that runs this.
struct plan {
  /// The number of the call that is chosen, from 1; 0 for none, and then nothing is counted.
  volatile int64_t chosen;
  /// How many calls were counted.
  volatile int64_t counted;
  /// How many processes were killed, or calls failed.
  volatile int64_t hits;
};

struct tracee {
  pid_t id;
  int64_t calls;
  /// Whether it dies at the chosen call of its own.
  bool is_counted;
  /// Whether the call that it is in is to fail.
  bool fails;
};

enum { tracee_limit = 4096, options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
  PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL };

static const struct {
  const char *name;
  long number;
} calls[] = {
#define CALL(name) {#name, SYS_##name}
    CALL(accept4), CALL(clone), CALL(clone3), CALL(eventfd2), CALL(fcntl), CALL(fdatasync), CALL(flock), CALL(fsync),
    CALL(ftruncate), CALL(getdents64), CALL(getrandom), CALL(getsockopt), CALL(lseek), CALL(memfd_create),
    CALL(mmap), CALL(mprotect), CALL(newfstatat), CALL(openat), CALL(pidfd_open), CALL(pidfd_send_signal), CALL(pipe2),
    CALL(pread64), CALL(prlimit64), CALL(pwrite64), CALL(read), CALL(recvmsg), CALL(sendmsg), CALL(socketpair),
    CALL(wait4), CALL(write),
#if defined(__x86_64__)
    CALL(mkdir), CALL(poll), CALL(unlink),
#endif
};

static struct plan *plan;
static struct tracee tracees[tracee_limit];
static int tracee_count;
static bool kills, each;
static long failing_call = -1;
static long failing_error;

static struct tracee *find(pid_t id) {
  for (int index = tracee_count - 1; index >= 0; index--) {
    if (tracees[index].id == id) return &tracees[index];
  }
  if (tracee_count == tracee_limit) _exit(125);
  tracees[tracee_count] = (struct tracee){.id = id, .is_counted = each && plan->chosen > 0};
  return &tracees[tracee_count++];
}

static void forget(pid_t id) {
  for (int index = 0; index < tracee_count; index++) {
    if (tracees[index].id == id) {
      tracees[index] = tracees[--tracee_count];
      return;
    }
  }
}

/// Puts a number that no call has in the place of the call that a tracee begins.
static void skip_call(pid_t id) {
#if defined(__x86_64__)
  ptrace(PTRACE_POKEUSER, id, offsetof(struct user, regs.orig_rax), -1L);
#elif defined(__aarch64__)
  int none = -1;
  struct iovec value = {&none, sizeof none};
  ptrace(PTRACE_SETREGSET, id, NT_ARM_SYSTEM_CALL, &value);
#endif
}

static void set_result(pid_t id, long result) {
#if defined(__x86_64__)
  ptrace(PTRACE_POKEUSER, id, offsetof(struct user, regs.rax), result);
#elif defined(__aarch64__)
  struct user_regs_struct registers;
  struct iovec value = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, id, NT_PRSTATUS, &value) != 0) return;
  registers.regs[0] = (unsigned long)result;
  ptrace(PTRACE_SETREGSET, id, NT_PRSTATUS, &value);
#endif
}

/// Counts one call, and says whether it is the chosen one.
static bool is_chosen(struct tracee *tracee) {
  const int64_t chosen = plan->chosen;
  if (chosen == 0) return false;
  if (each) {
    if (!tracee->is_counted) return false;
    tracee->calls++;
    if (tracee->calls > plan->counted) plan->counted = tracee->calls;
    return tracee->calls == chosen;
  }
  plan->counted++;
  return plan->counted == chosen;
}

/// A tracee begins or ends a call.
static void at_call(pid_t id) {
  struct tracee *tracee = find(id);
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_EXIT && tracee->fails) {
    tracee->fails = false;
    set_result(id, -failing_error);
  }
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
  if (!kills && (long)info.entry.nr != failing_call) return;
  if (!is_chosen(tracee)) return;
  plan->hits++;
  if (kills) {
    kill(id, SIGKILL);
  } else {
    tracee->fails = true;
    skip_call(id);
  }
}

/// Lets a stopped tracee go on.
static void go_on(pid_t id, int status) {
  const int signal = WSTOPSIG(status);
  switch (status >> 16) {
  case PTRACE_EVENT_EXEC:
    if (!kills) {
      ptrace(PTRACE_DETACH, id, 0, 0);
      forget(id);
      return;
    }
    break;
  case PTRACE_EVENT_STOP:
    find(id);
    if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
      ptrace(PTRACE_LISTEN, id, 0, 0);
      return;
    }
    break;
  case 0:
    if (signal == (SIGTRAP | 0x80)) {
      at_call(id);
    } else {
      ptrace(PTRACE_SYSCALL, id, 0, signal);
      return;
    }
  }
  ptrace(PTRACE_SYSCALL, id, 0, 0);
}

/// Starts the program as a child that is traced from its exec on.
static pid_t start(char **words) {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) _exit(125);
  const pid_t child = fork();
  if (child < 0) _exit(125);
  char byte = 0;
  if (child == 0) {
    close(gate[1]);
    if (read(gate[0], &byte, 1) != 1) _exit(125);
    execv(words[0], words);
    _exit(127);
  }
  if (ptrace(PTRACE_SEIZE, child, 0, options) != 0 || write(gate[1], &byte, 1) != 1) _exit(125);
  find(child)->is_counted = false;
  return child;
}

/// Reads a mode; false where it is none.
static bool read_mode(const char *text) {
  each = strcmp(text, "kill-each") == 0;
  kills = each || strcmp(text, "kill") == 0;
  if (kills) return true;
  if (strncmp(text, "fail:", 5) != 0) return false;
  const char *end = strchr(text + 5, ':');
  if (end == NULL) return false;
  failing_error = atol(end + 1);
  for (size_t index = 0; index < sizeof calls / sizeof calls[0]; index++) {
    const size_t length = strlen(calls[index].name);
    if (length == (size_t)(end - text) - 5 && strncmp(calls[index].name, text + 5, length) == 0) {
      failing_call = calls[index].number;
    }
  }
  return failing_call >= 0 && failing_error > 0;
}

int main(int count, char **words) {
  if (count < 4 || !read_mode(words[1])) return 125;
  const int file = open(words[2], O_RDWR | O_CLOEXEC);
  plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || plan == MAP_FAILED) return 125;
  const pid_t program = start(words + 3);
  // What it holds open would hide that the program has closed it.
  close_range(3, ~0U, 0);
  bool is_started = false;
  for (;;) {
    int status;
    const pid_t id = waitpid(-1, &status, __WALL);
    if (id < 0 && errno == EINTR) continue;
    if (id < 0) return 125;
    if (WIFSTOPPED(status)) {
      if (id == program && !is_started && status >> 16 == PTRACE_EVENT_EXEC) {
        is_started = true;
        ptrace(PTRACE_SYSCALL, id, 0, 0);
      } else if (id == program && !is_started) {
        ptrace(PTRACE_CONT, id, 0, 0);
      } else {
        go_on(id, status);
      }
      continue;
    }
    forget(id);
    if (id == program) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}
