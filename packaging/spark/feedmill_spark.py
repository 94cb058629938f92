"""Builds feeds with Spark: feedmill map, the shuffle of Spark, feedmill reduce, feedmill finish.

    spark-submit feedmill_spark.py SOURCE --out DIR [--feedmill PATH] [--partitions N] -- SETTINGS

SOURCE is NDJSON (.ndjson, .jsonl), Parquet (.parquet), or a folder of articles. Executors find the program,
DIR and a folder of articles at the same paths. SETTINGS go to all commands; without --now, the time is now.
A task that fails runs again: what it has published by then stays, and does not change.
"""

import argparse
import datetime
import itertools
import os
import shlex
import shutil
import subprocess
import sys
import zlib

from pyspark import StorageLevel
from pyspark.sql import SparkSession

NAMES = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".mdown", ".html", ".htm", ".txt")


def main():
    arguments, settings = parsed(sys.argv[1:])
    feedmill = shutil.which(arguments.feedmill) or sys.exit(f"{arguments.feedmill}: not found")
    out = ["--out", os.path.abspath(arguments.out)]

    def command(name, *more):
        return shlex.join([os.path.abspath(feedmill), name, *more, *settings])

    spark = SparkSession.builder.appName("feedmill").getOrCreate()
    if os.path.isdir(arguments.source) and not arguments.source.endswith(".parquet"):
        folder = os.path.abspath(arguments.source)
        articles = spark.sparkContext.parallelize(files(folder), arguments.partitions)
        mapper = command("map", folder, "--files-from", "-")
    else:
        articles = records(spark, arguments.source)
        mapper = command("map", "--records", "-")
    # On disk, so that a lost executor costs no more than its own part.
    lines = articles.pipe(mapper, checkCode=True).persist(StorageLevel.DISK_ONLY)
    # What is about no group is small, and every reducer gets it.
    marks = sorted(set(lines.filter(lambda line: line.startswith("!")).collect()))
    members = lines.filter(lambda line: not line.startswith("!"))
    keyed = members.map(lambda line: (tuple(line.split("\t", 2)[:2]), line))
    groups = keyed.repartitionAndSortWithinPartitions(
        arguments.partitions, lambda key: zlib.crc32(key[0].encode())
    )
    whole = groups.values().mapPartitions(lambda lines: itertools.chain(marks, lines))
    feeds = whole.pipe(command("reduce", *out), checkCode=True).collect()
    spark.stop()
    finish = shlex.split(command("finish", *out))
    text = "".join(line + "\n" for line in dict.fromkeys(feeds))
    sys.exit(subprocess.run(finish, input=text.encode(), check=False).returncode)


def parsed(arguments):
    """The arguments of this script, and the settings of feedmill after `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("--out", required=True)
    parser.add_argument("--feedmill", default="feedmill")
    parser.add_argument("--partitions", type=int, default=8)
    settings = arguments[end + 1 :]
    if not any(setting.split("=")[0] == "--now" for setting in settings):
        now = datetime.datetime.now(datetime.timezone.utc)
        settings = [*settings, "--now", now.strftime("%Y-%m-%dT%H:%M:%SZ")]
    return parser.parse_args(arguments[:end]), settings


def records(spark, source):
    """NDJSON, one article in each line."""
    if source.endswith((".ndjson", ".jsonl")):
        return spark.sparkContext.textFile(source)
    return spark.read.parquet(source).toJSON()


def files(folder):
    """The files that `feedmill build` reads in a folder."""
    for path, folders, names in os.walk(folder):
        folders[:] = [
            name for name in folders if not name.startswith(".") and name not in ("_site", "node_modules")
        ]
        for name in names:
            file = os.path.join(path, name)
            if name.lower().endswith(NAMES) and not name.startswith(".") and not os.path.islink(file):
                yield file


main()
