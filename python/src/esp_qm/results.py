"""Readers of the folders that the program writes. Atomic units; atoms count from 0 in arrays, as everywhere in Python."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cubes import Cube

Array = NDArray[np.float64]


def _array(values: Any, *shape: int) -> Array:
    result = np.array(values, dtype=float)
    return result.reshape(shape) if shape else result


class Vibrations:
    """Second derivatives of the energy and what follows from them (`esp frequencies`).

    Attributes:
        record: the content of `vibrations` in result.json (see docs/files.md).
    """

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    @property
    def hessian(self) -> Array:
        """Shape (3 atoms, 3 atoms), in hartree per bohr^2; rows of atoms that were held (`hessian_lacks`) are zero."""
        size = 3 * len(self.record["masses"])
        result = np.zeros((size, size))
        result[np.tril_indices(size)] = self.record["hessian"]
        return result + np.tril(result, -1).T

    @property
    def frequencies(self) -> Array:
        """In cm^-1; imaginary ones are negative."""
        return _array(self.record["frequencies"])

    @property
    def normal_modes(self) -> Array:
        """Cartesian displacements, normalised; shape (modes, atoms, 3)."""
        return _array(self.record["normal_modes"], len(self.record["frequencies"]), -1, 3)

    @property
    def ir_intensities(self) -> Array:
        """In km/mol."""
        return _array(self.record["ir_intensities"])

    @property
    def reduced_masses(self) -> Array:
        """In unified atomic mass units."""
        return _array(self.record["reduced_masses"])

    @property
    def dipole_derivatives(self) -> Array:
        """Shape (3, 3 atoms)."""
        return _array(self.record["dipole_derivatives"])

    @property
    def thermochemistry(self) -> dict[str, Any] | None:
        """In hartree and hartree per kelvin, relative to the electronic energy; None if atoms were held."""
        return self.record.get("thermochemistry")


class State:
    """One charge state of a run.

    Attributes:
        run: that it belongs to.
        record: its entry in result.json (see docs/files.md).
    """

    def __init__(self, run: Run, record: dict[str, Any]) -> None:
        self.run = run
        self.record = record

    def __repr__(self) -> str:
        return f"<State charge {self.charge:+d}, multiplicity {self.multiplicity}, {self.energy} Eh>"

    @property
    def charge(self) -> int:
        return int(self.record["charge"])

    @property
    def multiplicity(self) -> int:
        return int(self.record["multiplicity"])

    @property
    def converged(self) -> bool:
        return bool(self.record["converged"])

    @property
    def energy(self) -> float | None:
        """In hartree; None if another program solved the state and does not say."""
        return self.record.get("energy")

    @property
    def energy_components(self) -> dict[str, float]:
        return dict(self.record.get("energy_components") or {})

    @property
    def geometry(self) -> Array:
        """Positions in bohr, shape (atoms, 3): of the state if it was relaxed, else of the run."""
        own = self.record.get("geometry")
        return self.run.geometry if own is None else _array(own, -1, 3)

    @property
    def gradient(self) -> Array | None:
        """Shape (atoms, 3), in hartree per bohr; None if it was not computed."""
        values = self.record.get("gradient")
        return None if values is None else _array(values, -1, 3)

    @property
    def dipole(self) -> Array:
        """x, y, z about `dipole_origin`, in atomic units."""
        return _array(self.record["dipole"])

    @property
    def dipole_origin(self) -> Array:
        """The centre of nuclear charge, in bohr."""
        return _array(self.record["dipole_origin"])

    @property
    def quadrupole(self) -> Array:
        """Second moments of charge about `dipole_origin`, shape (3, 3)."""
        xx, xy, xz, yy, yz, zz = self.record["quadrupole"]
        return _array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])

    @property
    def charges(self) -> dict[str, Array]:
        """By scheme (`mulliken`, `chelpg`, ...), one value for each atom."""
        return {scheme: _array(values) for scheme, values in self.record["charges"].items()}

    @property
    def spin_populations(self) -> dict[str, Array]:
        """By scheme, alpha less beta electrons of each atom."""
        return {scheme: _array(values) for scheme, values in self.record["spin_populations"].items()}

    @property
    def spin_squared(self) -> float:
        return float(self.record["spin_squared"])

    @property
    def orbital_energies(self) -> tuple[Array, Array]:
        """Of alpha and of beta orbitals, in hartree."""
        return _array(self.record["orbital_energies"]["alpha"]), _array(self.record["orbital_energies"]["beta"])

    @property
    def occupied_orbitals(self) -> tuple[int, int]:
        """Numbers of occupied alpha and beta orbitals."""
        return int(self.record["occupied_orbitals"]["alpha"]), int(self.record["occupied_orbitals"]["beta"])

    @property
    def gap(self) -> float | None:
        """LUMO less HOMO over both spins, in hartree."""
        return self.record.get("gap")

    @property
    def potential_at_nuclei(self) -> Array | None:
        values = self.record.get("potential_at_nuclei")
        return None if values is None else _array(values)

    def bond_orders(self, kind: str = "mayer") -> dict[tuple[int, int], float]:
        """`mayer`, `wiberg`, `wiberg_natural` or `fuzzy` orders by pairs of atoms (from 0), as far as the program lists them."""
        found = {}
        for record in self.record.get("bond_orders") or []:
            if record.get(kind) is not None:
                first, second = record["atoms"]
                found[first, second] = float(record[kind])
        return found

    @property
    def warnings(self) -> list[str]:
        return [warning["message"] for warning in self.record.get("warnings") or []]

    @property
    def vibrations(self) -> Vibrations | None:
        """None if they were not computed."""
        record = self.record.get("vibrations")
        return None if record is None else Vibrations(record)

    @property
    def files(self) -> dict[str, Path]:
        """The checkpoint (`checkpoint`), and cube files by their content (`esp`, `density`, `spin`, ...)."""
        return {key: self.run.path / name for key, name in self.record.get("files", {}).items()}

    def cube(self, content: str) -> Cube:
        """A cube file of the state, such as `esp` or `density`.

        Raises:
            KeyError: if the run has none; the message lists those that it has.
        """
        files = {key: path for key, path in self.files.items() if path.suffix == ".cube"}
        if content not in files:
            known = ", ".join(sorted(files)) or "none"
            raise KeyError(f"{self.run.path} has no cube '{content}' of charge {self.charge:+d}, only: {known}")
        return Cube.read(files[content])


class Optimization:
    """A search for a stationary point (optimization.json).

    Attributes:
        document: its content (see docs/files.md).
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    @property
    def converged(self) -> bool:
        return bool(self.document["converged"])

    @property
    def symbols(self) -> list[str]:
        return list(self.document["symbols"])

    @property
    def energies(self) -> Array:
        """Of all structures, in hartree."""
        return _array([point["energy"] for point in self.document["points"]])

    @property
    def geometries(self) -> Array:
        """Of all structures in bohr; shape (structures, atoms, 3)."""
        return _array([point["geometry"] for point in self.document["points"]], -1, len(self.symbols), 3)

    @property
    def gradients(self) -> Array:
        """Of all structures in hartree per bohr; shape (structures, atoms, 3)."""
        return _array([point["gradient"] for point in self.document["points"]], -1, len(self.symbols), 3)

    @property
    def final(self) -> int:
        """Index (from 0) of the structure that is the result; before convergence, of the last one."""
        number = self.document.get("final_point")
        return (number or len(self.document["points"])) - 1

    @property
    def energy(self) -> float:
        """Of the resulting structure, in hartree."""
        return float(self.energies[self.final])

    @property
    def geometry(self) -> Array:
        """The resulting structure in bohr; shape (atoms, 3)."""
        return np.asarray(self.geometries[self.final])


class Run:
    """A folder that the program wrote.

    Args:
        path: of the folder, or of its result.json.

    Raises:
        FileNotFoundError: if the folder has neither result.json nor optimization.json.
        ValueError: if a document is of another schema.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        path = Path(path)
        self.path = path.parent if path.is_file() else path
        if not any((self.path / name).is_file() for name in ("result.json", "optimization.json")):
            raise FileNotFoundError(f"{self.path} has neither result.json nor optimization.json: it is no folder of a finished run")

    def __repr__(self) -> str:
        return f"<Run {self.path}>"

    def _read(self, name: str, schema: str) -> dict[str, Any]:
        path = self.path / name
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path} is not JSON: {error}") from None
        if not isinstance(document, dict) or document.get("schema") != schema:
            raise ValueError(f"{path} is not of the schema {schema}")
        return document

    @cached_property
    def document(self) -> dict[str, Any]:
        """The content of result.json (see docs/files.md)."""
        return self._read("result.json", "esp-result-1")

    @cached_property
    def optimization(self) -> Optimization | None:
        """The search for a stationary point in this folder; None if there is none."""
        if not (self.path / "optimization.json").is_file():
            return None
        return Optimization(self._read("optimization.json", "esp-optimization-1"))

    @property
    def name(self) -> str:
        """Of the folder, without its ending."""
        return self.path.absolute().name.removesuffix(".esp").removesuffix(".opt")

    @property
    def symbols(self) -> list[str]:
        return list(self.document["molecule"]["symbols"])

    @property
    def atomic_numbers(self) -> NDArray[np.int64]:
        return np.array(self.document["molecule"]["atomic_numbers"], dtype=int)

    @property
    def nuclear_charges(self) -> Array:
        """Less the electrons that core potentials replace."""
        return _array(self.document["molecule"]["effective_nuclear_charges"])

    @property
    def geometry(self) -> Array:
        """Positions in bohr, shape (atoms, 3)."""
        return _array(self.document["molecule"]["geometry"], -1, 3)

    @property
    def method(self) -> str:
        return str(self.document["model"]["method"])

    @property
    def basis(self) -> dict[str, str]:
        """By element."""
        return dict(self.document["model"]["basis"])

    @property
    def states(self) -> list[State]:
        return [State(self, record) for record in self.document["states"]]

    def state(self, charge: int | None = None) -> State:
        """The state of a charge; None for the only one.

        Raises:
            KeyError: if there is none, or if there are several and no charge is named.
        """
        states = self.states
        known = ", ".join(f"{state.charge:+d}" for state in states)
        found = [state for state in states if charge is None or state.charge == charge]
        if len(found) != 1:
            raise KeyError(f"{self.path} has the charges {known}" + (": name one" if charge is None else f", not {charge:+d}"))
        return found[0]

    def __iter__(self) -> Iterator[State]:
        return iter(self.states)

    def to_pandas(self, table: str = "energies", **choices: Any) -> Any:
        """See `esp_qm.to_pandas`."""
        from .tables import to_pandas

        return to_pandas(self, table, **choices)
