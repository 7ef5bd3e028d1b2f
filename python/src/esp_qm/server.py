"""A client of `esp serve`: one process that keeps orbitals and integrals from structure to structure."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from . import errors
from .inputs import Molecule
from .program import find_program, message

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evaluation:
    """What the program answers for one structure, in atomic units.

    Attributes:
        energy: in hartree.
        gradient: shape (atoms, 3), in hartree per bohr; None if it was not asked for.
        dipole: about the centre of nuclear charge; None if it was not asked for.
        charges: by scheme; empty if they were not asked for.
        iterations: Fock matrices that were built; 0 if the structure was that of the request before.
        record: the whole answer.
    """

    energy: float
    gradient: Array | None
    dipole: Array | None
    charges: dict[str, Array]
    iterations: int
    record: dict[str, Any] = field(repr=False)


class Server:
    """Starts `esp serve` at the first request and keeps it until `close()`, the end of a `with` block, or the end of Python.

    Not for several threads at a time: each needs a server of its own.

    Args:
        program: see `esp_qm.find_program`.
        threads: of the program; None means one for each processor.
        memory: such as `4GB`; None means 70 % of the free memory.
    """

    def __init__(
        self, program: str | os.PathLike[str] | None = None, *, threads: int | None = None, memory: str | None = None
    ) -> None:
        self._command = [str(find_program(program)), "serve"]
        if threads is not None:
            self._command += ["--threads", str(threads)]
        if memory is not None:
            self._command += ["--memory", str(memory)]
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: IO[bytes] | None = None
        self._finalizer: weakref.finalize[[subprocess.Popen[bytes]], Server] | None = None
        self._count = 0

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the program. The next request starts it anew, without orbitals to start from."""
        if self._finalizer is not None:
            self._finalizer()
        if self._messages is not None:
            self._messages.close()
        self._process = self._messages = self._finalizer = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._messages = tempfile.TemporaryFile(prefix="esp-serve-")  # noqa: SIM115
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._messages)
            self._finalizer = weakref.finalize(self, _end, self._process)
        return self._process

    def evaluate(
        self,
        molecule: Molecule,
        *,
        properties: Sequence[str] = ("energy", "gradient"),
        model: Mapping[str, Any] | None = None,
        convergence: Mapping[str, Any] | None = None,
        charge_schemes: Sequence[str] | None = None,
        reference: str | None = None,
        stability: str | None = None,
    ) -> Evaluation:
        """Energy and derivatives at a structure.

        Args:
            molecule: with charge and multiplicity.
            properties: of `energy`, `gradient`, `dipole`, `charges`.
            model: `method`, `basis`, `grid`, `dispersion`, ... (docs/files.md, Inputs); None means B3LYP-D4/def2-SVP.
            convergence: `energy_tolerance`, `damping`, ... (docs/files.md, Inputs).
            charge_schemes: None means Mulliken and Loewdin.
            reference: `automatic`, `restricted`, `unrestricted` or `restricted-open`.
            stability: `follow` or `none`, for the first structure of a series.

        Raises:
            EspError: a class of it according to the program's code. The server is ready for the next request.
        """
        self._count += 1
        request: dict[str, Any] = {
            "id": self._count, "symbols": list(molecule.symbols), "geometry": molecule.geometry.ravel().tolist(),
            "properties": list(properties),
        }
        others = {
            "charge": molecule.charge, "multiplicity": molecule.multiplicity, "model": model, "convergence": convergence,
            "charge_schemes": charge_schemes, "reference": reference, "stability": stability,
        }
        request.update({key: value for key, value in others.items() if value is not None})
        answer = self._answer(json.dumps(request, allow_nan=False))
        if answer.get("id") != self._count:
            self.close()
            raise errors.EspError(f"the program answered request {answer.get('id')} instead of {self._count}")
        if not answer["success"]:
            raise errors.error(answer["error"]["message"], answer["error"]["code"])

        def array(key: str, *shape: int) -> Array | None:
            return np.array(answer[key], dtype=float).reshape(shape) if key in answer else None

        return Evaluation(
            energy=answer["energy"], gradient=array("gradient", -1, 3), dipole=array("dipole", 3),
            charges={scheme: np.array(values, dtype=float) for scheme, values in answer.get("charges", {}).items()},
            iterations=answer["iterations"], record=answer)

    def _answer(self, request: str) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        line = b""
        try:
            # A program that has ended is found out by its missing answer.
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(request.encode() + b"\n")
                process.stdin.flush()
            line = process.stdout.readline()
            if line.endswith(b"\n"):
                found: dict[str, Any] = json.loads(line)
                return found
        except BaseException:
            # An interrupted request has an answer that must not be taken for that of the next one.
            self.close()
            raise
        code = process.wait()
        text = ""
        if self._messages is not None:
            self._messages.seek(0)
            text = message(self._messages.read().decode(errors="replace"))
        self.close()
        raise errors.error(text or "esp serve ended without an answer", code)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program: the end of its input, then a signal if it still computes, then another."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    for end in (None, process.terminate, process.terminate, process.kill):
        if end is not None:
            end()
        try:
            process.wait(timeout=0.5 if end is None else 5)
            break
        except subprocess.TimeoutExpired:
            continue
    if process.stdout is not None:
        process.stdout.close()
