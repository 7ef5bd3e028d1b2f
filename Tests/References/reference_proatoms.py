"""proatoms.json: moments and densities of free atoms and ions from PySCF, for the spin-polarised proatoms of this project.

Unrestricted B3LYP with the spin-free exact two-component Hamiltonian of one-electron integrals (sf-X2C-1e), in the same
uncontracted Gaussians (Sources/generate-proatoms/exponents.txt). All have closed and half-filled shells: the others are not spherical in
PySCF, where functions of one shell may differ. The integrals of atoms with many functions are fitted: those of Au and Pb would take 12 GB.
"""
import json

import numpy as np
import reference_tools as tools
from pyscf import df, dft, gto

FOLDER = tools.HERE.parent.parent / "Sources/generate-proatoms"
# Element, charge, unpaired electrons.
ATOMS = [("H", 0, 1), ("Xe", 0, 0), ("Pd", 0, 0), ("I", -1, 0), ("Au", 1, 0), ("Pb", 2, 0), ("Tc", 0, 5)]
RADII = [0.5, 1.0, 2.0, 3.0, 4.0, 6.0]  # bohr
GRID = (120, 50)
EXACT = 200  # functions; more are fitted with an even-tempered auxiliary basis of this ratio (Pd, I-, Xe of the file are not)
RATIO = 1.8


def exponents():
    result = {}
    for line in (FOLDER / "exponents.txt").read_text().splitlines():
        if not line.startswith("#"):
            symbol, l, *values = line.split()
            result.setdefault(symbol, []).extend([int(l), [float(v), 1.0]] for v in values)
    return result


def run():
    sets, progress, file = exponents(), tools.Progress(), tools.HERE / "proatoms.json"
    # Atoms that are heavy take minutes: those in the file are kept.
    records = json.loads(file.read_text())["cases"] if file.exists() else []
    for symbol, charge, unpaired in ATOMS:
        if any(r["symbol"] == symbol and r["charge"] == charge for r in records):
            continue
        mol = gto.M(atom=[[symbol, (0, 0, 0)]], unit="Bohr", charge=charge, spin=unpaired, verbose=0,
                    basis={symbol: sets[symbol]})
        mf = (dft.UKS if unpaired else dft.RKS)(mol, xc="b3lypg").sfx2c1e()
        fitted = mol.nao > EXACT
        if fitted:
            mf = mf.density_fit(auxbasis=df.aug_etb(mol, beta=RATIO))
            mf.init_guess = "vsap"
        mf.grids.atom_grid, mf.grids.prune = GRID, None
        mf.conv_tol, mf.max_cycle = 1e-8, 300
        mf.kernel()
        assert mf.converged, symbol
        density = mf.make_rdm1().sum(axis=0) if unpaired else mf.make_rdm1()
        coordinates, weights = mf.grids.coords, mf.grids.weights
        r = np.linalg.norm(coordinates, axis=1)
        rho = dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, coordinates), density)
        directions = dft.gen_grid.MakeAngularGrid(50)
        shells = [float(directions[:, 3] @ dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, d * directions[:, :3]), density))
                  for d in RADII]
        highest = float(np.max(np.where(np.asarray(mf.mo_occ) > 0, mf.mo_energy, -np.inf)))
        record = {"symbol": symbol, "charge": charge, "energy": float(mf.e_tot), "highestOccupied": highest,
                  "electrons": float(weights @ rho), "radius": float(weights @ (rho * r)), "squaredRadius": float(weights @ (rho * r * r)),
                  "densities": shells, "fitted": fitted}
        records.append(record)
        progress(symbol, charge, f"{mf.e_tot:.8f}", record["radius"], record["squaredRadius"], shells[3], highest)
        tools.write_json("proatoms.json", {
            "provenance": tools.provenance("make-references.py proatoms", {
                "density": "unrestricted B3LYP, sf-X2C-1e, PySCF", "basis": "Sources/generate-proatoms/exponents.txt, uncontracted",
                "grid": f"PySCF {GRID}, unpruned", "radii": f"{RADII} bohr",
                "fitted": f"Coulomb and exchange fitted beyond {EXACT} functions, even-tempered auxiliary functions, ratio {RATIO}"}), "cases": records})
