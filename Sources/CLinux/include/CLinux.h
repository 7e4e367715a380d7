#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Every function here returns what its system call returns: -1 with errno set where it failed.
// Each says why Swift cannot make the call itself.

// messages.c: the CMSG_* macros do pointer arithmetic that the importer does not bring over.

/// The most descriptors that one message may carry.
enum { CLINUX_MESSAGE_DESCRIPTORS = 4 };

/// Sends one message with `descriptor_count` descriptors beside it.
ssize_t clinux_send(int socket, const void *bytes, size_t count, const int *descriptors,
                    size_t descriptor_count, int flags);

/// Receives one message of at most `capacity` bytes. Descriptors arrive close-on-exec, at most
/// CLINUX_MESSAGE_DESCRIPTORS of them; `truncated` is not 0 where bytes or descriptors were lost,
/// or where control data of another kind came.
ssize_t clinux_receive(int socket, void *bytes, size_t capacity, int *descriptors,
                       size_t *descriptor_count, int *truncated, int flags);

// calls.c: variadic functions, functions that the Glibc module hides, and calls without a wrapper.

int clinux_open_at(int directory, const char *path, int flags, mode_t mode);
int clinux_fcntl(int descriptor, int command, int argument);
int clinux_pipe(int descriptors[2], int flags);
int clinux_memory_file(const char *name);
int clinux_seal(int descriptor);
int clinux_seals(int descriptor);
int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
int clinux_eventfd(void);

/// The name of an error number (`EACCES`) and of a signal (`SEGV`); NULL where there is none.
const char *clinux_error_name(int number);
const char *clinux_error_text(int number);
const char *clinux_signal_name(int number);
void clinux_name_thread(const char *name);

// files.c

/// openat2(2) with RESOLVE_BENEATH: no component and no link leads out of `directory`.
int clinux_open_beneath(int directory, const char *path, int flags);

/// O_PATH, which the Glibc module hides.
extern const int clinux_path_only;

// spawn.c

/// Starts a program with exactly these descriptors as 0, 1, 2 ... Every one of `descriptors` is greater than
/// `descriptor_count`. Returns 0 or an error number, as posix_spawn does.
int clinux_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                 const int *descriptors, int descriptor_count);

// confine.c: calls that the C library has no wrapper for, that are variadic, or whose headers on Debian 12 are
// older than the kernels this runs on.

/// Puts a seccomp filter of `count` instructions on this thread; with `listener` not 0 returns the descriptor of
/// its listener.
int clinux_seccomp_filter(const void *instructions, size_t count, int listener);

// confine.c: calls that the C library has no wrapper for, that are variadic, or whose headers on Debian 12 are
// older than the kernels this runs on.

/// Puts a seccomp filter of `count` instructions on this thread; with `listener` not 0 returns the descriptor of
/// its listener.
int clinux_seccomp_filter(const void *instructions, size_t count, int listener);

/// Denies everything that Landlock of version `abi` can deny.
int clinux_landlock_version(void);
int clinux_landlock_deny_all(int abi);
