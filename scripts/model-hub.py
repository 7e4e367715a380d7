#!/usr/bin/env python3
"""Serves folders of models as the Hub of Hugging Face does, and misbehaves where it is told to.

    scripts/model-hub.py FOLDER [--behave FILE] [--token TOKEN] [--port-file FILE]

FOLDER holds organisation/model/files. Models get the paths that `lazaret registry hf` and huggingface_hub ask for:
/api/models/NAME, /api/models/NAME/revision/REVISION, /api/models/NAME/tree/REVISION and /NAME/resolve/REVISION/FILE.
Files of 64 KiB and more are LFS files: the request is sent on to a second server, on another port, which is the Hub's store
of large files and has to be told nothing. Every request is a line of JSON on standard output.

--behave names a JSON file that is read at each request: a list of objects {"path": TEXT, "do": WHAT, ...}; the first whose
text is in the path of the request holds, "times" limits how often. What there is to do stands in Handler.misbehave.
"""
import argparse
import hashlib
import http.server
import json
import os
import re
import socket
import sys
import threading
import time
import urllib.parse

LARGE = 64 << 10


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        # A client that leaves is none of our trouble.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    is_store = False

    def log_message(self, *_):
        pass

    def note(self, **more):
        record = {
            "method": self.command, "path": self.path, "store": self.is_store, "range": self.headers.get("Range"),
            "if_range": self.headers.get("If-Range"), "authorization": self.headers.get("Authorization"), **more,
        }
        with state.lock:
            print(json.dumps(record), flush=True)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.note(confinement=confinement())
        rule = state.rule(self.path, self.is_store)
        if rule and self.misbehave(rule):
            return
        path = urllib.parse.unquote(self.path.split("?")[0])
        if self.is_store:
            return self.send_file(os.path.join(state.folder, path.lstrip("/")))
        if state.token and self.headers.get("Authorization") != f"Bearer {state.token}":
            return self.send_json(401, {"error": "no token"})
        match = re.fullmatch(r"/api/models/(.+?)/tree/([^/]+)", path)
        if match:
            return self.send_tree(*match.groups())
        match = re.fullmatch(r"/api/models/(.+?)(?:/revision/([^/]+))?", path)
        if match:
            return self.send_model(match[1], match[2] or "main")
        match = re.fullmatch(r"/(.+?)/resolve/([^/]+)/(.+)", path)
        if match:
            return self.send_resolved(*match.groups())
        self.send_json(404, {"error": "no such path"})

    # What a hub answers

    def send_model(self, name, revision):
        folder = os.path.join(state.folder, name)
        if not os.path.isdir(folder) or revision not in ("main", state.commit(name)):
            return self.send_json(404, {"error": "no such model"}, {"X-Error-Code": "RepoNotFound"})
        siblings = []
        for path in state.files(name):
            entry = {"rfilename": path}
            if "blobs=" in self.path:
                data = state.read(name, path)
                entry.update(size=len(data), blobId=git_blob(data))
                if len(data) >= LARGE:
                    entry["lfs"] = {
                        "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 135}
            siblings.append(entry)
        self.send_json(200, {
            "id": name, "modelId": name, "sha": state.commit(name), "private": False, "downloads": 0, "tags": [],
            "likes": 0, "siblings": siblings + state.extra(self.path)})

    def send_tree(self, name, revision):
        """What snapshot_download of huggingface_hub 1 asks instead of a model's siblings."""
        if not os.path.isdir(os.path.join(state.folder, name)) or revision not in ("main", state.commit(name)):
            return self.send_json(404, {"error": "no such model"}, {"X-Error-Code": "RepoNotFound"})
        entries = []
        for path in state.files(name):
            data = state.read(name, path)
            entry = {"type": "file", "path": path, "size": len(data), "oid": git_blob(data)}
            if len(data) >= LARGE:
                entry["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 135}
            entries.append(entry)
        self.send_json(200, entries)

    def send_resolved(self, name, revision, path):
        file = os.path.join(state.folder, name, path)
        if not os.path.isfile(file) or revision not in ("main", state.commit(name)):
            return self.send_json(404, {"error": "no such file"}, {"X-Error-Code": "EntryNotFound"})
        data = open(file, "rb").read()
        headers = {"X-Repo-Commit": state.commit(name), "Accept-Ranges": "bytes"}
        if len(data) < LARGE:
            return self.send_data(data, {**headers, "ETag": f'"{git_blob(data)}"'})
        headers.update({
            "X-Linked-Size": str(len(data)), "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"',
            "Location": f"{state.store}/{urllib.parse.quote(os.path.join(name, path))}"})
        self.send_head(302, {**headers, "Content-Length": "0"})

    def send_file(self, file):
        data = open(file, "rb").read()
        self.send_data(data, {"ETag": f'"{hashlib.md5(data).hexdigest()}"', "Accept-Ranges": "bytes"})

    # The parts of an answer

    def send_head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_json(self, status, value, headers=None):
        data = json.dumps(value).encode()
        self.send_head(status, {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_data(self, data, headers):
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        wanted = self.headers.get("If-Range")
        if match and int(match[1]) >= len(data):
            return self.send_head(416, {"Content-Range": f"bytes */{len(data)}", "Content-Length": "0"})
        if match and (wanted is None or wanted == headers.get("ETag")):
            end = int(match[2]) + 1 if match[2] else len(data)
            part = data[int(match[1]):end]
            self.send_head(206, {
                **headers, "Content-Length": str(len(part)),
                "Content-Range": f"bytes {match[1]}-{int(match[1]) + len(part) - 1}/{len(data)}"})
        else:
            part = data
            self.send_head(200, {**headers, "Content-Length": str(len(data))})
        if self.command != "HEAD":
            self.wfile.write(part)

    # What a hostile or broken one does

    def misbehave(self, rule):
        """Whether the request is answered."""
        what = rule["do"]
        if what == "status":
            self.send_json(rule["status"], {"error": "told so"})
        elif what == "redirect":
            self.send_head(302, {"Location": rule["to"].format(store=state.store), "Content-Length": "0"})
        elif what == "json":
            self.send_json(200, rule["value"])
        elif what == "raw":
            self.send_data(rule["text"].encode(), rule.get("headers", {}))
        elif what == "endless":
            self.send_head(200, {"Transfer-Encoding": "chunked"})
            block = b"%x\r\n%s\r\n" % (1 << 16, bytes(1 << 16))
            while True:
                self.wfile.write(block)
        elif what == "silent-end":
            # Ends with the connection, of an unknown length.
            self.send_head(200, {"Connection": "close"})
            self.wfile.write(b"half")
            self.close_connection = True
        elif what == "cut":
            # Sends so many bytes of what was announced, and closes.
            file = os.path.join(state.folder, urllib.parse.unquote(rule["file"]))
            data = open(file, "rb").read()
            start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range") or "") or [0, 0])[1])
            headers = {"ETag": f'"{rule.get("etag", "cut")}"', "Content-Length": str(len(data) - start)}
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self.send_head(206 if start else 200, headers)
            self.wfile.write(data[start:start + rule["bytes"]])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif what == "flip":
            # The right number of wrong bytes.
            file = os.path.join(state.folder, urllib.parse.unquote(rule["file"]))
            data = bytes(byte ^ 1 for byte in open(file, "rb").read())
            self.send_head(200, {"Content-Length": str(len(data)), "ETag": '"flipped"'})
            self.wfile.write(data)
        elif what == "headers":
            self.send_response(200)
            for number in range(rule["count"]):
                self.send_header(f"X-{number}", "x" * 1000)
            self.end_headers()
        elif what == "wait":
            time.sleep(rule["seconds"])
            return False
        else:
            return False
        return True


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.used = {}

    def files(self, name):
        root = os.path.join(self.folder, name)
        found = []
        for folder, folders, files in os.walk(root):
            folders.sort()
            found += [os.path.relpath(os.path.join(folder, file), root) for file in files]
        return sorted(found)

    def read(self, name, path):
        with open(os.path.join(self.folder, name, path), "rb") as file:
            return file.read()

    def commit(self, name):
        digest = hashlib.sha1()
        for path in self.files(name):
            digest.update(path.encode() + b"\0" + git_blob(self.read(name, path)).encode())
        return digest.hexdigest()

    def rules(self):
        if not self.behave or not os.path.exists(self.behave):
            return []
        with open(self.behave) as file:
            return json.load(file)

    def rule(self, path, is_store):
        for number, rule in enumerate(self.rules()):
            if rule.get("store", is_store) != is_store or rule["path"] not in path or rule["do"] == "sibling":
                continue
            with self.lock:
                self.used[number] = self.used.get(number, 0) + 1
                if self.used[number] > rule.get("times", 1 << 30):
                    continue
            return rule
        return None

    def extra(self, path):
        """Files that are only said to be there."""
        return [rule["value"] for rule in self.rules() if rule["do"] == "sibling" and rule["path"] in path]


def git_blob(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def confinement():
    """What the kernel says of fetchers that run now."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/comm") as file:
                if file.read().strip() != "lazaret-fetch":
                    continue
            with open(f"/proc/{process}/status") as file:
                lines = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            with open(f"/proc/{process}/cmdline") as file:
                arguments = file.read().rstrip("\0").split("\0")
            found.append({key: lines.get(key) for key in ("NoNewPrivs", "Seccomp", "Seccomp_filters", "CapEff", "Threads")}
                         | {"arguments": arguments})
        except (OSError, ValueError):
            # It has ended meanwhile, or is somebody else's with a name that is no text.
            continue
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--behave")
    parser.add_argument("--token")
    parser.add_argument("--port-file")
    arguments = parser.parse_args()
    state.folder = os.path.abspath(arguments.folder)
    state.behave, state.token = arguments.behave, arguments.token

    store = Server(("127.0.0.1", 0), type("StoreHandler", (Handler,), {"is_store": True}))
    state.store = f"http://localhost:{store.server_port}"
    threading.Thread(target=store.serve_forever, daemon=True).start()
    hub = Server(("127.0.0.1", 0), Handler)
    if arguments.port_file:
        with open(arguments.port_file + ".new", "w") as file:
            file.write(str(hub.server_port))
        os.rename(arguments.port_file + ".new", arguments.port_file)
    hub.serve_forever()


state = State()
if __name__ == "__main__":
    main()
