/* Asks lazaretd whether a file may be loaded: gate SOCKET FILE
 *
 * Prints findings, verdict and SHA-256. The exit status is that of `lazaret gate`: 0 allowed (by its verdict or by a
 * waiver), 1 denied, 3 review or incomplete, 2 where there is no verdict. A verdict belongs to the bytes that were
 * judged: load bytes of that digest, such as a sealed memfd that went to the daemon, not whatever the path holds later.
 *
 *   cc -Wall -Wextra -Werror -o gate gate.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lazaret.h"

static unsigned char message[LAZARET_MESSAGE_LIMIT];
static size_t length, at; /* of the message that is read or written */

static void fail(const char *what, const char *why) {
  fprintf(stderr, "gate: %s: %s\n", what, why);
  exit(2);
}

static void broken(const char *why) { fail("the daemon broke the protocol", why); }

static const unsigned char *take(size_t count) {
  if (count > length - at) broken("a message ends within a field");
  at += count;
  return message + at - count;
}

static uint64_t number(int bytes) {
  const unsigned char *field = take(bytes);
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | field[i];
  return value;
}

static int flag(void) {
  uint64_t value = number(1);
  if (value > 1) broken("a flag is neither 0 nor 1");
  return (int)value;
}

static uint64_t at_most(uint64_t limit, uint64_t value) {
  if (value > limit) broken("a number is over its limit");
  return value;
}

/* A text, printed with `show`: whatever could move a terminal becomes a question mark. */
static void text(size_t limit, int show) {
  size_t count = at_most(limit, number(4));
  const unsigned char *bytes = take(count);
  for (size_t i = 0; show && i < count; i++) putchar(bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '?');
}

static uint64_t texts(size_t entries, size_t limit, int show) {
  uint64_t count = at_most(entries, number(4));
  for (uint64_t i = 0; i < count; i++) {
    if (show && i) printf(" > ");
    text(limit, show);
  }
  return count;
}

static void location(void) {
  printf(" at ");
  if (texts(LAZARET_COMPONENTS_LIMIT, LAZARET_COMPONENT_LIMIT, 1)) printf(", ");
  printf("byte %lld: ", (long long)number(8)); /* -1 for none */
}

static void put(uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) message[length++] = (unsigned char)(value >> 8 * i);
}

static void put_bytes(const char *bytes, size_t count) {
  put(count, 4);
  memcpy(message + length, bytes, count);
  length += count;
}

static void send_message(int daemon, int file) {
  union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control = {0};
  struct iovec part = {message, length};
  struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
  if (file >= 0) {
    packet.msg_control = &control;
    packet.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
    *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(header), &file, sizeof file);
  }
  /* Where the daemon has left, it may have said why before: that is read next. */
  if (sendmsg(daemon, &packet, MSG_NOSIGNAL) < 0 && errno != EPIPE) fail("send", strerror(errno));
}

/* The next message's type; its fields but the id are left to take. Refusals end the program, busy is for the caller. */
static uint64_t receive(int daemon, uint64_t id) {
  ssize_t count = recv(daemon, message, sizeof message, MSG_TRUNC);
  if (count < 0 && errno == ECONNRESET) count = recv(daemon, message, sizeof message, MSG_TRUNC); /* last words */
  if (count <= 0) fail("the daemon has left", count ? strerror(errno) : "end of the connection");
  length = at_most(sizeof message, (uint64_t)count), at = 0;
  uint64_t type = number(1);
  if (type == LAZARET_REPLY_HELLO) return type;
  uint64_t whose = number(8);
  if (type == LAZARET_REPLY_REFUSED) {
    printf("refused, code %d: ", (int)number(1));
    text(LAZARET_SENTENCE_LIMIT, 1);
    putchar('\n'), exit(2);
  }
  if (whose != id && (type != LAZARET_REPLY_BUSY || whose)) broken("an answer to something else");
  return type;
}

static uint64_t counts[3]; /* formats, findings and gaps as they came */

static void take_part(void) {
  uint64_t kind = number(1);
  if (kind < LAZARET_PART_FORMAT || kind > LAZARET_PART_GAP) broken("an unknown part");
  counts[kind - LAZARET_PART_FORMAT]++;
  if (kind == LAZARET_PART_FORMAT) return text(LAZARET_FORMAT_LIMIT, 0);
  if (kind == LAZARET_PART_FINDING) text(LAZARET_RULE_LIMIT, 1);
  else printf("not examined");
  location();
  text(LAZARET_SENTENCE_LIMIT, 1);
  if (kind == LAZARET_PART_FINDING) text(LAZARET_EVIDENCE_LIMIT, 0);
  putchar('\n');
}

static int take_verdict(const char *path) {
  static const char *names[] = {"allow", "review", "incomplete", "deny"};
  uint64_t verdict = at_most(LAZARET_DENY, number(1)), covered = LAZARET_ALLOW, end = 0;
  flag(); /* from the store */
  int repeatable = flag(), finished = flag(), digest = flag(), same = 1;
  printf("%s %s\n  sha256 ", names[verdict], path);
  for (int i = 0; digest && i < LAZARET_DIGEST_SIZE; i++) printf("%02x", (int)number(1));
  take(4 * 8); /* size, bytes, members, opcodes */
  for (int i = 0; i < 3; i++) same &= number(4) == counts[i];
  uint64_t ending = number(1);
  take(8);
  text(LAZARET_SENTENCE_LIMIT, 0);
  for (int i = 0; i < 2; i++) text(LAZARET_NAME_LIMIT, 0); /* role, filter */
  texts(LAZARET_ENTRIES_LIMIT, LAZARET_NAME_LIMIT, 0);
  uint64_t missing = texts(LAZARET_ENTRIES_LIMIT, LAZARET_NAME_LIMIT, 0);
  for (int i = 0; i < 3; i++) text(LAZARET_NAME_LIMIT, 0); /* kernel, policy, engine */
  take(8);                                                 /* milliseconds */
  if (flag()) {
    covered = at_most(LAZARET_DENY, number(1));
    for (int i = 0; i < 2; i++) text(LAZARET_SENTENCE_LIMIT, 0); /* reason, owner */
    end = number(8);
  }
  texts(LAZARET_ENTRIES_LIMIT, LAZARET_NOTICE_LIMIT, 0);
  putchar('\n');
  if (at != length || !same) broken("a verdict on another report than was sent");
  int clean = ending == LAZARET_END_FINISHED && digest;
  if (verdict == LAZARET_ALLOW) {
    if (!clean || !finished || missing || counts[2]) broken("an allow that nothing proves");
    return 0;
  }
  if (clean && repeatable && verdict <= covered && (uint64_t)time(NULL) < end) return puts("  waived"), 0;
  return verdict == LAZARET_DENY ? 1 : 3;
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage", "gate SOCKET FILE");
  int file = open(argv[2], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) fail(argv[2], strerror(errno));
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  if (strlen(argv[1]) >= sizeof place.sun_path) fail(argv[1], "too long");
  strcpy(place.sun_path, argv[1]);
  int daemon = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (daemon < 0 || connect(daemon, (struct sockaddr *)&place, sizeof place)) fail(argv[1], strerror(errno));

  length = 0, put(LAZARET_HELLO, 1), put(LAZARET_PROTOCOL_VERSION, 2), put(LAZARET_PROTOCOL_VERSION, 2);
  put_bytes("gate.c", 6), send_message(daemon, -1);
  if (receive(daemon, 0) != LAZARET_REPLY_HELLO || number(2) != LAZARET_PROTOCOL_VERSION) fail(argv[1], "no hello");

  size_t label = strlen(argv[2]) < LAZARET_LABEL_LIMIT ? strlen(argv[2]) : LAZARET_LABEL_LIMIT;
  for (uint64_t id = 1; id <= 600; id++) { /* a busy daemon is asked again, for a minute or so */
    length = 0, put(LAZARET_SCAN, 1), put(id, 8), put(LAZARET_SCAN_URGENT, 1), put_bytes(argv[2], label), send_message(daemon, file);
    uint64_t type;
    while ((type = receive(daemon, id)) == LAZARET_REPLY_ACCEPTED || type == LAZARET_REPLY_PART)
      type == LAZARET_REPLY_PART ? take_part() : (void)take(4);
    if (type == LAZARET_REPLY_VERDICT) return take_verdict(argv[2]);
    if (type != LAZARET_REPLY_BUSY || number(1) == LAZARET_BUSY_STOPPING) fail(argv[1], "it gives no verdict");
    usleep(100 * 1000);
  }
  fail(argv[1], "it is busy");
}
