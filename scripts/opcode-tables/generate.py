#!/usr/bin/env python3
"""Writes Sources/Formats/PythonCode/OpcodeTable+Data.swift: the instructions of CPython 2.7 and 3.6 to 3.14.

The numbers come from the package xdis (PyPI, the version named below), which has the tables of all versions; run this
with a Python that has it. `generate.py --check PYTHON...` compares them with what the `opcode` module of those
interpreters says.
"""
import importlib
import json
import subprocess
import sys
from pathlib import Path

XDIS = "6.3.0"
VERSIONS = ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]
TARGET = Path(__file__).resolve().parents[2] / "Sources/Formats/PythonCode/OpcodeTable+Data.swift"

# Python 2 names that xdis and CPython write differently.
WRITTEN = {f"{kind}_{number}": f"{kind}+{number}"
           for kind in ("SLICE", "STORE_SLICE", "DELETE_SLICE") for number in range(4)}

# Inline caches in units of two bytes: `opcode._inline_cache_entries` of each version. 3.14's from its Lib/opcode.py.
CACHES = {
    "3.11": dict(BINARY_SUBSCR=4, STORE_SUBSCR=1, UNPACK_SEQUENCE=1, STORE_ATTR=4, LOAD_ATTR=4, COMPARE_OP=2,
                 LOAD_GLOBAL=5, BINARY_OP=1, LOAD_METHOD=10, PRECALL=1, CALL=4),
    "3.12": dict(BINARY_SUBSCR=1, STORE_SUBSCR=1, UNPACK_SEQUENCE=1, FOR_ITER=1, STORE_ATTR=4, LOAD_ATTR=9,
                 COMPARE_OP=1, LOAD_GLOBAL=4, BINARY_OP=1, SEND=1, LOAD_SUPER_ATTR=1, CALL=3),
    "3.13": dict(LOAD_GLOBAL=4, BINARY_OP=1, UNPACK_SEQUENCE=1, COMPARE_OP=1, CONTAINS_OP=1, BINARY_SUBSCR=1,
                 FOR_ITER=1, LOAD_SUPER_ATTR=1, LOAD_ATTR=9, STORE_ATTR=4, CALL=3, STORE_SUBSCR=1, SEND=1,
                 JUMP_BACKWARD=1, TO_BOOL=3, POP_JUMP_IF_TRUE=1, POP_JUMP_IF_FALSE=1, POP_JUMP_IF_NONE=1,
                 POP_JUMP_IF_NOT_NONE=1),
}
CACHES["3.14"] = {**CACHES["3.13"], "BINARY_OP": 5, "CALL_KW": 3}
del CACHES["3.14"]["BINARY_SUBSCR"]

# What the argument of an instruction is, where it is more than a number.
MEANINGS = {
    "const": "LOAD_CONST RETURN_CONST KW_NAMES",
    "name": "STORE_NAME DELETE_NAME LOAD_NAME STORE_ATTR DELETE_ATTR STORE_GLOBAL DELETE_GLOBAL IMPORT_NAME"
            " IMPORT_FROM LOAD_METHOD LOAD_FROM_DICT_OR_GLOBALS STORE_ANNOTATION",
    "global": "LOAD_GLOBAL",
    "attribute": "LOAD_ATTR",
    "super": "LOAD_SUPER_ATTR",
    "local": "LOAD_FAST STORE_FAST DELETE_FAST LOAD_FAST_CHECK LOAD_FAST_AND_CLEAR LOAD_FAST_BORROW",
    "locals": "LOAD_FAST_LOAD_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "free": "LOAD_CLOSURE LOAD_DEREF STORE_DEREF DELETE_DEREF LOAD_CLASSDEREF MAKE_CELL LOAD_FROM_DICT_OR_DEREF",
    "compare": "COMPARE_OP",
    "binary": "BINARY_OP",
    "common": "LOAD_COMMON_CONSTANT",
    "special": "LOAD_SPECIAL",
    "absolute": "JUMP_IF_FALSE_OR_POP JUMP_IF_TRUE_OR_POP JUMP_ABSOLUTE POP_JUMP_IF_FALSE POP_JUMP_IF_TRUE"
                " CONTINUE_LOOP JUMP_IF_NOT_EXC_MATCH",
    "forward": "FOR_ITER JUMP_FORWARD SETUP_LOOP SETUP_EXCEPT SETUP_FINALLY SETUP_WITH SETUP_ASYNC_WITH CALL_FINALLY"
               " SEND POP_JUMP_FORWARD_IF_FALSE POP_JUMP_FORWARD_IF_TRUE POP_JUMP_FORWARD_IF_NONE"
               " POP_JUMP_FORWARD_IF_NOT_NONE POP_JUMP_IF_NONE POP_JUMP_IF_NOT_NONE",
    "backward": "JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT POP_JUMP_BACKWARD_IF_FALSE POP_JUMP_BACKWARD_IF_TRUE"
                " POP_JUMP_BACKWARD_IF_NONE POP_JUMP_BACKWARD_IF_NOT_NONE END_ASYNC_FOR",
}
MEANING = {name: meaning for meaning, names in MEANINGS.items() for name in names.split()}


def number_table(version):
    """Names to numbers of the instructions that stored code can have."""
    major, minor = version.split(".")
    module = importlib.import_module(f"xdis.opcodes.opcode_{major}x.opcode_{major}{minor}")
    table = {WRITTEN.get(name, name): number for name, number in module.opmap.items() if number < 256}
    return {name: number for name, number in table.items()
            if not is_internal(name, number, version)}


def is_internal(name, number, version):
    """Whether only the running interpreter writes it: specialised and instrumented forms."""
    limit = {"3.12": 237, "3.13": 150, "3.14": 129}.get(version, 256)
    return number >= limit or name in ("BINARY_OP_INPLACE_ADD_UNICODE", "ENTER_EXECUTOR")


def has_argument(number, version):
    return number >= {"3.13": 45, "3.14": 44}.get(version, 90)


def meaning(name, number, version):
    """What the argument means in that version."""
    if not has_argument(number, version):
        return "none"
    known = MEANING.get(name, "number")
    # Since 3.11 no jump is to an absolute place.
    return "forward" if known == "absolute" and is_since(version, 3, 11) else known


def is_since(version, *wanted):
    return tuple(map(int, version.split("."))) >= wanted


def rows():
    tables = {version: number_table(version) for version in VERSIONS}
    names = sorted(set().union(*tables.values()))
    for name in names:
        numbers = {version: tables[version][name] for version in VERSIONS if name in tables[version]}
        meanings = {version: meaning(name, number, version) for version, number in numbers.items()}
        for wanted in sorted(set(meanings.values())):
            cells = []
            for version in VERSIONS:
                if meanings.get(version) != wanted:
                    cells.append("-")
                    continue
                caches = CACHES.get(version, {}).get(name, 0)
                cells.append(f"{numbers[version]}/{caches}" if caches else str(numbers[version]))
            yield f"{name} {wanted} {' '.join(cells)}"


def check(interpreters):
    script = ("import json, opcode, sys; c = getattr(opcode, '_inline_cache_entries', {});"
              "c = dict((opcode.opname[i], n) for i, n in enumerate(c) if n) if isinstance(c, list) else dict(c);"
              "print(json.dumps(['%d.%d' % sys.version_info[:2], opcode.opmap, c]))")
    for interpreter in interpreters:
        version, real, caches = json.loads(subprocess.check_output([interpreter, "-c", script]))
        ours = number_table(version)
        wrong = [name for name, number in real.items() if number < 256 and ours.get(name) != number
                 and not is_internal(name, number, version)]
        wrong += [name for name in ours if name not in real]
        wrong += [name for name in caches if CACHES.get(version, {}).get(name) != caches[name]]
        print(version, "differs in " + ", ".join(wrong) if wrong else "agrees")


def main():
    if sys.argv[1:2] == ["--check"]:
        return check(sys.argv[2:])
    from importlib.metadata import version
    assert version("xdis") == XDIS, "another version of xdis: review its tables, and name it here"
    lines = "\n".join("    " + row for row in rows())
    TARGET.write_text(f'''// Written by scripts/opcode-tables/generate.py from the tables of xdis {XDIS}. Not to be edited.

extension OpcodeTable {{
  /// The versions of the columns.
  static let columns: [PythonVersion] = [
    {", ".join(".v" + version.replace(".", "_") for version in VERSIONS)},
  ]

  /// One instruction a line: its name, what its argument means, and for each version its number, followed by the
  /// units of its inline cache where it has one.
  static let rows = """
{lines}
    """
}}
''')


if __name__ == "__main__":
    main()
