"""Foreign readers of what lazaret writes, and the hook and the action as they are called. See ci-tests."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import jsonschema
import junitparser
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent

HARMLESS = b"\x80\x02K\x01K\x02\x86."
HOSTILE = b"cos\nsystem\n(S'echo canary'\ntR."
UNKNOWN = b"\x80\x02cnobody.knows\nthis\n)R."
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
# Of these scan gives 0, 1, 3 and 3.
SAMPLES = {
    "good.pkl": HARMLESS,
    "models/hostile [x](y).pkl": HOSTILE,
    "models/unknown.pkl": UNKNOWN,
    "models/cut.pkl": HARMLESS[:-1],
    "models/pointer.safetensors": POINTER,
}


def run(*command, **options):
    options.setdefault("text", True)
    return subprocess.run(command, capture_output=True, timeout=300, **options)


SCHEMA = json.loads(pathlib.Path(os.environ["LAZARET_SARIF_SCHEMA"]).read_text())


def validate(log):
    """Raises where the log is not as SARIF's schema has it, addresses included."""
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


class Case(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.checkout = self.place / "checkout"
        # HOME is where pre-commit and lazaret keep things, and none of it is the caller's.
        self.environment = dict(os.environ, HOME=place.name, XDG_STATE_HOME=place.name, XDG_CACHE_HOME=place.name)
        self.environment.pop("LAZARET_SOCKET", None)

    def write(self, samples):
        for name, content in samples.items():
            path = os.fsencode(self.checkout) + b"/" + (name if isinstance(name, bytes) else name.encode())
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)

    def lazaret(self, *arguments, **options):
        return run("lazaret", *arguments, cwd=self.checkout, env=self.environment, **options)


class SARIFTests(Case):
    def log(self, *arguments):
        result = self.lazaret("scan", "--format", "sarif", *arguments)
        log = json.loads(result.stdout)
        validate(log)
        return result.returncode, log["runs"][0]

    def test_a_scan_of_samples_is_valid(self):
        # Names of any bytes, and a folder that is a package.
        self.write(SAMPLES | {b"bad\xff\x01name.pkl": HOSTILE, "saved/saved_model.pb": b"\x08\x01", "x.zip": b"PK"})
        status, log = self.log(".", "no-such-file")
        self.assertEqual(status, 1)
        self.assertFalse(log["invocations"][0]["executionSuccessful"])
        rules = {rule["id"] for rule in log["tool"]["driver"]["rules"]}
        for result in log["results"]:
            self.assertIn(result["ruleId"], rules)
            self.assertEqual(log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"])
        uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["results"]}
        self.assertIn("models/hostile%20%5Bx%5D%28y%29.pkl", uris)
        self.assertIn("bad%FF%01name.pkl", uris)
        self.assertIn("no-such-file", uris)
        self.assertNotIn("good.pkl", uris)
        pointer = [r for r in log["results"] if r["ruleId"] == "artifact.git-lfs-pointer"]
        self.assertEqual(len(pointer), 1)

    def test_nothing_and_everything_allowed_are_valid(self):
        self.write({"good.pkl": HARMLESS})
        status, log = self.log("good.pkl")
        self.assertEqual((status, log["results"]), (0, []))
        os.mkdir(self.checkout / "empty")
        status, log = self.log("empty")
        self.assertEqual(status, 2)
        self.assertFalse(log["invocations"][0]["executionSuccessful"])

    def test_fingerprints_are_those_of_the_last_run_and_of_another_checkout(self):
        self.write(SAMPLES)

        def fingerprints():
            _, log = self.log("--no-store", ".")
            return sorted(json.dumps(r["partialFingerprints"], sort_keys=True) for r in log["results"])

        first = fingerprints()
        self.assertGreater(len(first), 3)
        self.assertEqual(first, fingerprints())
        self.checkout = self.checkout.rename(self.place / "elsewhere")
        self.assertEqual(first, fingerprints())

    def test_admit_writes_a_valid_log(self):
        self.write(SAMPLES)
        result = self.lazaret("admit", "--format", "sarif", "models", "admitted")
        validate(json.loads(result.stdout))
        self.assertEqual(result.returncode, 1)

    def test_a_registry_gives_a_valid_log_that_names_models(self):
        self.write(SAMPLES)
        result = self.lazaret("registry", "triton", ".", "--format", "sarif")
        log = json.loads(result.stdout)
        validate(log)
        self.assertIn("models", {r["properties"].get("model") for r in log["runs"][0]["results"]})

    def test_a_waived_file_is_suppressed(self):
        self.write({"u.pkl": UNKNOWN})
        policies = self.place / "policies"
        shutil.copytree(os.environ["LAZARET_POLICIES"], policies)
        self.environment["LAZARET_POLICIES"] = str(policies)
        waived = self.lazaret("waive", "u.pkl", "--reason", "read", "--owner", "me", "--until", self.tomorrow())
        self.assertEqual(waived.returncode, 0, waived.stderr)
        status, log = self.log("u.pkl")
        self.assertEqual(status, 0)
        self.assertEqual(log["results"][0]["suppressions"][0]["kind"], "external")

    @staticmethod
    def tomorrow():
        return run("date", "-u", "-d", "tomorrow", "+%Y-%m-%d").stdout.strip()


class JUnitTests(Case):
    def test_a_report_is_read_with_its_numbers(self):
        self.write(SAMPLES | {b"bad\xff\x01<&\"name.pkl": HOSTILE})
        result = self.lazaret("scan", "--format", "junit", ".")
        self.assertEqual(result.returncode, 1)
        report = junitparser.JUnitXml.fromstring(result.stdout.encode())
        cases = {}
        for suite in report:
            found = list(suite)
            self.assertEqual((suite.tests, suite.skipped), (len(found), 0))
            self.assertEqual(suite.failures, sum(isinstance(r, junitparser.Failure) for c in found for r in c.result))
            self.assertEqual(suite.errors, sum(isinstance(r, junitparser.Error) for c in found for r in c.result))
            cases.update({(case.classname, case.name): case for case in found})
        kinds = {key: [type(r).__name__ for r in case.result] for key, case in cases.items()}
        self.assertEqual(kinds[".", "good.pkl"], [])
        self.assertEqual(kinds["models", "hostile [x](y).pkl"], ["Failure"])
        self.assertEqual(kinds["models", "unknown.pkl"], ["Failure"])
        self.assertEqual(kinds["models", "cut.pkl"], ["Error"])
        self.assertEqual(kinds["models", "pointer.safetensors"], ["Error"])
        self.assertEqual(kinds[".", "bad\\xFF\\u{1}<&\"name.pkl"], ["Failure"])
        self.assertEqual(kinds["lazaret", "the run"], [])

    def test_a_run_over_nothing_is_an_error(self):
        os.makedirs(self.checkout)
        result = self.lazaret("scan", "--format", "junit", ".")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(xml.etree.ElementTree.fromstring(result.stdout).findall(".//error")), 1)


class HookTests(Case):
    def repository(self, path):
        for command in (["init", "-q"], ["config", "user.email", "a@b"], ["config", "user.name", "a"]):
            self.assertEqual(run("git", *command, cwd=path, env=self.environment).returncode, 0)

    def commit(self, path):
        run("git", "add", "-A", cwd=path, env=self.environment, check=True)
        run("git", "commit", "-q", "-m", "x", cwd=path, env=self.environment, check=True)

    def try_repo(self):
        hooks = self.place / "hooks"
        if not hooks.exists():
            hooks.mkdir()
            shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
            self.repository(hooks)
            self.commit(hooks)
        self.repository(self.checkout)
        run("git", "add", "-A", cwd=self.checkout, env=self.environment, check=True)
        return run(
            "pre-commit", "try-repo", str(hooks), "lazaret", "--verbose", "--all-files",
            cwd=self.checkout, env=self.environment)

    def test_pre_commit_stops_at_a_hostile_file(self):
        self.write({"m/hostile.pkl": HOSTILE, "m/good.pkl": HARMLESS})
        result = self.try_repo()
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("m/hostile.pkl", result.stdout)
        self.assertIn("exit code: 1", result.stdout)

    def test_pre_commit_passes_what_is_allowed(self):
        self.write({"-x.pkl": HARMLESS, "README.md": b"words\n", "hostile.txt": HOSTILE})
        result = self.try_repo()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("Passed", result.stdout)

    def test_pre_commit_stops_at_what_is_for_review(self):
        self.write({"u.pkl": UNKNOWN})
        result = self.try_repo()
        self.assertEqual(result.returncode, 1)
        self.assertIn("exit code: 3", result.stdout)


class ActionTests(Case):
    definition = yaml.safe_load((ROOT / "scripts/action/action.yml").read_text())

    def step(self, **inputs):
        """Runs the step as a runner does: every input a variable, every path the runner's."""
        (step,) = self.definition["runs"]["steps"]
        values = {name: str(value["default"]) for name, value in self.definition["inputs"].items()}
        values.update(inputs)
        environment = dict(
            self.environment, GITHUB_ACTION_PATH=str(ROOT / "scripts/action"), GITHUB_WORKSPACE=str(self.checkout),
            GITHUB_OUTPUT=str(self.place / "output"), RUNNER_TEMP=str(self.place))
        for name, expression in step["env"].items():
            environment[name] = values[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
        result = run(
            "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"], cwd=self.place, env=environment)
        output = self.place / "output"
        lines = output.read_text().splitlines() if output.exists() else []
        return result, dict(line.split("=", 1) for line in lines)

    def test_the_definition_hands_inputs_on_as_variables_only(self):
        self.assertEqual(self.definition["runs"]["using"], "composite")
        for step in self.definition["runs"]["steps"]:
            self.assertNotIn("${{", step["run"])
            self.assertEqual(step["shell"], "bash")
        outputs = self.definition["outputs"].values()
        self.assertEqual({o["value"] for o in outputs}, {"${{ steps.scan.outputs.report }}", "${{ steps.scan.outputs.status }}"})

    def test_a_hostile_file_fails_the_step_and_the_report_is_there(self):
        self.write(SAMPLES)
        result, outputs = self.step()
        self.assertEqual((result.returncode, outputs["status"]), (1, "1"), result.stderr)
        log = json.loads(pathlib.Path(outputs["report"]).read_text())
        validate(log)
        self.assertTrue(log["runs"][0]["results"])
        self.assertIn("::error::", result.stdout)

    def test_paths_are_lines_and_arguments_are_words(self):
        self.write({"a b.pkl": HARMLESS, "u.pkl": UNKNOWN, "c.pkl": HARMLESS})
        result, outputs = self.step(path="a b.pkl\nc.pkl\n", format="junit", args="--workers 1 --no-store")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(len(junitparser.JUnitXml.fromfile(outputs["report"])), 3)
        result, _ = self.step(path="u.pkl", **{"fail-on": "deny"})
        self.assertEqual(result.returncode, 0)
        result, outputs = self.step(path="u.pkl")
        self.assertEqual((result.returncode, outputs["status"]), (3, "3"))

    def test_no_input_is_run(self):
        self.write({"a.pkl": HARMLESS})
        canary = self.place / "canary"
        for name in ("path", "args", "format", "fail-on", "program"):
            for value in (f"$(touch {canary})", f"`touch {canary}`", f'"; touch {canary}; "', f"a.pkl; touch {canary}"):
                result, _ = self.step(**{name: value})
                self.assertNotEqual(result.returncode, 0, (name, value))
                self.assertFalse(canary.exists(), (name, value))

    def test_the_script_has_nothing_that_shellcheck_names(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck here: THE SCRIPT WAS NOT CHECKED")
        result = run("shellcheck", str(ROOT / "scripts/action/run"))
        self.assertEqual(result.returncode, 0, result.stdout)


class CompletionTests(Case):
    def setUp(self):
        super().setUp()
        self.write({"a model.pkl": b"", "folder/x": b""})
        self.scripts = {}
        for shell in ("bash", "zsh", "fish"):
            self.scripts[shell] = self.place / ("_lazaret" if shell == "zsh" else f"lazaret.{shell}")
            self.scripts[shell].write_text(self.lazaret("completions", shell).stdout)

    def bash(self, *words):
        quoted = " ".join(f"'{word}'" for word in words)
        script = f"""
            source "$1"
            COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
            _lazaret
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        result = run("bash", "-c", script, "bash", str(self.scripts["bash"]), cwd=self.checkout)
        self.assertEqual(result.stderr, "")
        return set(result.stdout.split("\n")) - {""}

    def fish(self, line):
        script = f"source {self.scripts['fish']}; complete -C{json.dumps(line)}"
        result = run("fish", "--no-config", "-c", script, cwd=self.checkout, env=self.environment)
        self.assertEqual(result.stderr, "")
        return {line.split("\t")[0] for line in result.stdout.split("\n")} - {""}

    def zsh(self, line):
        """What an interactive zsh in a terminal of its own offers: each match is printed as it is added."""
        script = r"""
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z "cd $3; PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -d $1/dump"
            zpty -w z 'compadd() { local -a found; builtin compadd -O found "$@"; print -rl -- $found >> '$1'/matches; builtin compadd "$@" }'
            zpty -w z 'bindkey "^I" complete-word; bindkey "^X" kill-whole-line; zstyle ":completion:*" verbose no; print ready'
            zpty -r z text '*ready*ready*'
            zpty -w -n z "$2"$'\t'
            for i in {1..100}; do sleep 0.1; [[ -s $1/matches ]] && { sleep 0.5; break }; done
            zpty -d z
        """
        matches = self.place / "matches"
        matches.unlink(missing_ok=True)
        result = run("zsh", "-f", "-c", script, "zsh", str(self.place), line, str(self.checkout), env=self.environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        text = matches.read_text() if matches.exists() else ""
        return set(text.split("\n")) - {""}

    def test_bash(self):
        self.assertEqual(self.bash("lazaret", "sc"), {"scan"})
        self.assertEqual(self.bash("lazaret", "store", ""), {"list", "show", "verify", "export"})
        self.assertIn("--fail-on", self.bash("lazaret", "scan", "--f"))
        self.assertNotIn("--fail-on", self.bash("lazaret", "gate", "--"))
        self.assertEqual(self.bash("lazaret", "scan", "--format", "s"), {"sarif"})
        self.assertEqual(self.bash("lazaret", "scan", "--format", "=", "j"), {"json", "jsonl", "junit"})
        self.assertEqual(self.bash("lazaret", "scan", "--format", "="), {"text", "json", "jsonl", "sarif", "junit", "html"})
        self.assertEqual(self.bash("lazaret", "store", "list", "--verdict", "de"), {"deny"})
        self.assertEqual(self.bash("lazaret", "scan", "a"), {"a model.pkl"})
        self.assertEqual(self.bash("lazaret", "scan", "--policies", ""), {"folder"})
        self.assertEqual(self.bash("lazaret", "scan", "--workers", ""), set())
        self.assertEqual(self.bash("lazaret", "completions", "z"), {"zsh"})

    def test_fish(self):
        self.assertEqual(self.fish("lazaret sc"), {"scan"})
        self.assertEqual(self.fish("lazaret store "), {"list", "show", "verify", "export"})
        self.assertIn("--fail-on", self.fish("lazaret scan --f"))
        self.assertNotIn("--fail-on", self.fish("lazaret gate --f"))
        self.assertEqual(self.fish("lazaret scan --format s"), {"sarif"})
        self.assertEqual(self.fish("lazaret scan --format=s"), {"--format=sarif"})
        self.assertEqual(self.fish("lazaret store list --verdict de"), {"deny"})
        self.assertEqual(self.fish("lazaret scan a"), {"a model.pkl"})
        self.assertEqual(self.fish("lazaret scan --policies "), {"folder/"})
        self.assertEqual(self.fish("lazaret completions z"), {"zsh"})

    def test_zsh(self):
        self.assertEqual(run("zsh", "-n", str(self.scripts["zsh"])).returncode, 0)
        self.assertIn("scan", self.zsh("lazaret sc"))
        self.assertEqual(self.zsh("lazaret store "), {"list", "show", "verify", "export"})
        self.assertIn("--fail-on", self.zsh("lazaret scan --fail"))
        self.assertIn("sarif", self.zsh("lazaret scan --format s"))
        self.assertIn("sarif", self.zsh("lazaret scan --format=s"))
        self.assertIn("deny", self.zsh("lazaret store list --verdict de"))
        self.assertIn("zsh", self.zsh("lazaret completions z"))


class ManualTests(Case):
    def setUp(self):
        super().setUp()
        os.makedirs(self.checkout)
        self.manual = self.lazaret("manual").stdout

    def test_mandoc_finds_nothing(self):
        result = run("mandoc", "-T", "lint", "-W", "style", input=self.manual)
        # A page that is made by its program has no date of its own.
        remarks = [line for line in result.stdout.splitlines() if "missing date" not in line]
        self.assertEqual(remarks, [])

    def test_groff_finds_nothing(self):
        result = run("groff", "-man", "-ww", "-T", "utf8", input=self.manual)
        self.assertEqual(result.stderr, "")

    def test_readers_see_commands_flags_and_statuses(self):
        text = run("mandoc", "-T", "ascii", "-O", "width=100", input=self.manual).stdout
        plain = run("col", "-b", input=text).stdout
        for words in ("lazaret scan PATH...", "--fail-on review|deny", "-0, --null", "EXIT STATUS", "'find -print0'"):
            self.assertIn(words, plain)


if __name__ == "__main__":
    unittest.main()
