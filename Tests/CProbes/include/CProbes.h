#pragma once

#include <stddef.h>

// What a hostile parser would do, in C because Swift has neither raw system calls nor inline assembly.

/// Makes the named call with arguments that would succeed in an unconfined process. Returns what the kernel
/// returned, or CLINUX_NO_ATTACK for a name that no table has.
long cprobes_call(const char *name, int zygote);

/// Makes a call by number with these arguments.
long cprobes_raw(long number, const unsigned long arguments[6]);

int cprobes_set_no_new_privileges(void);
void cprobes_spin(void);
void cprobes_read_null(void);
int cprobes_overflow_stack(int depth);
void cprobes_free_twice(void);

/// Makes a block larger that is too large for the allocator's heap. 1 where it is there.
int cprobes_grow(void);

/// Asks for more than there can be, takes all memory in small blocks, and gives it back. 1 where it ends so.
int cprobes_exhaust(void);

/// How a system call is entered: as a program of this machine does, with the bit of the x32 table, or through the
/// entry for 32-bit programs.
enum cprobes_entry { cprobes_native, cprobes_x32, cprobes_interrupt };

/// The exit status of a trial that failed itself. The status that a call of exit_group gives cannot be this one.
enum { cprobes_failed = 99 };

/// One call in a process of its own.
struct cprobes_trial {
  /// How many filters it is made under.
  int filters;
  /// Which of them asks about what it does not allow; -1 for none.
  int asking;
  enum cprobes_entry entry;
  long number;
  /// All six arguments.
  unsigned long argument;
};

enum cprobes_kind { cprobes_came_back, cprobes_exited, cprobes_killed, cprobes_asked };

/// How it ended: with what the call returned, the exit status, the signal, or the number that was asked about.
struct cprobes_end {
  enum cprobes_kind kind;
  long value;
};

/// Makes the trial. The filters follow each other in `bytes`, with so many instructions each; `pipe` is the reading end of
/// the pipe whose writing end is descriptor 3.
struct cprobes_end cprobes_try(struct cprobes_trial trial, const void *bytes, const size_t *counts, int pipe);

/// From now on this process and those that it starts have a kernel without this layer: its calls fail with this error.
/// -1 where that cannot be, or no layer has this name.
int cprobes_lack(const char *layer, int error);

/// Sends one message with so many copies of a descriptor beside it, more than any of ours carries. Returns what sendmsg(2)
/// does.
long cprobes_send_copies(int socket, const void *bytes, size_t count, int descriptor, size_t copies);
