"""Takes each rule away from the tests, to see that one of them misses it: scripts/prove --mutate.

What the tests have findings from (Tests/TestSupport/TestedReport.swift) first writes down which test sees which rule. Then
each rule is kept from one of the tests that see it, of as many rules at once as there are tests for, and again with the
next test until one fails. A rule that no test misses could be taken from the product, or never fire, without anybody
noticing.

    scripts/mutate.py FILE

says only whether every rule is in a file to which a run of the tests wrote what they see (LAZARET_SEEN_RULES).
"""
import collections
import functools
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
BUILT = os.path.join(ROOT, ".build", "debug")
PAGE = os.path.join(ROOT, "Sources", "Daemon", "Daemon.docc", "RuleTests.md")
# Those whose findings go by what takes a rule away.
MODULES = ("RulesTests", "ScanningTests", "SupervisorTests.VerdictAssemblyTests", "CommandLineTests.PackageTests",
           "RegistriesTests.OCILayoutTests")
INTRODUCTION = """# What shows each rule

The test that fails when a rule is taken away.

## Overview

`scripts/prove --mutate` keeps the findings of each rule from the tests that see it, one test after another, until one
fails, and writes this page.

"""

Run = collections.namedtuple("Run", "status failed")


def run_tests(patterns, environment):
    """Runs the tests whose identifiers match: the status, and the tests with issues."""
    with tempfile.NamedTemporaryFile(prefix="lazaret-events-") as events:
        command = [os.path.join(BUILT, "lazaretPackageTests.xctest"), "--testing-library", "swift-testing",
                   "--event-stream-output-path", events.name, "--event-stream-version", "0"]
        for pattern in patterns:
            command += ["--filter", pattern]
        status = subprocess.run(
            command, cwd=ROOT, env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **environment),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        payloads = [json.loads(line)["payload"] for line in events]
    return Run(status, {payload.get("testID") for payload in payloads if payload["kind"] == "issueRecorded"})


def name(test):
    """A test's suite and name, as people write them, of its identifier."""
    path = test.rsplit("/", 1)[0]
    suite, _, function = path.partition(".")[2].partition("/")
    return suite, re.sub(r"\(.*\)$", "", function).strip("`")


@functools.cache
def source(test):
    """The text of the file that a test is in."""
    suite_path = os.path.join(ROOT, "Tests", test.split(".", 1)[0], test.rsplit("/", 1)[1].split(":")[0])
    with open(suite_path, encoding="utf-8") as file:
        return file.read()


def seen_rules():
    """For each rule the tests that see it, and the tests that fail as it is.

    First come the tests of files that name the rule, and of those the ones that see little else: the others are mostly of
    damage, and slow.
    """
    with tempfile.NamedTemporaryFile(prefix="lazaret-seen-", mode="r") as file:
        run = run_tests([rf"^{re.escape(module)}[./]" for module in MODULES], {"LAZARET_SEEN_RULES": file.name})
        if run.status != 0 and not run.failed:
            sys.exit(f"FAILED: the tests ended with status {run.status}")
        pairs = [line.rstrip("\n").split("\t", 1) for line in file]
    rules_of, tests_of = collections.Counter(test for _, test in pairs), collections.defaultdict(list)
    for rule, test in pairs:
        if test not in run.failed:
            tests_of[rule].append(test)
    for rule, tests in tests_of.items():
        tests.sort(key=lambda test: (f'"{rule}"' not in source(test), rules_of[test], test))
    return tests_of, run.failed


def misses(assignment):
    """The tests that fail without their rules; `assignment` has a rule for each."""
    with tempfile.NamedTemporaryFile(prefix="lazaret-without-", mode="w") as file:
        file.writelines(f"{rule}\t{test}\n" for test, rule in assignment.items())
        file.flush()
        tests = "|".join(re.escape(test.rsplit("/", 1)[0]) for test in assignment)
        run = run_tests([f"^({tests})/"], {"LAZARET_WITHOUT_RULES": file.name})
    if run.status >= 0:
        return run.failed & set(assignment)
    # One of them ended the process: that counts as a failure of the one it was.
    if len(assignment) == 1:
        return set(assignment)
    pairs = sorted(assignment.items())
    half = len(pairs) // 2
    return misses(dict(pairs[:half])) | misses(dict(pairs[half:]))


def missing_tests(rules):
    """For each rule the test that fails without it, or None; the tests that see it; and the tests that fail as it is."""
    seen, broken = seen_rules()
    left = {rule: list(seen[rule]) for rule in rules}
    found = dict.fromkeys(rules)
    while any(left.values()):
        assignment = {}
        for rule in sorted(rules, key=lambda rule: len(left[rule])):
            test = next((test for test in left[rule] if test not in assignment), None)
            if test:
                assignment[test] = rule
                left[rule].remove(test)
        for test in misses(assignment):
            found[assignment[test]] = test
            left[assignment[test]].clear()
        print(f"{sum(map(bool, found.values()))} of {len(rules)} rules are missed by a test", file=sys.stderr)
    return found, seen, broken


def catalogue_of_rules():
    listing = subprocess.run(
        [os.path.join(BUILT, "lazaret"), "rules", "--format", "json"], check=True, stdout=subprocess.PIPE).stdout
    return {rule["id"]: rule for rule in json.loads(listing)["rules"]}


def mutate(words):
    subprocess.run(["swift", "build", "--build-tests"], cwd=ROOT, check=True)
    catalogue = catalogue_of_rules()
    rules = [rule for rule in catalogue if words in rule]
    if not rules:
        sys.exit(f"no rule has {words!r} in its name")
    found, seen, broken = missing_tests(rules)
    rows = []
    for rule in rules:
        if found[rule]:
            suite, test = name(found[rule])
            rows.append(f"| `{rule}` | {catalogue[rule]['verdict']} | {suite}: `{test}` |")
        else:
            rows.append(f"| `{rule}` | {catalogue[rule]['verdict']} | NONE, of {len(seen[rule])} that see it |")
    table = "\n".join(["| rule | verdict | the test that fails without it |", "| --- | --- | --- |", *rows]) + "\n"
    print(table)
    if broken:
        sys.exit(f"FAILED with every rule in its place: {', '.join(sorted(map(str, map(name, broken))))}")
    unneeded = sum(not found[rule] for rule in rules)
    if unneeded:
        sys.exit(f"FAILED: no test misses {unneeded} of {len(rules)} rules")
    if not words:
        with open(PAGE, "w", encoding="utf-8") as page:
            page.write(INTRODUCTION + table)
    print(f"each of {len(rules)} rules taken away fails a test")


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        seen = {line.split("\t", 1)[0] for line in lines}
    rules = catalogue_of_rules()
    unseen = [rule for rule in rules if rule not in seen]
    if unseen:
        sys.exit(f"FAILED: no test sees {', '.join(unseen)}")
    print(f"each of {len(rules)} rules is seen by a test")


if __name__ == "__main__":
    main()
