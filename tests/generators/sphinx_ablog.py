"""Sphinx with ABlog: the starter of `ablog start`. Its pages show their dates only in words."""

import subprocess

from scenario import Post, Site

ANSWERS = ".\nRiver handbook\nThe crew\nhttps://handbook.example.org/\n\n\n\n\n"

MORE = (
    "This post is as long as posts are, because the lists beside it have many words, too. Boats come "
    "up the river in the morning and go down again in the evening, and somebody writes down each."
)

LOCK = """.. post:: May 1, 2024
   :tags: locks, river

The lock opens
==============

Two gates, *one* keeper. {MORE}

How it works
------------

.. note:: It moves slowly.

.. code-block:: python

   def opened(gate):
       return {gate}
""".replace("{MORE}", MORE)


def post(date, title, text):
    return f".. post:: {date}\n   :tags: river\n\n{title}\n{'=' * len(title)}\n\n{text} {MORE}\n"


class Sphinx(Site):
    NAME = "Sphinx"
    PIP = ("sphinx==9.0.4", "ablog==0.11.13", "alabaster==1.0.0")
    RENDERED = "_website"
    FILES = {
        # The starter has one post of the day on which it was made.
        "first-post.rst": post("Nov 20, 2023", "The canal", "A canal has no current."),
        "lock.rst": LOCK,
        "weir.rst": post("Jun 3, 2024", "A weir & its fish", "Salmon leap in June."),
    }
    SAYS = ("for 3 articles", "blog/atom.xml: 3 of 3 posts found, 3 equal titles, 3 dates, 3 links")
    POSTS = (
        Post(
            "The lock opens", "2024-05-01", "https://handbook.example.org/lock/",
            has=("Two gates, one keeper.", "It moves slowly.", "opened"),
            lacks=("Navigation", "Next:", "Previous:", "Recent Posts", "¶"),
        ),
        Post(
            "A weir & its fish", "2024-06-03", "https://handbook.example.org/weir/",
            has=("Salmon leap in June.",),
        ),
        Post(
            "The canal", "2023-11-20", "https://handbook.example.org/first-post/",
            has=("A canal has no current.",),
        ),
    )

    def start(self):
        if not (self.folder / "conf.py").exists():
            ablog = self.packages / "venv" / "bin" / "ablog"
            subprocess.run(
                [ablog, "start"], cwd=self.folder, input=ANSWERS, text=True, check=True, timeout=60,
                stdout=subprocess.DEVNULL,
            )

    def build(self):
        self.run("ablog", "build")
