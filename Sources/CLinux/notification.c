#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

int clinux_seccomp_receive(int listener, int *number, uint32_t *architecture) {
  // A kernel newer than the header may fill in more than the header's structure.
  union {
    struct seccomp_notif notification;
    char room[512];
  } buffer;
  memset(&buffer, 0, sizeof buffer);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &buffer) != 0) return -1;
  *number = buffer.notification.data.nr;
  *architecture = buffer.notification.data.arch;
  return 0;
}
