"""Writes the documentation site: collects its pages in a folder, then lets Sphinx make HTML of them.

Usage: build.py PROGRAM BUILD_FOLDER SCRATCH_FOLDER SITE_FOLDER; `scripts/make-site` calls it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import commands
import pages
import swift_api

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


def main() -> None:
    program, build, scratch, site = (Path(argument).resolve() for argument in sys.argv[1:])
    sources = scratch / "pages"
    shutil.rmtree(sources, ignore_errors=True)
    pages.write(REPOSITORY, sources)
    commands.write(program, sources)
    swift_api.write(REPOSITORY, build, scratch, sources)
    # A page that is gone must not stay, and the site is replaced only by a whole one.
    fresh = scratch / "html"
    shutil.rmtree(fresh, ignore_errors=True)
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html", "-c", HERE,
         "-d", scratch / "doctrees", sources, fresh])
    if result.returncode != 0:
        sys.exit(f"make-site: the pages have the errors above; {site} is as it was.")
    shutil.rmtree(site, ignore_errors=True)
    shutil.move(fresh, site)
    print(f"{site}/index.html")


main()
