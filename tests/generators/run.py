#!/usr/bin/env python3
"""Builds a site with each generator of docs/any-site.md, and makes its feed from the rendered folder.

    python3 tests/generators/run.py FEEDMILL [--only NAME]... [--packages FOLDER]

FEEDMILL is the program to test. --only runs one generator, --packages keeps the sites and the packages
of npm and PyPI in a folder for the next run. Needs python3, and node and npm for three generators. The
script writes only to a temporary folder or that of --packages, and uses the network only to install
packages.

Exit codes: 0 all checks passed; 1 a check failed; 2 a program is missing or the command is wrong.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from astro import Astro
from docusaurus import Docusaurus
from eleventy import Eleventy
from mkdocs_material import MkDocs
from scenario import Failure, check, run
from sphinx_ablog import Sphinx

SITES = (Eleventy, Astro, Docusaurus, MkDocs, Sphinx)


def install(site):
    """Installs the packages of a site, unless they are there."""
    packages = site.packages
    if site.NPM and not (packages / "node_modules").exists():
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", ".")
        run(packages, *npm, *site.NPM)
    if site.PIP and not (packages / "venv").exists():
        run(packages, sys.executable, "-m", "venv", "venv")
        pip = (packages / "venv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
        run(packages, *pip, "install", "--quiet", *site.PIP)


def try_site(site, feedmill):
    site.folder.mkdir(parents=True, exist_ok=True)
    for name in ("feedmill.yaml", "out"):
        path = site.folder / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    install(site)
    site.start()
    site.write_files()
    site.build()
    check(site, feedmill)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    names = {site.NAME.lower(): site for site in SITES}
    parser.add_argument("feedmill", type=Path)
    parser.add_argument("--only", action="append", choices=[*names], metavar="NAME")
    parser.add_argument("--packages", type=Path)
    options = parser.parse_args()
    feedmill = options.feedmill.resolve()
    sites = [site for name, site in names.items() if name in (options.only or names)]
    programs = ["node", "npm"] if any(site.NPM for site in sites) else []
    missing = [program for program in programs if not shutil.which(program)]
    if missing or not feedmill.exists():
        print(f"missing: {', '.join(missing) or feedmill}", file=sys.stderr)
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="generators-", ignore_cleanup_errors=True) as folder:
        folder = (options.packages or Path(folder)).resolve()
        for site in sites:
            start = time.monotonic()
            try:
                try_site(site(folder / site.NAME.lower()), feedmill)
                outcome = f"ok: {site.NAME}: {len(site.POSTS)} articles"
            except (Failure, OSError, subprocess.TimeoutExpired) as failure:
                outcome = f"FAILED: {site.NAME}: {failure}"
                failed += 1
            print(f"{outcome} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"{len(sites) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
