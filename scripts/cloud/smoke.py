"""Asks a deployed API the few things that show it works.

  smoke.py URL [--artifacts BUCKET] [--token-file FILE] [--region REGION] [--open]

Requests are signed by the credentials of AWS, or bear the token in FILE where the API takes tokens.
With --artifacts an image is put there, for the goal of the README: reading a badge.
--open is for an API that asks nobody who they are; without it, one that does not is a failure.
"""

import argparse
import hashlib
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The template's own.
PROJECT = "t-developer"
# Ample for a run of one step, with every function started cold.
PATIENCE = 180


def signer(region):
    """Signs as every client of AWS signs."""
    session = botocore.session.get_session()
    credentials = session.get_credentials()
    region = region or session.get_config_variable("region")
    if credentials is None or region is None:
        sys.exit("smoke: no credentials or no region of AWS; give --token-file where the API takes tokens")
    return SigV4Auth(credentials.get_frozen_credentials(), "execute-api", region)


class Api:
    """The API, and as whom it is asked."""

    def __init__(self, url, artifacts, token, signs):
        self.url, self.artifacts, self.token, self.signs = url.rstrip("/"), artifacts, token, signs

    def ask(self, method, path, body=None, headers=(), known=True):
        """Status, headers and JSON of an answer; `known` is whether we say who we are."""
        data = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, self.url + path, data=data, headers=dict(headers))
        if data is not None:
            request.headers["content-type"] = "application/json"
        if known and self.token:
            request.headers["authorization"] = f"Bearer {self.token}"
        elif known and self.signs:
            self.signs.add_auth(request)
        plain = urllib.request.Request(request.url, data, dict(request.headers.items()), method=method)
        try:
            with urllib.request.urlopen(plain, timeout=60) as answer:
                return answer.status, answer.headers, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            text = refused.read()
            try:
                return refused.code, refused.headers, json.loads(text)
            except ValueError:
                return refused.code, refused.headers, {"text": text.decode(errors="replace")}


def expect(held, seen):
    if not held:
        raise AssertionError(seen)


def health(api):
    status, _, body = api.ask("GET", "/health", known=False)
    expect(status == 200 and body.get("status") == "ok", (status, body))
    return "alive"


def strangers(api):
    status, _, body = api.ask("GET", "/api/tools", known=False)
    expect(status in (401, 403), (status, body))
    return f"refused, {status}"


def registry(api):
    status, _, body = api.ask("GET", "/api/tools")
    expect(status == 200 and body["items"], (status, body))
    name = body["items"][0]["name"]
    status, _, body = api.ask("GET", f"/api/components/{name}")
    expect(status == 200 and body["name"] == name, (status, body))
    return f"listed, and {name} by its name"


def problem(api):
    status, headers, body = api.ask("GET", "/api/components/NobodyEverWroteThis")
    kind = headers.get("content-type", "")
    expect(status == 404 and "application/problem+json" in kind and body["code"] == "ComponentNotFound", (status, kind, body))
    return "404 ComponentNotFound as problem+json"


def bad_request(api):
    status, headers, body = api.ask("POST", "/api/orchestrate", {"gaol": "a slip of the pen"})
    kind = headers.get("content-type", "")
    expect(400 <= status < 500 and "application/problem+json" in kind and body["code"], (status, kind, body))
    return f"{status} {body['code']} as problem+json"


def ended(api, asked):
    """Begins a run and waits for its end."""
    status, headers, begun = api.ask("POST", "/api/orchestrate", asked, {"prefer": "respond-async"})
    expect(status == 202 and headers.get("location") == f"/api/runs/{begun['run_id']}", (status, begun))
    until = time.monotonic() + PATIENCE
    while True:
        status, _, run = api.ask("GET", f"/api/runs/{begun['run_id']}")
        expect(status == 200, (status, run))
        if run["status"] not in ("queued", "running"):
            break
        expect(time.monotonic() < until, f"still {run['status']} after {PATIENCE} s: {begun['run_id']}")
        time.sleep(1)
    expect(run["status"] == "succeeded", run)
    return begun["run_id"], json.dumps(run["output"]["result"])


def goal(api):
    text = "Guten Morgen, wie geht es dir heute? Die Sonne scheint."
    run, result = ended(api, {"goal": "Detect the language of the text", "inputs": {"text": text}})
    expect('"de' in result.lower() or "german" in result.lower(), result)
    return f"planned, evaluated and run: {run}"


def badge(api):
    image = (ROOT / "examples" / "badge.png").read_bytes()
    name = hashlib.sha256(image).hexdigest()
    boto3.client("s3").put_object(Bucket=api.artifacts, Key=f"{PROJECT}/{name}", Body=image)
    asked = {
        "goal": "Scan the QR image and return the associated username",
        "inputs": {"image": {"artifact": name, "media_type": "image/png", "name": "badge.png", "size": len(image)}},
    }
    run, result = ended(api, asked)
    expect("mira.okafor" in result, result)
    return f"the missing agent was written, tested and run: {run}"


CHECKS = [
    ("GET /health", health),
    ("strangers", strangers),
    ("the registry", registry),
    ("an unknown name", problem),
    ("a wrong request", bad_request),
    ("a goal in words", goal),
    ("the goal of the README", badge),
]


def main():
    parser = argparse.ArgumentParser(prog="smoke", usage=__doc__)
    parser.add_argument("url")
    parser.add_argument("--artifacts")
    parser.add_argument("--token-file")
    parser.add_argument("--region")
    parser.add_argument("--open", action="store_true")
    asked = parser.parse_args()
    token = pathlib.Path(asked.token_file).read_text().strip() if asked.token_file else None
    api = Api(asked.url, asked.artifacts, token, None if token or asked.open else signer(asked.region))
    failed = 0
    for name, check in CHECKS:
        if (asked.open and check is strangers) or (check is badge and not asked.artifacts):
            print(f"  left  {name}: not asked for")
            continue
        begun = time.monotonic()
        try:
            said, mark = check(api), "ok"
        except (AssertionError, BotoCoreError, ClientError, OSError, KeyError, TypeError) as fault:
            said, mark = f"{type(fault).__name__}: {fault}", "FAILED"
            failed += 1
        print(f"{mark:>6}  {name}: {said} ({time.monotonic() - begun:.1f} s)")
    if failed:
        sys.exit(f"smoke: {failed} of {len(CHECKS)} failed")


if __name__ == "__main__":
    main()
