"""Prints as JSON what the library fastfeedparser, of PyPI, makes of feeds: library_fastfeedparser.py FILE..."""

import json
import sys
from pathlib import Path

import fastfeedparser


def enclosures(entry):
    """Those of RSS and JSON, and the links that are those of Atom."""
    links = [link["href"] for link in entry.get("links", []) if link.get("rel") == "enclosure"]
    return [enclosure["url"] for enclosure in entry.get("enclosures", [])] or links


def item(entry):
    return {
        "id": entry["id"],
        "title": entry["title"],
        "link": entry["link"],
        "authors": ", ".join(author["name"] for author in entry["authors"]),
        "tags": [tag["term"] for tag in entry.get("tags", [])],
        "enclosures": enclosures(entry),
        "content": entry["content"][0]["value"],
    }


feeds = (fastfeedparser.parse(Path(file).read_bytes()) for file in sys.argv[1:])
print(json.dumps([[item(entry) for entry in feed.entries] for feed in feeds]))
