"""Messages: what is read is exactly what was written, and nothing else is believed."""

import os
import re
import struct
import unittest

from lazaret import Ending, Judgement, ProtocolError, _wire
from tests import messages

DIGEST = "0f" * 32


def decode(replies, request=_wire.Request.SCAN, **options):
    answer = _wire.Answer(request, 7, **options)
    over = [answer.take(reply) for reply in replies]
    assert over == [False] * (len(replies) - 1) + [True], over
    return answer.result


class Requests(unittest.TestCase):
    def test_requests_are_the_bytes_of_the_protocol(self):
        self.assertEqual(_wire.hello("me"), b"\x40\1\0\1\0\2\0\0\0me")
        self.assertEqual(_wire.scan(2, b"ab", True), b"\x41\2" + b"\0" * 7 + b"\3\2\0\0\0ab")
        self.assertEqual(_wire.query(3, DIGEST), b"\x42\3" + b"\0" * 7 + b"\x0f" * 32)
        self.assertEqual(_wire.bare(_wire.Request.HEALTH, 4), b"\x45\4" + b"\0" * 7)

    def test_long_names_are_cut_to_what_the_daemon_takes(self):
        self.assertEqual(len(_wire.scan(1, b"x" * 9000, False)), 14 + 4096)
        greeting = _wire.hello("ü" * 100)
        self.assertLessEqual(len(greeting), 9 + 128)
        greeting[9:].decode()

    def test_a_query_needs_a_digest(self):
        for wrong in ("", "00", "zz" * 32, "00" * 33):
            with self.assertRaises(ValueError):
                _wire.query(1, wrong)


class Replies(unittest.TestCase):
    def test_a_report_arrives_whole(self):
        verdict = decode(messages.report(7, DIGEST, messages.DENY, waived=messages.waiver(messages.REVIEW)))
        self.assertIs(verdict.verdict, Judgement.DENY)
        self.assertEqual((verdict.sha256, verdict.size, verdict.formats), (DIGEST, 3, ("pickle",)))
        finding = verdict.findings[0]
        self.assertEqual((finding.rule, finding.location.path), ("pickle.dangerous-call", ("a", "b")))
        self.assertEqual((finding.location.offset, finding.detail, finding.evidence), (7, "d", "e"))
        self.assertIs(verdict.outcome.ending, Ending.FINISHED)
        self.assertEqual((verdict.policy, verdict.engine, verdict.milliseconds), ("sha256:p", "0.3.0", 1.5))
        self.assertEqual((verdict.waiver.owner, verdict.waived, verdict.notices), ("who", False, ("a notice",)))
        with self.assertRaises(AttributeError):
            verdict.verdict = Judgement.ALLOW

    def test_every_message_that_is_cut_or_too_long_is_refused(self):
        replies = messages.report(7, DIGEST, messages.DENY, waived=messages.waiver())
        replies += [messages.part_gap(7), messages.busy(7), messages.refused(7)]
        for reply in replies:
            for wrong in [reply[:count] for count in range(len(reply))] + [reply + b"\0"]:
                answer = _wire.Answer(_wire.Request.SCAN, 7)
                answer.take(messages.accepted(7))
                with self.assertRaises(ProtocolError):
                    answer.take(wrong)

    def test_a_changed_byte_of_a_verdict_never_makes_an_allow(self):
        *parts, last = messages.report(7, DIGEST, messages.DENY)
        for at in range(len(last)):
            for value in (0, 1, 2, 255):
                changed = last[:at] + bytes([value]) + last[at + 1 :]
                try:
                    verdict = decode(parts + [changed])
                except (ProtocolError, AssertionError):
                    continue
                # The judgement's own byte: nobody can tell from findings alone, of which some are harmless.
                self.assertTrue(at == 9 or not verdict.allowed, at)

    def test_an_allow_that_nothing_proves_is_refused(self):
        lacking = [
            {"finished": 0},
            {"ending": 4},
            {"missing": ("seccomp",)},
            {"parts": (1, 0, 1)},
            {"parts": (0, 0, 0)},
            {"parts": (2, 0, 0)},
        ]
        for options in lacking:
            parts = [messages.accepted(7), messages.part_format(7)]
            if options.get("parts") == (1, 0, 1):
                parts.append(messages.part_gap(7))
            with self.assertRaises(ProtocolError, msg=str(options)):
                decode(parts + [messages.verdict(7, DIGEST, **options)])
        with self.assertRaises(ProtocolError):
            decode([messages.accepted(7), messages.part_format(7), messages.verdict(7, None)])

    def test_what_was_not_asked_for_is_refused(self):
        wrong = [
            messages.accepted(8),
            messages.part_format(7),
            messages.verdict(7, DIGEST),
            messages.hello(),
            struct.pack("<BQ", 103, 7),
            struct.pack("<BQI", 104, 7, 0),
            struct.pack("<BQ", 102, 7),
            struct.pack("<BQ", 64, 7),
            messages.refused(8),
            b"",
        ]
        for message in wrong:
            with self.assertRaises(ProtocolError, msg=message.hex()):
                _wire.Answer(_wire.Request.SCAN, 7).take(message)
        with self.assertRaises(ProtocolError):
            answer = _wire.Answer(_wire.Request.SCAN, 7)
            answer.take(messages.accepted(7))
            answer.take(messages.accepted(7))

    def test_a_refusal_of_the_connection_ends_any_request(self):
        self.assertEqual(decode([messages.refused(0, 0, "why")]).reason, "why")
        self.assertIs(decode([messages.busy(0, 3)]).reason, _wire.BusyReason.STOPPING)

    def test_a_query_is_answered_by_a_verdict_on_that_digest_or_by_nothing(self):
        self.assertIsNone(decode([struct.pack("<BQ", 103, 7)], _wire.Request.QUERY))
        replies = [messages.part_format(7), messages.verdict(7, DIGEST)]
        self.assertEqual(decode(replies, _wire.Request.QUERY, sha256=DIGEST).sha256, DIGEST)
        with self.assertRaises(ProtocolError):
            decode(replies, _wire.Request.QUERY, sha256="00" * 32)

    def test_a_greeting_is_of_our_version_or_refused(self):
        self.assertEqual(_wire.parse_hello(messages.hello()).credits, 32)
        for wrong in (messages.hello(2), messages.hello() + b"\0", messages.accepted(1), messages.refused(1), b""):
            with self.assertRaises(ProtocolError):
                _wire.parse_hello(wrong)


HEADER = os.path.join(os.path.dirname(__file__), "..", "..", "..", "scripts", "examples", "lazaret.h")


class Numbers(unittest.TestCase):
    @unittest.skipUnless(os.path.exists(HEADER), "not in a checkout, where the C header has the numbers")
    def test_the_numbers_are_those_of_the_c_header(self):
        # A test of the daemon's holds the header against the daemon's own numbers.
        with open(HEADER, encoding="utf-8") as file:
            header = dict(re.findall(r"^#define LAZARET_(\w+) (\d+)", file.read(), re.MULTILINE))
        families = [
            ("", _wire.Request),
            ("REPLY_", _wire.Reply),
            ("BUSY_", _wire.BusyReason),
            ("REFUSED_", _wire.RefusalCode),
            ("END_", Ending),
            ("", Judgement),
        ]
        ours = {prefix + one.name: one.value for prefix, family in families for one in family}
        limits = ["MESSAGE", "LABEL", "NAME"]
        ours.update({f"{name}_LIMIT": getattr(_wire, f"{name}_LIMIT") for name in limits})
        inner = ["ENTRIES", "RECORDS", "FORMAT", "RULE", "COMPONENTS", "COMPONENT", "PATH"]
        inner += ["SENTENCE", "EVIDENCE", "NOTICE"]
        ours.update({f"{name}_LIMIT": getattr(_wire, f"_{name}") for name in inner})
        ours.update(PROTOCOL_VERSION=_wire.VERSION, DIGEST_SIZE=32, SCAN_FRESH=1, FORMATS_LIMIT=_wire._FORMAT)
        ours.update(PART_FORMAT=33, PART_FINDING=34, PART_GAP=35)
        # A client that passes descriptors sends no streams.
        ours.update(SCAN_URGENT=_wire._URGENT, DATA_LIMIT=61_440)
        self.assertEqual({name: int(value) for name, value in header.items()}, ours)


class Waivers(unittest.TestCase):
    def held(self, judgement, **options):
        return decode(messages.report(7, DIGEST, judgement, **options)).allowed

    def test_a_waiver_holds_for_its_time_and_up_to_its_verdict(self):
        self.assertTrue(self.held(messages.DENY, waived=messages.waiver(messages.DENY)))
        self.assertTrue(self.held(messages.REVIEW, waived=messages.waiver(messages.DENY)))
        self.assertFalse(self.held(messages.DENY, waived=messages.waiver(messages.REVIEW)))
        self.assertFalse(self.held(messages.DENY, waived=messages.waiver(messages.DENY, until=5)))
        self.assertFalse(self.held(messages.DENY))

    def test_a_disturbed_examination_is_not_waived(self):
        waiver = messages.waiver(messages.DENY)
        self.assertFalse(self.held(messages.INCOMPLETE, waived=waiver, ending=4))
        self.assertFalse(self.held(messages.INCOMPLETE, waived=waiver, repeatable=0))

    def test_the_account_says_what_to_do(self):
        plain = decode(messages.report(7, DIGEST, messages.DENY))
        self.assertIn(f"lazaret waive {DIGEST} --covers deny", plain.account())
        self.assertIn("pickle.dangerous-call (a > b, byte 7)", plain.account())
        expired = decode(messages.report(7, DIGEST, messages.DENY, waived=messages.waiver(messages.DENY, until=5)))
        self.assertIn("has expired", expired.account())
        milder = decode(messages.report(7, DIGEST, messages.DENY, waived=messages.waiver(messages.REVIEW)))
        self.assertIn("covers review at worst", milder.account())
        disturbed = decode(messages.report(7, DIGEST, messages.INCOMPLETE, ending=4))
        self.assertIn("no waiver covers", disturbed.account())

    def test_hostile_words_are_not_printed_as_they_are(self):
        finding = messages.part_finding(7, detail="\x1b[2J\u202eevil", evidence="x" * 8000)
        parts = [messages.accepted(7), finding]
        account = decode(parts + [messages.verdict(7, DIGEST, messages.DENY, (0, 1, 0))]).account()
        self.assertNotIn("\x1b", account)
        self.assertNotIn("\u202e", account)
        self.assertLess(len(account), 2000)
