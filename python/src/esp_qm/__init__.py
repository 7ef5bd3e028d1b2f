"""Run the quantum chemistry program `esp` and read its results.

>>> import esp_qm
>>> run = esp_qm.run("water.xyz", method="hf", basis="STO-3G", charges=[0])
>>> run.state(0).energy, run.state(0).charges["mulliken"]

`Run` reads the folders that `esp compute` and the other commands write, `to_pandas` makes tables of one or several. `esp_qm.ase.ESP` is a
calculator for ASE. Importing `esp_qm.qcengine` makes the program known to QCEngine under the name `esp`. All numbers are in atomic units
except where a name says otherwise, and except in `esp_qm.ase`, which uses ASE's units.
"""

from __future__ import annotations

from .cubes import Cube
from .errors import (
    BadInput,
    EspError,
    Interrupted,
    MachineError,
    NotConverged,
    OutputError,
    ProgramNotFound,
    UsageError,
)
from .inputs import BOHR_IN_ANGSTROM, Molecule, input_document
from .program import find_program, run, run_input, version
from .results import Optimization, Run, State, Vibrations
from .server import Evaluation, Server
from .tables import to_pandas

__version__ = "0.1.0"

__all__ = [
    "BOHR_IN_ANGSTROM",
    "BadInput",
    "Cube",
    "EspError",
    "Evaluation",
    "Interrupted",
    "MachineError",
    "Molecule",
    "NotConverged",
    "Optimization",
    "OutputError",
    "ProgramNotFound",
    "Run",
    "Server",
    "State",
    "UsageError",
    "Vibrations",
    "find_program",
    "input_document",
    "run",
    "run_input",
    "to_pandas",
    "version",
]
