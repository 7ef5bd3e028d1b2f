"""The program in QCEngine. Importing this module makes it known under the name `esp`.

>>> import esp_qm.qcengine
>>> qcengine.compute({"molecule": ..., "driver": "gradient", "model": {"method": "hf", "basis": "STO-3G"}}, "esp")

Keywords are parts of an input of `esp run` (docs/files.md): `states`, `model`, `convergence`, `frequencies`, `charges`.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import qcengine
from qcelemental.models.v2 import AtomicInput, AtomicResult
from qcengine.config import TaskConfig
from qcengine.exceptions import InputError, ResourceError, UnknownError
from qcengine.programs.model import ProgramHarness

from . import errors
from .program import find_program, run_input, version

#: In QCEngine.
NAME = "esp"


class ESPHarness(ProgramHarness):  # type: ignore[misc]
    """Energies, gradients and Hessians by `esp run`, which reads and writes QCSchema."""

    _defaults: ClassVar[dict[str, Any]] = {
        "name": NAME,
        "scratch": True,
        "thread_safe": True,
        "thread_parallel": True,
        "node_parallel": False,
        "managed_memory": True,
    }
    version_cache: ClassVar[dict[str, str]] = {}

    @staticmethod
    def found(raise_error: bool = False) -> bool:
        """Whether `esp_qm.find_program` finds the program."""
        try:
            find_program()
        except errors.ProgramNotFound as error:
            if raise_error:
                raise ModuleNotFoundError(error.message) from error
            return False
        return True

    def get_version(self) -> str:
        """Of the program."""
        path = str(find_program())
        if path not in self.version_cache:
            self.version_cache[path] = version(path)
        return self.version_cache[path]

    def compute(self, input_data: AtomicInput, config: TaskConfig) -> AtomicResult:
        """Runs the program in a scratch folder.

        Raises:
            InputError: for what cannot be computed.
            ResourceError: if memory or the machine do not suffice.
            UnknownError: if a calculation does not converge, and for all else.
        """
        self.found(raise_error=True)
        document = schema_input(input_data, config)
        with tempfile.TemporaryDirectory(prefix="esp-", dir=config.scratch_directory) as scratch:
            try:
                process = run_input(document, Path(scratch) / "run")
            except (errors.BadInput, errors.UsageError) as error:
                raise InputError(error.message) from error
            except errors.MachineError as error:
                raise ResourceError(error.message) from error
            except errors.EspError as error:
                raise UnknownError(str(error)) from error
        answer = json.loads(process.stdout)
        return AtomicResult(
            input_data=input_data,
            molecule=input_data.molecule,
            properties=answer["properties"],
            return_result=answer["return_result"],
            provenance=answer["provenance"] | {"routine": "esp run"},
            extras={**input_data.specification.extras, "esp": answer["extras"]},
            stdout=None,
            stderr=process.stderr or None,
            success=True,
        )


def schema_input(input_data: AtomicInput, config: TaskConfig) -> dict[str, Any]:
    """The same as a `qcschema_input`, version 1, which `esp run` reads.

    Raises:
        InputError: for ghost atoms, drivers and basis sets that the program does not take.
    """
    molecule, specification = input_data.molecule, input_data.specification
    basis = specification.model.basis
    if basis is not None and not isinstance(basis, str):
        raise InputError("esp takes the name of a basis set. Basis sets of your own are files: keywords={'model': {'basis_files': [...]}}")
    keywords = dict(specification.keywords or {})
    resources = {"threads": config.ncores, "memory": int(config.memory * 2**30), **dict(keywords.get("resources", {}))}
    return {
        "schema_name": "qcschema_input",
        "schema_version": 1,
        "driver": specification.driver.value,
        "model": {"method": specification.model.method} | ({"basis": basis} if basis else {}),
        "keywords": {**keywords, "resources": resources},
        "molecule": {
            "name": molecule.name or "molecule",
            "symbols": list(molecule.symbols),
            "geometry": np.asarray(molecule.geometry).ravel().tolist(),
            "molecular_charge": molecule.molecular_charge,
            "molecular_multiplicity": molecule.molecular_multiplicity,
            "real": [bool(real) for real in molecule.real],
        },
    }


def register() -> None:
    """Makes the program known to QCEngine; a second call does nothing."""
    if NAME not in qcengine.list_all_programs():
        qcengine.register_program(ESPHarness())


register()

__all__ = ["NAME", "ESPHarness", "register", "schema_input"]
