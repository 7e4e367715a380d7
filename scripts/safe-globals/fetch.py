"""Fetches the wheels that the lists are made from, and unpacks their sources.

    python3 scripts/safe-globals/fetch.py DEST [--package NAME ...]
    python3 scripts/safe-globals/fetch.py DEST --add scikit-learn==1.5.2 torch==2.8.0 ...

inputs.json records every wheel: package, version, file name, sha256. Each is downloaded by pip from PyPI into
DEST/wheels unless it is there already, must have the recorded digest, and is unpacked to
DEST/src/<package>-<version>. Only wheels are used: pip would run an sdist's setup.py. Nothing of a wheel is installed,
imported or run; of its members only Python and Cython sources are taken.

`--add` finds a wheel of each version, the smallest kind first (pure, then macOS, whose wheels have no CUDA), and
records it in inputs.json.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = os.path.join(HERE, "inputs.json")
KEYS = ("package", "version", "file", "sha256")
SOURCE_SUFFIXES = (".py", ".pyx", ".pxd", ".pxi", ".pyi", ".tp")
# A member or a wheel larger than this is no source that anybody would review.
MEMBER_LIMIT = 16 << 20
WHEEL_LIMIT = 2 << 30
# Where `--add` looks, in this order.
PLATFORMS = (
    "macosx_14_0_arm64", "macosx_13_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_9_x86_64", "macosx_10_13_x86_64",
    "macosx_10_6_intel", "macosx_10_15_x86_64", "macosx_12_0_x86_64", "macosx_13_0_x86_64", "macosx_14_0_x86_64", "manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64",
    "manylinux_2_24_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64", "manylinux_2_31_x86_64",
)
RECORDING = threading.Lock()
PYTHONS = ("3.12", "3.10", "3.8", "3.6", "3.7", "3.9", "3.11", "3.13")


def read_inputs(path=INPUTS):
    """The recorded wheels, each a dict of KEYS; an error at anything else."""
    with open(path, encoding="utf-8") as stream:
        document = json.load(stream)
    if sorted(document) != ["inputs", "schema"] or document["schema"] != 1:
        raise ValueError("%s: not a record of inputs" % path)
    for item in document["inputs"]:
        if sorted(item) != sorted(KEYS) or not all(isinstance(value, str) for value in item.values()):
            raise ValueError("%s: %r" % (path, item))
        if not re.fullmatch(r"[a-z0-9-]+", item["package"]) or not re.fullmatch(r"[0-9a-z.+]+", item["version"]):
            raise ValueError("%s: package or version %r" % (path, item))
        if os.path.basename(item["file"]) != item["file"] or not re.fullmatch(r"[0-9a-f]{64}", item["sha256"]):
            raise ValueError("%s: file or digest %r" % (path, item))
    return document["inputs"]


def write_inputs(inputs):
    """One wheel a line, sorted, so that a change shows as one line."""
    unique = {(item["package"], item["version"]): item for item in inputs}
    lines = [json.dumps({key: unique[pair][key] for key in KEYS}) for pair in sorted(unique, key=release_order)]
    with open(INPUTS, "w", encoding="utf-8") as stream:
        stream.write('{"schema": 1, "inputs": [\n  ' + ",\n  ".join(lines) + "\n]}\n")


def release_order(pair):
    """A package's versions by their numbers: 0.9 before 0.10."""
    return pair[0], [int(part) for part in re.findall(r"\d+", pair[1])], pair[1]


def normalized(name):
    """PEP 503: how PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def folder_name(item):
    return item["package"] + "-" + item["version"]


def digest(path):
    hasher = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            hasher.update(block)
    return hasher.hexdigest()


def pip_download(requirement, folder, options):
    """Runs pip; the file it wrote, or None and pip's last words."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", scratch]
        result = subprocess.run(command + options + requirement, capture_output=True, text=True, check=False)
        files = os.listdir(scratch)
        if result.returncode == 0 and len(files) == 1:
            os.replace(os.path.join(scratch, files[0]), os.path.join(folder, files[0]))
            return files[0], ""
    return None, result.stderr.strip().splitlines()[-1:]


def wheel_options(file):
    """What pip has to be told, to take just this wheel: the tags of its name."""
    python, abi, platforms = file[: -len(".whl")].split("-")[-3:]
    options = []
    for platform in platforms.split("."):
        options += ["--platform", platform]
    for tag in abi.split("."):
        options += ["--abi", tag]
    version = re.sub(r"^(cp|py)(\d)(\d*).*$", r"\2.\3", python.split(".")[-1])
    if version.endswith("."):
        version += "12"
    return options + ["--implementation", python.split(".")[-1][:2], "--python-version", version, "--ignore-requires-python"]


def download(item, wheels):
    """The path of the recorded wheel, its digest checked."""
    path = os.path.join(wheels, item["file"])
    if not os.path.exists(path):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=wheels) as requirements:
            requirements.write("%s==%s --hash=sha256:%s\n" % (item["package"], item["version"], item["sha256"]))
            requirements.flush()
            got, words = pip_download(
                ["--require-hashes", "--requirement", requirements.name], wheels, wheel_options(item["file"]))
        if got != item["file"]:
            raise ValueError("%s: pip gave %s %s" % (item["file"], got, words))
    if digest(path) != item["sha256"]:
        raise ValueError("%s: the digest differs from the recorded one" % item["file"])
    return path


def unpack(path, folder):
    """Writes the sources of a wheel below `folder`. Nothing of it is run; a member that would lead out is an error."""
    if os.path.getsize(path) > WHEEL_LIMIT:
        raise ValueError("%s: too large" % path)
    scratch = folder + ".part"
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            parts = member.filename.split("/")
            if not member.filename.endswith(SOURCE_SUFFIXES):
                continue
            if "\\" in member.filename or any(part in ("", ".", "..") for part in parts) or os.path.isabs(member.filename):
                raise ValueError("%s: member %r" % (path, member.filename))
            if member.file_size > MEMBER_LIMIT:
                continue
            if parts[0].endswith(".data") and len(parts) > 2 and parts[1] in ("purelib", "platlib"):
                parts = parts[2:]
            target = os.path.join(scratch, *parts)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as stream:
                stream.write(source.read(MEMBER_LIMIT + 1))
    os.makedirs(scratch, exist_ok=True)
    os.replace(scratch, folder)


def fetch(item, dest):
    folder = os.path.join(dest, "src", folder_name(item))
    if not os.path.isdir(folder):
        unpack(download(item, os.path.join(dest, "wheels")), folder)


def add(specification, dest):
    """Finds a wheel of `name==version`; what inputs.json says of it."""
    name, _, version = specification.partition("==")
    wheels = os.path.join(dest, "wheels")
    words = ""
    for python in PYTHONS:
        options = ["--python-version", python]
        for platform in PLATFORMS:
            options += ["--platform", platform]
        file, words = pip_download([specification], wheels, options)
        if file:
            found = file.split("-")[1]
            return {"package": normalized(name), "version": found, "file": file, "sha256": digest(os.path.join(wheels, file))}
    raise ValueError("%s: no wheel: %s" % (specification, words))


def record(specification, dest):
    item = add(specification, dest)
    with RECORDING:
        write_inputs(read_inputs() + [item])
    fetch(item, dest)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dest")
    parser.add_argument("--package", action="append")
    parser.add_argument("--add", nargs="+", metavar="NAME==VERSION")
    options = parser.parse_args()
    for folder in ("wheels", "src"):
        os.makedirs(os.path.join(options.dest, folder), exist_ok=True)
    if options.add:
        tasks = [(record, specification) for specification in options.add]
    else:
        tasks = [(fetch, item) for item in read_inputs() if not options.package or item["package"] in options.package]
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for task in [pool.submit(do, what, options.dest) for do, what in tasks]:
            try:
                task.result()
            except (ValueError, zipfile.BadZipFile) as error:
                print(error, file=sys.stderr)
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
