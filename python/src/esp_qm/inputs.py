"""Molecules, and the input documents of `esp run` (schema esp-input-2)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: CODATA 2022, as in the program.
BOHR_IN_ANGSTROM = 0.529177210544

SCHEMA = "esp-input-2"


@dataclass
class Molecule:
    """Atoms and their electrons.

    Attributes:
        symbols: of the elements.
        geometry: positions in bohr, shape (atoms, 3).
        charge: None leaves it to the program (0).
        multiplicity: 2S + 1; None leaves it to the program.
        name: folders and pictures are called after it.
    """

    symbols: Sequence[str]
    geometry: NDArray[np.float64]
    charge: int | None = None
    multiplicity: int | None = None
    name: str = "molecule"

    def __post_init__(self) -> None:
        self.symbols = [str(symbol) for symbol in self.symbols]
        geometry = np.array(self.geometry, dtype=float)
        if geometry.size != 3 * len(self.symbols) or not np.isfinite(geometry).all():
            raise ValueError(f"{len(self.symbols)} symbols need as many rows of three finite coordinates")
        self.geometry = geometry.reshape(-1, 3)

    @classmethod
    def from_angstrom(cls, symbols: Sequence[str], positions: ArrayLike, **others: Any) -> Molecule:
        """A molecule whose positions are in Angstrom."""
        return cls(symbols, np.asarray(positions, dtype=float) / BOHR_IN_ANGSTROM, **others)

    @classmethod
    def from_xyz(cls, path: str | os.PathLike[str]) -> Molecule:
        """Reads a plain XYZ file of one structure in Angstrom, with `charge=` and `multiplicity=` of its second line.

        Raises:
            ValueError: for a file that needs the program's own reader (several structures, ghost atoms, units in the second line).
        """
        path = Path(path)
        lines = path.read_text(encoding="utf-8").splitlines()

        def refuse(problem: str) -> ValueError:
            return ValueError(f"{path}: {problem}. Pass an esp_qm.Molecule or an ASE Atoms object, or run `esp compute {path}`.")

        if len(lines) < 3 or not lines[0].strip().isdigit():
            raise refuse("this is not an XYZ file")
        count = int(lines[0])
        atoms = [line.split() for line in lines[2 : 2 + count]]
        if len(atoms) < count or any(line.strip() for line in lines[2 + count :]):
            raise refuse(f"the first line says {count} atoms, but there are more or fewer lines")
        charge, multiplicity = _electrons(lines[1], refuse)
        symbols: list[str] = []
        positions: list[list[float]] = []
        for number, words in enumerate(atoms, start=3):
            if len(words) < 4 or not re.fullmatch(r"[A-Za-z]{1,2}", words[0]):
                raise refuse(f"line {number} is not a symbol and three coordinates")
            try:
                positions.append([float(word) for word in words[1:4]])
            except ValueError:
                raise refuse(f"line {number} is not a symbol and three coordinates") from None
            symbols.append(words[0].capitalize())
        return cls.from_angstrom(symbols, positions, charge=charge, multiplicity=multiplicity, name=path.name)


def _electrons(comment: str, refuse: Any) -> tuple[int | None, int | None]:
    """Charge and multiplicity of the second line of an XYZ file; refuses what the program would read and this does not."""
    found: dict[str, int] = {}
    known = {"charge": "charge", "total_charge": "charge", "chrg": "charge"}
    known |= dict.fromkeys(("multiplicity", "mult", "spin", "total_spin", "spin_multiplicity"), "multiplicity")
    for key, value in re.findall(r"(\w+)\s*[=:]\s*(\"[^\"]*\"|\S+)", comment):
        kind = known.get(key.lower())
        if kind:
            try:
                found[kind] = int(value.strip('"'))
            except ValueError:
                raise refuse(f"'{key}={value}' in the second line is not an integer") from None
        elif key.lower() in ("units", "properties"):
            raise refuse(f"'{key}' in the second line is not read here")
    bare = {word.lower() for word in re.sub(r"(\w+)\s*[=:]\s*(\"[^\"]*\"|\S+)", "", comment).split()}
    if re.fullmatch(r"\s*[-+]?\d+\s+\d+\s*", comment) or bare & (set(known) | {"bohr", "angstrom", "units"}):
        raise refuse("the second line may name charge, multiplicity or units without '='")
    return found.get("charge"), found.get("multiplicity")


#: What stands for a molecule: an ASE `Atoms` object and a QCElemental `Molecule` are recognised by their attributes.
MoleculeLike = Union[Molecule, str, "os.PathLike[str]", Any]


def as_molecule(value: MoleculeLike) -> Molecule:
    """A molecule from a path of an XYZ file, an ASE `Atoms` object, or a QCElemental `Molecule`.

    Raises:
        ValueError: for periodic cells, ghost atoms, and charges that are not integers.
        TypeError: for anything else.
    """
    if isinstance(value, Molecule):
        return value
    if isinstance(value, (str, os.PathLike)):
        return Molecule.from_xyz(value)
    if hasattr(value, "get_chemical_symbols") and hasattr(value, "get_positions"):
        if any(getattr(value, "pbc", [])):
            raise ValueError("periodic cells are not supported; set pbc to False")
        info = getattr(value, "info", {})
        return Molecule.from_angstrom(
            value.get_chemical_symbols(), value.get_positions(), charge=info.get("charge"),
            multiplicity=info.get("multiplicity"), name=value.get_chemical_formula())
    if hasattr(value, "molecular_charge") and hasattr(value, "geometry"):
        if not np.all(value.real):
            raise ValueError("ghost atoms are not supported here")
        if value.molecular_charge != round(value.molecular_charge):
            raise ValueError(f"a charge of {value.molecular_charge} is not an integer")
        return Molecule(
            list(value.symbols), value.geometry, charge=int(round(value.molecular_charge)),
            multiplicity=int(value.molecular_multiplicity), name=value.name or "molecule")
    raise TypeError(
        f"{type(value).__name__} is not a molecule: use the path of an XYZ file, esp_qm.Molecule, ase.Atoms or a QCElemental Molecule")


def _merge(target: dict[str, Any], source: Mapping[str, Any]) -> None:
    for key, value in source.items():
        if isinstance(value, Mapping) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = dict(value) if isinstance(value, Mapping) else value


def input_document(
    molecule: MoleculeLike,
    *,
    task: str = "energy",
    method: str | None = None,
    basis: str | None = None,
    preset: str | None = None,
    dispersion: str | None = None,
    grid: str | None = None,
    charges: int | Sequence[int] | None = None,
    multiplicities: int | Sequence[int] | None = None,
    reduce: int | None = None,
    reference: str | None = None,
    search: str | None = None,
    gradient: bool = False,
    charge_schemes: Sequence[str] | None = None,
    cubes: Sequence[str] = (),
    pictures: Sequence[str] = (),
    threads: int | None = None,
    memory: int | None = None,
    **parts: Mapping[str, Any],
) -> dict[str, Any]:
    """The input of a calculation, as `esp run` reads it. What is left out has the default of `esp compute` (which
    searches for other solutions, and adds electrons to metal complexes and quinones), except that there are no pictures.

    Args:
        molecule: see `as_molecule`.
        task: `energy`, `optimization`, `adiabatic`, `counterpoise` or `frequencies`.
        method: `hf` or a functional, such as `pbe0-d4`; with `basis`, None means B3LYP-D4/def2-SVP.
        preset: `paper`.
        charges: one or several.
        multiplicities: one for all charges, or one for each.
        reduce: add up to this many electrons to the one charge.
        reference: `automatic`, `restricted`, `unrestricted` or `restricted-open`.
        search: `full`, `lowest` or `none`.
        charge_schemes: beside Mulliken, Loewdin and CHELPG charges.
        cubes: `esp`, `density`, `spin`, `difference`, `step`, `homo`, `lumo`.
        memory: in bytes.
        parts: further keys of the input by its parts, such as `convergence={"damping": 0.3}`; they win over the others.
    """
    atoms = as_molecule(molecule)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "task": task,
        "molecule": {"name": atoms.name, "symbols": list(atoms.symbols), "geometry": atoms.geometry.ravel().tolist()},
        "states": {},
        "model": {},
        "analyses": {"cubes": list(cubes), "pictures": list(pictures)},
        "resources": {},
    }

    def put(part: str, **values: Any) -> None:
        document[part].update({key: value for key, value in values.items() if value is not None})

    def several(value: int | Sequence[int] | None) -> list[int] | None:
        return None if value is None else [int(value)] if np.isscalar(value) else [int(one) for one in value]  # type: ignore

    put("molecule", charge=atoms.charge, multiplicity=atoms.multiplicity)
    put(
        "states", charges=several(charges), multiplicities=several(multiplicities), reduce=reduce, reference=reference,
        search=search)
    put("model", method=method, basis=basis, preset=preset, dispersion=dispersion, grid=grid)
    put("resources", threads=threads, memory=memory)
    put("analyses", gradient=gradient or None)
    if charge_schemes is not None:
        document["analyses"]["charges"] = {"schemes": list(charge_schemes)}
    _merge(document, parts)
    return document


__all__ = ["BOHR_IN_ANGSTROM", "Molecule", "MoleculeLike", "as_molecule", "input_document"]
