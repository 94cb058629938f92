"""Eleventy: its starter is a repository, so this is the smallest blog with what that has: dates in
<time>, a list of posts, and a feed by the plug-in."""

from scenario import Post, Site

LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title }}</title>
<link rel="alternate" href="/feed/feed.xml" type="application/atom+xml" title="River notes">
</head>
<body>
<header><a href="/">River notes</a><nav><a href="/about/">About</a></nav></header>
<main>
{{ content | safe }}
</main>
<footer>Made by people on a boat</footer>
</body>
</html>
"""

POST = """---
layout: base.njk
---
<h1>{{ title }}</h1>
<ul class="meta"><li><time datetime="{{ page.date.toISOString() }}">{{ page.date.toDateString() }}</time></li>
{% for tag in tags %}<li><a href="/tags/{{ tag }}/" rel="tag">{{ tag }}</a></li>{% endfor %}</ul>
{{ content | safe }}
<ul class="links-nextprev"><li>Previous: <a href="/">another post</a></li></ul>
"""

LIST = """---
layout: base.njk
title: River notes
---
<h1>Notes</h1>
<ol>{% for post in collections.post | reverse %}
<li><a href="{{ post.url }}">{{ post.data.title }}</a>
<time datetime="{{ post.date.toISOString() }}">{{ post.date.toDateString() }}</time></li>
{% endfor %}</ol>
"""

CONFIG = """import { feedPlugin } from "@11ty/eleventy-plugin-rss";

export default function (config) {
    config.addPlugin(feedPlugin, {
        type: "atom",
        outputPath: "/feed/feed.xml",
        collection: { name: "post", limit: 0 },
        metadata: {
            language: "en",
            title: "River notes",
            base: "https://notes.example.org/",
            author: { name: "The crew" },
        },
    });
}
"""


def post(title, date, text, draft=""):
    return f"---\nlayout: post.njk\ntags: [post, river]\ntitle: {title}\ndate: {date}\n{draft}---\n{text}\n"


class Eleventy(Site):
    NAME = "Eleventy"
    NPM = ("@11ty/eleventy@3.1.6", "@11ty/eleventy-plugin-rss@3.0.0")
    RENDERED = "_site"
    FILES = {
        "eleventy.config.mjs": CONFIG,
        "_includes/base.njk": LAYOUT,
        "_includes/post.njk": POST,
        "index.njk": LIST,
        "about.md": "---\nlayout: base.njk\ntitle: About\n---\n# About\n\nWe live on a boat.\n",
        "blog/lock.md": post(
            "The lock {opens}", "2024-05-01T08:30:00Z",
            "Two gates, *one* keeper.\n\n## How it works\n\n```\nopen { gate }\n```\n",
        ),
        "blog/weir.md": post("A weir & its fish", "2024-06-03", "Salmon leap the weir in June."),
        "blog/canal.md": post("The canal", "2023-11-20", "A canal has no current."),
    }
    SAYS = ("for 3 articles", "feed/feed.xml: 3 of 3 posts found, 3 equal titles, 3 dates, 3 links")
    POSTS = (
        Post(
            "The lock {opens}", "2024-05-01", "https://notes.example.org/blog/lock/",
            has=("Two gates, one keeper.", "open { gate }"),
            lacks=("Previous:", "people on a boat", "Wed May 01", "About"),
        ),
        Post(
            "A weir & its fish", "2024-06-03", "https://notes.example.org/blog/weir/",
            has=("Salmon leap the weir in June.",), lacks=("river", "another post"),
        ),
        Post(
            "The canal", "2023-11-20", "https://notes.example.org/blog/canal/",
            has=("A canal has no current.",),
        ),
    )

    def build(self):
        self.run("eleventy", "--quiet")
