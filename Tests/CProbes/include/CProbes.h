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

/// Sends one message with so many copies of a descriptor beside it, more than any of ours carries. Returns what sendmsg(2)
/// does.
long cprobes_send_copies(int socket, const void *bytes, size_t count, int descriptor, size_t copies);
