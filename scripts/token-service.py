#!/usr/bin/env python3
"""Gives out tokens for a registry of images, as its documentation's `token.md` says, for tests.

    scripts/token-service.py PORT KEY CERTIFICATE USER PASSWORD

Who has the password may pull; nobody else gets a token. openssl makes the signatures.
"""
import base64
import http.server
import json
import subprocess
import sys
import time
import urllib.parse

port, key, certificate, user, password = sys.argv[1:]


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(query):
    chain = "".join(line for line in open(certificate).read().splitlines() if "-----" not in line)
    header = {"typ": "JWT", "alg": "RS256", "x5c": [chain]}
    now = int(time.time())
    access = []
    for scope in query.get("scope", []):
        kind, name, actions = scope.split(":", 2)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    claims = {
        "iss": "tests", "sub": user, "aud": query["service"][0], "exp": now + 300, "nbf": now - 10, "iat": now,
        "jti": str(time.time_ns()), "access": access}
    text = encoded(json.dumps(header).encode()) + b"." + encoded(json.dumps(claims).encode())
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", key], input=text, stdout=subprocess.PIPE, check=True).stdout
    return (text + b"." + encoded(signature)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        allowed = self.headers.get("Authorization") == wanted
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        data = json.dumps({"token": token(query)} if allowed else {"errors": []}).encode()
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


http.server.HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
