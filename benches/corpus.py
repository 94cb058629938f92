#!/usr/bin/env python3
"""Generates articles for benchmarks: the same ones every time, shaped like those of a news site.

    corpus.py --articles 10000 --out DIR [--from 0] [--for feedmill|hugo|pages] [--expect FILE]

--from N skips the first N articles, the oldest ones. --expect FILE receives the titles of the 50
newest articles of each topic, newest first. --for pages makes the pages of a rendered site, of 23 KB.
"""
import argparse
import datetime
import json
import os
import random

TOPICS = [f"Topic {n}" for n in range(36)] + ["Low Code", "C++", "Héros", "Machine Learning"]
WORDS = [a + b + c for a in ("ba", "ko", "mi", "ru", "ste") for b in ("la", "ne", "ti", "vo", "rä")
         for c in ("", "n", "r", "s", "mo", "ka", "lin")] + ["the", "of", "and", "AT&amp;T", "日本", "it's"]
START = datetime.datetime(2019, 3, 1)


def rare(random, count):
    """A number below count; small numbers are far more likely."""
    return int(count ** random.random()) - 1


def text(random, words):
    return " ".join(random.choice(WORDS) for _ in range(words)).capitalize()


def article(n):
    r = random.Random(n)
    date = START + datetime.timedelta(minutes=3 * n, seconds=r.randrange(60))
    site = f"site-{rare(r, 200)}.example"
    topics = list(dict.fromkeys(TOPICS[rare(r, len(TOPICS))] for _ in range(r.choice((1, 1, 1, 2, 3)))))
    title = f"{text(r, r.randint(6, 12))} {n}"
    body = ""
    if r.random() < 0.1:
        body = "\n\n".join(f"## {text(r, 4)}\n\n{text(r, 60)} **{text(r, 2)}** [{text(r, 2)}](https://{site}/{n})."
                           for _ in range(r.randint(1, 4))) + "\n"
    related = [(text(r, 8), f"https://site-{r.randrange(200)}.example/{r.randrange(10 ** 7)}", text(r, 30))
               for _ in range(r.choice((0, 0, 0, 1, 1, 2, 5)))]
    secured = "".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") for _ in range(390))
    return {"n": n, "title": title, "excerpt": text(r, 30) + ".", "date": date.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "site": site, "topics": topics, "body": body, "related": related, "secured": secured,
            "quality": r.randrange(100), "width": r.choice((640, 1200))}


def feedmill(a):
    quote = json.dumps
    link = f"https://{a['site']}/news/{a['n']}/"
    image = f"https://{a['site']}/images/{a['n']}.jpg"
    lines = ["category: news", f"title: {quote(a['title'], ensure_ascii=False)}",
             f"excerpt: {quote(a['excerpt'], ensure_ascii=False)}", f"publishedDateTime: {a['date']}",
             f"originalUrl: {quote(link)}", f"webUrl: {quote(link)}", "type: article", f"quality: {a['quality']}",
             "published: true", "provider:", f"  name: {a['site'].split('.')[0].title()}", f"  domain: {a['site']}",
             "  images:", f"    - url: {quote('https://' + a['site'] + '/logo.png')}", "      width: 64",
             "      height: 64", "topics:", *(f"  - {topic}" for topic in a["topics"]),
             "images:", f"  - url: {quote(image)}", f"    width: {a['width']}", "    height: 480",
             "    isCached: true", f"secured: {quote(a['secured'])}"]
    if a["related"]:
        lines.append("related:")
    for title, url, excerpt in a["related"]:
        lines += [f"  - title: {quote(title, ensure_ascii=False)}", f"    excerpt: {quote(excerpt, ensure_ascii=False)}",
                  f"    webUrl: {quote(url)}", f"    publishedDateTime: {a['date']}", "    provider:",
                  f"      name: {url.split('/')[2]}"]
    return "---\n" + "\n".join(lines) + "\n---\n" + a["body"]


def hugo(a):
    quote = json.dumps
    return "\n".join(["---", f"title: {quote(a['title'], ensure_ascii=False)}",
                      f"description: {quote(a['excerpt'], ensure_ascii=False)}", f"date: {a['date']}",
                      "topics:", *(f"  - {topic}" for topic in a["topics"]), "---", a["body"]])


def page(a):
    """A page with a head, a menu, the text and a footer, as site generators render it."""
    r = random.Random(a["n"])
    menu = "".join(f'<li class="menu-item"><a class="menu-link" href="/part-{k}/">Part {k}</a></li>' for k in range(100))
    paragraphs = "".join(f"<h2 id=\"part-{k}\">{text(r, 4)}</h2><p>{text(r, 60)} <a href=\"../{k}/\">{text(r, 2)}</a>.</p>"
                         for k in range(22))
    link = f"https://example.org/{a['date'][:4]}/{a['n']}/"
    tags = "".join(f'<meta property="article:tag" content="{topic}">' for topic in a["topics"])
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{a["title"]} | River News</title>'
            f'<link rel="canonical" href="{link}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{a["title"]}"><meta property="og:description" content="{a["excerpt"]}">'
            f'<meta property="article:published_time" content="{a["date"]}">{tags}</head><body><nav><ul>{menu}</ul></nav>'
            f'<main><article><h1>{a["title"]}</h1>{paragraphs}</article></main><footer><p>River News</p></footer>'
            '</body></html>')


def make(out, first, end, form):
    for n in range(first, end):
        a = article(n)
        folder, name = os.path.join(out, a["date"][:4], a["date"][5:7]), f"{a['date'][:10]}-{n}.md"
        if form is page:
            folder, name = os.path.join(out, a["date"][:4], str(n)), "index.html"
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(form(a))


def expected(count):
    newest = {topic: [] for topic in TOPICS}
    for n in reversed(range(count)):
        a = article(n)
        for topic in a["topics"]:
            if len(newest[topic]) < 50:
                newest[topic].append(a["title"])
    return {topic: titles for topic, titles in newest.items() if titles}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--for", choices=("feedmill", "hugo", "pages"), default="feedmill", dest="form")
    parser.add_argument("--expect")
    options = parser.parse_args()
    make(options.out, options.first, options.articles, {"feedmill": feedmill, "hugo": hugo, "pages": page}[options.form])
    if options.expect:
        with open(options.expect, "w", encoding="utf-8") as file:
            json.dump(expected(options.articles), file)
