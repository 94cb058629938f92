#!/usr/bin/env python3
"""Builds feeds from and into object storage: a server that speaks S3 on this machine.

    python3 tests/object_storage.py FEEDMILL [--packages FOLDER]

FEEDMILL is a program with the feature object-store. The server is moto, which comes from PyPI into the
folder of --packages, or into a temporary one. It says afterwards what it was asked for, so that the
checks can count requests. The script uses only the loopback interface apart from that.

Exit codes: 0 all checks passed; 1 a check failed; 2 the command is wrong.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

MOTO = "moto[server,s3]==5.2.5"
ROOT = Path(__file__).resolve().parent.parent
CORPUS, OUT = ROOT / "tests/corpus", ROOT / "out"
SETTINGS = [
    "--by", "topic,provider,all", "--format", "rss,atom,json", "--title", "River News",
    "--base-url", "https://feeds.example.org/",
]
SECRET = "a-secret-that-no-message-may-repeat"
SOURCE, FEEDS = "s3://river/articles", "s3://river/feeds"
ARTICLE = "news/same-address-newer.md"


class Failure(Exception):
    """What a check found."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Storage:
    """A running server with one bucket, and the requests that it has answered."""

    def __init__(self, python, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder / "requests.log"
        self.url = f"http://127.0.0.1:{self.port}"
        command = [python, "-m", "moto.server", "-p", str(self.port)]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        for _ in range(300):
            try:
                self.request("GET", "moto-api/")
                break
            except OSError:
                time.sleep(0.1)
        self.request("PUT", "river")

    def request(self, method, path, body=None):
        request = urllib.request.Request(f"{self.url}/{path}", data=body, method=method)
        request.add_header("Content-Type", "application/octet-stream")
        # Any credentials do, but a request without them is one of a stranger.
        scope = "Credential=x/20240101/us-east-1/s3/aws4_request"
        request.add_header(
            "Authorization", f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x")
        with urllib.request.urlopen(request) as response:
            return response.read(), response.headers

    def put(self, key, body):
        self.request("PUT", f"river/{key}", body)

    def get(self, key):
        return self.request("GET", f"river/{key}")

    def delete(self, key):
        self.request("DELETE", f"river/{key}")

    def keys(self, prefix):
        listing, _ = self.request("GET", f"river?list-type=2&prefix={prefix}")
        return re.findall(r"<Key>(.*?)</Key>", listing.decode())

    def requests(self):
        found = re.findall(r'"(?:\x1b\[\d+m)?([A-Z]+) /(\S*)', self.log.read_text())
        return [(method, path) for method, path in found if not path.startswith("moto-api")]

    def writes(self):
        """The keys of all requests that wrote something, in order."""
        return [path for method, path in self.requests() if method == "PUT"]


class Program:
    def __init__(self, path, storage, folder):
        self.path, self.storage = path, storage
        self.environment = {
            "PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(folder / "cache"),
            "AWS_ENDPOINT": storage.url, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "feedmill", "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [self.path, *map(str, arguments)], env={**self.environment, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def run(self, *arguments, exit_code=0, **environment):
        process = self.start(*arguments, **environment)
        output, errors = process.communicate(timeout=120)
        expect(SECRET not in output + errors, f"a message repeats the secret: {errors}")
        expect(process.returncode == exit_code, f"{arguments}: exit {process.returncode}: {errors}")
        return output + errors

    def build(self, source=SOURCE, out=FEEDS, *more, **options):
        return self.run("build", source, "--out", out, *SETTINGS, "-v", *more, **options)


def check_same_bytes(storage, program, _):
    """Feeds from and in object storage have the bytes of those in folders."""
    for path in CORPUS.rglob("*"):
        if path.is_file():
            storage.put(f"articles/{path.relative_to(CORPUS)}", path.read_bytes())
    program.build()
    names = [key.removeprefix("feeds/") for key in storage.keys("feeds/")]
    files = {str(path.relative_to(OUT)) for path in OUT.rglob("*") if path.is_file()}
    expect({name for name in names if not name.startswith(".")} == {
        name for name in files if not name.startswith(".")}, "the names of the files differ")
    expect(".feedmill.lock" not in names, "the lock is still there")
    for name in names:
        if not name.startswith("."):
            expect(storage.get(f"feeds/{name}")[0] == (OUT / name).read_bytes(), f"{name} differs")
    headers = storage.get("feeds/all.rss.xml")[1]
    expect(headers["Content-Type"] == "application/rss+xml", headers["Content-Type"])
    expect("max-age" in headers["Cache-Control"], headers["Cache-Control"])


def check_unchanged(storage, program, _):
    """A run that changes nothing reads no article again and writes nothing."""
    before = len(storage.requests())
    program.build()
    methods = Counter(method for method, _ in storage.requests()[before:])
    expect(set(methods) == {"GET"}, f"requests: {methods}")
    expect(methods["GET"] < 20, f"requests: {methods}")
    before = len(storage.writes())
    program.build(SOURCE, FEEDS, "--no-cache")
    expect(len(storage.writes()) == before, "a run without a cache wrote something")


def check_one_article(storage, program, _):
    """An edited article changes its feeds, the lists and the manifest, and nothing else."""
    text = (CORPUS / ARTICLE).read_text().replace("title: ", "title: New, ", 1)
    storage.put(f"articles/{ARTICLE}", text.encode())
    before = len(storage.writes())
    program.build()
    changed = [key.removeprefix("river/feeds/") for key in storage.writes()[before:]]
    expect(changed[0] == ".feedmill.lock", f"first came {changed[0]}")
    expect(changed[-1] == ".feedmill.json", f"last came {changed[-1]}")
    feeds = {name.split(".")[0] for name in changed if name and not name.startswith(".")}
    expect(feeds == {"all", "index", "provider/river-gazette", "topic/tides"}, f"changed: {feeds}")


def check_removal(storage, program, _):
    """The feed of a group that is gone is removed, and a stranger's file is not."""
    storage.put("feeds/topic/strange.json", b"{}")
    article = "---\ntitle: Alone\noriginalUrl: https://a.example/alone\npublishedDateTime: 2024-01-01\n" \
              "topics: [Solitude]\n---\nText.\n"
    storage.put("articles/alone.md", article.encode())
    program.build()
    expect("feeds/topic/solitude.json" in storage.keys("feeds/"), "the feed was not written")
    storage.delete("articles/alone.md")
    program.build()
    keys = storage.keys("feeds/")
    expect("feeds/topic/solitude.json" not in keys, "the feed is still there")
    expect("feeds/topic/strange.json" in keys, "the stranger's file is gone")


def check_guard(storage, program, _):
    """A source of which most is missing removes nothing."""
    storage.put("few/one.md", (CORPUS / ARTICLE).read_bytes())
    before = storage.keys("feeds/")
    program.build("s3://river/few", FEEDS, exit_code=4)
    expect(storage.keys("feeds/") == before, "files are gone")
    program.build("s3://river/nothing-here", FEEDS, exit_code=3)
    expect(storage.keys("feeds/") == before, "files are gone")


def check_two_runs(storage, program, _):
    """Of runs at the same time one publishes, the others have written nothing."""
    for round in range(3):
        text = (CORPUS / ARTICLE).read_text().replace("title: ", f"title: Round {round}, ", 1)
        storage.put(f"articles/{ARTICLE}", text.encode())
        runs = [program.start("build", SOURCE, "--out", FEEDS, *SETTINGS, "--no-cache") for _ in range(3)]
        codes = sorted(run.wait(120) for run in runs)
        expect(set(codes) <= {0, 5} and 0 in codes, f"exit codes {codes}")
        feed = storage.get("feeds/all.json")[0].decode()
        expect(f"Round {round}, " in feed, "the feed is not the newest")
    expect("feeds/.feedmill.lock" not in storage.keys("feeds/"), "the lock is still there")


def check_lock(storage, program, _):
    """A lock stops a run before it writes; --wait waits for its end."""
    storage.put(f"articles/{ARTICLE}", (CORPUS / ARTICLE).read_bytes())
    storage.put("feeds/.feedmill.lock", b"another run")
    before = len(storage.writes())
    message = program.build(exit_code=5)
    expect("another run is writing to s3://river/feeds" in message, message)
    expect(len(storage.writes()) == before, "the run wrote something")
    waiting = program.start("build", SOURCE, "--out", FEEDS, *SETTINGS, "--wait")
    time.sleep(2)
    expect(waiting.poll() is None, "the run did not wait")
    storage.delete("feeds/.feedmill.lock")
    expect(waiting.wait(60) == 0, f"exit {waiting.returncode}")


def check_records(storage, program, folder):
    """A file of records in object storage is a source by its name."""
    record = '{"title": "Record", "originalUrl": "https://a.example/r", "publishedDateTime": "2024-01-01", ' \
             '"topics": ["Packs"], "body": "Text."}\n'
    storage.put("packs/articles.ndjson", record.encode())
    program.build("s3://river/packs/articles.ndjson", folder / "packs")
    expect("Record" in (folder / "packs/topic/packs.json").read_text(), "the article is missing")
    message = program.run("check", "s3://river/packs/articles.ndjson")
    expect("1 article" in message, message)


def check_other_commands(storage, program, _):
    """check, list and explain read object storage."""
    expect("s3://river/articles/" in program.run("check", SOURCE, exit_code=0), "no path is named")
    expect("tides" in program.run("list", "topics", SOURCE).lower(), "a topic is missing")
    expect("topic/tides" in program.run("explain", f"{SOURCE}/{ARTICLE}", SOURCE), "no feed is named")


def check_errors(storage, program, _):
    """What cannot be reached is named, with no word about credentials."""
    message = program.build("s3://nobody/x", FEEDS, exit_code=3)
    expect("NoSuchBucket" in message, message)
    # Nothing listens there.
    message = program.build(exit_code=3, AWS_ENDPOINT="http://127.0.0.1:9")
    expect("s3://river/feeds" in message, message)


CHECKS = (
    check_same_bytes, check_unchanged, check_one_article, check_removal, check_guard, check_two_runs,
    check_lock, check_records, check_other_commands, check_errors,
)


def server(packages):
    """A Python with the server, which is installed into the folder unless it is there."""
    python = packages / "moto/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", packages / "moto"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", MOTO], check=True)
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("feedmill", type=Path)
    parser.add_argument("--packages", type=Path)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python = server((arguments.packages or folder).resolve())
        storage = Storage(python, folder)
        program = Program(arguments.feedmill.resolve(), storage, folder)
        try:
            for check in CHECKS:
                try:
                    check(storage, program, folder)
                    print(f"ok      {check.__doc__}")
                except Failure as failure:
                    failed += 1
                    print(f"FAILED  {check.__doc__}\n        {failure}")
        finally:
            storage.process.kill()
            storage.process.wait()
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
