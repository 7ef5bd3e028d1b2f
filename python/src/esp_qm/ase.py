"""A calculator for ASE (the Atomic Simulation Environment). Units are ASE's: eV, Angstrom, elementary charges.

>>> from ase.build import molecule
>>> from ase.optimize import BFGS
>>> from esp_qm.ase import ESP
>>> atoms = molecule("H2O")
>>> atoms.calc = ESP(method="hf", basis="STO-3G")
>>> BFGS(atoms).run(fmax=0.01)
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ase import Atoms, units
from ase.calculators.calculator import (
    Calculator,
    CalculatorSetupError,
    InputError,
    SCFError,
    all_changes,
)

from . import errors
from .inputs import Molecule
from .server import Evaluation, Server


class ESP(Calculator):  # type: ignore[misc]
    """Energies, forces, dipole moments and atomic charges of one charge state by `esp serve`.

    One process computes all structures. Each starts from the orbitals of the one before, if the atoms, the charge, the multiplicity and the
    model are the same. Forces have the response of the integration grid: they are the derivatives of the energies.

    Args:
        program: see `esp_qm.find_program`.
        threads: of the program; None means one for each processor.
        memory: such as `4GB`; None means 70 % of the free memory.
        method: with `basis`, None means B3LYP-D4/def2-SVP. `model` has further parts of the model.
        charge: None means `atoms.info["charge"]` if it is there, else the sum of the initial charges.
        multiplicity: 2S + 1; None means `atoms.info["multiplicity"]` if it is there, else that of the sum of the initial magnetic moments
            if it is not zero, else the lowest possible one.
        scheme: of the atomic charges, such as `mulliken`, `hirshfeld`, `cm5`, `npa`, `mbis` or `chelpg`.
        reference, stability, model, convergence: see `esp_qm.Server.evaluate`.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "free_energy", "forces", "dipole", "charges", "magmom"]
    default_parameters: ClassVar[dict[str, Any]] = {
        "method": None,
        "basis": None,
        "charge": None,
        "multiplicity": None,
        "scheme": "hirshfeld",
        "reference": None,
        "stability": None,
        "model": None,
        "convergence": None,
    }
    discard_results_on_any_change = True
    ignored_changes: ClassVar[set[str]] = {"cell"}

    def __init__(
        self,
        atoms: Atoms | None = None,
        *,
        program: str | os.PathLike[str] | None = None,
        threads: int | None = None,
        memory: str | None = None,
        **parameters: Any,
    ) -> None:
        unknown = set(parameters) - set(self.default_parameters)
        if unknown:
            raise CalculatorSetupError(
                f"ESP has no {', '.join(sorted(unknown))}, only {', '.join(self.default_parameters)}, program, threads, memory")
        self.server = Server(program, threads=threads, memory=memory)
        super().__init__(atoms=atoms, **parameters)

    def close(self) -> None:
        """Ends the program; the next calculation starts it anew."""
        self.server.close()

    def calculate(
        self, atoms: Atoms | None = None, properties: Sequence[str] = ("energy",), system_changes: Sequence[str] = all_changes
    ) -> None:
        super().calculate(atoms, properties, system_changes)
        wanted = ["energy"]
        wanted += ["gradient"] if "forces" in properties else []
        wanted += [name for name in ("dipole", "charges") if name in properties]
        scheme = self.parameters["scheme"]
        found = self._evaluate(wanted, scheme)
        energy = found.energy * units.Hartree
        self.results.update(energy=energy, free_energy=energy, magmom=float(found.record["multiplicity"] - 1))
        if found.gradient is not None:
            self.results["forces"] = -found.gradient * (units.Hartree / units.Bohr)
        if found.dipole is not None:
            self.results["dipole"] = found.dipole * units.Bohr
        if "charges" in wanted:
            if scheme not in found.charges:
                raise SCFError(f"no charges by {scheme}: {found.record.get('missing_charges', {}).get(scheme, 'unknown scheme')}")
            self.results["charges"] = found.charges[scheme]

    def _evaluate(self, wanted: Sequence[str], scheme: str) -> Evaluation:
        model: dict[str, Any] = {key: self.parameters[key] for key in ("method", "basis") if self.parameters[key] is not None}
        model.update(self.parameters["model"] or {})
        convergence: Mapping[str, Any] | None = self.parameters["convergence"]
        try:
            return self.server.evaluate(
                self._molecule(), properties=wanted, model=model, convergence=convergence, charge_schemes=[scheme],
                reference=self.parameters["reference"], stability=self.parameters["stability"])
        except errors.NotConverged as error:
            raise SCFError(error.message) from error
        except (errors.BadInput, errors.UsageError) as error:
            raise InputError(error.message) from error

    def _molecule(self) -> Molecule:
        atoms = self.atoms
        if any(atoms.pbc):
            raise InputError("periodic cells are not supported; set atoms.pbc to False")
        charge, multiplicity = self.parameters["charge"], self.parameters["multiplicity"]
        if charge is None:
            charge = atoms.info.get("charge", atoms.get_initial_charges().sum())
        if multiplicity is None:
            moment = atoms.get_initial_magnetic_moments().sum()
            multiplicity = atoms.info.get("multiplicity", abs(moment) + 1 if abs(moment) > 1e-8 else None)
        for name, value in (("charge", charge), ("multiplicity", multiplicity)):
            if value is not None and abs(value - round(value)) > 1e-6:
                raise InputError(f"a {name} of {value} is not an integer")
        return Molecule(
            atoms.get_chemical_symbols(), atoms.get_positions() / units.Bohr, charge=int(round(charge)),
            multiplicity=None if multiplicity is None else int(round(multiplicity)))


__all__ = ["ESP"]
