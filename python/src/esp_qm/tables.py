"""Tables of one or several runs for pandas."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from .results import Run

if TYPE_CHECKING:
    import pandas

#: A run, its folder, or several.
Runs = Union[Run, str, "os.PathLike[str]", Iterable[Union[Run, str, "os.PathLike[str]"]]]

HARTREE_IN_EV = 27.211386245981
"""CODATA 2022."""


def _runs(runs: Runs) -> list[Run]:
    several = [runs] if isinstance(runs, (Run, str, os.PathLike)) else list(runs)
    return [run if isinstance(run, Run) else Run(run) for run in several]


def _energies(run: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    energies = {state.charge: state.energy for state in run.states}
    for state in run.states:
        energy, before = state.energy, energies.get(state.charge + 1)
        rows.append(
            {
                "run": run.name, "method": run.method, "charge": state.charge, "multiplicity": state.multiplicity,
                "energy": energy,
                "affinity_ev": None if energy is None or before is None else (before - energy) * HARTREE_IN_EV,
                "gap": state.gap, "spin_squared": state.spin_squared, "dipole": float(np.linalg.norm(state.dipole)),
                "converged": state.converged,
            })
    return rows


def _charges(run: Run) -> list[dict[str, Any]]:
    rows = []
    for state in run.states:
        for scheme, values in state.charges.items():
            spins = state.spin_populations.get(scheme)
            for atom, (symbol, value) in enumerate(zip(run.symbols, values)):
                rows.append(
                    {
                        "run": run.name, "charge": state.charge, "multiplicity": state.multiplicity, "scheme": scheme,
                        "atom": atom + 1, "symbol": symbol, "atomic_charge": float(value),
                        "spin": None if spins is None else float(spins[atom]),
                    })
    return rows


def _account(run: Run) -> pandas.DataFrame:
    import pandas

    path = run.path / "account.csv"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: a run has an account of added electrons if it has several charges. Add some: "
            "run(..., charges=[0, -1, -2]).")
    frame = pandas.read_csv(path)
    frame.insert(0, "run", run.name)
    return frame


def to_pandas(runs: Runs, table: str = "energies", *, scheme: str | None = None) -> pandas.DataFrame:
    """A table of one or several runs.

    Args:
        runs: folders or `Run` objects.
        table: `energies` (a row for each state: hartree, with the vertical electron affinity from the state with one electron less in eV),
            `charges` (a row for each state, scheme and atom, which count from 1), or `account` (where added electrons go: the
            columns of account.csv, a row for each scheme, state and fragment or atom).
        scheme: only this scheme of atomic charges, such as `chelpg`.

    Raises:
        ValueError: for another table, or if no run has the scheme.
        FileNotFoundError: if a run has no account because it has one state.
        ImportError: without pandas (the extra `pandas` of the package).
    """
    import pandas

    found = _runs(runs)
    if table == "account":
        frame = pandas.concat([_account(run) for run in found], ignore_index=True)
    elif table in ("energies", "charges"):
        rows = _energies if table == "energies" else _charges
        frame = pandas.DataFrame([row for run in found for row in rows(run)])
    else:
        raise ValueError(f"there is no table '{table}', only energies, charges and account")
    if scheme is None:
        return frame
    if "scheme" not in frame:
        raise ValueError("energies do not depend on a scheme of charges")
    known = sorted(set(frame["scheme"]))
    if scheme not in known:
        raise ValueError(f"no run has charges by '{scheme}', only by {', '.join(known)}")
    return frame[frame["scheme"] == scheme].reset_index(drop=True)
