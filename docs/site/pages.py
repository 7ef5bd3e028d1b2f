"""The pages of the site that are files of the repository, and their order."""

import re
import shutil
from pathlib import Path

# Chapters of the sidebar. `commands/index` and `api/index` are made by the build; the home page is README.md.
CHAPTERS = {
    "Start": ["docs/first-hour", "docs/gallery", "docs/coming-from"],
    "Manual": [
        "docs/computing", "docs/structures", "docs/vibrations", "docs/dynamics", "docs/isomers", "docs/solvent", "docs/voltage",
        "docs/analysis", "docs/files", "docs/container", "docs/workflows", "docs/ranks", "docs/python",
    ],
    "Reference": ["commands/index", "api/index", "Examples/index", "BasisSets/README"],
    "Results": [
        "docs/lmlct", "docs/speed", "Benchmarks/HardSet", "Benchmarks/Atoms", "Benchmarks/Baker", "Benchmarks/ForeignFiles",
        "Benchmarks/RoundTrips", "Benchmarks/Quinones", "Benchmarks/Attack",
    ],
    "Project": ["ARCHITECTURE", "CONTRIBUTING", "CHANGELOG"],
}
GENERATED = {"commands/index", "api/index", "Examples/index"}
# Pages that are linked from others and are in no chapter.
FURTHER = ["python/README", "Molecules/relaxed/README", "Molecules/quinones/README"]
# What a link to these folders opens.
FOLDERS = {"Examples": "Examples/index.md", "python": "python/README.md", "BasisSets": "BasisSets/README.md"}

LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")


def write(repository: Path, target: Path) -> None:
    """Copies the pages and what they link to, in the same folders as in the repository, so that relative links remain valid."""
    names = [name for chapter in CHAPTERS.values() for name in chapter if name not in GENERATED] + FURTHER
    for name in names + ["README"]:
        source = repository / f"{name}.md"
        text = LINK.sub(lambda link: copied_link(link, source, repository, target), source.read_text())
        if name == "README":
            text += contents()
        if name in FURTHER:
            text = "---\norphan: true\n---\n" + text
        page = target / ("index.md" if name == "README" else f"{name}.md")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
    write_examples(repository, target)


def copied_link(link: re.Match, source: Path, repository: Path, target: Path) -> str:
    """A link as the page needs it. Files other than pages are copied; they are pictures and downloads. Sphinx reports what is missing."""
    address, _, anchor = link[2].partition("#")
    if not address or re.match(r"[a-z]+:", address):
        return link[0]
    path = (source.parent / address).resolve()
    name = str(path.relative_to(repository))
    if name in FOLDERS:
        depth = len(source.relative_to(repository).parts) - 1
        return link[1] + "../" * depth + FOLDERS[name] + link[3]
    if path.suffix != ".md" and path.is_file():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    elif name == "README.md":
        return link[1] + address.replace("README.md", "index.md") + (f"#{anchor}" if anchor else "") + link[3]
    return link[0]


def contents() -> str:
    """The chapters of the sidebar, at the end of the home page."""
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(names) + "\n```\n" for title, names in CHAPTERS.items())


def write_examples(repository: Path, target: Path) -> None:
    """A page with the programs of the folder Examples."""
    text = "# Example programs\n\nPrograms in the folder `Examples` that use the library. Each has a product of its own in `Package.swift`.\n"
    for source in sorted((repository / "Examples").glob("*/*.swift")):
        text += f"\n## {source.parent.name}\n\n```swift\n{source.read_text().rstrip()}\n```\n"
    (target / "Examples").mkdir(parents=True, exist_ok=True)
    (target / "Examples/index.md").write_text(text)
