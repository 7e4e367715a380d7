"""lazaretd as it was built, in a process of its own, for the tests that ask it.

`LAZARET_BIN_DIR` names the folder of the programs, the debug build of this checkout unless set; `LAZARET_POLICIES` the
policies, those of this checkout unless set.
"""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PROGRAMS = os.environ.get("LAZARET_BIN_DIR") or os.path.join(ROOT, ".build", "debug")
POLICIES = os.environ.get("LAZARET_POLICIES") or os.path.join(ROOT, "policies")


class RealDaemon:
    """The daemon, with a store and a copy of the policies of its own, until `end`."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.socket = os.path.join(self.folder, "s")
        self.policies = os.path.join(self.folder, "policies")
        shutil.copytree(POLICIES, self.policies)
        self.environment = {
            "LAZARET_WORKER": os.path.join(PROGRAMS, "lazaret-worker"),
            "LAZARET_POLICIES": self.policies,
            "SWIFT_BACKTRACE": "enable=no",
            "HOME": self.folder,
        }
        command = [os.path.join(PROGRAMS, "lazaretd"), "--socket", self.socket, "--workers", "2"]
        command += ["--store", os.path.join(self.folder, "verdicts.db"), "--policies", self.policies]
        self.log_path = os.path.join(self.folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
        try:
            self.wait_for("listening")
        except BaseException:
            self.end()
            raise

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    def wait_for(self, event, count=1):
        # A debug build on a busy machine takes long to read the policies.
        end = time.monotonic() + 240
        while self.log().count(f'"event":"{event}"') < count:
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the daemon does not say {event}: {self.log()}")
            time.sleep(0.02)

    def waive(self, sha256, covers):
        """Writes a waiver as `lazaret waive` does, which a debug build takes long for, and has the daemon read it."""
        until = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 10 * 86400))
        waiver = {"digest": sha256, "verdict": covers, "until": until, "reason": "a test", "owner": "tests"}
        with open(os.path.join(self.policies, "waivers.json"), "w", encoding="utf-8") as file:
            json.dump({"schema": 1, "waivers": [waiver]}, file)
        reloads = self.log().count('"event":"reloaded"')
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("reloaded", reloads + 1)

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder)


@functools.lru_cache(maxsize=None)
def shared():
    """One daemon for all tests of this process: starting one takes longer than they do."""
    daemon = RealDaemon()
    atexit.register(daemon.end)
    return daemon


class WithRealDaemon(unittest.TestCase):
    """Tests that ask the daemon; skipped, and loudly, where it was not built."""

    @classmethod
    def setUpClass(cls):
        missing = [name for name in ("lazaretd", "lazaret-worker") if not os.path.exists(f"{PROGRAMS}/{name}")]
        if missing:
            notice = f"{', '.join(missing)} not in {PROGRAMS} (LAZARET_BIN_DIR names another): NOT ASKED FOR REAL"
            print(f"NOTICE: {cls.__name__}: {notice}", file=sys.stderr)
            raise unittest.SkipTest(notice)
        cls.daemon = shared()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path
