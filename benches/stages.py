#!/usr/bin/env python3
"""Measures map, reduce and finish, each as a process of its own: CPU, peak of memory, bytes.

    benches/stages.py FEEDMILL [--articles N] [--build N]

--articles are streamed: a generator writes records into the pipe of `map`, nothing but lines is stored.
--build are also written as one NDJSON file, to compare with `build` and with reading the bytes alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

SETTINGS = ["--by", "topic,provider,all", "--format", "rss,atom,json", "--now", "2026-01-01",
            "--title", "Bench", "--base-url", "https://feeds.example.org/"]

# Articles of about 3 KiB, 400 topics, 1,000 providers, in no order.
GENERATOR = r"""
BEGIN {
    for (i = 0; i < 60; i++) words = words "Some *words* about a river, its locks and its weirs. "
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("feedmill")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--build", type=int, default=100_000)
    arguments = parser.parse_args()
    feedmill = os.path.abspath(arguments.feedmill)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        print("| what | CPU s | elapsed s | peak MiB |\n| --- | --- | --- | --- |")
        generator = f"awk -v n={arguments.articles} '{GENERATOR}'"
        run(f"generate {arguments.articles}", generator, stdout="/dev/null")
        stages(feedmill, f"{arguments.articles} streamed", generator)
        with open("articles.ndjson", "wb") as file:
            subprocess.run(["awk", "-v", f"n={arguments.build}", GENERATOR], stdout=file, check=True)
        size = os.path.getsize("articles.ndjson")
        run(f"read {arguments.build} ({size >> 20} MiB)", "cat articles.ndjson", stdout="/dev/null")
        run(f"build {arguments.build}", [feedmill, "build", "articles.ndjson", "--no-cache", "--out", "built", *SETTINGS])
        stages(feedmill, f"{arguments.build} records", "cat articles.ndjson")
        if subprocess.run(["diff", "-r", "built", "out"], check=False).returncode != 0:
            sys.exit("the folders differ")


def stages(feedmill, name, source):
    source = subprocess.Popen(["bash", "-c", source], stdout=subprocess.PIPE)
    run(f"map, {name}", [feedmill, "map", "--records", "-", *SETTINGS], stdin=source.stdout, stdout="lines")
    source.wait()
    print(f"| lines: {sum(1 for _ in open('lines', 'rb'))}, {os.path.getsize('lines') >> 20} MiB | | | |")
    run(f"sort, {name}", "LC_ALL=C sort -S 128M lines > sorted")
    run(f"reduce, {name}", [feedmill, "reduce", "--out", "out", *SETTINGS], stdin="sorted", stdout="feeds")
    run(f"finish, {name}", [feedmill, "finish", "--out", "out", *SETTINGS], stdin="feeds")


def run(name, command, stdin=None, stdout=None):
    """Runs a process, and prints what it took."""
    if isinstance(command, str):
        command = ["bash", "-c", command]
    stdin = open(stdin, "rb") if isinstance(stdin, str) else stdin
    stdout = open(stdout, "wb") if stdout else None
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{name}: exit code {os.waitstatus_to_exitcode(status)}")
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(f"| {name} | {cpu:.2f} | {time.monotonic() - start:.2f} | {peak:.0f} |", flush=True)


main()
