"""What a subscriber lives through, and what the reader must have after each step."""

from collections import Counter

from news_site import (
    ADDED, EDITED, KNOWN, SUBJECT, Failure, entries, expect, expect_all, feed_title,
)

# The checks, in the order of the columns of the table.
CHECKS = {
    "OPML": "imports every feed of feeds.opml, once",
    "arrives": "has every item of every feed, once",
    "titles": "shows the titles as written",
    "tags": "shows the names of the topics",
    "authors": "shows the authors, also two of one article",
    "media": "has a video and an audio file as one enclosure each",
    "content": "has date, link and content of each item",
    "unchanged": "asks again and is answered 304",
    "added": "shows an added article as new, and nothing else",
    "edited": "shows an edited article in place, and nothing as new",
    "removed": "shows nothing as new after a removal",
}


class Result(dict):
    """The outcome of the checks by name.

    It is True, False, None if the reader has no such thing, or a note on what it shows instead.
    """

    def __init__(self, name):
        super().__init__()
        self.name, self.failures = name, []

    def check(self, name, check, *arguments):
        try:
            self[name] = check(*arguments)
        except Failure as failure:
            self[name] = False
            self.failures.append(f"{self.name}: {name}: {failure}")


def check(reader, result):
    """Takes a reader through all steps."""
    site = reader.site
    opml = reader.folder / "feeds.opml"
    opml.write_text(site.opml(reader.format), encoding="utf-8")
    result.check("OPML", subscribes, reader, opml)
    if result["OPML"] is False:
        return
    if not reader.STATELESS:
        reader.update()
    items = reader.items()
    result.check("arrives", arrives, reader, items)
    for name in ("titles", "tags", "authors", "media", "content"):
        result.check(name, globals()[name], reader, items)
    if reader.STATELESS:
        result.update(dict.fromkeys(("unchanged", "added", "edited", "removed")))
        return
    result.check("unchanged", unchanged, reader)
    reader.read_all()
    result.check("added", added, reader)
    reader.read_all()
    result.check("edited", edited, reader)
    reader.read_all()
    result.check("removed", removed, reader)


def subscribes(reader, opml):
    found = reader.subscribe(opml)
    if found is not None:
        expect_all("feeds.opml", "feeds", reader.site.feeds(reader.format), found)
        return True


def expected(reader):
    """The entries that the feeds have, each with the address of its feed."""
    feeds = reader.site.feeds(reader.format).items()
    return [(feed, entry) for feed, path in feeds for entry in entries(path)]


def arrives(reader, items):
    both = expected(reader)
    if reader.ONCE:
        expect_all("all feeds", "items", {entry.id for _, entry in both}, [item.id for item in items])
    else:
        pairs = [(feed, entry.id) for feed, entry in both]
        expect_all("all feeds", "items", pairs, [(item.feed, item.id) for item in items])
    for feed, title in reader.titles().items():
        expect(feed, "title of the feed", feed_title(reader.site.feeds(reader.format)[feed]), title)
    return True


def compare(what, pairs):
    """Compares what articles say with what items show; names the first differences."""
    pairs = list(pairs)
    if any(found is None for *_, found in pairs):
        return None
    wrong = [(where, one, other) for where, one, other in pairs if one != other]
    if wrong:
        lines = [f"{where}: expected {one!r}, found {other!r}" for where, one, other in wrong[:4]]
        raise Failure(f"{len(wrong)} of {len(pairs)} {what} differ: {'; '.join(lines)}")
    if not pairs:
        raise Failure(f"no {what}")
    return True


def known(items):
    """The items of articles that say what must be, with their articles."""
    return [(item, KNOWN[item.link]) for item in items if item.link in KNOWN]


def titles(reader, items):
    written = {entry.link: entry.title for _, entry in expected(reader)}
    written |= {link: article.title for link, article in KNOWN.items()}
    outcome = compare(
        "titles", ((item.link, reader.title(written[item.link]), item.title) for item in items)
    )
    return reader.NOTES.get((reader.format, "titles"), outcome)


def tags(_, items):
    return compare(
        "tags",
        (
            (item.link, sorted(article.topics), None if item.tags is None else sorted(item.tags))
            for item, article in known(items)
        ),
    )


def authors(reader, items):
    def names(article):
        names = article.authors or (article.provider,)
        return ", ".join(reader.authors(names))

    outcome = compare(
        "authors", ((item.link, names(article), item.authors) for item, article in known(items))
    )
    return reader.NOTES.get((reader.format, "authors"), outcome)


def media(_, items):
    return compare(
        "enclosures",
        (
            (item.link, [article.enclosure] if article.enclosure else [], item.enclosures)
            for item, article in known(items)
        ),
    )


def content(reader, items):
    """Date and link are as in the feed, and the content too if the reader keeps it as it is."""
    entry = {entry.id: entry for _, entry in expected(reader)}
    for item in items:
        one = entry[item.id]
        expect(item.id, "link", one.link, item.link)
        if item.date is not None:
            expect(item.id, "date", one.date, item.date)
        if reader.EXACT:
            expect(item.id, "content", one.content.strip(), item.content.strip())
        expect(item.id, "has content", True, bool(item.content))
    return True


def unchanged(reader):
    """The second and third time; some readers learn the time of a feed only from the second answer."""
    feeds = reader.site.feeds(reader.format)
    before = Counter(items_of(reader))
    reader.site.build()
    for _ in range(2):
        start = len(reader.site.answers())
        reader.update()
    answers = [answer for answer in reader.site.answers(start) if answer[0] in feeds]
    if reader.ASKS_TWICE:
        answers = [answer for answer in answers if answer[1] == 304]
    expect_all("unchanged", "answers", [(feed, 304) for feed in feeds], answers)
    expect_all("unchanged", "items", before.elements(), items_of(reader))
    return True


def items_of(reader):
    return [(item.feed, item.id, item.unread) for item in reader.items()]


def holders(reader, article):
    """The feeds that hold an article."""
    return [feed for feed, entry in expected(reader) if entry.link == article.link]


def news(items):
    """The unread items: their feeds and links."""
    return [(item.feed, item.link) for item in items if item.unread]


def added(reader):
    ADDED.write(reader.site.articles)
    reader.site.build()
    reader.update()
    feeds, items = holders(reader, ADDED), reader.items()
    expect("added", "number of its feeds", len({"all", "provider", *ADDED.topics}), len(feeds))
    expect("added", "new items", {ADDED.link}, {item.link for item in items if item.unread})
    found = [item.feed for item in items if item.link == ADDED.link]
    if reader.ONCE:
        expect("added", "number of its items", 1, len(found))
    else:
        expect_all("added", "feeds with the item", feeds, found)
    return True


def edited(reader):
    before = Counter((item.feed, item.id) for item in reader.items())
    EDITED.write(reader.site.articles)
    reader.site.build()
    reader.update()
    items = reader.items()
    expect_all("edited", "items", before.elements(), [(item.feed, item.id) for item in items])
    expect_all("edited", "new items", [], news(items))
    if not reader.TAKES_EDITS:
        return "stays as it came"
    texts = [item.content for item in items if item.link == SUBJECT.link]
    expect("edited", "items with its new text", len(texts), sum(EDITED.text in text for text in texts))
    expect("edited", "items with its old text", 0, sum(SUBJECT.text in text for text in texts))
    return True


def removed(reader):
    (reader.site.articles / f"{SUBJECT.name}.md").unlink()
    reader.site.build()
    reader.update()
    expect_all("removed", "new items", [], news(reader.items()))
    expect_all("removed", "feeds with it", [], holders(reader, SUBJECT))
    return True
