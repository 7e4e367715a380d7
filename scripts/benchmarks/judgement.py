"""How Lazaret and its peers judge one labelled corpus: the table of `scripts/bench judgement`.

The corpus has `benign/manifest.tsv` and `hostile/manifest.tsv`, and a `score.py` that names the families of formats.
What counts as what:

- flagged: the scanner says that something is wrong. Peers: exit status 1. Lazaret: `deny` or `review`.
- hostile samples count by unit, as a loader opens them: a unit is flagged when one of its files is.
- passed: the scanner answers and finds nothing. Peers: exit status 0. Lazaret: `allow`.
- benign files that carry code by nature (`expect` = `code`) are passed right when they are passed or flagged; a `deny`
  of Lazaret's is wrong for them too.
- no answer: an error, a file type that is skipped, 60 seconds without an end. Lazaret: `incomplete`.

Each peer is imported once and judges every file in a process of its own, by what its command line exits with;
fickling's library reads the archives that its command line refuses.
"""
import collections
import csv
import importlib.util
import json
import os
import random
import subprocess
import sys
import time

from measuring import LAZARET, POLICIES, WORK, environment

HERE = os.path.dirname(os.path.realpath(__file__))
SECONDS_EACH = 60
PEERS = {
    "picklescan": "picklescan==1.0.5",
    "picklescan --strict": "picklescan==1.0.5",
    "modelscan": "modelscan==0.8.8",
    "fickling": "fickling==0.1.12",
    "modelaudit": "modelaudit==0.2.54",
}
# What a peer imports and does not ask for.
UNDECLARED = {"fickling": ["typing_extensions"], "picklescan": ["numpy"]}
# Takes seconds for a file, so it judges a sample.
SLOW = ("modelaudit",)


class Corpus:
    """The labelled files of one family of formats."""

    def __init__(self, root, family):
        self.root = os.path.realpath(root)
        csv.field_size_limit(10**9)
        specification = importlib.util.spec_from_file_location("score", os.path.join(self.root, "score.py"))
        score = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(score)
        self.benign = {
            row["path"]: row.get("expect") == "code"
            for row in score.rows(os.path.join(self.root, "benign", "manifest.tsv"))
            if score.in_family(row["format"], family)
        }
        units = collections.defaultdict(list)
        for row in score.rows(os.path.join(self.root, "hostile", "manifest.tsv")):
            if not row["attack_class"].endswith("companion"):
                units[row.get("unit") or row["path"]].append(row)
        self.hostile = {
            unit: ([row["path"] for row in rows], any(row["expected_min_verdict"] == "deny" for row in rows))
            for unit, rows in units.items()
            if any(score.in_family(row["format"], family) for row in rows)
        }

    def paths(self, benign, hostile):
        return [*benign, *(path for unit in hostile for path in self.hostile[unit][0])]

    def sample(self, count, seed):
        """That many benign files and hostile units; all of them for 0."""
        chosen = []
        for names in (self.benign, self.hostile):
            order = sorted(names)
            random.Random(seed).shuffle(order)
            chosen.append(order[: count or None])
        return chosen


def judge_lazaret(corpus, paths):
    """The answers of one `lazaret scan` over all paths, by path, and the seconds it took."""
    verdicts = {"allow": "clean", "review": "flagged", "deny": "denied", "incomplete": "error"}
    rank = ("clean", "flagged", "error", "denied")
    start = time.monotonic()
    done = subprocess.run(
        [LAZARET, "scan", "--no-store", "--policies", POLICIES, "--format", "jsonl", *paths],
        cwd=corpus.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - start
    answers = {}
    for line in done.stdout.splitlines():
        entry = json.loads(line)
        answer = verdicts[entry["verdict"]]
        answers[entry["path"]] = max(answers.get(entry["path"], "clean"), answer, key=rank.index)
    return answers, seconds


def judge_peer(python, name, corpus, paths, log):
    """The answers of a peer by path, and the seconds it took. What is already in `log` is not asked again."""
    answers, seconds = {}, 0.0
    os.makedirs(os.path.dirname(log), exist_ok=True)
    if os.path.exists(log):
        with open(log) as lines:
            for line in lines:
                entry = json.loads(line)
                answers[entry["path"]], seconds = entry["answer"], seconds + entry["seconds"]
    asked = [path for path in paths if path not in answers]
    program = os.path.join(HERE, "judgement_peers.py")
    with open(log, "a") as output:
        subprocess.run(
            [python, program, name, str(SECONDS_EACH)], cwd=corpus.root, stdout=output, stderr=subprocess.DEVNULL,
            input="".join(path + "\n" for path in asked).encode(), check=True,
        )
    return judge_peer(python, name, corpus, paths, log) if asked else (answers, seconds)


def figures(corpus, benign, hostile, answers):
    """The row of one scanner, as a dictionary of shares in per cent."""
    counts = collections.Counter()
    for path in benign:
        answer = answers.get(path, "error")
        code = corpus.benign[path]
        counts["benign"] += 1
        counts["passed"] += answer == "clean" or code and answer == "flagged"
        counts["wrongly flagged"] += answer == "denied" or answer == "flagged" and not code
        counts["no answer"] += answer not in ("clean", "flagged", "denied")
    for unit in hostile:
        files, expected = corpus.hostile[unit]
        found = {answers.get(path, "error") for path in files}
        flagged = bool(found & {"flagged", "denied"})
        counts["hostile"] += 1
        counts["hostile flagged"] += flagged
        counts["hostile passed"] += found == {"clean"}
        counts["expected deny"] += expected
        counts["expected deny flagged"] += expected and flagged
        counts["no answer"] += not flagged and found != {"clean"}
    share = lambda part, whole: 100 * counts[part] / (counts[whole] or 1)
    return {
        "hostile flagged": share("hostile flagged", "hostile"),
        "of expected deny": share("expected deny flagged", "expected deny"),
        "hostile passed": share("hostile passed", "hostile"),
        "benign passed": share("passed", "benign"),
        "benign wrongly flagged": share("wrongly flagged", "benign"),
        "no answer": 100 * counts["no answer"] / ((counts["benign"] + counts["hostile"]) or 1),
        "files": f"{counts['benign']} + {counts['hostile']}",
    }


def report(corpus_path, family, sample, seed):
    """Prints the table."""
    corpus = Corpus(corpus_path, family)
    everything = corpus.sample(0, seed)
    few = corpus.sample(sample, seed)
    rows = []
    answers, seconds = judge_lazaret(corpus, corpus.paths(*everything))
    rows.append(("lazaret", figures(corpus, *everything, answers), seconds))
    if sample:
        answers, seconds = judge_lazaret(corpus, corpus.paths(*few))
        rows.append(("lazaret, on the sample", figures(corpus, *few, answers), seconds))
    for name, package in PEERS.items():
        chosen = few if sample and name in SLOW else everything
        shown = package.replace("==", " ") + name[len(package.split("==")[0]) :]
        try:
            python = environment(f"judgement-{package.split('==')[0]}", [package] + UNDECLARED.get(name, []))
            answers, seconds = judge_peer(
                python, name, corpus, corpus.paths(*chosen), os.path.join(WORK, "answers", f"{family}-{shown}.jsonl")
            )
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} is not measured: {error}", file=sys.stderr)
            continue
        rows.append((shown + (", on the sample" if chosen is few else ""), figures(corpus, *chosen, answers), seconds))
    print_table(corpus, rows, family, sample, seed)


def print_table(corpus, rows, family, sample, seed):
    print(f"judgement of {len(corpus.benign)} benign files and {len(corpus.hostile)} hostile units, family {family or 'all'}")
    if sample:
        print(f"the sample is {sample} of each, seed {seed}")
    columns = [name for name in rows[0][1] if name != "files"]
    print("| scanner | " + " | ".join(f"{column} %" for column in columns) + " | benign + hostile | seconds |")
    print("| --- |" + " ---: |" * (len(columns) + 2))
    for name, row, seconds in rows:
        shares = " | ".join(f"{row[column]:.1f}" for column in columns)
        print(f"| {name} | {shares} | {row['files']} | {seconds:.1f} |")
