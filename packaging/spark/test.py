"""Runs feedmill_spark.py on two executors, kills one of them midway, and compares the feeds with those of a build.

    test.py PYTHON FEEDMILL [ARTICLES]

PYTHON is one that has PySpark. Kills only processes that it has started.
"""

import filecmp
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

SETTINGS = ["--by", "topic,provider,all", "--format", "rss,atom,json", "--now", "2026-01-01",
            "--title", "Test", "--base-url", "https://feeds.example.org/"]
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "feedmill_spark.py")


def main():
    python, feedmill = sys.argv[1], os.path.abspath(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write(count)
        build("articles.ndjson", "expected", feedmill)
        seen = spark(python, feedmill, "articles.ndjson", "out", kill=True)
        compare("expected", "out")
        print(f"NDJSON: {count} articles, executors {seen}, one killed: same bytes")
        write_files(300)
        build("articles", "expected-files", feedmill)
        spark(python, feedmill, "articles", "out-files", kill=False)
        compare("expected-files", "out-files")
        print("folder: 300 articles: same bytes")
        parquet = "import sys; from pyspark.sql import SparkSession as S; s = S.builder.getOrCreate(); " \
                  "s.read.json('articles.ndjson').limit(5000).write.parquet('articles.parquet'); " \
                  "s.read.parquet('articles.parquet').toJSON().saveAsTextFile('json')"
        subprocess.run([python, "-c", parquet], check=True, stderr=subprocess.DEVNULL)
        with open("table.ndjson", "w", encoding="utf-8") as table:
            for name in sorted(os.listdir("json")):
                if name.startswith("part-"):
                    with open(os.path.join("json", name), encoding="utf-8") as part:
                        table.write(part.read())
        build("table.ndjson", "expected-table", feedmill)
        spark(python, feedmill, "articles.parquet", "out-table", kill=False)
        compare("expected-table", "out-table")
        print("Parquet: 5000 articles: same bytes")
    print("3 passed, 0 failed")


def article(number):
    return {
        "title": f"Article {number}",
        "excerpt": f"What article {number} is about.",
        "publishedDateTime": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00Z",
        "originalUrl": f"https://example.org/{number - number % 7 if number % 50 == 0 else number}",
        "topics": [f"Topic {number % 40}", f"Topic {number % 7}"],
        "provider": {"name": f"Provider {number % 11}", "domain": "example.org"},
        "published": number % 13 != 0,
        "related": [{"title": "Other", "webUrl": f"https://example.org/{number * 13 % 1000}"}],
        "body": f"Some *text* about {number}.\n" * 8,
    }


def write(count):
    with open("articles.ndjson", "w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(article(number)) + "\n")


def write_files(count):
    for number in range(count):
        folder = f"articles/{number % 5}"
        os.makedirs(folder, exist_ok=True)
        keys = article(number)
        body = keys.pop("body")
        with open(f"{folder}/{number}.md", "w", encoding="utf-8") as file:
            file.write(f"{json.dumps(keys)}\n{body}")


def build(source, out, feedmill):
    subprocess.run([feedmill, "build", source, "--out", out, "--no-cache", *SETTINGS], check=True)


def spark(python, feedmill, source, out, kill):
    """Runs the script. Returns the number of executors that were seen."""
    home = subprocess.run([python, "-c", "import pyspark; print(pyspark.__path__[0])"],
                          check=True, capture_output=True, text=True).stdout.strip()
    environment = {**os.environ, "SPARK_HOME": home, "PYSPARK_PYTHON": python,
                   "PYSPARK_DRIVER_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1",
                   "SPARK_LOCAL_DIRS": os.path.abspath("spark")}
    master = "local-cluster[2,1,1024]" if kill else "local[2]"
    command = [os.path.join(home, "bin", "spark-submit"), "--master", master,
               "--conf", "spark.ui.enabled=false", "--conf", "spark.task.maxFailures=8",
               "--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.driver.bindAddress=127.0.0.1",
               SCRIPT, source, "--out", out, "--feedmill", feedmill, "--", *SETTINGS]
    with open("spark.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        seen, killed = set(), False
        while process.poll() is None:
            time.sleep(0.02)
            if not kill:
                continue
            tree = descendants(process.pid)
            executors = [pid for pid, words in tree if "CoarseGrainedExecutorBackend" in words]
            seen.update(executors)
            # Once a mapper works there.
            if not killed and len(executors) == 2 and any(" map " in words for _, words in tree):
                os.kill(executors[0], signal.SIGKILL)
                killed = True
    if process.returncode != 0 or kill and not killed:
        with open("spark.log", encoding="utf-8") as log:
            sys.exit(f"exit code {process.returncode}, killed: {killed}\n{log.read()[-5000:]}")
    return len(seen)


def descendants(root):
    """The processes below one, with their command lines."""
    parents, words = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                parents[int(pid)] = int(stat.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                words[int(pid)] = line.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    below = {root}
    for _ in range(12):
        below |= {pid for pid, parent in parents.items() if parent in below}
    return [(pid, words.get(pid, "")) for pid in sorted(below - {root})]


def compare(expected, out):
    """Fails unless two folders hold the same files."""
    names = [sorted(os.path.relpath(os.path.join(path, name), folder)
                    for path, _, names in os.walk(folder) for name in names) for folder in (expected, out)]
    if names[0] != names[1]:
        sys.exit(f"{out}: other files: {set(names[0]) ^ set(names[1])}")
    same, different, odd = filecmp.cmpfiles(expected, out, names[0], shallow=False)
    if different or odd or len(same) < 10:
        sys.exit(f"{out}: other bytes: {different or odd}")


main()
