"""The libraries of PyPI and npm: each reads files of feeds in a process of its own."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from news_site import TITLE, run
from subscriber import FIRST, LAST, WITHOUT_TAGS, Item, Subscriber

HERE = Path(__file__).parent


class Library(Subscriber):
    """A library that reads files. It has no subscriptions, so it is asked for its items alone."""

    STATELESS = True
    PACKAGE, PROGRAM, MORE = "", "", ()

    def version(self):
        return self.PACKAGE.split("@")[-1].split("==")[-1]

    def library(self, *arguments):
        """Runs the program that uses the library."""
        program, packages = HERE / self.PROGRAM, self.packages
        if program.suffix == ".mjs":
            command = ("node", program)
        else:
            # -P: the modules of this folder are none of the library's.
            command = (packages / "venv/bin/python", "-P", program)
        return run(self.folder, *command, *arguments, NODE_PACKAGES=str(packages))

    def items(self):
        feeds = self.site.feeds(self.format)
        output = json.loads(self.library(*feeds.values()))
        return [Item(feed, **item) for feed, items in zip(feeds, output) for item in items]


class Feedparser(Library):
    NAME, PACKAGE, PROGRAM = "feedparser", "feedparser==6.0.14", "library_feedparser.py"
    FORMATS = ("rss", "atom")


class FastFeedparser(Library):
    NAME, PACKAGE = "fastfeedparser", "fastfeedparser==0.6.5"
    PROGRAM = "library_fastfeedparser.py"
    NOTES = {("atom", "authors"): FIRST, ("json", "authors"): FIRST}


class Feedsmith(Library):
    NAME, PACKAGE, PROGRAM = "feedsmith", "feedsmith@3.0.1", "library_feedsmith.mjs"


class RssParser(Library):
    NAME, PACKAGE, PROGRAM = "rss-parser", "rss-parser@3.13.0", "library_rss_parser.mjs"
    FORMATS = ("rss", "atom")
    NOTES = {("atom", "authors"): FIRST}


class NodeFeedparser(Library):
    NAME, PACKAGE = "node feedparser", "feedparser@2.6.0"
    PROGRAM = "library_node_feedparser.mjs"
    FORMATS = ("rss", "atom")
    NOTES = {
        ("rss", "titles"): WITHOUT_TAGS,
        ("atom", "titles"): WITHOUT_TAGS,
        ("atom", "authors"): "the feed’s for two",
    }

    def title(self, title):
        return re.sub("<[a-z]+>", "", title)

    def authors(self, names):
        return (TITLE,) if self.format == "atom" and len(names) > 1 else names


class Reader(Library):
    """The library with subscriptions."""

    NAME, PACKAGE, PROGRAM = "reader", "reader==3.26", "library_reader.py"
    # Its copy of feedparser needs it.
    MORE = ("sgmllib3k==1.0.0",)
    NOTES = {("atom", "authors"): LAST}
    STATELESS = False

    def subscribe(self, opml):
        # It has no import of its own.
        urls = [node.get("xmlUrl") for node in ET.parse(opml).iter("outline") if node.get("xmlUrl")]
        self.library("reader.db", "subscribe", *urls)

    def update(self):
        self.library("reader.db", "update")

    def items(self):
        return [Item(**item) for item in json.loads(self.library("reader.db", "items"))]

    def read_all(self):
        self.library("reader.db", "read")
