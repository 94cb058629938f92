#!/usr/bin/env python3
"""Subscribes real readers to a site, and checks what each of them makes of its feeds.

    python3 tests/readers/run.py FEEDMILL [--only NAME]... [--all] [--table] [--packages FOLDER]
        [--source FOLDER]

FEEDMILL is the program to test. nginx serves the feeds with the recipe of docs/serving.md. --only runs
one reader, such as one that .ci/run leaves out: thunderbird, freshrss, miniflux (their modules say
what they need); --all adds the first two. --table prints the table of docs/formats.md, --packages
keeps the libraries of PyPI and npm in a folder for the next run, and --source adds articles to those
of the site. The script writes only to temporary folders and the folder of --packages, and uses only
the loopback interface, apart from the installation of the libraries.

Exit codes: 0 all checks passed; 1 a check failed; 2 a program is missing or the command is wrong.
"""

import argparse
import http.client
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from freshrss import FreshRss
from libraries import Feedparser, FastFeedparser, Feedsmith, Library, NodeFeedparser, Reader, RssParser
from liferea import Liferea
from miniflux import Miniflux
from newsboat import Newsboat
from news_site import TIMEOUT, Failure, Site, environment, expect, expect_all, run
from rss2email import Rss2email
from scenario import CHECKS, Result, check
from sfeed import Sfeed
from thunderbird import Thunderbird

READERS = (
    Newsboat, Liferea, Rss2email, Sfeed, Reader, Feedparser, FastFeedparser,
    Feedsmith, RssParser, NodeFeedparser,
)
# Those that are too large for every run, or come from elsewhere. Miniflux must run already. Their
# modules say more.
OTHERS = (Thunderbird, FreshRss)
EVERY = (*READERS, *OTHERS, Miniflux)
# The columns of docs/formats.md.
TABLE = {
    "titles": "titles",
    "tags": "topics",
    "authors": "two authors",
    "media": "video, audio",
    "edited": "edited article",
}
LABELS = {"rss": "RSS", "atom": "Atom", "json": "JSON"}
# What the recipe of docs/serving.md says.
TYPES = {
    ".xml": "text/xml; charset=utf-8",
    ".json": "application/feed+json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".svg": "image/svg+xml",
}


def check_server(site):
    """Every file has its type, and an unchanged one is answered 304."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=TIMEOUT)

    def get(path, headers):
        connection.request("GET", "/feeds/" + quote(str(path)), headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()

    seen = {}
    for path in site.files():
        answer, body = get(path, {})
        expect(path, "status", 200, answer.status)
        expect(path, "Content-Type", TYPES.get(path.suffix), answer.getheader("Content-Type"))
        expect(path, "body is the file", True, body == (site.out / path).read_bytes())
        for name in ("ETag", "Last-Modified"):
            expect(path, f"has {name}", True, answer.getheader(name) is not None)
        seen[path] = {
            "If-None-Match": answer.getheader("ETag"),
            "If-Modified-Since": answer.getheader("Last-Modified"),
        }
    expect_all("out", "kinds of files", TYPES, {path.suffix for path in seen})
    site.build()
    files = [str(path) for path in site.files()]
    expect_all("out", "files after a build of the same articles", map(str, seen), files)
    for path, both in seen.items():
        # Some readers send only one of the two.
        for headers in (both, *({name: value} for name, value in both.items())):
            answer, _ = get(path, headers)
            what = f"status for {headers} after a build of the same articles"
            expect(path, what, 304, answer.status)
    connection.close()


def missing(readers, feedmill):
    """What the readers need and the machine does not have."""
    path = environment(".")["PATH"]
    programs = {"nginx": "nginx-light"}
    for reader in readers:
        programs |= reader.PROGRAMS
        if issubclass(reader, Library):
            programs |= {"node": "nodejs", "npm": "npm"} if "@" in reader.PACKAGE else {}
    lines = [
        f"{program} (Debian package {package})"
        for program, package in programs.items()
        if not shutil.which(program, path=path)
    ]
    return lines + ([] if feedmill.exists() else [str(feedmill)])


def install(readers, packages):
    """Installs the libraries into a folder, each in the version that its class names."""
    libraries = [reader for reader in readers if issubclass(reader, Library)]
    wanted = [package for library in libraries for package in (library.PACKAGE, *library.MORE)]
    pip = [package for package in wanted if "==" in package]
    npm = [package for package in wanted if "@" in package]
    # The user's settings say which registry to ask.
    user = {name: value for name, value in os.environ.items() if name not in ("PATH", "LANG", "TZ")}
    packages.mkdir(parents=True, exist_ok=True)
    if pip:
        if not (packages / "venv").exists():
            run(packages, sys.executable, "-m", "venv", "venv", timeout=300)
        command = ("venv/bin/python", "-m", "pip", "install", "--quiet", *pip)
        run(packages, packages / command[0], *command[1:], timeout=300, **user)
    if npm:
        command = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", ".")
        run(packages, *command, *npm, timeout=300, **user)


def subscribe(reader, feedmill, source, packages):
    """The results of a reader for each format, and its version."""
    results, version = {}, ""
    for format in reader.FORMATS:
        result = results[format] = Result(f"{reader.NAME}, {LABELS[format]}")
        with tempfile.TemporaryDirectory(prefix="readers-", ignore_cleanup_errors=True) as folder:
            folder = Path(folder)
            with Site(folder, str(feedmill), source) as site:
                (folder / "reader").mkdir()
                subject = reader(site, folder / "reader", format)
                subject.packages = packages
                try:
                    version = version or subject.version()
                    check(subject, result)
                except (Failure, LookupError, TypeError, ValueError, sqlite3.Error) as failure:
                    result.failures.append(f"{result.name}: {failure!r}")
                finally:
                    subject.close()
        for failure in result.failures:
            print(f"FAILED: {failure}", flush=True)
    return results, version


def cell(results, name):
    """What a reader makes of one check, over all formats."""
    by = {format: result.get(name, False) for format, result in results.items()}
    words = {True: "yes", False: "NO", None: "–"}
    said = {format: words.get(value, value) for format, value in by.items()}
    if len(set(said.values())) == 1:
        return said.popitem()[1]
    return ", ".join(f"{LABELS[format]}: {text}" for format, text in said.items())


def rows(outcomes, columns):
    """The table: a heading, and a row for each reader."""
    yield ["reader", "version", "formats", *columns.values()]
    for reader, (results, version) in outcomes.items():
        formats = ", ".join(LABELS[format] for format in reader.FORMATS)
        yield [reader.NAME, version, formats, *(cell(results, name) for name in columns)]


def show(outcomes):
    """Prints what came out, in columns."""
    lines = list(rows(outcomes, {name: name for name in CHECKS}))
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


def show_table(outcomes):
    """Prints the table of docs/formats.md, which leaves out what holds for every reader."""
    heading, *lines = rows(outcomes, TABLE)
    for line in (heading, ["---"] * len(heading), *lines):
        print(f"| {' | '.join(line)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    names = {reader.NAME.lower().replace(" ", "-"): reader for reader in EVERY}
    parser.add_argument("feedmill", type=Path)
    parser.add_argument("--only", action="append", choices=[*names, "nginx"], metavar="NAME")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--source", type=Path)
    options = parser.parse_args()
    feedmill = options.feedmill.resolve()
    only = options.only or []
    readers = [names[name] for name in only if name in names]
    if not only:
        readers = [*READERS, *(OTHERS if options.all else ())]
    if lines := missing(readers, feedmill):
        print(f"missing: {'; '.join(lines)}", file=sys.stderr)
        return 2

    # As an exception, the signal also stops nginx and the readers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed, outcomes = False, {}
    with tempfile.TemporaryDirectory(prefix="readers-") as folder:
        try:
            packages = (options.packages or Path(folder) / "packages").resolve()
            install(readers, packages)
            if not only or "nginx" in only:
                work = Path(folder) / "server"
                work.mkdir()
                with Site(work, str(feedmill), options.source) as site:
                    check_server(site)
                    print(f"ok: nginx: {len(site.files())} files", flush=True)
        except Failure as failure:
            print(f"FAILED: {failure}", flush=True)
            failed = True
        for reader in readers:
            start = time.monotonic()
            outcomes[reader] = subscribe(reader, feedmill, options.source, packages)
            wrong = any(result.failures for result in outcomes[reader][0].values())
            failed |= wrong
            took = time.monotonic() - start
            print(f"{'FAILED' if wrong else 'ok'}: {reader.NAME} ({took:.0f} s)", flush=True)
    if outcomes:
        (show_table if options.table else show)(outcomes)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
