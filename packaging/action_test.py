#!/usr/bin/env python3
"""Runs the steps of action.yml as GitHub's runner does, with the wheel in target/dist.

    python3 packaging/action_test.py

Needs PyYAML. Steps that use other actions are noted, not run. The runner's own part is what GitHub
documents: expressions, `if`, `env`, GITHUB_PATH, and `bash --noprofile --norc -eo pipefail`.
"""
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ACTION = yaml.safe_load((HERE / "action.yml").read_text())
VERSION = re.search(r'^version = "(.*)"$', (HERE.parent / "Cargo.toml").read_text(), re.M)[1]
GOOD = "---\ntitle: One\noriginalUrl: https://a.example/1\npublishedDateTime: 2024-01-01T00:00:00Z\n---\nOne.\n"
BROKEN = GOOD.replace("2024-01-01T00:00:00Z", "yesterday")
SETTINGS = "source: articles\nby: all\nbase-url: https://feeds.example.org/\n"


class Run:
    """One job that uses the action, in a repository with these files."""

    def __init__(self, files, ref="main", **inputs):
        self.folder = tempfile.TemporaryDirectory()
        self.temp = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        unknown = inputs.keys() - {name.replace("-", "_") for name in ACTION["inputs"]}
        assert not unknown, unknown
        self.values = {f"inputs.{name}": inputs.get(name.replace("-", "_"), it["default"])
                       for name, it in ACTION["inputs"].items()}
        self.values |= {"github.action_ref": ref, "runner.temp": self.temp.name}
        self.path, self.output, self.ran, self.used, self.code = "", "", [], {}, 0
        for step in ACTION["runs"]["steps"]:
            if self.code == 0 and self.evaluate(step.get("if", "true")):
                self.step(step)

    def evaluate(self, expression):
        """The value of an expression made of names, texts, ==, != and ||."""
        if " || " in expression:
            return next((it for it in map(self.evaluate, expression.split(" || ")) if it), "")
        for sign in ("==", "!="):
            if f" {sign} " in expression:
                left, right = map(self.evaluate, expression.split(f" {sign} "))
                return (left == right) == (sign == "==")
        if expression.startswith("'"):
            return expression.strip("'")
        return {"true": True, "false": False}.get(expression) if expression in ("true", "false") else self.values[expression]

    def fill(self, text):
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: self.evaluate(match[1]), text)

    def step(self, step):
        self.ran.append(step["name"])
        if "uses" in step:
            self.used[step["uses"].split("@")[0]] = {key: self.fill(it) for key, it in step.get("with", {}).items()}
            return
        assert step["shell"] == "bash" and "${{" not in step["run"], step["name"]
        script, paths = pathlib.Path(self.temp.name, "step.sh"), pathlib.Path(self.temp.name, "path")
        script.write_text(step["run"])
        paths.touch()
        # Nothing but the wheel that packaging/build has made.
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(HERE.parent / "target/dist")}
        variables = {key: self.fill(it) for key, it in step.get("env", {}).items()}
        env = os.environ | pip | variables | {
            "PATH": self.path + os.environ["PATH"], "GITHUB_PATH": str(paths),
            "XDG_CACHE_HOME": self.temp.name,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.root / self.fill(step.get("working-directory", ".")), env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        self.path = "".join(f"{line}:" for line in reversed(paths.read_text().split()))
        self.code, self.output = done.returncode, self.output + done.stdout


INSTALL, CHECK, BUILD, PACK, PUBLISH = (step["name"] for step in ACTION["runs"]["steps"])


def articles(*texts):
    return {"feedmill.yaml": SETTINGS} | {f"articles/{number}.md": text for number, text in enumerate(texts)}


def test_checks_and_builds():
    run = Run(articles(GOOD))
    assert (run.code, run.ran) == (0, [INSTALL, CHECK, BUILD]), run.output
    assert f"feedmill {VERSION}" in run.output
    assert (run.root / "out/all.rss.xml").exists()


def test_a_broken_article_is_annotated_and_stops_the_job():
    run = Run(articles(GOOD, BROKEN))
    assert (run.code, run.ran) == (1, [INSTALL, CHECK]), run.output
    assert "::error file=articles/1.md,line=4" in run.output, run.output


def test_arguments():
    odd = GOOD.replace("title: One", 'title: "Fish &amp;amp; chips"')
    assert Run(articles(odd), build="false").ran == [INSTALL, CHECK]
    assert Run(articles(odd), build="false", check="--strict").code == 1
    stale = Run(articles(GOOD), check="false", build="--check")
    assert (stale.code, stale.ran) == (1, [INSTALL, BUILD]), stale.output


def test_pages():
    run = Run({f"site/{name}": text for name, text in articles(GOOD).items()}, working_directory="site", pages="true")
    assert (run.code, run.ran) == (0, [INSTALL, CHECK, BUILD, PACK, PUBLISH]), run.output
    path = run.used["actions/upload-pages-artifact"]["path"]
    assert (run.root / path / "index.html").exists(), path


def test_pages_without_the_articles_that_are_broken():
    run = Run(articles(GOOD, BROKEN), check="false", pages="true", out="public")
    assert (run.code, run.ran) == (0, [INSTALL, BUILD, PACK, PUBLISH]), run.output
    assert "::warning::" in run.output
    assert (run.root / run.used["actions/upload-pages-artifact"]["path"] / "all.rss.xml").exists()
    nothing = Run(articles(BROKEN), check="false", pages="true")
    assert PUBLISH not in nothing.ran and nothing.code == 4, nothing.output


def test_versions():
    assert Run(articles(GOOD), ref=f"v{VERSION}").code == 0
    assert Run(articles(GOOD), version=VERSION).code == 0
    other = Run(articles(GOOD), ref="v99.0.0")
    assert other.code != 0 and other.ran == [INSTALL], other.output


def test_a_shell_runs_no_part_of_an_input():
    run = Run(articles(GOOD), check="false", build="; touch pwned; $(touch pwned) `touch pwned`")
    assert run.code != 0 and run.ran[-1] == BUILD and not list(run.root.glob("**/pwned")), run.output


def main():
    tests = [it for name, it in globals().items() if name.startswith("test_")]
    for test in tests:
        test()
        print(test.__name__.removeprefix("test_").replace("_", " "))
    print(f"{len(tests)} passed, 0 failed")


main()
