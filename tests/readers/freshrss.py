"""FreshRSS: a reader for a web server, here through its command line.

    FRESHRSS=CHECKOUT python3 tests/readers/run.py FEEDMILL --only freshrss

CHECKOUT is a folder with FreshRSS, which stays as it is. PHP needs curl, mbstring, sqlite3 and xml; in
Debian these are php-cli, php-curl, php-mbstring, php-sqlite3 and php-xml.
"""

import json
import os
import re
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

from news_site import TIMEOUT, run
from subscriber import Item, Subscriber

NO_FEEDS = '<opml version="2.0"><body/></opml>'
DAY = 24 * 60 * 60


class FreshRss(Subscriber):
    NAME = "FreshRSS"
    FOLDER = Path(os.environ.get("FRESHRSS", "FreshRSS")).resolve()
    PROGRAMS = {"php": "php-cli", str(FOLDER / "cli/actualize-user.php"): "none; see freshrss.py"}
    FORMATS = ("rss", "atom")
    NOTES = {("rss", "authors"): "with a wide comma"}

    def version(self):
        text = (self.FOLDER / "constants.php").read_text()
        return re.search(r"FRESHRSS_VERSION'?(?:,| =) '(.*?)'", text)[1]

    def authors(self, names):
        """It keeps the comma for itself."""
        return ("， ".join(names),) if self.format == "rss" else names

    def cli(self, name, *options, codes=(0,)):
        program = self.FOLDER / "cli" / f"{name}.php"
        data = {"DATA_PATH": str(self.folder / "data")}
        return run(self.folder, "php", program, *options, codes=codes, timeout=180, **data)

    def subscribe(self, opml):
        for folder in ("cache", "users/_", "favicons", "PubSubHubbub/feeds", "extensions-data", "tokens"):
            (self.folder / "data" / folder).mkdir(parents=True)
        # Instead of the feed that a new user has.
        (self.folder / "data/opml.xml").write_text(NO_FEEDS)
        self.cli("do-install", "--default-user", "reader", "--auth-type", "none", "--db-type", "sqlite")
        self.cli("create-user", "--user", "reader")
        self.cli("import-for-user", "--user", "reader", "--filename", opml)
        with self.database() as database:
            return [unescape(url) for url, in database.execute("SELECT url FROM feed")]

    def database(self):
        return closing(sqlite3.connect(self.folder / "data/users/reader/db.sqlite", timeout=TIMEOUT))

    def update(self):
        # It asks for no feed that it has asked for lately, and heeds Cache-Control.
        with self.database() as database, database:
            database.execute("UPDATE feed SET lastUpdate = max(0, lastUpdate - ?)", (DAY,))
        for path in (self.folder / "data/cache").glob("*.spc"):
            expiry = rb'("cache_expiration_time";i:)\d+'
            path.write_bytes(re.sub(expiry, rb"\g<1>1000000000", path.read_bytes()))
        self.cli("actualize-user", "--user", "reader")

    def items(self):
        columns = "f.url, guid, title, link, date, author, tags, e.attributes, content, is_read"
        with self.database() as database:
            rows = database.execute(
                f"SELECT {columns} FROM entry e JOIN feed f ON f.id = e.id_feed"
            ).fetchall()
        return [self.item(*row) for row in rows]

    @staticmethod
    def item(feed, id, title, link, date, authors, tags, more, content, read):
        enclosures = json.loads(more or "{}").get("enclosures", [])
        return Item(
            feed=unescape(feed),
            id=id,
            title=unescape(title),
            link=unescape(link),
            date=date,
            authors=", ".join(re.split("; ?", authors.strip("; "))),
            tags=unescape(tags).removeprefix("#").split(" #"),
            enclosures=[unescape(enclosure["url"]) for enclosure in enclosures],
            content=content,
            unread=not read,
        )

    def read_all(self):
        with self.database() as database, database:
            database.execute("UPDATE entry SET is_read = 1")
