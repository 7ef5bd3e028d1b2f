"""Trajectories by other programs, for `dynamics.json`. Needs ASE (3.26.0) and PySCF.

The first is seven argon-like atoms with a Lennard-Jones potential by ASE's VelocityVerlet. Potential and starting velocities are written
out here; the unit of time is given to ASE in its own units, so that no conversion constant enters. The second is water by
Hartree-Fock/STO-3G: PySCF's gradients, ASE's VelocityVerlet.
"""
import json
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.md.verlet import VelocityVerlet
from reference_tools import load_basis_files

HERE = Path(__file__).resolve().parent
EPSILON, SIGMA = 3.8e-4, 6.43
ATOMIC_MASS_UNIT = 1822.888486283


class LennardJones(Calculator):
    """In atomic units: ASE's integrator does not ask for units."""

    implemented_properties = ["energy", "forces"]

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        r = atoms.get_positions()
        energy, forces = 0.0, np.zeros_like(r)
        for i in range(len(r)):
            for j in range(i):
                d = r[i] - r[j]
                square = d @ d
                sixth = (SIGMA**2 / square) ** 3
                energy += 4 * EPSILON * (sixth**2 - sixth)
                force = 24 * EPSILON * (2 * sixth**2 - sixth) / square * d
                forces[i] += force
                forces[j] -= force
        self.results = {"energy": energy, "forces": forces}


class HartreeFock(Calculator):
    """PySCF, in atomic units."""

    implemented_properties = ["energy", "forces"]

    def __init__(self, basis):
        super().__init__()
        self.basis = basis
        self.density = None

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        from pyscf import gto, scf
        super().calculate(atoms, properties, system_changes)
        molecule = gto.M(atom=list(zip(atoms.get_chemical_symbols(), atoms.get_positions())), basis=self.basis, unit="bohr", verbose=0)
        field = scf.RHF(molecule)
        field.conv_tol, field.conv_tol_grad = 1e-13, 1e-8
        energy = field.kernel(self.density)
        self.density = field.make_rdm1()
        self.results = {"energy": energy, "forces": -field.nuc_grad_method().kernel()}


def run(atoms, masses, velocities, timestep, steps):
    # Masses in electron masses and lengths in bohr: everything in atomic units.
    atoms.set_masses(masses)
    atoms.set_velocities(velocities)
    start = {"positions": atoms.get_positions().tolist(), "velocities": atoms.get_velocities().tolist()}
    energies = []

    def record():
        energies.append([atoms.get_potential_energy(), atoms.get_kinetic_energy()])

    dynamics = VelocityVerlet(atoms, timestep=timestep)
    dynamics.attach(record)
    dynamics.run(steps)
    return start | {
        "masses": (np.array(masses) / ATOMIC_MASS_UNIT).tolist(), "timestep": timestep, "steps": steps, "energies": energies,
        "last_positions": atoms.get_positions().tolist(), "last_velocities": atoms.get_velocities().tolist(),
    }


def argon():
    a = 7.2
    positions = np.array([
        [0, 0, 0], [a, 0, 0], [0.5 * a, 0.87 * a, 0], [0.5 * a, 0.29 * a, 0.82 * a], [0.5 * a, 0.29 * a, -0.82 * a],
        [-0.5 * a, 0.87 * a, 0.1 * a], [1.5 * a, 0.87 * a, -0.1 * a]])
    velocities = 4e-5 * np.random.default_rng(3).normal(size=(7, 3))
    atoms = Atoms("Ar7", positions=positions)
    atoms.calc = LennardJones()
    found = run(atoms, 7 * [39.948 * ATOMIC_MASS_UNIT], velocities, 400.0, 200)
    del found["energies"]
    return found


def water():
    positions = np.array([[0, 0, 0.2217], [0, 1.4309, -0.8867], [0, -1.4309, -0.8867]])
    velocities = 1e-4 * np.array([[0.2, -0.3, 0.1], [1.0, -2.0, 3.0], [-1.5, 2.5, 0.5]])
    atoms = Atoms("OH2", positions=positions)
    basis = load_basis_files()["sto-3g"].basis
    atoms.calc = HartreeFock({symbol: basis[symbol] for symbol in "OH"})
    return run(atoms, [m * ATOMIC_MASS_UNIT for m in (15.999, 1.008, 1.008)], velocities, 20.0, 40)


if __name__ == "__main__":
    document = argon() | {"water": water()}
    (HERE / "dynamics.json").write_text(json.dumps(document, indent=1) + "\n")
