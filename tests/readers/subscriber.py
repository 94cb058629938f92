"""What every reader is asked for."""

from typing import NamedTuple, Optional


FIRST, LAST = "the first of two", "the last of two"
WITHOUT_TAGS, DECODED = "without `<tr>`", "`&amp;` as `&`"
AS_HTML = f"{WITHOUT_TAGS}, {DECODED}"


class Item(NamedTuple):
    """An item as a reader has it. None: this reader has no such thing, or does not show it."""

    feed: str
    id: Optional[str] = None
    title: Optional[str] = None
    link: Optional[str] = None
    date: Optional[int] = None
    # All in one text, joined by ", ".
    authors: Optional[str] = None
    tags: Optional[list] = None
    # Addresses of video and audio files.
    enclosures: Optional[list] = None
    content: Optional[str] = None
    unread: Optional[bool] = None


class Subscriber:
    """A reader with subscriptions, in a folder of its own.

    The runner closes every reader that it has made.
    """

    NAME = ""
    # The programs that it needs, and the Debian package of each.
    PROGRAMS = {}
    FORMATS = ("rss", "atom", "json")
    # Whether it shows an article of several feeds once.
    ONCE = False
    # Whether it also asks for a feed without saying what it knows, as for a page with an icon.
    ASKS_TWICE = False
    # Whether it keeps the content of an item to the letter.
    EXACT = False
    # Whether the text of an item follows an edited article.
    TAKES_EDITS = True
    # Whether it has no subscriptions, only items of files.
    STATELESS = False
    # What this reader shows otherwise than the feed says it, by format and check, in the words of the
    # table; `title` and `authors` do the same to what an article says.
    NOTES = {}

    def __init__(self, site, folder, format):
        self.site, self.folder, self.format = site, folder, format

    def version(self):
        raise NotImplementedError

    def subscribe(self, opml):
        """Imports an OPML file; returns the addresses of the feeds, or None if it has no import."""

    def update(self):
        """Asks for all feeds and waits until they have arrived."""
        raise NotImplementedError

    def items(self):
        """All items, of all feeds."""
        raise NotImplementedError

    def titles(self):
        """The titles of the feeds by address, of those that it has."""
        return {}

    def title(self, title):
        """What this reader shows of a title."""
        return title

    def authors(self, names):
        """The authors that this reader shows of those of an article."""
        note = self.NOTES.get((self.format, "authors"))
        return {FIRST: names[:1], LAST: names[-1:]}.get(note, names)

    def read_all(self):
        """Marks all items as read."""

    def close(self):
        """Ends the reader's processes."""
