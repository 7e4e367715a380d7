#define _GNU_SOURCE
#include "CLinux.h"

#include <signal.h>
#include <spawn.h>

/// All signals as the kernel makes them, none blocked, no terminal.
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  int error = posix_spawnattr_setsigdefault(attributes, &all);
  if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) {
    error = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  }
  return error;
}

static int set_actions(posix_spawn_file_actions_t *actions, const int *descriptors, int count) {
  int error = 0;
  for (int target = 0; target < count && error == 0; target++) {
    error = posix_spawn_file_actions_adddup2(actions, descriptors[target], target);
  }
  // The reason for C: this one and POSIX_SPAWN_SETSID are declared only for _GNU_SOURCE.
  return error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(actions, count);
}

int clinux_spawn(int *pid, const char *path, char *const arguments[], char *const environment[],
                 const int *descriptors, int descriptor_count) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = set_actions(&actions, descriptors, descriptor_count);
    if (error == 0) error = set_attributes(&attributes);
    if (error == 0) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}
