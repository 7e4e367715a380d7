/* The protocol of lazaretd in numbers, for clients in C. Sources/Daemon/Daemon.docc/Protocol.md says what they mean.
 *
 * A local socket of kind SOCK_SEQPACKET, one message a packet: a type byte, then fields. Integers are little-endian; a
 * text is its length as 32 bits and UTF-8 without an end mark; a list is its count as 32 bits and its entries. The file
 * to be examined goes along with LAZARET_SCAN as one descriptor (SCM_RIGHTS), of a regular file, open for reading only.
 *
 * A client may load a file only where all of this holds: the verdict is LAZARET_ALLOW, or a waiver covers it; for
 * LAZARET_ALLOW there is a digest, the worker ended by LAZARET_END_FINISHED, the examination finished, no required
 * layer was missing, and no gap was reported; the formats, findings and gaps were as many as the verdict says; and the
 * message ended where its fields did. Anything else, the end of the connection too, is no verdict.
 */
#ifndef LAZARET_H
#define LAZARET_H

#define LAZARET_PROTOCOL_VERSION 1

/* From the client. Fields after the type byte; u8, u16, u32, u64, i64 are integers of so many bits. */
#define LAZARET_HELLO 64  /* u16 lowest version, u16 highest version, text name of the client */
#define LAZARET_SCAN 65   /* u64 id (not 0), u8 flags, u32 length and bytes of a label; one descriptor */
#define LAZARET_QUERY 66  /* u64 id, 32 bytes SHA-256 */
#define LAZARET_CANCEL 67 /* u64 id, u64 id of the scan */
#define LAZARET_STATS 68  /* u64 id */
#define LAZARET_HEALTH 69 /* u64 id */
#define LAZARET_STREAM 70 /* as LAZARET_SCAN, but no descriptor, and after the label: u64 size */
#define LAZARET_DATA 71   /* u64 id of the stream, u32 length and bytes; once LAZARET_REPLY_READY has come */
#define LAZARET_TREE 72   /* as LAZARET_SCAN, with a directory as the descriptor */

/* Flags. */
#define LAZARET_SCAN_FRESH 1  /* examine even where the verdict is known */
#define LAZARET_SCAN_URGENT 2 /* somebody waits at a gate, who is not to wait for a batch */

/* From the daemon. */
#define LAZARET_REPLY_HELLO 96      /* u16 version, text engine, text policy, u32 credits, u32 places in the queue */
#define LAZARET_REPLY_ACCEPTED 97   /* u64 id, u32 scans before it */
#define LAZARET_REPLY_PART 98       /* u64 id, u8 kind of part, its fields */
#define LAZARET_REPLY_VERDICT 99    /* u64 id, the fields below */
#define LAZARET_REPLY_BUSY 100      /* u64 id (0: the connection), u8 reason, u32 milliseconds until asked again */
#define LAZARET_REPLY_REFUSED 101   /* u64 id (0: the connection), u8 code, text reason */
#define LAZARET_REPLY_CANCELLED 102 /* u64 id of the scan */
#define LAZARET_REPLY_UNKNOWN 103   /* u64 id of the query */
#define LAZARET_REPLY_STATS 104     /* u64 id, list of: text name, u64 value */
#define LAZARET_REPLY_HEALTH 105    /* u64 id, list of: text name, u8 good, text detail */
#define LAZARET_REPLY_READY 106     /* u64 id of the stream, whose bytes may come */

/* Parts of a report. A location is a list of texts, outermost container first, and an i64 offset, -1 for none. */
#define LAZARET_PART_FORMAT 33  /* text name */
#define LAZARET_PART_FINDING 34 /* text rule, location, text detail, text evidence */
#define LAZARET_PART_GAP 35     /* location, text reason */

/* Verdicts, from best to worst. LAZARET_REPLY_VERDICT has, after the id:
 *   u8 verdict; u8 from the store, u8 repeatable, u8 finished; u8 whether there is a digest, and where it is 1 its 32
 *   bytes; u64 size, u64 bytes, u64 members, u64 opcodes examined; u32 formats, u32 findings, u32 gaps sent before;
 *   u8 how the worker ended, i64 number, text reason; text role, text filter; list of texts layers, list of texts
 *   missing layers; text kernel, text policy, text engine; 64 bits of a double: milliseconds;
 *   u8 whether there is a waiver, and where it is 1: u8 worst verdict covered, text reason, text owner, u64 end in
 *   seconds since 1970; list of texts notices.
 * A waiver covers a verdict until its end, where the examination is repeatable and its worker finished. */
#define LAZARET_ALLOW 0
#define LAZARET_REVIEW 1
#define LAZARET_INCOMPLETE 2
#define LAZARET_DENY 3

/* How a worker ended. */
#define LAZARET_END_FINISHED 0
#define LAZARET_END_DEADLINE 1       /* number: seconds */
#define LAZARET_END_PROCESSOR_TIME 2 /* number: seconds */
#define LAZARET_END_VIOLATION 3      /* number 1 where the text names the system call */
#define LAZARET_END_CRASHED 4        /* number: signal */
#define LAZARET_END_OUT_OF_MEMORY 5
#define LAZARET_END_PROTOCOL_ERROR 6 /* text: reason */
#define LAZARET_END_EXITED 7         /* number: status */
#define LAZARET_END_UNAVAILABLE 8    /* text: reason */

/* Reasons of LAZARET_REPLY_BUSY. */
#define LAZARET_BUSY_CREDITS 0
#define LAZARET_BUSY_QUEUE 1
#define LAZARET_BUSY_CONNECTIONS 2
#define LAZARET_BUSY_STOPPING 3
#define LAZARET_BUSY_STAGING 4

/* Codes of LAZARET_REPLY_REFUSED; the first three end the connection. */
#define LAZARET_REFUSED_MALFORMED 0
#define LAZARET_REFUSED_VERSION 1
#define LAZARET_REFUSED_FORBIDDEN 2
#define LAZARET_REFUSED_DESCRIPTOR 3
#define LAZARET_REFUSED_ID 4
#define LAZARET_REFUSED_STORE 5
#define LAZARET_REFUSED_FAILING 6
#define LAZARET_REFUSED_ROLE 7
#define LAZARET_REFUSED_STREAM 8

/* Limits, in bytes unless they count something. */
#define LAZARET_MESSAGE_LIMIT 65536
#define LAZARET_LABEL_LIMIT 4096
#define LAZARET_DATA_LIMIT 61440
#define LAZARET_NAME_LIMIT 128      /* names, versions, layers */
#define LAZARET_FORMAT_LIMIT 64
#define LAZARET_RULE_LIMIT 128
#define LAZARET_COMPONENTS_LIMIT 64 /* entries of a location */
#define LAZARET_COMPONENT_LIMIT 4096
#define LAZARET_PATH_LIMIT 16384    /* all entries of a location together */
#define LAZARET_SENTENCE_LIMIT 4096 /* details and reasons */
#define LAZARET_EVIDENCE_LIMIT 8192
#define LAZARET_NOTICE_LIMIT 512    /* notices, details of a health check */
#define LAZARET_ENTRIES_LIMIT 64    /* entries of any other list */
#define LAZARET_FORMATS_LIMIT 64    /* formats of one report */
#define LAZARET_RECORDS_LIMIT 20064 /* findings of one report, and gaps */
#define LAZARET_DIGEST_SIZE 32

#endif
