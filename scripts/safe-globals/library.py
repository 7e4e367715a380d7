"""Reads libraries/<list>.json: what each safe list is made of. Few keys are needed; the rest has a default."""

import json
import os
import re

import fetch

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "libraries")
KEYS = {
    "list", "source", "packages", "modules", "without", "without_names", "values", "whys", "with", "reviewed", "refused", "entries",
    "plain_bases", "plain_decorators", "plain_metaclasses",
}
WHYS = {
    "class": "State goes to __dict__; nothing that loading reaches calls what the stream supplies.",
    "container": "A dict or list whose own methods call nothing that the stream supplies.",
    "tuple": "A named tuple.",
    "enum": "An enumeration.",
    "value": "A function that honest objects hold as a setting.",
}
# Never in a model: commands, tests, packaging, and copies of other libraries.
WITHOUT = (
    r"(^|\.)(tests?|testing|_testing|conftest|setup|examples?|tutorials?|benchmarks?|scripts?|cli|_cli|commands?|_?vendor(ed)?|_?externals?|"
    r"third_?party|docs?|__main__|_version|server|webui|app|download(er|s)?|gui)(\.|$)")
# Releases that other libraries' classes inherit from, where a configuration's `with` names the package alone.
WITH = {
    "torch": "2.8.0", "scikit-learn": "1.5.2", "transformers": "4.57.1", "pytorch-lightning": "2.5.5", "torchmetrics": "1.8.2",
    "torchvision": "0.23.0", "statsmodels": "0.14.5", "lightgbm": "4.7.0", "xgboost": "3.0.5", "sentence-transformers": "5.1.0",
    "stable-baselines3": "2.3.2", "gymnasium": "1.2.1", "timm": "1.0.20", "spacy": "3.8.7", "thinc": "8.3.6", "fastcore": "1.7.29",
    "gpytorch": "1.15.2", "linear-operator": "0.5.3", "networkx": "3.7", "pyod": "2.0.5", "nltk": "3.9.1", "gensim": "4.3.3",
    "pydantic": "1.10.22", "hmmlearn": "0.3.3", "sktime": "0.38.4", "tensorflow": "2.16.2", "keras": "3.15.1", "accelerate": "1.10.1",
    "huggingface-hub": "0.36.0", "omegaconf": "2.3.0", "tensordict": "0.6.2", "mmengine": "0.10.7", "torch-geometric": "2.5.3",
    "autogluon-common": "1.6.3", "autogluon-core": "1.6.3", "autogluon-features": "1.6.3", "interpret-core": "0.7.8",
    "lightning-utilities": "0.15.3", "peft": "0.17.1", "diffusers": "0.35.1", "segmentation-models-pytorch": "0.6.0",
    "causalml": "0.18.0", "skrub": "0.11.0", "scikit-base": "0.13.0", "dask": "2023.5.0", "imbalanced-learn": "0.12.4", "lightning": "2.5.5",
}
# Top-level modules where they are not the package's name with underscores.
PREFIXES = {
    "scikit-learn": ["sklearn"], "huggingface-hub": ["huggingface_hub"], "gymnasium": ["gymnasium"], "imbalanced-learn": ["imblearn"],
    "scikit-base": ["skbase"],
}


def path_of(name):
    return os.path.join(FOLDER, name + ".json")


def prefixes_of(package):
    if package.startswith("autogluon-"):
        return [package.replace("-", ".")]
    return PREFIXES.get(package, [package.replace("-", "_")])


def read(path):
    with open(path, encoding="utf-8") as stream:
        config = json.load(stream)
    unknown = set(config) - KEYS
    if unknown or "source" not in config:
        raise ValueError("%s: %s" % (path, sorted(unknown) or "no source"))
    name = os.path.basename(path)[: -len(".json")]
    if config.setdefault("list", name) != name:
        raise ValueError("%s: the list is not the file's name" % path)
    packages = config.get("packages", [name])
    config["packages"] = [
        package if isinstance(package, dict) else {"name": package, "prefixes": prefixes_of(package)} for package in packages]
    roots = [re.escape(prefix) for package in config["packages"] for prefix in package["prefixes"]]
    config.setdefault("modules", "^(" + "|".join(roots) + r")(\.|$)")
    config.setdefault("without", WITHOUT)
    config["whys"] = {**WHYS, **config.get("whys", {})}
    config["with"] = [with_folder(item) for item in config.get("with", [])]
    return config


def with_folder(item):
    if isinstance(item, str):
        return item + "-" + WITH[item], prefixes_of(item)
    return item["folder"], item["prefixes"]


def read_all():
    return [read(os.path.join(FOLDER, file)) for file in sorted(os.listdir(FOLDER)) if file.endswith(".json")]


def all_reviewed(configurations):
    """The bodies that somebody has read, whatever list they were read for: by method, the digests."""
    reviewed = {}
    for config in configurations:
        for method, review in config.get("reviewed", {}).items():
            reviewed.setdefault(method, set()).update(review["bodies"])
    return reviewed
