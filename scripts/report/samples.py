"""Folders to report on: one with names that try to be markup, and one with many models."""

import json
import os
import pickle
import struct

HOSTILE = b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R."
UNKNOWN = b"\x80\x02cnobody.knows\nthis\n)R."

# Each would show itself if any of it were taken for markup: by a dialog, an element or an attribute.
HOSTILE_NAMES = [
    b"<script>alert(1)<",
    b'" onmouseover="alert(2)" autofocus onfocus="alert(3)',
    b"' onfocus='alert(4)' tabindex='1",
    b"<img src=x onerror=alert(5)>",
    b"--><svg onload=alert(6)>",
    b"]]><style>@import 'x'<",
    b"&lt;script&gt;alert(7)",
    b"javascript:alert(8)",
    b"line\nfeed\ttab\x1b[2J",
    "\u202egpj.lkp".encode(),
    "no\u200bwidth".encode(),
    b"not\xffutf\xfe8",
    b"x" * 200,
]


def safetensors(number):
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(header)) + header + struct.pack("<f", number)


def model(folder, number, other=b""):
    """Ten files that are one model for transformers."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "number": number}))
    (folder / "tokenizer_config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(safetensors(number))
    for part in range(6):
        (folder / f"state-{part}.pkl").write_bytes(pickle.dumps({"layers": [number, part]}))
    (folder / "extra.pkl").write_bytes(other or pickle.dumps(number))


def small(root):
    """A model of each verdict, loose files, and every hostile name as a file and as a folder."""
    model(root / "models/good", 1)
    model(root / "models/bad", 2, HOSTILE)
    model(root / "models/odd", 3, UNKNOWN)
    (root / "models/cut").mkdir()
    (root / "models/cut/cut.pkl").write_bytes(pickle.dumps(list(range(100)))[:50])
    for number, name in enumerate(HOSTILE_NAMES):
        for folder, content in ((b"deny", HOSTILE), (b"allow", pickle.dumps(number)), (b"in " + name, HOSTILE)):
            folder = os.path.join(os.fsencode(root), b"names", folder)
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)


def large(root, count):
    """Many models: three of a hundred are denied, and seven want a review."""
    for number in range(count):
        kind = number % 100
        other = HOSTILE if kind < 3 else UNKNOWN if kind < 10 else b""
        model(root / f"organisation-{number % 40:02}/model-{number:05}", number, other)
