#!/usr/bin/env python3
"""Measures map, reduce and finish, each as a process of its own: CPU, peak of memory, bytes.

    benches/stages.py FEEDMILL [--streamed N] [--records N] [--files N] [--rounds N] [--work DIR]

--streamed: short records that a generator writes into the pipe of `map`. Nothing but lines is stored.
--records: longer records in one NDJSON file, to compare `map` with reading them.
--files: articles in files of their own, to compare the stages with `build`.
Each is left out if its number is 0. CPU time is the sum of user and system time, and the figures of the
last two are medians of some rounds: other processes may be at work on the machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


HERE = Path(__file__).resolve().parent
SETTINGS = ["--by", "topic,provider,all", "--format", "rss,atom,json", "--now", "2026-01-01",
            "--title", "Bench", "--base-url", "https://feeds.example.org/"]

# Articles with a text of so many sentences, in 400 topics, of 1,000 providers, in no order.
GENERATOR = r"""
BEGIN {
    for (i = 0; i < sentences; i++) words = words "Some *words* about a river, its locks and its weirs. "
    for (i = 0; i < n; i++) {
        m = (i * 7919) % 86400
        printf "{\"title\":\"Article %d\",\"excerpt\":\"What it is about.\",", i
        printf "\"publishedDateTime\":\"20%02d-%02d-%02dT%02d:%02d:%02dZ\",", i * 31 % 25, i * 17 % 12 + 1, i * 13 % 28 + 1, m / 3600, m / 60 % 60, m % 60
        printf "\"originalUrl\":\"https://example.org/articles/%d\",\"topics\":[\"Topic %d\",\"Topic %d\"],", i, i * 37 % 400, i * 11 % 400
        printf "\"provider\":{\"name\":\"Provider %d\",\"domain\":\"example.org\"},\"body\":\"%s\"}\n", i * 101 % 1000, words
    }
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feedmill", type=Path)
    parser.add_argument("--streamed", type=int, default=10_000_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    feedmill = options.feedmill.resolve()
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        os.chdir(folder)
        os.environ["TMPDIR"] = folder
        if options.streamed:
            streamed(feedmill, options.streamed)
        if options.records:
            records(feedmill, options.records, options.rounds)
        if options.files:
            files(feedmill, options.files, options.rounds)


def streamed(feedmill, count):
    print(f"\n{count:,} short records from a pipe\n\n| | CPU s | elapsed s | peak MiB |\n| --- | ---: | ---: | ---: |")
    generator = ["awk", "-v", f"n={count}", "-v", "sentences=4", GENERATOR]
    source = subprocess.Popen(generator, stdout=subprocess.PIPE)
    row("map", run([feedmill, "map", "--records", "-", *SETTINGS], stdin=source.stdout, stdout="lines"))
    source.wait()
    size = os.path.getsize("lines")
    row("sort", run(["sort", "-S", "128M", "-o", "sorted", "lines"]))
    os.remove("lines")
    row("reduce", run([feedmill, "reduce", "--out", "out", *SETTINGS], stdin="sorted", stdout="feeds"))
    row("finish", run([feedmill, "finish", "--out", "out", *SETTINGS], stdin="feeds"))
    with open("sorted", "rb") as lines:
        print(f"\nlines: {sum(1 for _ in lines):,}, {size >> 20:,} MiB", flush=True)
    os.remove("sorted")


def records(feedmill, count, rounds):
    """`map` against other ways to read the same records."""
    with open("articles.ndjson", "wb") as file:
        subprocess.run(["awk", "-v", f"n={count}", "-v", "sentences=60", GENERATOR], stdout=file, check=True)
    subprocess.run(["rustc", "-O", "--edition", "2024", "-o", "limits", HERE / "limits.rs"], check=True)
    size = os.path.getsize("articles.ndjson")
    print(f"\n{count:,} records of {size // count:,} bytes, {rounds} rounds\n")
    every = [feedmill, "map", "--records", "-", *SETTINGS]
    # The newest article of all costs nothing to write: this is reading alone, by one thread as in the others.
    one = [feedmill, "map", "--records", "-", "--jobs", "1", *SETTINGS[2:], "--by", "all", "--limit", "1"]
    parse = "import json, sys\nfor line in sys.stdin.buffer: json.loads(line)"
    table(rounds, {
        "split into lines": lambda: run(["./limits", "lines", "articles.ndjson"]),
        "parse as JSON (Python)": lambda: run([sys.executable, "-c", parse], stdin="articles.ndjson"),
        "map, one feed of one article, one thread": lambda: run(one, stdin="articles.ndjson", stdout="lines"),
        "map, feeds of 50": lambda: run(every, stdin="articles.ndjson", stdout="lines"),
    })
    with open("lines", "rb") as lines:
        print(f"\nlines: {sum(1 for _ in lines):,}, {os.path.getsize('lines') >> 20:,} MiB", flush=True)


def files(feedmill, count, rounds):
    """All stages against `build`, on the same files."""
    subprocess.run([sys.executable, HERE / "corpus.py", "--articles", str(count), "--out", "articles"], check=True)
    print(f"\n{count:,} files, {rounds} rounds\n")
    stage = lambda name, *more: [feedmill, name, *more, *SETTINGS]
    table(rounds, {
        "build": lambda: run(stage("build", "articles", "--no-cache", "--out", fresh())),
        "map": lambda: run(stage("map", "articles"), stdout="lines"),
        "sort": lambda: run(["sort", "-S", "128M", "-o", "sorted", "lines"]),
        "reduce": lambda: run(stage("reduce", "--out", fresh("staged")), stdin="sorted", stdout="feeds"),
        "finish": lambda: run(stage("finish", "--out", latest("staged")), stdin="feeds"),
    }, together=("map", "sort", "reduce", "finish"))
    with open("lines", "rb") as lines:
        print(f"\nlines: {sum(1 for _ in lines):,}, {os.path.getsize('lines') >> 20:,} MiB", flush=True)
    if subprocess.run(["diff", "-rq", latest(), latest("staged")], check=False).returncode != 0:
        sys.exit("the folders differ")


FOLDERS = {}


def fresh(kind="built"):
    FOLDERS[kind] = FOLDERS.get(kind, 0) + 1
    return latest(kind)


def latest(kind="built"):
    return f"{kind}-{FOLDERS[kind]}"


def table(rounds, cases, together=()):
    """Runs cases in turn. Prints medians, and each divided by that of the first case."""
    figures = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            figures[name].append(case())
    median = lambda name, key: statistics.median(figure[key] for figure in figures[name])
    first = median(next(iter(cases)), "cpu")
    print("| | CPU s | peak MiB | ÷ first |\n| --- | ---: | ---: | ---: |")
    for name in cases:
        print(f"| {name} | {median(name, 'cpu'):.2f} | {median(name, 'peak'):.0f} | {median(name, 'cpu') / first:.2f} |")
    if together:
        cpu = sum(median(name, "cpu") for name in together)
        print(f"| {' + '.join(together)} | {cpu:.2f} | | {cpu / first:.2f} |")


def row(name, figures):
    print(f"| {name} | {figures['cpu']:.1f} | {figures['wall']:.1f} | {figures['peak']:.0f} |", flush=True)


def run(command, stdin=None, stdout=os.devnull):
    """Runs a process. Returns what it took."""
    stdin = open(stdin, "rb") if isinstance(stdin, str) else stdin
    with open(stdout, "wb") as output:
        start = time.monotonic()
        environment = {**os.environ, "LC_ALL": "C"}
        process = subprocess.Popen([str(part) for part in command], stdin=stdin, stdout=output, env=environment)
        if stdin:
            stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: exit code {process.returncode}")
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": time.monotonic() - start, "peak": usage.ru_maxrss / 1024}


if __name__ == "__main__":
    main()
