"""rss2email, of Debian: a reader that sends a mail for each item."""

import html
import mailbox
import re
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

from news_site import run
from subscriber import DECODED, LAST, Item, Subscriber

CONFIG = """[DEFAULT]
to = reader@readers.example
email-protocol = maildir
maildir-path = {folder}/mail
use-8bit = False
date-header = True
date-header-order = issued, modified
name-format = {{author}}
body-width = -1
"""


class Rss2email(Subscriber):
    NAME = "rss2email"
    PROGRAMS = {"r2e": "rss2email"}
    FORMATS = ("rss", "atom")
    # A mail that was sent stays as it is.
    TAKES_EDITS = False
    NOTES = {("rss", "titles"): DECODED, ("atom", "authors"): LAST}

    def version(self):
        return run(self.folder, "r2e", "--version").split()[-1]

    def title(self, title):
        """In RSS it takes a title for HTML."""
        return html.unescape(title) if self.format == "rss" else title

    def r2e(self, *arguments):
        return run(self.folder, "r2e", "-c", "config", "-d", "data", *arguments, timeout=180)

    def subscribe(self, opml):
        (self.folder / "mail").mkdir()
        (self.folder / "config").write_text(CONFIG.format(folder=self.folder))
        self.seen = set()
        self.r2e("opmlimport", str(opml))
        config = (self.folder / "config").read_text()
        return re.findall(r"^url = (.*)$", config, re.MULTILINE)

    def update(self):
        self.r2e("run")

    def items(self):
        box = mailbox.Maildir(self.folder / "mail/INBOX")
        return [self.item(key, message) for key, message in box.iteritems()]

    def item(self, key, message):
        def header(name):
            return str(make_header(decode_header(message[name] or ""))).replace("\n", "")

        part = next(part for part in message.walk() if part.get_content_maintype() == "text")
        text = part.get_payload(decode=True).decode(part.get_content_charset())
        return Item(
            feed=header("X-RSS-Feed"),
            id=header("X-RSS-ID"),
            title=header("Subject"),
            link=header("X-RSS-URL"),
            date=int(parsedate_to_datetime(message["Date"]).timestamp()),
            authors=parseaddr(header("From"))[0],
            tags=header("X-RSS-TAGS").split(","),
            enclosures=re.findall(r"^Enclosure: (\S+)", text, re.MULTILINE),
            content=text,
            unread=key not in self.seen,
        )

    def read_all(self):
        self.seen = set(mailbox.Maildir(self.folder / "mail/INBOX").keys())
