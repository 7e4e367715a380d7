"""The files that the parts of `scripts/bench` examine. They are made once, in .build/bench."""
import os
import pickle
import struct
import zipfile

from measuring import MEGABYTE, WORK

# Bytes of a row of the dense pickle, about.
ROW = 41


def made(name, write):
    """The path of a file in the folder of the benchmark; `write` is given a path where it is not there yet."""
    path = os.path.join(WORK, name)
    if not os.path.exists(path):
        write(path + ".part")
        os.rename(path + ".part", path)
    return path


def tiny():
    def write(path):
        with open(path, "wb") as file:
            pickle.dump({"weights": [1, 2, 3]}, file, protocol=4)

    return made("tiny.pkl", write)


def dense(megabytes):
    """A pickle that is nearly all opcodes: dicts, lists, small integers, short strings."""

    def write(path):
        rows = int(megabytes * MEGABYTE / ROW)
        with open(path, "wb") as file:
            pickle.dump(
                [{"id": i, "name": "item", "tags": [i, i + 1, i + 2], "on": True, "ratio": None} for i in range(rows)],
                file, protocol=4,
            )

    return made(f"dense-{megabytes}mb.pkl", write)


def checkpoint(megabytes):
    """A PyTorch checkpoint as torch.save writes it: a pickle of the state dict, and each tensor stored unpacked."""

    def write(path):
        tensors = max(1, megabytes // 100)
        size = megabytes * MEGABYTE // tensors // 4 * 4
        noise = os.urandom(MEGABYTE)
        block = (noise * (size // MEGABYTE + 1))[:size]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("model/data.pkl", state_dict(tensors, size // 4))
            for number in range(tensors):
                archive.writestr(f"model/data/{number}", block)
            archive.writestr("model/version", "3\n")

    return made(f"checkpoint-{megabytes}mb.pt", write)


def state_dict(tensors, elements):
    """The pickle of `{"layer0.weight": tensor, ...}` with tensors of one dimension."""
    out = bytearray(b"\x80\x02}(")
    for number in range(tensors):
        name, key = f"layer{number}.weight".encode(), str(number).encode()
        out += b"X" + struct.pack("<I", len(name)) + name
        out += b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
        out += b"X" + struct.pack("<I", len(key)) + key + b"X\x03\x00\x00\x00cpuJ" + struct.pack("<i", elements)
        out += b"tQK\x00J" + struct.pack("<i", elements) + b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"
    return bytes(out + b"u.")


def small_files(count):
    """A folder tree of so many harmless pickles that all differ, a thousand in each folder."""
    root = os.path.join(WORK, f"small-{count}")
    if not os.path.isdir(root):
        for folder in range((count + 999) // 1000):
            os.makedirs(os.path.join(root + ".part", str(folder)))
        for number in range(count):
            with open(os.path.join(root + ".part", str(number // 1000), f"{number}.pkl"), "wb") as file:
                pickle.dump({"weights": list(range(number % 7)), "number": number}, file, protocol=4)
        os.rename(root + ".part", root)
    return root

