"""MkDocs: what `mkdocs new` makes, and the blog of Material for MkDocs. The site has no feed of its own."""

from scenario import Post, Site

CONFIG = """site_name: River handbook
site_url: https://handbook.example.org/
theme:
  name: material
plugins:
  - search
  - blog
markdown_extensions:
  - admonition
  - pymdownx.highlight
  - pymdownx.superfences
  - toc:
      permalink: true
"""

LOCK = """---
date: 2024-05-01
categories: [Locks]
---

# The lock opens

Two gates, *one* keeper.

<!-- more -->

## How it works

!!! note "Mind the gate"
    It moves slowly.

```python title="lock.py"
def open(gate):
    return {"gate": gate}
```
"""


def post(date, title, text):
    return f"---\ndate: {date}\n---\n\n# {title}\n\n{text}\n"


class MkDocs(Site):
    NAME = "MkDocs"
    PIP = ("mkdocs==1.6.1", "mkdocs-material==9.8.2")
    RENDERED = "site"
    FILES = {
        "mkdocs.yml": CONFIG,
        "docs/blog/index.md": "# News\n",
        "docs/blog/posts/lock.md": LOCK,
        "docs/blog/posts/weir.md": post("2024-06-03", "A weir & its fish", "Salmon leap in June."),
        "docs/blog/posts/canal.md": post("2023-11-20", "The canal", "A canal has no current."),
    }
    SAYS = ("for 3 articles",)
    POSTS = (
        Post(
            "The lock opens", "2024-05-01",
            "https://handbook.example.org/blog/2024/05/01/the-lock-opens/",
            has=("Two gates, one keeper.", "It moves slowly.", "def open"),
            lacks=("Back to index", "Made with", "May 1, 2024", "¶"),
        ),
        Post(
            "A weir & its fish", "2024-06-03",
            "https://handbook.example.org/blog/2024/06/03/a-weir--its-fish/",
            has=("Salmon leap in June.",),
        ),
        Post(
            "The canal", "2023-11-20", "https://handbook.example.org/blog/2023/11/20/the-canal/",
            has=("A canal has no current.",), lacks=("Locks",),
        ),
    )

    def start(self):
        if not (self.folder / "mkdocs.yml").exists():
            self.run("mkdocs", "new", ".")

    def build(self):
        self.run("mkdocs", "build", "--quiet")
