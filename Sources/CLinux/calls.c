#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Variadic in C.
int clinux_open_at(int directory, const char *path, int flags, unsigned int mode) {
  return openat(directory, path, flags, mode);
}

// Variadic in C.
int clinux_fcntl(int descriptor, int command, int argument) {
  return fcntl(descriptor, command, argument);
}

// Declared only for _GNU_SOURCE, which the Glibc module does not define.
int clinux_pipe(int descriptors[2], int flags) { return pipe2(descriptors, flags); }

// As above, and the flags are macros of a header that the module does not include.
int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

static const int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

int clinux_seal(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, all_seals); }

// 1 where nothing can change the file any more, 0 where something can.
int clinux_seals(int descriptor) {
  const int seals = fcntl(descriptor, F_GET_SEALS);
  return seals < 0 ? -1 : (seals & all_seals) == all_seals;
}

// Debian 12's C library has no wrappers for these that the module would show.
int clinux_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

// The flags are an enumeration of a header that the module does not include.
int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// All four: declared only for _GNU_SOURCE.
const char *clinux_error_name(int number) { return strerrorname_np(number); }
const char *clinux_error_text(int number) { return strerrordesc_np(number); }
const char *clinux_signal_name(int number) { return sigabbrev_np(number); }
void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
