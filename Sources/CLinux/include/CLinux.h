#pragma once

#include <stddef.h>
#include <stdint.h>

// No header of the system's own beyond these two: their types would count as this module's.
//
// Every function here returns what its system call returns: -1 with errno set where it failed.
// Each says why Swift cannot make the call itself.

// messages.c: the CMSG_* macros do pointer arithmetic that the importer does not bring over.

/// The most descriptors that one message may carry.
enum { CLINUX_MESSAGE_DESCRIPTORS = 4 };

/// Sends one message with `descriptor_count` descriptors beside it.
long clinux_send(int socket, const void *bytes, size_t count, const int *descriptors,
                    size_t descriptor_count, int flags);

/// Receives one message of at most `capacity` bytes. Descriptors arrive close-on-exec, at most
/// CLINUX_MESSAGE_DESCRIPTORS of them; `truncated` is not 0 where bytes or descriptors were lost,
/// or where control data of another kind came.
long clinux_receive(int socket, void *bytes, size_t capacity, int *descriptors,
                       size_t *descriptor_count, int *truncated, int flags);

// calls.c: variadic functions, functions that the Glibc module hides, and calls without a wrapper.

int clinux_open_at(int directory, const char *path, int flags, unsigned int mode);
int clinux_fcntl(int descriptor, int command, int argument);
int clinux_pipe(int descriptors[2], int flags);
int clinux_memory_file(const char *name);
int clinux_seal(int descriptor);
int clinux_seals(int descriptor);
int clinux_pidfd_open(int pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
int clinux_eventfd(void);

/// The name of an error number (`EACCES`) and of a signal (`SEGV`); NULL where there is none.
const char *clinux_error_name(int number);
const char *clinux_error_text(int number);
const char *clinux_signal_name(int number);
void clinux_name_thread(const char *name);

// sockets.c: address structures that stand for each other, structures that only _GNU_SOURCE declares, signal sets.

/// A socket of this type that listens at `path`, close-on-exec and without waiting; the path gets `mode`.
int clinux_listen(const char *path, int type, unsigned int mode, int backlog);
/// A socket connected to the one of this type that listens at `path`.
int clinux_connect(const char *path, int type);
/// Takes the name of a socket away; ENOTSOCK where it is that of anything else.
int clinux_remove_socket(const char *path);
/// The next connection of a listener, close-on-exec and without waiting.
int clinux_accept(int listener);
/// Who was at the other end when the connection was made.
int clinux_peer(int connection, int *process, unsigned int *user);

/// Blocks these signals in this thread and those it will start; the descriptor is readable when one has come.
int clinux_signal_descriptor(const int *signals, size_t count);
/// The number of a signal that has come.
int clinux_read_signal(int descriptor);

/// Sends one datagram to the local socket of this name: a path, or `@` and an abstract name; beside it a descriptor,
/// unless that is -1. EAFNOSUPPORT for any other name; EAGAIN where nobody takes it for a second.
int clinux_send_datagram(const char *name, const void *bytes, size_t count, int descriptor);

// attacks.c: calls by number, with pointers that the kernel only looks at where it should not.

/// What `clinux_attack` returns for a name that is not in its table.
enum { CLINUX_NO_ATTACK = -1000 };

/// Calls that no worker may make, and that would do no harm where one could.
int clinux_attack_count(void);
/// `openat-memory`: the call, and where there are several of it, which; NULL beyond the last.
const char *clinux_attack_name(int index);
/// Makes such a call. Returns what the kernel returned, errors as their negative number.
long clinux_attack(const char *name, int parent);

/// As many descriptors as this process may have at all; returns how many.
long clinux_raise_descriptor_limit(void);

// files.c

/// openat2(2) with RESOLVE_BENEATH: no component and no link leads out of `directory`.
int clinux_open_beneath(int directory, const char *path, int flags);

/// O_PATH, F_SETLEASE and F_GETLEASE, which the Glibc module hides.
extern const int clinux_path_only;
extern const int clinux_set_lease;
extern const int clinux_get_lease;

/// fstatfs(2): the magic number of the file system that the file lies on; -1 and errno where that is not known.
long clinux_file_system(int file);

/// How clinux_rename treats what has the new name already.
enum clinux_rename_rule { clinux_rename_replacing, clinux_rename_refusing, clinux_rename_exchanging };

int clinux_rename(int directory, const char *name, int new_directory, const char *new_name,
                  enum clinux_rename_rule rule);

/// Makes `target` share all bytes of `source` until one of them is written to. ioctl(2), FICLONE
int clinux_clone(int target, int source);
/// Copies inside the kernel, at most `count` bytes, at the same `offset` in both files.
long clinux_copy_range(int target, int source, long offset, size_t count);

/// Takes the lock of an open file for this process alone; EWOULDBLOCK where another has it. flock(2)
int clinux_lock(int descriptor);

// fanotify.c: a header that the Glibc module does not include.

enum clinux_fanotify {
  CLINUX_FANOTIFY_VERSION = 3,
  CLINUX_FANOTIFY_WRITTEN = 0x8,
  CLINUX_FANOTIFY_OPEN = 0x10000,
};

/// A group whose word opens wait for, read without waiting; its queue has no limit.
int clinux_fanotify(void);
/// Has the group asked about every open of a file on the file system of `directory`, and told of the end of each
/// writing.
int clinux_fanotify_mark(int group, int directory);
int clinux_fanotify_answer(int group, int descriptor, int allows);

// spawn.c

/// Starts a program with exactly these descriptors as 0, 1, 2 ... Every one of `descriptors` is greater than
/// `descriptor_count`. Returns 0 or an error number, as posix_spawn does.
int clinux_spawn(int *pid, const char *path, char *const arguments[], char *const environment[],
                 const int *descriptors, int descriptor_count);

// notification.c: ioctl is variadic, and the structure may be larger in the kernel than in the header.

/// Takes the call that waits at a seccomp listener: its number, and the architecture it was made in as an
/// AUDIT_ARCH_* value. ENOENT where the process died meanwhile.
int clinux_seccomp_receive(int listener, int *number, uint32_t *architecture);

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

/// The kernel's version of Landlock.
int clinux_landlock_version(void);

/// A ruleset that denies everything on files, abstract sockets and signals that Landlock of that version can deny,
/// and of TCP what the bits of `network` say: 1 binding, 2 connecting.
int clinux_landlock_begin(int version, uint64_t network);
/// Allows these rights, bits of LANDLOCK_ACCESS_FS_*, on a file, or on a folder and all below it.
int clinux_landlock_allow(int rules, int file, uint64_t rights);
/// Puts this thread into a domain of its own with these rules.
int clinux_landlock_enforce(int rules);

/// Has the C library look up names of hosts in /etc/hosts and by DNS, whatever /etc/nsswitch.conf says: both are
/// inside the library, so that it loads no other.
int clinux_resolve_without_modules(void);

/// From now on a block of so many bytes or more is a mapping of its own, gone as soon as it is freed. mallopt(3)
///
/// By itself the C library takes the size of what was freed for the least of such blocks, and keeps those below it.
int clinux_give_back_blocks(int bytes);

/// Puts a copy of the program's code, as far as it fills them, into huge pages in the place of the code.
///
/// A child that is forked then has it at once, and none of its pages to be looked up, counted and let go of. Only for a
/// process with one thread. madvise(2), MADV_HUGEPAGE
int clinux_code_in_huge_pages(void);

/// A child that is a copy of this process; 0 in the child. Only for a process with one thread.
int clinux_fork(void);

/// Closes every descriptor from `first` upwards.
int clinux_close_from(unsigned int first);

/// All signals as the kernel makes them, none blocked, no alternate stack.
int clinux_reset_signals(void);

/// The child's death by SIGKILL when its parent dies.
int clinux_die_with_parent(void);

int clinux_set_no_new_privileges(void);
int clinux_set_undumpable(void);
/// 1 where both of the above are in force.
int clinux_is_unprivileged(void);

enum clinux_limit {
  clinux_limit_address_space,
  clinux_limit_processor_time,
  clinux_limit_file_size,
  clinux_limit_descriptors,
  clinux_limit_processes,
  clinux_limit_core,
  clinux_limit_stack,
  clinux_limit_locked_memory,
  clinux_limit_message_queues,
};

int clinux_set_limit(enum clinux_limit resource, uint64_t soft, uint64_t hard);

enum clinux_namespace {
  clinux_namespace_user,
  clinux_namespace_mount,
  clinux_namespace_process,
  clinux_namespace_network,
  clinux_namespace_ipc,
  clinux_namespace_host_name,
};

int clinux_unshare(enum clinux_namespace kind);

/// Replaces the root of this process's own mount namespace with an empty file system that nobody can write to,
/// mounted over `directory` on the way.
int clinux_empty_root(const char *directory);

/// Empties the bounding set, which needs CAP_SETPCAP.
int clinux_drop_bounding_set(void);
/// No supplementary groups, and these for all three ids of either kind.
int clinux_become(unsigned int user, unsigned int group);
/// Empties the ambient, effective, permitted and inheritable sets.
int clinux_clear_capabilities(void);
