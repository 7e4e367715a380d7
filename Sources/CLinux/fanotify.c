#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

_Static_assert(CLINUX_FANOTIFY_VERSION == FANOTIFY_METADATA_VERSION, "another structure of events");
_Static_assert(CLINUX_FANOTIFY_OPEN == FAN_OPEN_PERM, "another bit");
_Static_assert(CLINUX_FANOTIFY_WRITTEN == FAN_CLOSE_WRITE, "another bit");

// The queue has no limit: where a limited one is full, the kernel lets opens through.
int clinux_fanotify(void) {
  return fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE,
                       O_RDONLY | O_CLOEXEC | O_LARGEFILE);
}

int clinux_fanotify_mark(int group, int directory) {
  return fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_PERM | FAN_CLOSE_WRITE, directory,
                       NULL);
}

int clinux_fanotify_answer(int group, int descriptor, int allows) {
  const struct fanotify_response response = {.fd = descriptor, .response = allows ? FAN_ALLOW : FAN_DENY};
  return write(group, &response, sizeof response) == (ssize_t)sizeof response ? 0 : -1;
}
