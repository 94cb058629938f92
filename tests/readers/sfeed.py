"""sfeed, of Debian: a reader in the Unix way, which knows RSS and Atom."""

import re

from news_site import run
from subscriber import FIRST, Item, Subscriber


def unescape(text):
    return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n"}.get(match[1], match[1]), text)


class Sfeed(Subscriber):
    NAME = "sfeed"
    PROGRAMS = {"sfeed": "sfeed", "sfeed_opml_import": "sfeed"}
    FORMATS = ("rss", "atom")
    STATELESS = True
    EXACT = True
    # It keeps the first author.
    NOTES = {("atom", "authors"): FIRST}

    def version(self):
        return run(self.folder, "dpkg-query", "-W", "-f", "${Version}", "sfeed").split("-")[0]

    def subscribe(self, opml):
        output = run(self.folder, "sfeed_opml_import", stdin=opml.read_bytes())
        return re.findall(r"^\tfeed '.*' '(.*)'$", output, re.MULTILINE)

    def items(self):
        return [
            item
            for feed, path in self.site.feeds(self.format).items()
            for item in self.parse(feed, path)
        ]

    def parse(self, feed, path):
        output = run(self.folder, "sfeed", stdin=path.read_bytes())
        for line in output.split("\n")[:-1]:
            date, title, link, content, _, id, author, enclosure, category = line.split("\t")
            yield Item(
                feed, id, title, link, int(date or 0), author, category.split("|"),
                [enclosure] if enclosure else [], unescape(content),
            )
