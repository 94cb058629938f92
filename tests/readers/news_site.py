"""A site for readers: its articles, its feeds, and nginx with the recipe of docs/serving.md."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

TIMEOUT = 60
TITLE = "River News"
ENDINGS = {"rss": ".rss.xml", "atom": ".atom.xml", "json": ".json"}
ROOT = Path(__file__).resolve().parents[2]
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

# A single process keeps the user that started it, who may read the temporary folder.
NGINX = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 512; }}
http {{
    log_format short '$status $request_uri $http_user_agent';
    access_log access.log short;
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    server {{
        listen 127.0.0.1:{port};
{recipe}
    }}
}}
"""


class Failure(Exception):
    """A check failed."""


def expect(where, what, expected, found):
    if expected != found:
        raise Failure(f"{where}: {what}: expected {expected!r}, found {found!r}")


def expect_all(where, what, expected, found):
    """Compares two collections as `expect` does, and names only the differences."""
    missing, more = Counter(list(expected)), Counter(list(found))
    both = missing & more
    lack, extra = sorted((missing - both).elements()), sorted((more - both).elements())
    if lack or extra:
        text = f"{len(lack)} are missing {lack[:4]}, {len(extra)} too many {extra[:4]}"
        raise Failure(f"{where}: {what}: {text}")


class Article(NamedTuple):
    """An article, and what readers must show of it."""

    name: str
    title: str
    topics: tuple = ("Notes",)
    provider: str = "Canal Times"
    authors: tuple = ()
    # The address of the video or audio file, and the front matter that says so.
    enclosure: str = ""
    fields: dict = {}
    # The title as the front matter has it, where that differs.
    source: str = ""
    date: datetime = datetime(2025, 3, 1, tzinfo=timezone.utc)
    text: str = "some words"

    @property
    def link(self):
        return f"https://readers.example/{self.name}?a=1&b=2"

    def write(self, folder):
        fields = {
            "title": self.source or self.title,
            "excerpt": f"Above, {self.text}.",
            "publishedDateTime": f"{self.date:%Y-%m-%dT%H:%M:%SZ}",
            "originalUrl": self.link,
            "topics": self.topics,
            "provider": {"name": self.provider},
            **({"authors": self.authors} if self.authors else {}),
            **self.fields,
        }
        lines = [f"{key}: {json.dumps(fields[key], ensure_ascii=False)}" for key in fields]
        text = "\n".join(["---", *lines, "---", f"Below, {self.text}.\n"])
        (folder / f"{self.name}.md").write_text(text, encoding="utf-8")


VIDEO = "https://media.example/lock.mp4"
AUDIO = "https://media.example/tide.mp3"
LANGUAGES = ("C", "C#", "C++")
SPECIAL = (
    Article("c", "Pointers of the pier", ("C",)),
    Article("c-sharp", "Sharp turns upstream", ("C#",)),
    Article("c-plus-plus", "One more than the last", ("C++",)),
    Article("three-languages", "Three languages, one river", LANGUAGES),
    Article("harbour", "The harbour speaks", ("Harbour",), "Harbour"),
    Article("two-authors", "Two hands on the wheel", authors=("Ada Example", "Ben Example")),
    Article(
        "video", "A lock at work", ("Films",), enclosure=VIDEO,
        fields={"videos": [{"url": VIDEO, "title": "A lock at work"}]},
    ),
    Article(
        "audio", "The tide, to listen to", ("Sounds",), enclosure=AUDIO,
        fields={"audio": {"url": AUDIO, "length": 1234567, "type": "audio/mpeg", "duration": 754}},
    ),
    Article(
        "tags", "Tables: <tr> and <b> are tags", ("Titles",),
        source="Tables: &lt;tr&gt; and &lt;b&gt; are tags",
    ),
    Article(
        "entities", "Salt &amp; pepper & vinegar ]]> &lt;", ("Titles",),
        source="Salt &amp;amp; pepper &amp; vinegar ]]&gt; &amp;lt;",
    ),
    Article("quotes", "\"Double\", 'single', ‘curly’ and \\ back", ("Titles",)),
    Article("right-to-left", "הנהר عالٍ today", ("نهر",)),
    Article("emoji", "🌊 5 < 6 ⛵ 👩‍🚀", ("Titles",)),
    Article("long", " ".join(["A title that flows on"] * 20), ("Titles",)),
)
# More than a feed holds.
MANY = tuple(
    Article(f"many-{day}", f"Day {day} of many", ("Many",), "Log",
            date=datetime(2023, 1, 1, tzinfo=timezone.utc) + timedelta(days=day))
    for day in range(60)
)
# The newest article, which is edited and removed later, and one that comes after it. They push an old
# article out of each full feed; after the removal that one returns and is not new.
SUBJECT = Article(
    "subject", "subject: “5 < 6” & naïve 🌍", (*LANGUAGES, "Many", "Harbour"), "Harbour",
    date=datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=1),
)
EDITED = SUBJECT._replace(text="else words")
ADDED = SUBJECT._replace(
    name="added", title="added: one more", date=SUBJECT.date + timedelta(seconds=1)
)
KNOWN = {article.link: article for article in (*SPECIAL, *MANY, SUBJECT, ADDED)}


class Entry(NamedTuple):
    """An entry as a feed has it."""

    id: str
    title: str
    link: str
    date: int
    content: str


def environment(home):
    """No proxy, settings or files of the user, and a time zone that reveals dates read as local."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TZ": "<+0545>-5:45"}


def run(folder, *command, stdin=b"", codes=(0,), timeout=TIMEOUT, **variables):
    """Runs a program to its end and returns its output."""
    where = dict(cwd=folder, env={**environment(folder), **variables})
    try:
        result = subprocess.run(
            command, **where, input=stdin, capture_output=True, timeout=timeout
        )
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{command[0]}: still running after {timeout} seconds") from error
    if result.returncode not in codes:
        output = (result.stdout + result.stderr).decode(errors="replace")
        what = f"exit code: expected one of {codes}, found {result.returncode}"
        raise Failure(f"{' '.join(map(str, command))}: {what}: {output.strip()[-600:]}")
    return result.stdout.decode()


def wait_for(what, condition, timeout=TIMEOUT):
    """Waits until a condition holds."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: nothing after {timeout} seconds")
        time.sleep(0.05)


def recipe(out):
    """The recipe for nginx, with the folder of the feeds."""
    text = (ROOT / "docs/serving.md").read_text(encoding="utf-8")
    block = re.search(r"^nginx:\n+```nginx\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if not block or "alias /srv/www/feeds/;" not in block[1]:
        raise Failure("docs/serving.md: no recipe for nginx with /srv/www/feeds/")
    return block[1].replace("alias /srv/www/feeds/;", f"alias {out}/;")


def parse(path):
    """The root of an XML file."""
    try:
        return ET.parse(path).getroot()
    except ET.ParseError as error:
        raise Failure(f"{path}: is not XML: {error}") from error


def feed_title(path):
    """The title of a feed."""
    if path.name.endswith(ENDINGS["json"]):
        return json.loads(path.read_text(encoding="utf-8"))["title"]
    root = parse(path)
    return root.findtext("channel/title") or root.findtext(f"{ATOM}title")


def entries(path):
    """The entries of a feed."""
    try:
        if path.name.endswith(ENDINGS["json"]):
            items = json.loads(path.read_text(encoding="utf-8"))["items"]
            return [json_entry(item) for item in items]
        root = parse(path)
        return [
            *(rss_entry(node) for node in root.iter("item")),
            *(atom_entry(node) for node in root.iter(f"{ATOM}entry")),
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Failure(f"{path}: an entry lacks something: {error}") from error


def seconds(date):
    """A date as seconds since 1970."""
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


def json_entry(item):
    return Entry(
        id=item["id"],
        title=item["title"],
        link=item["url"],
        date=seconds(datetime.fromisoformat(item["date_published"])),
        content=item.get("content_html") or item.get("content_text") or item.get("summary"),
    )


class Site:
    """Articles in a folder, their feeds, and the server of the feeds; ends as a context."""

    def __init__(self, work, feedmill, source=None):
        self.work, self.feedmill = work, feedmill
        self.articles, self.out = work / "articles", work / "out"
        if source:
            shutil.copytree(source, self.articles)
        self.articles.mkdir(exist_ok=True)
        for article in (*SPECIAL, *MANY, SUBJECT):
            article.write(self.articles)
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}/feeds/"
        self.build()

    def __enter__(self):
        config, output, pid = (self.work / f"nginx.{end}" for end in ("conf", "output", "pid"))
        config.write_text(NGINX.format(port=self.port, recipe=recipe(self.out)))
        command = ["nginx", "-p", f"{self.work}/", "-c", str(config)]
        where = dict(cwd=self.work, env=environment(self.work))
        with output.open("wb") as file:
            self.server = subprocess.Popen(command, **where, stdout=file, stderr=file)
        try:
            # nginx writes this file when it listens.
            wait_for("nginx", lambda: self.server.poll() is not None or pid.exists())
            if self.server.poll() is not None:
                raise Failure(f"nginx: stopped: {output.read_text()}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait(TIMEOUT)

    def build(self):
        """Builds the feeds, in a later second than before: nginx dates files by seconds."""
        newest = max((int(path.stat().st_mtime) for path in self.out.rglob("*")), default=0)
        wait_for("the clock", lambda: int(time.time()) > newest)
        command = [self.feedmill, "build", "articles", "--out", "out", "--no-cache"]
        feeds = ["--by", "topic,provider,all", "--format", "rss,atom,json"]
        site = ["--title", TITLE, "--base-url", self.base]
        # Exit code 1: some articles have errors, as those in SOURCE may.
        run(self.work, *command, *feeds, *site, codes=(0, 1))

    def files(self):
        """All files for readers; hidden files belong to feedmill."""
        paths = [path.relative_to(self.out) for path in self.out.rglob("*") if path.is_file()]
        return sorted(path for path in paths if not path.name.startswith("."))

    def feeds(self, format):
        """The feeds of a format: their files by address."""
        paths = [path for path in self.files() if path.name.endswith(ENDINGS[format])]
        return {self.base + quote(str(path)): self.out / path for path in paths}

    def opml(self, format):
        """feeds.opml, with the addresses of a format."""
        text = (self.out / "feeds.opml").read_text(encoding="utf-8")
        return text.replace(f'{ENDINGS["rss"]}"', f'{ENDINGS[format]}"')

    def answers(self, start=0):
        """The address and status of every answer since the one of this number."""
        lines = (self.work / "access.log").read_text().splitlines()[start:]
        parts = [line.split(" ", 2) for line in lines]
        return [(f"http://127.0.0.1:{self.port}{uri}", int(status)) for status, uri, _ in parts]
