#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <nss.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

// The importer does not bring over that one address structure stands for another.
static int fill_address(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  const size_t length = strlen(path);
  if (length == 0 || length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address->sun_path, path, length);
  return 0;
}

static int close_failed(int descriptor) {
  const int number = errno;
  close(descriptor);
  errno = number;
  return -1;
}

int clinux_listen(const char *path, int type, unsigned int mode, int backlog) {
  struct sockaddr_un address;
  if (fill_address(&address, path) < 0) return -1;
  const int listener = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return -1;
  // Nobody can connect before listen(2), so the mode is in force before the first who may try.
  if (bind(listener, (const struct sockaddr *)&address, sizeof address) < 0) return close_failed(listener);
  if (chmod(path, mode) < 0 || listen(listener, backlog) < 0) {
    const int number = errno;
    unlink(path);
    errno = number;
    return close_failed(listener);
  }
  return listener;
}

int clinux_connect(const char *path, int type) {
  struct sockaddr_un address;
  if (fill_address(&address, path) < 0) return -1;
  const int connection = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (connection < 0) return -1;
  if (connect(connection, (const struct sockaddr *)&address, sizeof address) < 0) {
    return close_failed(connection);
  }
  return connection;
}

int clinux_remove_socket(const char *path) {
  struct stat status;
  if (lstat(path, &status) < 0) return -1;
  if (!S_ISSOCK(status.st_mode)) {
    errno = ENOTSOCK;
    return -1;
  }
  return unlink(path);
}

// Declared only for _GNU_SOURCE, as is struct ucred.
int clinux_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int clinux_peer(int connection, int *process, unsigned int *user) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -1;
  *process = credentials.pid;
  *user = credentials.uid;
  return 0;
}

int clinux_signal_descriptor(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
  const int number = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (number != 0) {
    errno = number;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_read_signal(int descriptor) {
  struct signalfd_siginfo information;
  const ssize_t count = read(descriptor, &information, sizeof information);
  return count == (ssize_t)sizeof information ? (int)information.ssi_signo : -1;
}

int clinux_send_datagram(const char *name, const void *bytes, size_t count, int descriptor) {
  struct sockaddr_un address;
  if (name[0] != '/' && name[0] != '@') {
    errno = EAFNOSUPPORT;
    return -1;
  }
  if (fill_address(&address, name) < 0) return -1;
  // An abstract name begins with a zero and ends with the length, not with another zero.
  if (name[0] == '@') address.sun_path[0] = 0;
  const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
  const int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender < 0) return -1;
  const struct timeval patience = {.tv_sec = 1};
  if (setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 ||
      connect(sender, (const struct sockaddr *)&address, length) < 0 ||
      clinux_send(sender, bytes, count, &descriptor, descriptor < 0 ? 0 : 1, 0) < 0) {
    return close_failed(sender);
  }
  return close(sender);
}

long clinux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
  return limit.rlim_cur > 1 << 30 ? 1 << 30 : (long)limit.rlim_cur;
}

// Declared only for _GNU_SOURCE.
int clinux_resolve_without_modules(void) { return __nss_configure_lookup("hosts", "files dns"); }
