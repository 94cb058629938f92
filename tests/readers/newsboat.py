"""newsboat, of Debian: a reader for the terminal."""

import sqlite3
from contextlib import closing

from news_site import TIMEOUT, Failure, expect, run
from subscriber import Item, Subscriber

CONFIG = """
reload-threads 1
error-log newsboat-errors
"""


class Newsboat(Subscriber):
    NAME = "newsboat"
    PROGRAMS = {"newsboat": "newsboat"}
    FORMATS = ("rss", "atom")
    # It knows an item by its id alone, and shows an article of several feeds once.
    ONCE = True
    EXACT = True

    def version(self):
        return run(self.folder, "newsboat", "-v").split()[1]

    def newsboat(self, *arguments):
        files = ["-C", "config", "-u", "urls", "-c", "cache.db"]
        return run(self.folder, "newsboat", "-q", *files, *arguments)

    def database(self):
        return closing(sqlite3.connect(self.folder / "cache.db", timeout=TIMEOUT))

    def subscribe(self, opml):
        (self.folder / "config").write_text(CONFIG)
        (self.folder / "urls").touch()
        self.newsboat("-i", str(opml))
        lines = (self.folder / "urls").read_text().splitlines()
        return [line.replace('"', "").split(" ", 1)[0] for line in lines]

    def update(self):
        self.newsboat("-x", "reload")
        errors = self.folder / "newsboat-errors"
        if errors.exists() and errors.read_text():
            raise Failure(f"newsboat: {errors.read_text().strip()}")

    def titles(self):
        with self.database() as database:
            return dict(database.execute("SELECT rssurl, title FROM rss_feed"))

    def items(self):
        columns = "feedurl, guid, title, url, pubDate, author, enclosure_url, content, unread"
        with self.database() as database:
            rows = database.execute(f"SELECT {columns} FROM rss_item").fetchall()
        said = self.newsboat("-x", "print-unread").strip()
        expect("newsboat", "says", f"{sum(row[-1] for row in rows)} unread articles", said)
        return [
            Item(*most, author, None, [media] if media else [], content, bool(unread))
            for *most, author, media, content, unread in rows
        ]

    def read_all(self):
        with self.database() as database, database:
            database.execute("UPDATE rss_item SET unread = 0")
