"""The calculator, driven by ASE's own optimiser and vibrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms, units
from ase.calculators.calculator import CalculatorSetupError, InputError, PropertyNotImplementedError, SCFError
from ase.calculators.fd import calculate_numerical_forces
from ase.optimize import BFGS
from ase.vibrations import Vibrations

from esp_qm.ase import ESP


@pytest.fixture
def calculator() -> Iterator[ESP]:
    found = ESP(method="hf", basis="STO-3G", threads=1)
    yield found
    found.close()


@pytest.fixture
def atoms(references: dict[str, Any], calculator: ESP) -> Atoms:
    return Atoms("OH2", positions=np.array(references["geometry_in_bohr"]) * units.Bohr, calculator=calculator)


def test_properties(atoms: Atoms, references: dict[str, Any]) -> None:
    assert atoms.get_potential_energy() == pytest.approx(references["energy"] * units.Hartree, abs=1e-6)
    forces = -np.array(references["gradient"]) * units.Hartree / units.Bohr
    assert atoms.get_forces() == pytest.approx(forces, abs=5e-5)
    assert atoms.get_dipole_moment() == pytest.approx(np.array(references["dipole"]) * units.Bohr, abs=1e-5)
    assert atoms.get_charges().sum() == pytest.approx(0, abs=1e-4) and atoms.get_charges()[0] < -0.2
    atoms.calc.set(scheme="mulliken")
    assert atoms.get_charges() == pytest.approx(np.array(references["mulliken"]), abs=1e-5)
    with pytest.raises(PropertyNotImplementedError):
        atoms.get_stress()


def test_forces_are_the_derivatives_of_the_energy_on_the_grid(atoms: Atoms) -> None:
    atoms.calc.set(method="pbe", model={"grid": "coarse"}, convergence={"energy_tolerance": 1e-11})
    atoms.rattle(0.05, seed=1)
    analytic = atoms.get_forces()
    assert calculate_numerical_forces(atoms, eps=5e-4) == pytest.approx(analytic, abs=2e-5)


def test_ase_optimises_and_finds_the_vibrations(
    atoms: Atoms, references: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = atoms.calc.server
    evaluate, iterations = server.evaluate, []

    def counted(*arguments: Any, **choices: Any) -> Any:
        found = evaluate(*arguments, **choices)
        iterations.append(found.iterations)
        return found

    monkeypatch.setattr(server, "evaluate", counted)
    atoms.get_potential_energy()
    process = server._process.pid
    search = BFGS(atoms, logfile=None)
    assert search.run(fmax=1e-3, steps=50)
    assert atoms.get_potential_energy() == pytest.approx(references["minimum_energy"] * units.Hartree, abs=1e-5)
    minimum = np.array(references["minimum_geometry_in_bohr"]) * units.Bohr
    assert atoms.get_all_distances() == pytest.approx(Atoms("OH2", positions=minimum).get_all_distances(), abs=1e-4)
    vibrations = Vibrations(atoms, name=str(tmp_path / "vibrations"), delta=0.005, nfree=2)
    vibrations.run()
    found = np.real(vibrations.get_frequencies())[-3:]
    # One process for all, and fewer Fock matrices for each structure than for the first.
    assert server._process.pid == process
    assert len(iterations) > 20 and max(iterations[1:]) < iterations[0]
    # As the reference, ASE takes the average masses of the elements.
    assert found == pytest.approx(np.array(references["wavenumbers_per_cm"]), abs=0.5)


def test_charge_and_multiplicity(atoms: Atoms) -> None:
    energies = {}
    atoms.set_initial_charges([1, 0, 0])
    energies["initial charges"] = atoms.get_potential_energy()
    assert atoms.get_magnetic_moment() == 1
    atoms.set_initial_charges(None)
    atoms.info["charge"] = 1
    energies["info"] = ESP(method="hf", basis="STO-3G", threads=1).get_potential_energy(atoms)
    del atoms.info["charge"]
    energies["parameter"] = ESP(method="hf", basis="STO-3G", threads=1, charge=1).get_potential_energy(atoms)
    assert list(energies.values()) == pytest.approx([energies["info"]] * 3, abs=1e-6)
    assert energies["info"] > atoms.get_potential_energy() + 5
    atoms.set_initial_magnetic_moments([2, 0, 0])
    triplet = atoms.get_potential_energy()
    assert atoms.get_magnetic_moment() == 2 and triplet > energies["info"] - 20
    atoms.set_initial_magnetic_moments([1, 0, 0])
    with pytest.raises(InputError, match="multiplicity 2 is impossible"):
        atoms.get_potential_energy()
    atoms.set_initial_magnetic_moments([0.5, 0, 0])
    with pytest.raises(InputError, match="not an integer"):
        atoms.get_potential_energy()


def test_failures(atoms: Atoms) -> None:
    with pytest.raises(CalculatorSetupError, match="colour"):
        ESP(colour="red")
    atoms.calc.set(convergence={"maximum_iterations": 1})
    with pytest.raises(SCFError):
        atoms.get_potential_energy()
    atoms.calc.set(convergence=None)
    atoms.pbc = True
    with pytest.raises(InputError, match="periodic"):
        atoms.get_potential_energy()
    atoms.pbc = False
    assert np.isfinite(atoms.get_potential_energy())
