#!/usr/bin/env python3
"""Measures a build from and into object storage: a server that speaks S3 on this machine.

    benches/objects.py FEEDMILL [--articles N] [--rounds N] [--packages FOLDER]

FEEDMILL is a program with the feature object-store. Its requests are counted, and its time is compared
with that of curl for the same objects with as many requests in flight. The server is the one of
tests/object_storage.py. Both clients wait for it most of the time, so elapsed time is what counts.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpus

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import object_storage  # noqa: E402

IN_FLIGHT, CHANGED = 64, 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feedmill", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--packages", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        storage = object_storage.Storage(object_storage.server((options.packages or folder).resolve()), folder)
        program = object_storage.Program(options.feedmill.resolve(), storage, folder)
        try:
            measure(storage, program, folder, options.articles, options.rounds)
        finally:
            storage.process.kill()
            storage.process.wait()


def measure(storage, program, folder, count, rounds):
    keys = [f"articles/{n // 1000}/{n}.md" for n in range(count)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: storage.put(keys[n], corpus.feedmill(corpus.article(n)).encode()), range(count)))
    # The same account as a client that signs, without the cost of signing.
    scope = "AWS4-HMAC-SHA256 Credential=x/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
    config = [f'header = "Authorization: {scope}"\n']
    config += [f'url = "{storage.url}/river/{key}"\noutput = "/dev/null"\n' for key in keys]
    (folder / "urls").write_text("".join(config))
    curl = ["curl", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", str(IN_FLIGHT), "--config", folder / "urls"]
    build = lambda *more: [program.path, "build", object_storage.SOURCE, *object_storage.SETTINGS, *more]
    cases = {"GET alone (curl)": curl, "build, feeds in a folder": build("--no-cache", "--out", folder / "feeds")}
    walls, cpus = ({name: [] for name in cases} for _ in range(2))
    for _ in range(rounds):
        for name, command in cases.items():
            wall, cpu, _ = run(storage, program, command)
            walls[name].append(wall)
            cpus[name].append(cpu)
    first = statistics.median(walls["GET alone (curl)"])
    print(f"{count:,} objects, {IN_FLIGHT} requests in flight, medians of {rounds} rounds\n")
    print("| | elapsed s | CPU s of the client | ÷ GET alone |\n| --- | ---: | ---: | ---: |")
    for name in cases:
        wall = statistics.median(walls[name])
        print(f"| {name} | {wall:.1f} | {statistics.median(cpus[name]):.1f} | {wall / first:.2f} |", flush=True)

    print("\n| | elapsed s | requests |\n| --- | ---: | --- |")
    remote = build("--out", object_storage.FEEDS)
    row("first build", *run(storage, program, remote))
    row("nothing changed", *run(storage, program, remote))
    for n in range(CHANGED):
        text = corpus.feedmill(corpus.article(count - 1 - n)).replace('title: "', 'title: "New, ', 1)
        storage.put(keys[count - 1 - n], text.encode())
    wall, cpu, requests = run(storage, program, remote)
    row(f"{CHANGED} articles changed", wall, cpu, requests)
    put = sorted({path.removeprefix("river/feeds/").split(".")[0] for method, path in requests if method == "PUT"} - {""})
    print(f"\nput: {len(put)} feeds and lists: {', '.join(put)}\n")

    print("| stages, the same feeds | elapsed s | requests |\n| --- | ---: | --- |")
    stages(storage, program, folder, "staged", "first run")
    stages(storage, program, folder, "staged", "nothing changed")


def stages(storage, program, folder, out, when):
    common = [*object_storage.SETTINGS, "--now", "2026-01-01"]
    out = ["--out", f"s3://river/{out}"]
    lines, placed = folder / "lines", folder / "placed"
    with open(lines, "wb") as output:
        row(f"map, {when}", *run(storage, program, [program.path, "map", object_storage.SOURCE, *common], output))
    subprocess.run(["sort", "-o", lines, lines], env={**os.environ, "LC_ALL": "C"}, check=True)
    with open(lines, "rb") as source, open(placed, "wb") as output:
        row(f"reduce, {when}", *run(storage, program, [program.path, "reduce", *out, *common], output, source))
    with open(placed, "rb") as source:
        row(f"finish, {when}", *run(storage, program, [program.path, "finish", *out, *common], None, source))


def row(name, wall, _, requests):
    methods = Counter(method for method, _ in requests)
    print(f"| {name} | {wall:.1f} | {', '.join(f'{count:,} {method}' for method, count in sorted(methods.items()))} |",
          flush=True)


def run(storage, program, command, stdout=None, stdin=None):
    """Runs a client. Returns its time, its CPU time and the requests of it."""
    before = len(storage.requests())
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], env=program.environment, stdin=stdin,
                               stdout=stdout or subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[:3]}: exit code {process.returncode}")
    wall = time.monotonic() - start
    time.sleep(0.2)
    return wall, usage.ru_utime + usage.ru_stime, storage.requests()[before:]


if __name__ == "__main__":
    main()
