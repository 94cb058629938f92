"""A site of a generator, and what must become of it: what every module of a generator is made of."""

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape

TIMEOUT = 300
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


class Failure(Exception):
    """Something is not as it must be."""


def expect(what, expected, found):
    if expected != found:
        raise Failure(f"{what}: expected {expected!r}, found {found!r}")


def run(folder, *command):
    """Runs a program and returns what it printed."""
    folders = folder, folder.parent
    programs = [at / below for at in folders for below in ("node_modules/.bin", "venv/bin")]
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "CI": "true", "NO_COLOR": "1"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, env=environment, timeout=TIMEOUT, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))}: {done.stdout[-2000:]}")
    return done.stdout


@dataclass(frozen=True)
class Post:
    """What an entry of the feed must be."""

    title: str
    day: str
    link: str
    # Words that the content must have next to each other, and words that it must not have.
    has: tuple = ()
    lacks: tuple = ()


class Site:
    """A site. Each generator has a subclass."""

    NAME = ""
    # The packages of npm or PyPI, each with its version.
    NPM = ()
    PIP = ()
    # The source of the site: the text of each file by its path, besides those that `start` makes.
    FILES = {}
    # The folder that the generator writes.
    RENDERED = ""
    # Lines to put into feedmill.yaml, which `feedmill init` cannot know.
    SETTINGS = ""
    # What the first lines of `feedmill init` say.
    SAYS = ()
    POSTS = ()

    def __init__(self, packages):
        # The packages stay out of the folder of the site, which some generators read as a whole.
        self.packages = packages
        self.folder = packages / "site"

    def start(self):
        """Makes what the starter of the generator makes."""

    def build(self):
        """Runs the generator."""
        raise NotImplementedError

    def run(self, *command):
        return run(self.folder, *command)

    def write_files(self):
        for name, text in self.FILES.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def entries(feed):
    """The posts of an RSS feed, with the words of their contents."""
    for item in ElementTree.parse(feed).getroot().iter("item"):
        html = re.sub(r"</?(a|code|em|span|strong)\b[^>]*>", "", item.findtext(CONTENT, ""))
        text = unescape(re.sub(r"<[^>]*>", " ", html))
        yield {
            "title": item.findtext("title"),
            "day": parsedate_to_datetime(item.findtext("pubDate")).date().isoformat(),
            "link": item.findtext("link"),
            "words": " ".join(text.split()),
        }


def check(site, feedmill):
    """Makes the feeds of a built site as its author would, and compares them."""
    said = site.run(feedmill, "init", "--rendered", site.RENDERED)
    for line in site.SAYS:
        if line not in said:
            raise Failure(f"feedmill init does not say {line!r}: {said!r}")
    if site.SETTINGS:
        with (site.folder / "feedmill.yaml").open("a") as configuration:
            configuration.write(site.SETTINGS)
    site.run(feedmill, "build", "--no-cache")
    found = {entry["link"]: entry for entry in entries(site.folder / "out" / "all.rss.xml")}
    expect("links", sorted(post.link for post in site.POSTS), sorted(found))
    for post in site.POSTS:
        entry = found[post.link]
        expect(f"title of {post.link}", post.title, entry["title"])
        expect(f"day of {post.link}", post.day, entry["day"])
        for words in post.has:
            if words not in entry["words"]:
                raise Failure(f"{post.link} lacks {words!r}: {entry['words']!r}")
        for words in post.lacks:
            if words in entry["words"]:
                raise Failure(f"{post.link} has {words!r}: {entry['words']!r}")
