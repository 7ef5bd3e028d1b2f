"""esp-points.json: electrostatic potential, density and its gradient at scattered points."""
import numpy as np
import reference_tools as tools
from pyscf import dft, scf
from reference_charges import potential
from reference_molecules import MOLECULES, mixed

SETTINGS = {
    "state": "Hartree-Fock, lowest solution found, converged as in hf-energies.json",
    "columns": ["x", "y", "z", "potential", "electronic part of the potential", "density", "d/dx", "d/dy", "d/dz",
                "spin density (unrestricted only)"],
    "potential": "nuclei (effective charges) and electrons; electronic part is negative",
    "density": "electrons that are in the calculation: no ECP core",
    "points": "near the nuclei, in the valence region and far away; random with a fixed seed",
}

CASES = [
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True),
    ("hydrogen-fluoride", 0, 1, {"default": "cc-pVQZ"}, False),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True),
    ("niobium-chloride", 0, 1, mixed("Nb"), False),
]


def scattered(positions, generator):
    def around(count, low, high):
        direction = generator.normal(size=(count, 3))
        direction /= np.linalg.norm(direction, axis=1)[:, None]
        atoms = positions[generator.integers(0, len(positions), count)]
        return atoms + direction * np.exp(generator.uniform(np.log(low), np.log(high), count))[:, None]
    return np.round(np.concatenate([around(10, 1e-3, 0.5), around(20, 0.5, 5), around(10, 5, 60)]), 8)


def run():
    progress, records, generator = tools.Progress(), [], np.random.default_rng(11)
    for name, charge, multiplicity, basis, cartesian in CASES:
        mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
        mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)),
                            ["minao", "atom"], perturbed=3 if multiplicity > 1 else 0)
        density = np.asarray(mf.make_rdm1())
        spin = None if density.ndim == 2 else density[0] - density[1]
        density = density if density.ndim == 2 else density.sum(axis=0)
        points = scattered(mol.atom_coords(), generator)
        values = potential(mol, density, points)
        nuclei = (mol.atom_charges() / np.linalg.norm(points[:, None] - mol.atom_coords(), axis=2)).sum(axis=1)
        orbitals = dft.numint.eval_ao(mol, points, deriv=1)
        rho = np.einsum("gi,ij,xgj->xg", orbitals[0], density, orbitals)
        rho[1:] *= 2
        rows = []
        for i, p in enumerate(points):
            row = [*p, values[i], values[i] - nuclei[i], *rho[:, i]]
            if spin is not None:
                row.append(orbitals[0, i] @ spin @ orbitals[0, i])
            rows.append([float(f"{v:.15g}") for v in row])
        records.append({"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": cartesian,
                        "atoms": MOLECULES[name], "energy": float(mf.e_tot), "points": rows})
        progress(name, len(rows), float(mf.e_tot))
        tools.write_json("esp-points.json", {
            "provenance": tools.provenance("make-references.py esp-points", SETTINGS), "cases": records})
