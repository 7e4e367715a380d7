package import Policy

/// A small policy that is in order, to be spoilt one file at a time.
package enum SamplePolicy {
  package static let files: [String: String] = [
    "limits/default.json": limits,
    "limits/strict.json": limits.replacing("\"depth\": 16", with: "\"depth\": 8"),
    "scan/default.json": scan,
    "scan/strict.json": scan.replacing(
      "\"review_becomes\": \"review\"", with: "\"review_becomes\": \"incomplete\""),
    "seccomp/scan.json": seccomp,
    "seccomp/hash.json": """
    {"schema": 1, "role": "hash", "default": "kill_process", "never": [], "rules": [], "deny_all": true}
    """,
    "globals/safe/numbers.json": safe,
    "globals/dangerous/processes.json": dangerous,
    "globals/standard-library.json": """
    {"schema": 1, "list": "standard-library", "source": "by hand",
     "modules": ["os", "collections", "html", "subprocess"]}
    """,
    "torchscript/operators.json": operators,
    "keras/classes.json": keras,
    "r/functions.json": rFunctions,
    "tensorflow/operators.json": graphOperators,
    "waivers.json": waivers,
  ]

  package static let keras = """
    {
      "schema": 1,
      "source": "by hand",
      "inputs": [{"package": "keras", "version": "3.0", "sha256": "00"}],
      "classes": [{"module": "keras.layers", "names": ["Dense", "Add"]}],
      "registered": [{"package": "Custom", "names": ["Adam"]}],
      "functions": [{"module": "keras.activations", "names": ["relu"]}],
      "code": [{"why": "It carries code.", "names": ["Lambda"]}],
      "tools": [{"why": "It opens files.", "names": ["get_file"]}]
    }
    """

  package static let limits = """
    {
      "schema": 1,
      "unpacked_bytes": 68719476736,
      "held_bytes": 1073741824,
      "ratio": 1000,
      "ratio_free_bytes": 67108864,
      "members": 1000000,
      "depth": 16,
      "pickle_opcodes": 1000000000,
      "evidence_bytes": 512,
      "report_bytes": 4194304,
      "memory_bytes": 2147483648,
      "cpu_seconds": 120,
      "wall_seconds": 180
    }
    """

  package static let scan = """
    {
      "schema": 1,
      "required_layers": ["no-new-privs", "seccomp", "rlimits", "credentials", "deadline"],
      "required_where_supported": ["landlock"],
      "review_becomes": "review",
      "incomplete_becomes": "incomplete",
      "raise": {
        "artifact.unrecognised": "deny"
      }
    }
    """

  package static let seccomp = """
    {
      "schema": 1,
      "role": "scan",
      "default": "notify",
      "never": ["execve", "ptrace"],
      "rules": [
        {"syscall": "read", "action": "allow", "why": "input"},
        {"syscall": "mmap",
         "args": [{"arg": 2, "op": "masked_equal", "mask": "PROT_EXEC", "value": 0, "width": 32}],
         "action": "allow", "why": "memory"},
        {"syscall": "clone3", "action": {"errno": "ENOSYS"}, "why": "probe"}
      ]
    }
    """

  package static let safe = """
    {
      "schema": 1,
      "list": "numbers",
      "source": "by hand",
      "entries": [
        {"modules": ["collections"], "names": ["OrderedDict"], "kind": "class", "items": true, "why": "a dict"},
        {"modules": ["numbers.core", "numbers._core"], "names": ["rebuild", "Grid.of"], "kind": "function",
         "arguments": "constants", "state": "numpy-array", "why": "an array"},
        {"modules": ["numbers"], "names": ["float32"], "kind": "value", "why": "a type"},
        {"modules": ["numbers"], "names": ["Mode"], "kind": "enum", "why": "an enum"},
        {"modules": ["dill"], "names": ["make"], "kind": "code", "why": "makes a function"}
      ]
    }
    """

  package static let dangerous = """
    {
      "schema": 1,
      "list": "processes",
      "entries": [
        {"modules": ["os", "posix"], "names": ["system"], "when": "imported", "why": "runs a command"},
        {"modules": ["subprocess"], "names": "*", "submodules": true, "when": "imported", "why": "runs programs"},
        {"modules": ["numbers"], "names": "*", "submodules": true, "when": "called", "why": "not reviewed"},
        {"modules": ["numbers.tools"], "names": "*", "when": "imported", "why": "compiles"}
      ]
    }
    """

  package static let rFunctions = """
    {
      "schema": 1,
      "source": "by hand",
      "packages": ["base"],
      "functions": [
        {"package": "base", "verdict": "allow", "why": "computes", "names": ["c", "[<-"]},
        {"package": "base", "verdict": "deny", "why": "commands", "names": ["system"]}
      ]
    }
    """

  package static let graphOperators = """
    {
      "schema": 1,
      "source": "by hand",
      "operators": [
        {"verdict": "allow", "why": "computes", "names": ["Add", "_Arg"]},
        {"verdict": "deny", "why": "writes a file", "names": ["WriteFile"]}
      ]
    }
    """

  package static let operators = """
    {
      "schema": 1,
      "source": "by hand",
      "operators": [
        {"namespace": "aten", "verdict": "allow", "why": "computes", "names": ["add", "_conv"]},
        {"namespace": "aten", "verdict": "deny", "why": "writes a file", "names": ["save"]}
      ]
    }
    """

  package static let waivers = """
    {
      "schema": 1,
      "waivers": [
        {"digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "verdict": "review", "reason": "an empty file", "owner": "a person", "until": "2027-01-31T00:00:00Z"}
      ]
    }
    """

  /// The files as a bundle, some of them replaced or, with nil, left out.
  package static func bundle(
    replacing: [String: String?] = [:], profile: String = "default"
  ) throws(PolicyError) -> PolicyBundle {
    try bundle(
      replacingBytes: replacing.mapValues { text in text.map { Array($0.utf8) } }, profile: profile)
  }

  /// As the other, with bytes that may be no text.
  package static func bundle(
    replacingBytes replacing: [String: [UInt8]?], profile: String = "default"
  ) throws(PolicyError) -> PolicyBundle {
    var all: [String: [UInt8]?] = files.mapValues { Array($0.utf8) }
    all.merge(replacing) { $1 }
    return try PolicyBundle(
      all.compactMap { path, bytes in bytes.map { PolicyBundle.File(path: path, bytes: $0) } },
      profile: profile)
  }
}
