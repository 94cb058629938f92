"""Liferea, of Debian: a reader for the desktop, here with a screen that nobody sees."""

import html
import os
import re
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

from news_site import TIMEOUT, environment, run, wait_for
from subscriber import AS_HTML, Item, Subscriber

SERVICE = ("--dest=org.gnome.feed.Reader", "/org/gnome/feed/Reader")


class Liferea(Subscriber):
    NAME = "Liferea"
    PROGRAMS = {
        "liferea": "liferea",
        "Xvfb": "xvfb",
        "dbus-daemon": "dbus-daemon",
        "dbus-send": "dbus-bin",
    }
    FORMATS = ("rss", "atom")
    # An item with an id stays as it arrived.
    TAKES_EDITS = False
    NOTES = {("rss", "titles"): AS_HTML}

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.processes = []
        self.environment = {
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
        }
        self.updated = False

    def version(self):
        return run(self.folder, "liferea", "--version").split()[-1]

    def title(self, title):
        """In RSS it takes a title for HTML."""
        if self.format == "rss":
            return html.unescape(re.sub("<[a-z]+>", "", title)).strip()
        return title

    def start(self, *command, output):
        """Starts a program; returns the file with its output."""
        path = self.folder / output
        where = dict(cwd=self.folder, env={**environment(self.folder), **self.environment})
        with path.open("wb") as file:
            # A group of its own: the program starts others.
            self.processes.append(
                subprocess.Popen(command, **where, stdout=file, stderr=file, start_new_session=True)
            )
        return path

    def subscribe(self, opml):
        """Makes the OPML file its list of feeds."""
        (self.folder / "run").mkdir(mode=0o700)
        config = self.folder / ".config/liferea"
        config.mkdir(parents=True)
        (config / "feedlist.opml").write_bytes(opml.read_bytes())
        self.launch()
        number = len(self.site.feeds(self.format))
        wait_for("Liferea: its feeds", lambda: len(self.subscriptions()) >= number)
        return self.subscriptions()

    def subscriptions(self):
        try:
            with self.database() as database:
                return [url for url, in database.execute("SELECT source FROM subscription")]
        except sqlite3.OperationalError:
            # It is about to make its tables.
            return []

    def launch(self):
        screen = self.start("Xvfb", "-displayfd", "1", "-nolisten", "tcp", output="screen")
        lines = lambda path, end: [line for line in path.read_text().split("\n")[:-1] if end(line)]
        wait_for("Xvfb", lambda: lines(screen, str.isdigit))
        self.environment["DISPLAY"] = f":{lines(screen, str.isdigit)[0]}"
        command = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address")
        address = lambda line: line.startswith("unix:")
        bus = self.start(*command, output="bus")
        wait_for("dbus-daemon", lambda: lines(bus, address))
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = lines(bus, address)[0]
        self.start("liferea", output="output")

    def update(self):
        before = len(self.site.answers()) if self.updated else 0
        # It asks for all feeds when it starts.
        if self.updated:
            command = ("dbus-send", "--session", "--print-reply", *SERVICE)
            run(self.folder, *command, "org.gnome.feed.Reader.Refresh", **self.environment)
        self.updated = True
        feeds = self.site.feeds(self.format).keys()

        def arrived():
            answers = [url for url, _ in self.site.answers(before) if url in feeds]
            return len(answers) >= len(feeds)

        wait_for("Liferea: an answer to each feed", arrived)
        self.settle()

    def settle(self):
        """Waits until nothing changes any more."""
        last, since = None, time.monotonic()

        def quiet():
            nonlocal last, since
            now = (self.rows(), len(self.site.answers()))
            if now != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since > 1

        wait_for("Liferea: an end of the update", quiet)

    def database(self):
        path = self.folder / ".local/share/liferea/liferea.db"
        return closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=TIMEOUT))

    def rows(self):
        columns = "s.source, i.source_id, i.title, i.source, i.date, i.read, i.description, i.item_id"
        join = "items i JOIN subscription s ON s.node_id = i.node_id"
        with self.database() as database:
            rows = database.execute(f"SELECT {columns} FROM {join}").fetchall()
            more = database.execute("SELECT item_id, key, value FROM metadata ORDER BY nr").fetchall()
        return rows, more

    def items(self):
        rows, more = self.rows()
        metadata = {}
        for number, key, value in more:
            metadata.setdefault((number, key), []).append(value)
        return [self.item(row, lambda key, row=row: metadata.get((row[-1], key), [])) for row in rows]

    @staticmethod
    def item(row, more):
        feed, id, title, link, date, read, content, _ = row
        return Item(
            feed, id, title, link, date,
            authors=", ".join(more("creator") or more("author")),
            tags=more("category"),
            # enc:0:TYPE:LENGTH:ADDRESS
            enclosures=[text.split(":", 4)[-1] for text in more("enclosure")],
            content=content,
            unread=not read,
        )

    def read_all(self):
        with self.database() as database, database:
            database.execute("UPDATE items SET read = 1")

    def close(self):
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait(TIMEOUT)
