"""Finding and running the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import errors
from .inputs import MoleculeLike, input_document
from .results import Run

#: Environment variable that names the program.
VARIABLE = "ESP"


def find_program(program: str | os.PathLike[str] | None = None) -> Path:
    """The program: `program`, else the environment variable ESP, else the copy in this package, else `esp` in PATH.

    Raises:
        ProgramNotFound: if there is none, or if the one that is named is not a program.
    """
    for named, origin in ((program, "the argument"), (os.environ.get(VARIABLE), f"the environment variable {VARIABLE}")):
        if named:
            found = shutil.which(os.fspath(named))
            if found is None:
                raise errors.ProgramNotFound(f"{origin} names {os.fspath(named)}, which is not a program")
            return Path(found).absolute()
    own = Path(__file__).parent / "bin" / "esp"
    if os.access(own, os.X_OK):
        return own
    found = shutil.which("esp")
    if found is None:
        raise errors.ProgramNotFound(
            f"there is no program esp in PATH. Install it, name it in the environment variable {VARIABLE}, or pass program=...")
    return Path(found).absolute()


def version(program: str | os.PathLike[str] | None = None) -> str:
    """The version of the program, such as `0.1.0`."""
    output = call(["--version"], program=program).stdout
    match = re.match(r"esp (\S+)", output)
    if match is None:
        raise errors.EspError(f"{find_program(program)} is not esp: it answers --version with {output[:80]!r}")
    return match[1]


def message(error_output: str) -> str:
    """What went wrong, from standard error: the last message, else all of it."""
    found = re.findall(r"^esp: error: (.*(?:\n(?!esp: ).*)*)", error_output, flags=re.MULTILINE)
    return (found[-1] if found else error_output).strip()


def call(
    arguments: list[str],
    *,
    program: str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a command of the program, such as `["charges", "water.esp", "--scheme", "npa"]`, in a folder.

    Raises:
        EspError: a class of it according to the exit code.
        subprocess.TimeoutExpired: after `timeout` seconds; the program is ended first, and keeps its checkpoints.
    """
    command = [str(find_program(program)), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, text=True,
        encoding="utf-8", errors="replace",
    ) as process:
        try:
            output, error_output = process.communicate(timeout=timeout)
        except BaseException:
            # A program that is told to end writes its checkpoint first; one that does not end in time is killed.
            process.terminate()
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    if process.returncode != 0:
        raise errors.error(message(error_output), process.returncode)
    return subprocess.CompletedProcess(command, process.returncode, output, error_output)


def run_input(
    document: Mapping[str, Any],
    folder: str | os.PathLike[str],
    *,
    program: str | os.PathLike[str] | None = None,
    force: bool = False,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Carries out an input document (`esp-input-2` or `qcschema_input`) with `esp run`; the results go to `folder`.

    A second call with the same document and folder reads the results that are there and computes only what is missing.

    Args:
        force: replace the results of another calculation in the folder.
        timeout: in seconds.

    Returns:
        The finished process, with its standard output (a `qcschema_output` for a `qcschema_input`, else tables).

    Raises:
        EspError: a class of it according to the exit code.
    """
    with tempfile.TemporaryDirectory(prefix="esp-input-") as temporary:
        path = Path(temporary) / "input.json"
        path.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
        # Relative paths in the document, such as basis_files, are relative to the caller's folder: so is the program.
        arguments = ["run", str(path), "--output", str(Path(folder).absolute()), "--quiet"]
        return call(arguments + (["--force"] if force else []), program=program, timeout=timeout)


def run(
    molecule: MoleculeLike,
    folder: str | os.PathLike[str] | None = None,
    *,
    program: str | os.PathLike[str] | None = None,
    force: bool = False,
    timeout: float | None = None,
    **choices: Any,
) -> Run:
    """Computes a molecule and reads the results.

    Args:
        molecule: path of an XYZ file, `esp_qm.Molecule`, `ase.Atoms` or a QCElemental `Molecule`.
        folder: for the results; None names it after the molecule, `<name>.esp`, in the working folder; an
            optimisation (also that of `frequencies.relax`) goes to `<name>.opt`, or to `<name>_q-1.opt` if charge -1 is not the molecule's own.
        program: see `find_program`.
        force: replace the results of another calculation in the folder.
        timeout: in seconds.
        choices: see `input_document`.

    Raises:
        EspError: a class of it according to the exit code; `NotConverged` if a state did not converge.
    """
    document = input_document(molecule, **choices)
    if folder is None:
        stem = re.sub(r"\.(ext)?xyz$", "", Path(document["molecule"]["name"]).name, flags=re.IGNORECASE)
        relaxes = document["task"] == "frequencies" and document.get("frequencies", {}).get("relax")
        if document["task"] == "optimization" or relaxes:
            charges, own = document["states"].get("charges"), document["molecule"].get("charge") or 0
            folder = stem + (f"_q{charges[0]}" if charges and charges[0] != own else "") + ".opt"
        else:
            folder = stem + ".esp"
    run_input(document, folder, program=program, force=force, timeout=timeout)
    return Run(folder)
