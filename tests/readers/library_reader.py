"""Subscribes the library reader, of PyPI, to feeds.

    library_reader.py DATABASE subscribe ADDRESS...
    library_reader.py DATABASE update|items|read
"""

import json
import sys

from reader import make_reader

database, command, *addresses = sys.argv[1:]
subscriber = make_reader(database)
if command == "subscribe":
    for address in addresses:
        subscriber.add_feed(address)
elif command == "update":
    for address, result in subscriber.update_feeds_iter(scheduled=False):
        if isinstance(result, Exception):
            sys.exit(f"{address}: {result!r}")
elif command == "read":
    for entry in list(subscriber.get_entries(read=False)):
        subscriber.mark_entry_as_read(entry)
else:
    print(json.dumps([
        {
            "feed": entry.feed_url,
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "date": int(entry.published.timestamp()),
            "authors": entry.author,
            "enclosures": [enclosure.href for enclosure in entry.enclosures],
            "content": entry.get_content().value,
            "unread": not entry.read,
        }
        for entry in subscriber.get_entries()
    ]))
