#!/usr/bin/env python3
"""Pushes the files of a folder to a registry of images, as one artifact.

    scripts/oci-push.py REGISTRY NAME:TAG FOLDER [--modelpack [--tar]] [--index] [--authorization VALUE]

Each file is a layer. --modelpack gives the manifest and the layers the media types of ModelPack
(application/vnd.cncf.model.*), with --tar each file is in a tar of its own; without it they are plain layers with titles.
--index puts the manifest behind an index. Prints the digest that the tag leads to.
"""
import argparse
import hashlib
import io
import json
import os
import tarfile
import urllib.parse
import urllib.request

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


class Push:
    def __init__(self, registry, name, authorization):
        self.base = f"{registry}/v2/{name}"
        self.headers = {"Authorization": authorization} if authorization else {}

    def ask(self, method, address, data=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(address, data=data, method=method, headers={**self.headers, **headers})
        with urllib.request.urlopen(request) as answer:
            return answer.headers

    def blob(self, data, media_type, **annotations):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        place = urllib.parse.urljoin(self.base, self.ask("POST", f"{self.base}/blobs/uploads/", b"")["Location"])
        place += ("&" if "?" in place else "?") + urllib.parse.urlencode({"digest": digest})
        self.ask("PUT", place, data, Content_Type="application/octet-stream")
        descriptor = {"mediaType": media_type, "digest": digest, "size": len(data)}
        return {**descriptor, "annotations": annotations} if annotations else descriptor

    def manifest(self, manifest, reference):
        data = json.dumps(manifest).encode()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.ask("PUT", f"{self.base}/manifests/{reference or digest}", data, Content_Type=manifest["mediaType"])
        return {"mediaType": manifest["mediaType"], "digest": digest, "size": len(data)}


def packed(path, data):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo(path)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("registry")
    parser.add_argument("reference")
    parser.add_argument("folder")
    parser.add_argument("--modelpack", action="store_true")
    parser.add_argument("--tar", action="store_true")
    parser.add_argument("--index", action="store_true")
    parser.add_argument("--title", help="the title of every layer, whatever its file is called")
    parser.add_argument("--authorization")
    arguments = parser.parse_args()
    name, tag = arguments.reference.rsplit(":", 1)
    push = Push(arguments.registry, name, arguments.authorization)

    layers = []
    for folder, _, files in sorted(os.walk(arguments.folder)):
        for file in sorted(files):
            path = os.path.relpath(os.path.join(folder, file), arguments.folder)
            with open(os.path.join(folder, file), "rb") as opened:
                data = opened.read()
            kind = "application/octet-stream"
            if arguments.modelpack:
                part = "weight" if file.endswith((".pkl", ".safetensors")) else "weight.config"
                kind = f"application/vnd.cncf.model.{part}.v1.{'tar' if arguments.tar else 'raw'}"
                if arguments.tar:
                    data = packed(path, data)
            key = "org.cncf.model.filepath" if arguments.modelpack else "org.opencontainers.image.title"
            layers.append(push.blob(data, kind, **{key: arguments.title or path}))
    if arguments.modelpack:
        config = push.blob(
            json.dumps({"descriptor": {"name": name}, "modelfs": {"type": "layers"}}).encode(),
            "application/vnd.cncf.model.config.v1+json")
    else:
        config = push.blob(b"{}", "application/vnd.oci.empty.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    if arguments.modelpack:
        manifest["artifactType"] = "application/vnd.cncf.model.manifest.v1+json"
    if arguments.index:
        inner = push.manifest(manifest, None)
        manifest = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [inner]}
    print(push.manifest(manifest, tag)["digest"])


main()
