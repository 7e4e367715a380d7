#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/// Room for one control message with the most descriptors, aligned as the macros expect.
union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int) * CLINUX_MESSAGE_DESCRIPTORS)];
};

long clinux_send(int socket, const void *bytes, size_t count, const int *descriptors,
                    size_t descriptor_count, int flags) {
  if (descriptor_count > CLINUX_MESSAGE_DESCRIPTORS) {
    errno = EINVAL;
    return -1;
  }
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  union control control;
  if (descriptor_count > 0) {
    const size_t length = sizeof(int) * descriptor_count;
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(length);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(header), descriptors, length);
  }
  return sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

long clinux_receive(int socket, void *bytes, size_t capacity, int *descriptors,
                       size_t *descriptor_count, int *truncated, int flags) {
  struct iovec part = {.iov_base = bytes, .iov_len = capacity};
  union control control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  *descriptor_count = 0;
  *truncated = 0;
  const ssize_t received = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  *truncated = (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      *truncated = 1;
      continue;
    }
    // The kernel wrote this length, and the buffer has room for no more than the array.
    size_t length = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const size_t room = CLINUX_MESSAGE_DESCRIPTORS - *descriptor_count;
    if (length > room) length = room;
    memcpy(descriptors + *descriptor_count, CMSG_DATA(header), length * sizeof(int));
    *descriptor_count += length;
  }
  return received;
}
