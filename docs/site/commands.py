"""The reference of commands: one page for each, from the help texts of the program."""

import json
import re
import subprocess
from pathlib import Path


def write(program: Path, target: Path) -> None:
    """Writes `commands/index.md` and a page for each command that the program lists."""
    dump = subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout
    root = json.loads(dump)["command"]
    commands = [command for command in root["subcommands"] if command["shouldDisplay"] and command["commandName"] != "help"]
    folder = target / "commands"
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        (folder / f"{command['commandName']}.md").write_text(page(program, command))
    (folder / "index.md").write_text(index(root, commands))


def index(root: dict, commands: list[dict]) -> str:
    text = "# Commands\n\n" + discussion(root)
    text += "\nAll commands, in the order of `esp help`. Each page is made from the help text of the command (`esp help compute`).\n"
    text += "\n| command | |\n| --- | --- |\n"
    text += "".join(f"| [`esp {name(c)}`]({name(c)}.md) | {cell(c['abstract'])} |\n" for c in commands)
    return text + "\n```{toctree}\n:hidden:\n\n" + "\n".join(name(c) for c in commands) + "\n```\n"


def page(program: Path, command: dict) -> str:
    text = section(program, command, [name(command)], "#")
    for sub in command.get("subcommands", []):
        if sub["shouldDisplay"] and name(sub) != "help":
            text += "\n" + section(program, sub, [name(command), name(sub)], "##")
    return text


def section(program: Path, command: dict, names: list[str], heading: str) -> str:
    """Abstract, synopsis, discussion and options of one command."""
    text = f"{heading} esp {' '.join(names)}\n\n{escaped(command['abstract'])}\n"
    text += f"\n```none\n{synopsis(program, names)}\n```\n"
    text += "\n" + discussion(command)
    for title, arguments in groups(command).items():
        text += f"\n{heading}# {title}\n\n"
        has_defaults = any(default(a) for a in arguments)
        text += "| " + ("argument" if title == "Arguments" else "option") + " | meaning |" + (" default |" if has_defaults else "")
        text += "\n| --- | --- |" + (" --- |" if has_defaults else "") + "\n"
        for argument in arguments:
            text += f"| {spelling(argument)} | {meaning(argument)} |" + (f" {default(argument)} |" if has_defaults else "") + "\n"
    return text


def synopsis(program: Path, names: list[str]) -> str:
    help_text = subprocess.run([program, "help", *names], check=True, capture_output=True, text=True).stdout
    lines = help_text.split("USAGE: ", 1)[1].split("\n\n", 1)[0].splitlines()
    return "\n".join([lines[0]] + ["    " + line.strip() for line in lines[1:]])


def groups(command: dict) -> dict[str, list[dict]]:
    """The arguments under the titles of the help text, without those that every command has."""
    result: dict[str, list[dict]] = {}
    for argument in command.get("arguments", []):
        names = [n["name"] for n in argument.get("names", [])]
        if not argument["shouldDisplay"] or "help" in names or "version" in names:
            continue
        title = argument.get("sectionTitle") or ("Arguments" if argument["kind"] == "positional" else "Options")
        group = result.setdefault(title, [])
        # --no-report after --report is the same argument.
        if group and argument["kind"] == "flag" and names == ["no-" + n["name"] for n in group[-1].get("names", [])]:
            group[-1]["names"] += argument["names"]
        else:
            group.append(argument)
    return dict(sorted(result.items(), key=lambda item: item[0] != "Arguments"))


def spelling(argument: dict) -> str:
    """Such as `-c`, `--charge Q[,Q...]`."""
    value = argument.get("valueName") or ""
    if argument["kind"] == "positional":
        return code(f"<{value}>" + (" ..." if argument.get("isRepeating") else ""))
    names = [("-" if n["kind"] == "short" else "--") + n["name"] for n in argument["names"]]
    names.sort(key=lambda name: name.startswith("--"))
    if argument["kind"] == "option":
        names[-1] += f" <{value}>"
    return ", ".join(code(n) for n in names)


def meaning(argument: dict) -> str:
    text = cell((argument.get("abstract") or "").strip())
    extra = (argument.get("discussion") or "").strip()
    values = argument.get("allValues") or []
    if values and not all(value in text for value in values):
        text += " Values: " + ", ".join(code(value) for value in values) + "."
    return text + (f" {cell(extra)}" if extra else "")


def default(argument: dict) -> str:
    value = argument.get("defaultValue")
    return code(value) if value else ""


def discussion(command: dict) -> str:
    """The long text: paragraphs, headings in capitals, and indented examples."""
    text = (command.get("discussion") or "").strip("\n")
    blocks: list[str] = []
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z][A-Z ]+", line):
            blocks.append(f"**{line.capitalize()}**\n")
        elif line.startswith("  "):
            if not blocks or not blocks[-1].startswith("    "):
                blocks.append("")
            blocks.append("    " + line[2:])
        else:
            blocks.append(escaped(line))
    return "\n".join(blocks) + "\n"


def name(command: dict) -> str:
    return command["commandName"]


def code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def cell(text: str) -> str:
    return escaped(text).replace("|", "\\|").replace("\n", " ")


def escaped(text: str) -> str:
    """Plain text as Markdown; options become code."""
    text = re.sub(r"([\\`*_\[\]<>{}$#^])", r"\\\1", text)
    return re.sub(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z]\b)", r"`\1`", text)
