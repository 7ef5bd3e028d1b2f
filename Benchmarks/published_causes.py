#!/usr/bin/env python3
"""Shows the causes of differences in published_charges.py by computing what the other programs did, with PySCF.

    Benchmarks/published_causes.py [--program FILE] [--repesp FOLDER]

Free atoms: HORTON's tests and Q-Chem take theirs in the basis of the molecule. In STO-3G an atom has one s density for 1s and 2s
filled, and one p function: Hirshfeld and iterative Hirshfeld charges with these are summed over PySCF's grid.

Points: FOLDER is a clone of jszopi/repESP, which has Gaussian's points. Charges are fitted to the potential of this program's
density at these points.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from published_charges import ROOT, xyz
from published_structures import structure
from pyscf import df, dft, gto, scf
from pyscf.tools import molden

NUCLEI = {"H": 1, "C": 6, "O": 8}
# Published charges by atom number, as in published_charges.py, and the limit of the deviation.
FREE_ATOMS = [
    ("water, HORTON, Hirshfeld", "water-horton", "hf", False, {1: -0.246172}, 5e-4),
    ("water, HORTON, iterative Hirshfeld", "water-horton", "hf", True, {1: -0.4214}, 1e-3),
    ("divinylbenzene, Q-Chem, Hirshfeld", "divinylbenzene-half", "b3lypg", False,
     {1: 0.002908, 2: -0.026984, 6: -0.022291, 7: -0.055293, 10: 0.025895}, 2e-4),
]
POINTS = [("methane", "methane", 0), ("trimethylammonium", "NMe3H_plus", 1)]


def free_density(symbol, electrons, distances):
    """Of a whole number of electrons, s functions first; averaged over directions."""
    mol = gto.M(atom=[[symbol, (0, 0, 0)]], basis="sto-3g", spin=NUCLEI[symbol] % 2, verbose=0)
    radii = np.exp(np.linspace(np.log(1e-5), np.log(25), 900))
    values = mol.eval_gto("GTOval", np.c_[np.zeros((len(radii), 2)), radii])
    if symbol == "H":
        density = electrons * values[:, 0] ** 2
    else:
        inverse = np.linalg.inv(mol.intor("int1e_ovlp")[:2, :2])
        density = 2 * np.einsum("pi,ij,pj->p", values[:, :2], inverse, values[:, :2])
        density += (electrons - 4) / 3 * (values[:, 2:] ** 2).sum(axis=1)
    return np.interp(np.log(np.maximum(distances, 1e-5)), np.log(radii), density, right=0)


def interpolated(symbol, electrons, distances):
    low = int(np.floor(electrons))
    return sum((weight * free_density(symbol, count, distances) for count, weight in
                ((low, 1 - (electrons - low)), (low + 1, electrons - low)) if weight > 0 and count > 0), np.zeros(len(distances)))


def stockholder(atoms, functional, iterated):
    mol = gto.M(atom=[[a[0], a[1:]] for a in atoms], basis="sto-3g", verbose=0)
    mf = (scf.RHF(mol) if functional == "hf" else dft.RKS(mol, xc=functional)).run()
    grid = dft.gen_grid.Grids(mol)
    grid.atom_grid, grid.prune = (100, 302), None
    grid.build()
    density = grid.weights * dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, grid.coords), mf.make_rdm1())
    distances = [np.linalg.norm(grid.coords - x, axis=1) for x in mol.atom_coords()]
    charges = np.zeros(len(atoms))
    for _ in range(200 if iterated else 1):
        shares = [interpolated(a[0], NUCLEI[a[0]] - q, d) for a, q, d in zip(atoms, charges, distances)]
        whole = np.maximum(sum(shares), 1e-300)
        old, charges = charges, np.array([NUCLEI[a[0]] - density @ (s / whole) for a, s in zip(atoms, shares)])
        if abs(charges - old).max() < 1e-6:
            break
    return charges


def read_points(text):
    """Positions and charges of the atoms, potentials and points of an Antechamber ESP file, in atomic units."""
    rows = [line.replace("D", "E").split() for line in text.splitlines() if "#" not in line and "=" not in line]
    atoms = np.array([row[1:] for row in rows if len(row) == 5 and "." in row[1]], float)
    head = next(i for i, line in enumerate(text.splitlines()) if "#POINTS" in line)
    count = int(text.splitlines()[head].split("=")[1])
    points = np.array([line.replace("D", "E").split() for line in text.splitlines()[head + 1:head + 1 + count]], float)
    return atoms[:, :3], atoms[:, 3], points[:, 0], points[:, 1:]


def fit(program, name, charge, text):
    """Charges fitted to the potential of this program's density at the points of the file, and the file's charges."""
    positions, published, potentials, points = read_points(text)
    with tempfile.TemporaryDirectory() as folder:
        start, run = Path(folder) / "molecule.xyz", Path(folder) / "run"
        start.write_text(xyz(structure(name)))
        for arguments in (["compute", str(start), "-c", str(charge), "--method", "b3lyp", "--basis", "6-311G**", "--grid", "ultrafine",
                           "--search", "none", "--cube", "none", "--picture", "none", "--no-report", "--convergence", "1e-10", "-q",
                           "-o", str(run)], ["export", str(run), "--format", "molden"]):
            subprocess.run([program, *arguments], check=True, capture_output=True)
        mol, _, orbitals, occupations, _, _ = molden.load(str(next(run.glob("*.molden"))))
    density = (orbitals * occupations) @ orbitals.T
    nuclei = mol.atom_coords()
    # Gaussian's axes onto those of the structure.
    a, b = positions - positions.mean(axis=0), nuclei - nuclei.mean(axis=0)
    u, _, vt = np.linalg.svd(a.T @ b)
    turn = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt
    assert abs(a @ turn - b).max() < 1e-4, name
    points = (points - positions.mean(axis=0)) @ turn + nuclei.mean(axis=0)
    inverse = 1 / np.linalg.norm(points[:, None] - nuclei[None], axis=2)
    electrons = [np.einsum("ijp,ij->p", df.incore.aux_e2(mol, gto.fakemol_for_charges(part)), density)
                 for part in np.array_split(points, len(points) // 100 + 1)]
    own = inverse @ mol.atom_charges() - np.concatenate(electrons)
    size = len(nuclei)
    system = np.block([[inverse.T @ inverse, np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    return np.linalg.solve(system, np.r_[inverse.T @ own, charge])[:-1], published, abs(own - potentials).max()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/esp"))
    parser.add_argument("--repesp")
    arguments = parser.parse_args()
    wrong = []
    for name, molecule, functional, iterated, published, limit in FREE_ATOMS:
        found = stockholder(structure(molecule), functional, iterated)
        largest = max(abs(found[k - 1] - q) for k, q in published.items())
        print(f"{name}, free atoms in STO-3G: " + ", ".join(f"{k} {found[k - 1]:.4f}" for k in published) + f"; {largest:.4f} apart")
        if largest > limit:
            wrong.append(name)
    for molecule, folder, charge in POINTS if arguments.repesp else []:
        for kind in ("chelpg", "mk"):
            text = (Path(arguments.repesp) / "data" / folder / f"{folder}_{kind}.esp").read_text()
            found, published, potential = fit(str(Path(arguments.program).resolve()), molecule, charge, text)
            largest = abs(found - published).max()
            print(f"{molecule}, {kind} at Gaussian's points: {largest:.5f} e apart; potentials {potential:.1e} hartree/e")
            if largest > 2e-4:
                wrong.append(f"{molecule}, {kind}")
    if wrong:
        sys.exit("not the cause: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
