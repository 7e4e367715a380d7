"""What other scanners answer for files, as their own command lines do: run inside the environment they are installed in.

    python judgement_peers.py SCANNER SECONDS < LIST > ANSWERS

Reads one path a line; writes a JSON object a line: path, answer (clean, flagged, skipped, error, timeout), seconds.
The scanner is imported once, and each file has a process of its own that is ended after SECONDS.
"""
import importlib
import json
import os
import signal
import sys
import time
import zipfile


def picklescan(path):
    from picklescan.cli import main

    sys.argv = ["picklescan", "--path", path]
    return main()


def picklescan_strict(path):
    from picklescan.cli import main

    sys.argv = ["picklescan", "--strict", "--path", path]
    return main()


def modelscan(path):
    from modelscan.cli import main

    sys.argv = ["modelscan", "scan", "--path", path]
    return main()


def fickling(path):
    """Its command line refuses archives, which its library can read."""
    if zipfile.is_zipfile(path):
        from fickling.loader import scan_zip_archive

        results = scan_zip_archive(path, graceful=True, json_output_path=os.devnull).values()
        if any(not result.is_safe and not result.errors for result in results):
            return 1
        return 3 if not results else 2 if any(result.errors for result in results) else 0
    from fickling.cli import main

    return main(["fickling", "--check-safety", "--json-output", os.devnull, path])


def modelaudit(path):
    from modelaudit.cli import main

    sys.argv = ["modelaudit", "scan", "--no-cache", "--format", "json", "--timeout", "50", path]
    return main()


SCANNERS = {
    "picklescan": (picklescan, {}),
    "picklescan --strict": (picklescan_strict, {}),
    "modelscan": (modelscan, {3: "skipped"}),
    "fickling": (fickling, {3: "skipped"}),
    "modelaudit": (modelaudit, {}),
}
# Imported before the first file, so that no file waits for it.
WARM_UP = {
    "picklescan": ["picklescan.cli"],
    "picklescan --strict": ["picklescan.cli"],
    "modelscan": ["modelscan.cli"],
    "fickling": ["fickling.cli", "fickling.loader"],
    "modelaudit": [
        "modelaudit.cli", "modelaudit.core", "modelaudit.scanners.pickle_scanner",
        "modelaudit.scanners.pytorch_zip_scanner", "modelaudit.scanners.numpy_scanner", "modelaudit_picklescan",
    ],
}


def child(scan, path):
    """Exits with the scanner's status; 70 where it raised."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    status = 70
    try:
        status = scan(path)
    except SystemExit as stop:
        status = stop.code
    finally:
        os._exit(status if isinstance(status, int) and 0 <= status < 128 else 0 if status is None else 70)


def answer(scan, names, path, seconds):
    process = os.fork()
    if process == 0:
        os.setpgid(0, 0)
        child(scan, path)
    deadline = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return "timeout"
        time.sleep(0.002)
    if not os.WIFEXITED(status):
        return "error"
    return {0: "clean", 1: "flagged", **names}.get(os.WEXITSTATUS(status), "error")


def main():
    name, seconds = sys.argv[1], float(sys.argv[2])
    scan, names = SCANNERS[name]
    for module in WARM_UP[name]:
        importlib.import_module(module)
    for line in sys.stdin:
        path = line.rstrip("\n")
        start = time.monotonic()
        given = answer(scan, names, path, seconds)
        print(json.dumps({"path": path, "answer": given, "seconds": time.monotonic() - start}), flush=True)


if __name__ == "__main__":
    main()
