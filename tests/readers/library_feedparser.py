"""Prints as JSON what the library feedparser, of PyPI, makes of feeds: library_feedparser.py FILE..."""

import json
import sys
from pathlib import Path

import feedparser


def item(entry):
    return {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "authors": ", ".join(author.name for author in entry.authors),
        "tags": [tag.term for tag in entry.get("tags", [])],
        "enclosures": [enclosure.href for enclosure in entry.enclosures],
        "content": entry.content[0].value if "content" in entry else entry.summary,
    }


feeds = (feedparser.parse(Path(file).read_bytes()) for file in sys.argv[1:])
print(json.dumps([[item(entry) for entry in feed.entries] for feed in feeds]))
