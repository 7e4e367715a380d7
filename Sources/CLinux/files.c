#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

// The C library has no wrapper.
int clinux_open_beneath(int directory, const char *path, int flags) {
  struct open_how how = {
      .flags = (unsigned)flags,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

const int clinux_path_only = O_PATH;
const int clinux_set_lease = F_SETLEASE;
const int clinux_get_lease = F_GETLEASE;

long clinux_file_system(int file) {
  struct statfs system;
  return fstatfs(file, &system) < 0 ? -1 : (long)(unsigned)system.f_type;
}

// Declared only for _GNU_SOURCE.
int clinux_rename(int directory, const char *name, int new_directory, const char *new_name,
                  enum clinux_rename_rule rule) {
  const unsigned flags = rule == clinux_rename_refusing     ? RENAME_NOREPLACE
                         : rule == clinux_rename_exchanging ? RENAME_EXCHANGE
                                                            : 0;
  return renameat2(directory, name, new_directory, new_name, flags);
}

// Variadic in C.
int clinux_clone(int target, int source) { return ioctl(target, FICLONE, source); }

// Declared only for _GNU_SOURCE.
long clinux_copy_range(int target, int source, long offset, size_t count) {
  off64_t from = offset;
  off64_t to = offset;
  return copy_file_range(source, &from, target, &to, count, 0);
}

// The module shows the structure of this name instead.
int clinux_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }
