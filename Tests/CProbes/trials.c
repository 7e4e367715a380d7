#define _GNU_SOURCE
#include "CProbes.h"
#include "CLinux.h"

#include <linux/filter.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// What a trial leaves behind in memory that it shares: under a filter it may write to no file.
struct note {
  volatile int came_back;
  volatile long result;
};

/// A call by number, all six arguments the same.
static long enter(enum cprobes_entry entry, long number, unsigned long argument) {
#if defined(__x86_64__)
  if (entry == cprobes_interrupt) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(argument), "c"(argument), "d"(argument), "S"(argument), "D"(argument)
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
  }
  if (entry == cprobes_x32) number |= 0x40000000;
#endif
  const unsigned long all[6] = {argument, argument, argument, argument, argument, argument};
  return cprobes_raw(number, all);
}

/// Loads the filters and makes the call. Descriptor 3, the one that a worker may write to, is told the listener.
static _Noreturn void perform(
    const struct cprobes_trial *trial, const char *bytes, const size_t *counts, struct note *note) {
  int listener = -1;
  for (int index = 0; index < trial->filters; index++) {
    const int asks = index == trial->asking;
    const int result = clinux_seccomp_filter(bytes, counts[index], asks);
    if (result < 0) _exit(cprobes_failed);
    if (asks) listener = result;
    bytes += counts[index] * sizeof(struct sock_filter);
  }
  if (trial->asking >= 0 && write(3, &listener, sizeof listener) != sizeof listener) _exit(cprobes_failed);
  note->result = enter(trial->entry, trial->number, trial->argument);
  note->came_back = 1;
  _exit(0);
}

/// Waits until one of the two is readable.
static int first(int process, int other) {
  struct pollfd both[2] = {{.fd = process, .events = POLLIN}, {.fd = other, .events = POLLIN}};
  if (poll(both, 2, 60000) <= 0) return -1;
  return both[1].revents & POLLIN ? other : process;
}

/// The call that waits at the trial's listener; no number where the trial ended without asking.
static int asked(int process, int pipe, long *number) {
  int listener;
  if (first(process, pipe) != pipe || read(pipe, &listener, sizeof listener) != sizeof listener) return 0;
  int32_t waiting;
  uint32_t architecture;
  const int asks =
      first(process, listener) == listener && clinux_seccomp_receive(listener, &waiting, &architecture) == 0;
  close(listener);
  if (asks) *number = waiting;
  return asks;
}

struct cprobes_end cprobes_try(struct cprobes_trial trial, const void *bytes, const size_t *counts, int pipe) {
  struct note *note = mmap(NULL, sizeof *note, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (note == MAP_FAILED) return (struct cprobes_end){cprobes_exited, cprobes_failed};
  int process = -1;
  // With one table of descriptors for both, the listener is open here as well.
  const long flags = SIGCHLD | CLONE_PIDFD | (trial.asking >= 0 ? CLONE_FILES : 0);
  const long pid = syscall(SYS_clone, flags, NULL, &process, NULL, 0);
  if (pid == 0) perform(&trial, bytes, counts, note);
  struct cprobes_end end = {cprobes_exited, cprobes_failed};
  if (pid > 0) {
    long number = 0;
    const int asks = trial.asking >= 0 && asked(process, pipe, &number);
    if (asks || first(process, -1) != process) clinux_pidfd_send_signal(process, SIGKILL);
    int status = 0;
    waitpid((pid_t)pid, &status, 0);
    close(process);
    if (asks) end = (struct cprobes_end){cprobes_asked, number};
    else if (WIFSIGNALED(status)) end = (struct cprobes_end){cprobes_killed, WTERMSIG(status)};
    else if (note->came_back) end = (struct cprobes_end){cprobes_came_back, note->result};
    else end = (struct cprobes_end){cprobes_exited, WEXITSTATUS(status)};
  }
  munmap(note, sizeof *note);
  return end;
}
