"""The reference of the library ESPKit: one page for each of its modules, from the compiler's symbol graphs."""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

TYPES = {
    "swift.struct": "struct", "swift.class": "class", "swift.enum": "enum", "swift.protocol": "protocol", "swift.actor": "actor",
}
# Members in this order, under these titles.
MEMBERS = {
    "swift.enum.case": "Cases", "swift.associatedtype": "Associated types", "swift.typealias": "Type aliases",
    "swift.init": "Initializers", "swift.property": "Properties", "swift.type.property": "Type properties",
    "swift.subscript": "Subscripts", "swift.method": "Methods", "swift.type.method": "Type methods",
    "swift.func.op": "Operators",
}
FREE = {"swift.func": "Functions", "swift.func.op": "Operators", "swift.var": "Variables", "swift.typealias": "Type aliases"}
# Requirements of the standard library's protocols, and conformances that the reader needs no list of.
OMITTED = {"==(_:_:)", "!=(_:_:)", "hash(into:)", "encode(to:)", "init(from:)", "hashValue"}
COMMON = {"Sendable", "SendableMetatype", "Copyable", "Escapable", "BitwiseCopyable", "Equatable", "Hashable"}


def modules(repository: Path) -> list[str]:
    """What ESPKit exports."""
    sources = (repository / "Sources/ESPKit").glob("*.swift")
    return sorted({name for source in sources for name in re.findall(r"^@_exported import (\w+)", source.read_text(), re.MULTILINE)})


def write(repository: Path, build: Path, scratch: Path, target: Path) -> None:
    """Writes `api/index.md` and a page for each module.

    `build` is the folder of a finished build, such as `.build/release`; its modules are read and nothing is compiled.
    """
    names = modules(repository)
    graphs = scratch / "symbols"
    graphs.mkdir(parents=True, exist_ok=True)
    info = json.loads(run(["swift", "-print-target-info"]))
    # Modules in C: those of system libraries, and those for which the package manager wrote the map.
    maps = [*(repository / "Sources").glob("C*/module.modulemap"), *build.glob("C*.build/module.modulemap")]
    flags = [word for path in maps for word in ("-Xcc", f"-fmodule-map-file={path}")]
    for name in names:
        run(["swift", "symbolgraph-extract", "-module-name", name, "-target", info["target"]["triple"], "-I", str(build / "Modules"),
             *flags, "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", str(graphs)])
    folder = target / "api"
    folder.mkdir(parents=True, exist_ok=True)
    pages = [ModulePage(name, [graphs / f"{name}.symbols.json", *sorted(graphs.glob(f"{name}@*.symbols.json"))]) for name in names]
    summaries = module_summaries(repository)
    protocols = {i: title(s) for page in pages for i, s in page.symbols.items() if s["kind"]["identifier"] == "swift.protocol"}
    for page in pages:
        (folder / f"{page.name}.md").write_text(page.text(summaries.get(page.name, ""), protocols))
    (folder / "index.md").write_text(index(pages, summaries))


def run(command: list[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"make-site: {' '.join(command[:2])} failed:\n{result.stderr.strip()}")
    return result.stdout


def module_summaries(repository: Path) -> dict[str, str]:
    """The lines of the module table in ARCHITECTURE.md."""
    lines = (repository / "ARCHITECTURE.md").read_text().splitlines()
    rows = [re.fullmatch(r"\| `(\w+)` \| ([^|]*) \|.*", line) for line in lines]
    return {row[1]: row[2][0].upper() + row[2][1:] + "." for row in rows if row}


class ModulePage:
    """The public symbols of one module."""

    def __init__(self, name: str, graphs: list[Path]):
        self.name = name
        self.symbols: dict[str, dict] = {}
        self.owners: dict[str, str] = {}
        self.conformances: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for graph in graphs:
            content = json.loads(graph.read_text())
            for symbol in content["symbols"]:
                self.symbols[symbol["identifier"]["precise"]] = symbol
            for relation in content["relationships"]:
                self.add(relation)
        self.members: dict[str, list[dict]] = defaultdict(list)
        for identifier, symbol in self.symbols.items():
            if identifier in self.owners and symbol["kind"]["identifier"] not in TYPES and symbol["names"]["title"] not in OMITTED:
                self.members[self.owners[identifier]].append(symbol)
        self.types = sorted(
            (s for s in self.symbols.values() if s["kind"]["identifier"] in TYPES), key=lambda s: title(s).lower())

    def add(self, relation: dict) -> None:
        if relation["kind"] in ("memberOf", "requirementOf", "optionalRequirementOf"):
            self.owners[relation["source"]] = relation["target"]
        elif relation["kind"] == "conformsTo":
            self.conformances[relation["source"]].add((relation["target"], relation.get("targetFallback", "")))

    def text(self, summary: str, protocols: dict[str, str]) -> str:
        """`protocols` has the names of the protocols of all modules by their identifiers."""
        text = f"# {self.name}\n\n{summary}\n"
        for symbol in self.types:
            text += self.section(symbol, protocols)
        foreign = sorted(owner for owner in self.members if owner not in self.symbols)
        groups: dict[str, list[dict]] = defaultdict(list)
        for owner in foreign:
            for member in self.members[owner]:
                groups[member["pathComponents"][0]].append(member)
        for owner, members in sorted(groups.items()):
            text += f"\n## Extensions of {owner}\n\n" + listed(members)
        for kind, heading in FREE.items():
            free = [s for i, s in self.symbols.items() if s["kind"]["identifier"] == kind and i not in self.owners]
            if free:
                text += f"\n## {heading}\n\n" + listed(free)
        return text

    def section(self, symbol: dict, protocols: dict[str, str]) -> str:
        identifier = symbol["identifier"]["precise"]
        text = f"\n({self.anchor(symbol)})=\n## {title(symbol)}\n\n```swift\n{declaration(symbol)}\n```\n\n{comment(symbol)}\n"
        names = {protocols.get(target) or fallback.split(".")[-1] for target, fallback in self.conformances[identifier]}
        conformances = sorted(names - COMMON - {""})
        if conformances:
            text += "\nConforms to " + ", ".join(f"`{c}`" for c in conformances) + ".\n"
        for kind, heading in MEMBERS.items():
            members = [m for m in self.members[identifier] if m["kind"]["identifier"] == kind]
            if members:
                text += f"\n**{heading}**\n\n" + listed(members)
        return text

    def anchor(self, symbol: dict) -> str:
        return f"{self.name}.{title(symbol)}".lower()


def index(pages: list[ModulePage], summaries: dict[str, str]) -> str:
    text = (
        "# ESPKit\n\n`import ESPKit` imports these modules. A calculation is a `CalculationInput` that is passed to `Calculation`; "
        "[the home page](../index.md#library) has an example, and [Example programs](../Examples/index.md) has three. "
        "The text is that of the comments in the source.\n\n| module | |\n| --- | --- |\n")
    text += "".join(f"| [{p.name}]({p.name}.md) | {summaries.get(p.name, '')} |\n" for p in pages)
    text += "\n## All types\n\n| type | module | |\n| --- | --- | --- |\n"
    entries = sorted(((symbol, page) for page in pages for symbol in page.types), key=lambda e: title(e[0]).lower())
    for symbol, page in entries:
        text += f"| [{title(symbol)}](#{page.anchor(symbol)}) | {page.name} | {first_sentence(symbol)} |\n"
    return text + "\n```{toctree}\n:hidden:\n\n" + "\n".join(page.name for page in pages) + "\n```\n"


def title(symbol: dict) -> str:
    return ".".join(symbol["pathComponents"])


def declaration(symbol: dict) -> str:
    text = "".join(part["spelling"] for part in symbol["declarationFragments"])
    return " ".join(text.split())


def comment(symbol: dict) -> str:
    """The documentation comment as Markdown, without comments inherited from the standard library."""
    document = symbol.get("docComment")
    if not document or document.get("module", "") in ("Swift", "Foundation"):
        return ""
    lines = [line["text"] for line in document["lines"]]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(line[margin:] for line in lines).strip()
    # Links of DocC to other symbols, and headings that would disturb the outline of the page.
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return re.sub(r"^#+ (.*)$", r"**\1**", text, flags=re.MULTILINE)


def first_sentence(symbol: dict) -> str:
    paragraph = " ".join(comment(symbol).split("\n\n")[0].split())
    sentence = re.match(r".*?[.:](?= [A-Z]|$)", paragraph)
    return (sentence[0] if sentence else paragraph).rstrip(":").replace("|", "\\|")


def listed(members: list[dict]) -> str:
    """A list of declarations, each with its comment below."""
    text = ""
    for member in sorted(members, key=lambda m: (m.get("location", {}).get("uri", ""), line(m))):
        body = comment(member).replace("\n", "\n  ")
        text += f"- `{declaration(member)}`\n" + (f"\n  {body}\n" if body else "")
    return text


def line(symbol: dict) -> int:
    return symbol.get("location", {}).get("position", {}).get("line", 0)
