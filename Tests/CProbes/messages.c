#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/// The most that the kernel lets one message carry: SCM_MAX_FD.
enum { most_descriptors = 253 };

long cprobes_send_copies(int socket, const void *bytes, size_t count, int descriptor, size_t copies) {
  if (copies > most_descriptors) {
    errno = EINVAL;
    return -1;
  }
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * most_descriptors)];
  } control;
  memset(&control, 0, sizeof control);
  if (copies > 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * copies);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * copies);
    int *numbers = (int *)CMSG_DATA(header);
    for (size_t index = 0; index < copies; index++) numbers[index] = descriptor;
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}
