#!/usr/bin/env python3
"""Tests the feeds with real programs: nginx serves them, newsboat and sfeed read them.

    python3 tests/readers/run.py FEEDMILL [SOURCE]

FEEDMILL is the program to test, and SOURCE is a folder of articles (default: tests/corpus). The script
writes only to a temporary folder and uses only the loopback interface.

Exit codes: 0 all checks passed; 1 a check failed; 2 a program is missing or the command is wrong.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

TIMEOUT = 60
PROGRAMS = ("newsboat", "nginx", "sfeed", "sfeed_opml_import")
TYPES = {
    ".xml": "text/xml",
    ".json": "application/json",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

# A single process keeps the user that started it, who may read the temporary folder.
NGINX = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    log_format short '$status $request_uri $http_user_agent';
    access_log access.log short;
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    server {{
        listen 127.0.0.1:{port};
        root out;
    }}
}}
"""

NEWSBOAT = """
reload-threads 1
error-log newsboat-errors
"""


class Failure(Exception):
    """A check failed."""


class Entry(NamedTuple):
    id: str
    title: str
    link: str
    date: int
    content: str


def expect(where, what, expected, found):
    if expected != found:
        raise Failure(f"{where}: {what}: expected {expected!r}, found {found!r}")


def expect_all(where, what, expected, found):
    """Compares two collections as `expect` does, and names only the differences."""
    missing, more = Counter(list(expected)), Counter(list(found))
    both = missing & more
    expect(where, what, sorted((missing - both).elements()), sorted((more - both).elements()))


def done(text):
    print(f"ok: {text}", flush=True)


def environment(home):
    """No proxy, settings or files of the user, and a time zone that reveals dates read as local."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TZ": "<+0545>-5:45"}


def run(folder, *command, stdin=b"", codes=(0,)):
    where = dict(cwd=folder, env=environment(folder))
    try:
        result = subprocess.run(
            command, **where, input=stdin, capture_output=True, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{command[0]}: still running after {TIMEOUT} seconds") from error
    if result.returncode not in codes:
        output = (result.stdout + result.stderr).decode(errors="replace")
        what = f"exit code: expected one of {codes}, found {result.returncode}"
        raise Failure(f"{' '.join(command)}: {what}: {output.strip()}")
    return result.stdout.decode()


def wait_for(what, condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: nothing after {TIMEOUT} seconds")
        time.sleep(0.01)


@contextmanager
def nginx(work):
    """Serves work/out with nginx and yields the port."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config, output, pid = work / "nginx.conf", work / "nginx.output", work / "nginx.pid"
    config.write_text(NGINX.format(port=port))
    command = ["nginx", "-p", f"{work}/", "-c", str(config)]
    where = dict(cwd=work, env=environment(work))
    with output.open("wb") as file:
        process = subprocess.Popen(command, **where, stdout=file, stderr=file)
    try:
        # nginx writes this file when it listens.
        wait_for("nginx", lambda: process.poll() is not None or pid.exists())
        if process.poll() is not None:
            raise Failure(f"nginx: stopped: {output.read_text()}")
        yield port
    finally:
        process.kill()
        process.wait(TIMEOUT)


def parse(path):
    """The root of an XML file."""
    try:
        return ET.parse(path).getroot()
    except ET.ParseError as error:
        raise Failure(f"{path}: is not XML: {error}") from error


def entries(path):
    """The entries of an RSS or Atom file."""
    root = parse(path)
    try:
        return [
            *(rss_entry(node) for node in root.iter("item")),
            *(atom_entry(node) for node in root.iter(f"{ATOM}entry")),
        ]
    except (AttributeError, TypeError, ValueError) as error:
        raise Failure(f"{path}: an entry lacks something: {error}") from error


def seconds(date):
    if date.tzinfo is None:
        raise ValueError(f"the zone of {date}")
    return int(date.timestamp())


def rss_entry(node):
    return Entry(
        id=node.findtext("guid"),
        title=node.findtext("title"),
        link=node.findtext("link"),
        date=seconds(parsedate_to_datetime(node.findtext("pubDate"))),
        content=node.findtext(CONTENT) or node.findtext("description"),
    )


def atom_entry(node):
    return Entry(
        id=node.findtext(f"{ATOM}id"),
        title=node.findtext(f"{ATOM}title"),
        link=node.find(f"{ATOM}link[@rel='alternate']").get("href"),
        date=seconds(datetime.fromisoformat(node.findtext(f"{ATOM}published"))),
        content=node.findtext(f"{ATOM}content") or node.findtext(f"{ATOM}summary"),
    )


class Site:
    """The articles, their feeds, and the server of the feeds."""

    def __init__(self, work, feedmill, port):
        self.work, self.feedmill, self.port = work, feedmill, port
        self.articles, self.out = work / "articles", work / "out"
        self.base = f"http://127.0.0.1:{port}/"

    def build(self):
        command = [self.feedmill, "build", "articles", "--out", "out", "--no-cache"]
        feeds = ["--by", "topic,provider,all", "--format", "rss,atom,json"]
        site = ["--title", "River News", "--base-url", self.base]
        # Exit code 1: some articles have errors, as those in SOURCE may.
        run(self.work, *command, *feeds, *site, codes=(0, 1))

    def write(self, name, date, topics, provider, text="some words"):
        """Writes an article; returns the title, link and date that readers must show."""
        title = f"{name}: “5 < 6” & naïve 🌍"
        link = f"https://readers.example/{name}?a=1&b=2"
        fields = {
            "title": title,
            "excerpt": f"Above, {text}.",
            "publishedDateTime": f"{date:%Y-%m-%dT%H:%M:%SZ}",
            "originalUrl": link,
            "topics": topics,
            "provider": {"name": provider},
        }
        lines = [f"{key}: {json.dumps(fields[key], ensure_ascii=False)}" for key in fields]
        text = "\n".join(["---", *lines, "---", f"Below, {text}.\n"])
        (self.articles / f"{name}.md").write_text(text, encoding="utf-8")
        return title, link, seconds(date)

    def files(self):
        """All files for readers; hidden files belong to feedmill."""
        paths = [path.relative_to(self.out) for path in self.out.rglob("*") if path.is_file()]
        return sorted(path for path in paths if not path.name.startswith("."))

    def feeds(self):
        """The RSS feeds: their files by address."""
        paths = [path for path in self.files() if path.name.endswith(".rss.xml")]
        return {self.base + quote(str(path)): self.out / path for path in paths}

    def holders(self, article):
        """The addresses of the RSS feeds that hold an article."""
        feeds = self.feeds().items()
        return {url for url, path in feeds if article in (item[1:4] for item in entries(path))}

    def answers(self, agent):
        """The address and status of every answer to a program."""
        lines = (self.work / "access.log").read_text().splitlines()
        parts = [line.split(" ", 2) for line in lines]
        return [(self.base + uri[1:], int(status)) for status, uri, by in parts if agent in by]


def check_server(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=TIMEOUT)

    def get(path, headers):
        connection.request("GET", "/" + quote(str(path)), headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()

    seen = {}
    for path in site.files():
        answer, body = get(path, {})
        expect(path, "status", 200, answer.status)
        if path.suffix in TYPES:
            expect(path, "Content-Type", TYPES[path.suffix], answer.getheader("Content-Type"))
        expect(path, "body is the file", True, body == (site.out / path).read_bytes())
        for name in ("ETag", "Last-Modified"):
            expect(path, f"has {name}", True, answer.getheader(name) is not None)
        seen[path] = {
            "If-None-Match": answer.getheader("ETag"),
            "If-Modified-Since": answer.getheader("Last-Modified"),
        }
    expect_all("out", "kinds of files", {*TYPES, ".opml"}, {path.suffix for path in seen})
    done(f"nginx: {len(seen)} files with status 200, the right type, ETag and Last-Modified")

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
    done(f"nginx: {len(seen)} files with status 304 after a build of the same articles")


def check_sfeed(site):
    def unescape(text):
        return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n"}.get(match[1], match[1]), text)

    feeds = [path for path in site.files() if path.name.endswith((".rss.xml", ".atom.xml"))]
    number = 0
    for path in feeds:
        output = run(site.work, "sfeed", stdin=(site.out / path).read_bytes())
        found = [line.split("\t") for line in output.split("\n")[:-1]]
        expected = entries(site.out / path)
        expect(path, "number of items in sfeed", len(expected), len(found))
        for entry, (date, title, link, content, _, id, *_) in zip(expected, found):
            item = Entry(id, title, link, int(date or 0), unescape(content).strip())
            for what, one, other in zip(Entry._fields, entry, item):
                one = one.strip() if what == "content" else one
                expect(path, f"{what} of {entry.id} in sfeed", one, other)
        number += len(found)
    done(f"sfeed: {number} items of {len(feeds)} RSS and Atom feeds")

    output = run(site.work, "sfeed_opml_import", stdin=(site.out / "feeds.opml").read_bytes())
    found = re.findall(r"^\tfeed '.*' '(.*)'$", output, re.MULTILINE)
    expect_all("feeds.opml", "feeds in sfeed", site.feeds(), found)
    done(f"sfeed: {len(found)} feeds of feeds.opml")


class Newsboat:
    """A subscriber, and the expected content of its cache.

    newsboat knows an item by its id alone. Its cache holds an item of several feeds once, as it was in
    the feed that newsboat loaded last, so `items` follows the order of the answers. An item stays in
    the cache when it leaves its feeds.
    """

    FIELDS = ("feed", "title", "link", "date", "content")

    def __init__(self, site):
        self.site = site
        self.items = {}
        self.unread = set()
        (site.work / "config").write_text(NEWSBOAT)
        (site.work / "urls").touch()

    def run(self, *arguments):
        files = ["-C", "config", "-u", "urls", "-c", "cache.db"]
        return run(self.site.work, "newsboat", "-q", *files, *arguments)

    def database(self):
        return closing(sqlite3.connect(self.site.work / "cache.db", timeout=TIMEOUT))

    def subscribe(self):
        self.run("-i", "out/feeds.opml")
        lines = (self.site.work / "urls").read_text().splitlines()
        found = [tuple(line.replace('"', "").split(" ", 1)) for line in lines]
        expected = []
        for parent in parse(self.site.out / "feeds.opml").iter():
            group = [parent.get("text")] if parent.tag == "outline" else []
            urls = [node.get("xmlUrl") for node in parent.findall("outline[@xmlUrl]")]
            expected += [(url, *group) for url in urls]
        expect_all("feeds.opml", "feeds and groups in newsboat", expected, found)
        expect_all("feeds.opml", "feeds", self.site.feeds(), [url for url, *_ in found])
        done(f"newsboat: {len(found)} feeds of feeds.opml")

    def reload(self):
        """Reloads all feeds, compares the cache, and returns the feeds that nginx sent."""
        feeds, before = self.site.feeds(), len(self.site.answers("newsboat"))
        self.run("-x", "reload")
        # nginx logs after it has answered, maybe after newsboat has ended.
        wait_for("access log", lambda: len(self.site.answers("newsboat")) >= before + len(feeds))
        answers = self.site.answers("newsboat")[before:]
        expect_all("access log", "feeds asked for", feeds, [url for url, _ in answers])
        for url, status in answers:
            expect(url, "status", 304 if status == 304 else 200, status)
            for id, *item in entries(feeds[url]) if status == 200 else []:
                self.unread |= {id} - self.items.keys()
                self.items[id] = (url, *item)
        self.compare()
        return {url for url, status in answers if status == 200}

    def compare(self):
        errors = self.site.work / "newsboat-errors"
        expect("newsboat", "errors", "", errors.read_text() if errors.exists() else "")
        with self.database() as database:
            columns = "guid, feedurl, title, url, pubDate, content"
            rows = database.execute(f"SELECT {columns} FROM rss_item").fetchall()
            unread = database.execute("SELECT guid FROM rss_item WHERE unread").fetchall()
            titles = dict(database.execute("SELECT rssurl, title FROM rss_feed"))
        found = {id: tuple(item) for id, *item in rows}
        expect_all("newsboat", "ids of the items", self.items, [id for id, *_ in rows])
        for id, item in self.items.items():
            for what, one, other in zip(self.FIELDS, item, found[id]):
                expect(item[0], f"{what} of {id} in newsboat", one, other)
        expect_all("newsboat", "unread items", self.unread, [id for id, in unread])
        count = self.run("-x", "print-unread").strip()
        expect("newsboat", "says", f"{len(self.unread)} unread articles", count)
        for url, path in self.site.feeds().items():
            title = parse(path).findtext("channel/title")
            expect(path, "title of the feed in newsboat", title, titles.get(url))

    def read_all(self):
        with self.database() as database, database:
            database.execute("UPDATE rss_item SET unread = 0")
        self.unread.clear()

    def rebuild(self, article):
        """Builds and reloads after an article changed; returns unread and changed items."""
        before, holders = dict(self.items), self.site.holders(article)
        self.site.build()
        holders |= self.site.holders(article)
        expect_all("newsboat", f"feeds sent for {article[0]}", holders, self.reload())
        unread = [self.items[id][1:4] for id in self.unread]
        known = [id for id in self.items if id in before]
        changed = [self.items[id] for id in known if self.items[id][1:] != before[id][1:]]
        self.read_all()
        return unread, changed


def check_newsboat(site, groups):
    newsboat = Newsboat(site)
    newsboat.subscribe()
    feeds = site.feeds()
    expect_all("newsboat", "feeds sent the first time", feeds, newsboat.reload())
    ids = {entry.id for path in feeds.values() for entry in entries(path)}
    expect_all("newsboat", "unread items", ids, newsboat.unread)
    done(f"newsboat: {len(ids)} items of {len(feeds)} feeds, with title, date, link and content")

    newsboat.reload()
    expect_all("newsboat", "feeds sent the third time", [], newsboat.reload())
    done(f"newsboat: {len(feeds)} feeds with status 304 the third time")
    newsboat.read_all()

    added = site.write("added", **{**groups, "date": groups["date"] + timedelta(seconds=1)})
    unread, changed = newsboat.rebuild(added)
    expect("newsboat: an article was added", "unread items", [added], unread)
    expect("newsboat: an article was added", "changed items", [], changed)
    done("newsboat: only an added article is unread")

    # The feeds keep their length, so only their time reveals the change.
    edited = site.write("subject", **groups, text="else words")
    unread, changed = newsboat.rebuild(edited)
    expect("newsboat: an article was edited", "unread items", [], unread)
    expect("newsboat: an article was edited", "changed", [edited], [item[1:4] for item in changed])
    content = changed[0][-1]
    expect("newsboat: an article was edited", "has its new text", True, "else words" in content)
    expect("newsboat: an article was edited", "has its old text", False, "some words" in content)
    done("newsboat: an edited article has its new text, and nothing is unread")

    (site.articles / "subject.md").unlink()
    unread, changed = newsboat.rebuild(edited)
    expect("newsboat: an article was removed", "unread items", [], unread)
    expect("newsboat: an article was removed", "changed items", [], changed)
    expect_all("newsboat: an article was removed", "feeds with it", [], site.holders(edited))
    done("newsboat: after a removal, nothing has changed and nothing is unread")


def add_subject(site):
    """Adds an article to the groups of the article with most topics; returns them with its date.

    It is the newest article, so that full feeds contain it too. A later article in the same groups
    pushes an old one out of each full feed. When it is removed, the old one returns and is not unread.
    """
    items = parse(site.out / "all.rss.xml").findall("channel/item[source]")
    model = max(items, key=lambda item: len(item.findall("category")))
    groups = {
        "date": datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=1),
        "topics": [category.text for category in model.findall("category")],
        "provider": model.findtext("source"),
    }
    article = site.write("subject", **groups)
    site.build()
    number = len({"all", "provider", *groups["topics"]})
    expect("subject.md", "number of its feeds", number, len(site.holders(article)))
    return groups


def main():
    if len(sys.argv) not in (2, 3):
        print(f"usage: {sys.argv[0]} FEEDMILL [SOURCE]", file=sys.stderr)
        return 2
    feedmill = Path(sys.argv[1]).resolve()
    source = Path([*sys.argv, "tests/corpus"][2]).resolve()
    path = environment(".")["PATH"]
    missing = [program for program in PROGRAMS if not shutil.which(program, path=path)]
    missing += [str(path) for path in (feedmill, source) if not path.exists()]
    if missing:
        print(f"missing: {', '.join(missing)}", file=sys.stderr)
        return 2

    # As an exception, the signal also stops nginx.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="readers-") as folder:
        work = Path(folder)
        shutil.copytree(source, work / "articles")
        try:
            with nginx(work) as port:
                site = Site(work, str(feedmill), port)
                site.build()
                groups = add_subject(site)
                check_server(site)
                check_sfeed(site)
                check_newsboat(site, groups)
        except Failure as failure:
            print(f"failed: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
