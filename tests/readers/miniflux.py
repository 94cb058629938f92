"""Miniflux: a reader for a web server, here through the API of one that runs.

    MINIFLUX=http://USER:PASSWORD@127.0.0.1:8080 python3 tests/readers/run.py FEEDMILL --only miniflux

USER must be an account without feeds; the test removes those that it has added. Miniflux must run on
this machine with FETCHER_ALLOW_PRIVATE_NETWORKS=1 and FORCE_REFRESH_INTERVAL=0, or it asks for no feed
of this machine, and for none twice in half an hour.
"""

import base64
import hashlib
import html
import json
import os
import urllib.error
import urllib.request
from datetime import datetime
from urllib.parse import urlsplit

from news_site import ENDINGS, TIMEOUT, Failure, entries
from subscriber import DECODED, Item, Subscriber

SERVER = os.environ.get("MINIFLUX", "")


class Miniflux(Subscriber):
    NAME = "Miniflux"
    NOTES = {("rss", "titles"): DECODED}

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.feeds, self.ids = {}, {}

    def title(self, title):
        """In RSS it takes a title for HTML."""
        return html.unescape(title) if self.format == "rss" else title

    def request(self, method, path, body=None):
        """Sends JSON, or bytes as they are; returns JSON."""
        parts = urlsplit(SERVER)
        if not parts.hostname:
            raise Failure("Miniflux: MINIFLUX is not the address of a server")
        login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{parts.scheme}://{parts.hostname}:{parts.port or 80}/v1/{path}",
            data, {"Authorization": f"Basic {login}"}, method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                text = answer.read()
        except urllib.error.URLError as error:
            raise Failure(f"Miniflux: {method} {path}: {error}") from error
        return json.loads(text) if text else None

    def version(self):
        return self.request("GET", "version")["version"]

    def subscribe(self, opml):
        if self.request("GET", "feeds"):
            raise Failure("Miniflux: the account has feeds already")
        self.request("POST", "import", opml.read_bytes())
        self.feeds = {feed["id"]: feed["feed_url"] for feed in self.request("GET", "feeds")}
        return list(self.feeds.values())

    def update(self):
        for number in self.feeds:
            self.request("PUT", f"feeds/{number}/refresh")

    def entries(self):
        return self.request("GET", "entries?limit=100000")["entries"]

    def items(self):
        # It keeps a hash of each id.
        files = (path for format in ENDINGS for path in self.site.feeds(format).values())
        ids = {entry.id for path in files for entry in entries(path)}
        self.ids |= {hashlib.sha256(id.encode()).hexdigest(): id for id in ids}
        return [
            Item(
                feed=self.feeds[entry["feed_id"]],
                id=self.ids.get(entry["hash"], entry["hash"]),
                title=entry["title"],
                link=entry["url"],
                date=int(datetime.fromisoformat(entry["published_at"]).timestamp()),
                authors=entry["author"],
                tags=entry["tags"],
                enclosures=[enclosure["url"] for enclosure in entry["enclosures"]],
                content=entry["content"],
                unread=entry["status"] == "unread",
            )
            for entry in self.entries()
        ]

    def read_all(self):
        for number in self.feeds:
            self.request("PUT", f"feeds/{number}/mark-all-as-read")

    def close(self):
        for number in self.feeds:
            self.request("DELETE", f"feeds/{number}")
