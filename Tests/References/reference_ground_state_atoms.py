"""ground-state-atoms.json: Hirshfeld, iterative Hirshfeld and ADCH charges with the spin-polarised proatoms; Becke's cells and
fuzzy bond orders.

Sums over PySCF's grids, from the definitions. The proatoms are this project's own (SpinPolarizedProatomData.swift). Where a core
potential replaces electrons, their density in the free atom is added.
"""
import numpy as np
import reference_tools as tools
from pyscf import dft, scf
from pyscf.data import radii as atomic_radii
from reference_molecules import mixed, turned
from reference_space_partitions import ADCH_RADII, BOHR, POLARIZED, Proatoms, adch, cases, sample

SHAPE, HEAVY_SHAPE, CELL_SHAPE = (75, 434), (150, 590), (99, 590)
SETTINGS = {
    "density": "restricted or unrestricted Hartree-Fock, PySCF",
    "hirshfeld, hirshfeldDipoles, adch": f"sums over PySCF's grid {SHAPE}, {HEAVY_SHAPE} beyond Xe, unpruned",
    "hirshfeldI": "plain iteration to 1e-8 e on the same grid, proatoms linear between integer charges",
    "becke, fuzzy": f"PySCF's partition with Becke's shift by Bragg radii, {CELL_SHAPE}, unpruned",
}


WATER = [("O", 0, 0, 0.119262), ("H", 0, 0.763239, -0.477047), ("H", 0, -0.763239, -0.477047)]  # A
MERCURY_CHLORIDE = [("Hg", 0, 0, 0), ("Cl", 0, 0, 2.25), ("Cl", 0, 0, -2.25)]  # A


def all_cases():
    def placed(rows):
        return turned([[s, x / BOHR, y / BOHR, z / BOHR] for s, x, y, z in rows])

    yield from cases()
    yield "mercury-chloride", 0, 1, placed(MERCURY_CHLORIDE), mixed("Hg")
    yield "water", 0, 1, placed(WATER), {"default": "6-31G"}
    yield "water", 0, 1, placed(WATER), {"default": "cc-pVDZ"}


def iterative(symbols, positions, proatoms, points, electrons):
    """Charges of proatoms that have the charges of the atoms. `electrons`: weight times density, all electrons."""
    r = [np.linalg.norm(points - p, axis=1) for p in positions]
    numbers = np.array([tools.NUMBER[s] for s in symbols])
    known = {}

    def ion(atom, charge):
        if (atom, charge) not in known:
            bare = charge == numbers[atom]
            known[atom, charge] = np.zeros(len(points)) if bare else proatoms(symbols[atom], charge, r[atom])
        return known[atom, charge]

    charges = np.zeros(len(symbols))
    for _ in range(5000):
        lower = np.floor(charges).astype(int)
        own = np.array([(1 - (q - n)) * ion(i, n) + (q - n) * ion(i, n + 1) for i, (q, n) in enumerate(zip(charges, lower))])
        total = own.sum(axis=0)
        # Against the proatoms, whose integrals are known.
        new = charges - (own / (total + 1e-100)) @ (electrons[0] - electrons[1] * total)
        change, charges = np.abs(new - charges).max(), new
        if change < 1e-8:
            return charges
    raise RuntimeError("no convergence")


def fuzzy(mol, mf):
    """Mayer and Salvador's bond orders in Becke's cells."""
    grids = dft.gen_grid.Grids(mol)
    grids.atom_grid, grids.prune = CELL_SHAPE, None
    table = grids.gen_atomic_grids(mol, grids.atom_grid, grids.radi_method, 9, None)
    coordinates, weights = dft.gen_grid.get_partition(
        mol, table, dft.radi.becke_atomic_radii_adjust, atomic_radii.BRAGG, dft.gen_grid.original_becke, concat=False)
    open_shell = np.asarray(mf.mo_occ).ndim == 2
    sets = zip(mf.mo_coeff, mf.mo_occ) if open_shell else [(mf.mo_coeff, mf.mo_occ)]
    order = np.zeros((mol.natm, mol.natm))
    for coefficients, occupations in sets:
        c = coefficients[:, occupations > 0]
        n = 1 if open_shell else 2
        inside = []
        for points, weight in zip(coordinates, weights):
            values = dft.numint.eval_ao(mol, points) @ c
            inside.append(n * values.T @ (weight[:, None] * values))
        order += (2 if open_shell else 1) * np.array([[np.sum(a * b) for b in inside] for a in inside])
    np.fill_diagonal(order, 0)
    return [tools.floats(row) for row in order]


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, atoms, basis in all_cases():
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, False)
        mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)), ["minao", "atom"])
        symbols, positions = [a[0] for a in atoms], mol.atom_coords()
        numbers = np.array([tools.NUMBER[s] for s in symbols])
        proatoms = Proatoms(set(symbols), POLARIZED)
        density = np.asarray(mf.make_rdm1())
        wanted = [density.sum(axis=0), density[0] - density[1]] if density.ndim == 3 else [density]

        def core(points):
            total = np.zeros(len(points))
            for symbol, position, left in zip(symbols, positions, mol.atom_charges()):
                if left < tools.NUMBER[symbol]:
                    total += proatoms(symbol, f"core{tools.NUMBER[symbol] - left}", np.linalg.norm(points - position, axis=1))
            return total

        points, weights, _, values = sample(mol, wanted, HEAVY_SHAPE if numbers.max() > 54 else SHAPE)
        free = np.array([proatoms(s, 0, np.linalg.norm(points - p, axis=1)) for s, p in zip(symbols, positions)])
        shares = free / (free.sum(axis=0) + 1e-100)
        # Against the free atoms, whose integrals are known.
        electrons = weights * (values[0] + core(points) - free.sum(axis=0))
        record = {"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": False,
                  "atoms": atoms, "energy": float(mf.e_tot), "hirshfeld": tools.floats(-(shares @ electrons))}
        dipoles = np.array([-(share * electrons) @ (points - p) for share, p in zip(shares, positions)])
        record["hirshfeldDipoles"] = [tools.floats(d) for d in dipoles]
        if all(s in ADCH_RADII for s in symbols):
            record["adch"] = tools.floats(adch(symbols, positions, record["hirshfeld"], dipoles))
        record["hirshfeldI"] = tools.floats(
            iterative(symbols, positions, proatoms, points, (weights * (values[0] + core(points)), weights)))
        points, weights, owner, values = sample(mol, wanted, CELL_SHAPE, dft.radi.becke_atomic_radii_adjust)
        total = weights * (values[0] + core(points))
        record["becke"] = tools.floats(numbers - np.bincount(owner, total, mol.natm))
        if len(wanted) > 1:
            record["beckeSpins"] = tools.floats(np.bincount(owner, weights * values[1], mol.natm))
        record["fuzzy"] = fuzzy(mol, mf)
        records.append(record)
        progress(name, f"{mf.e_tot:.10f}", np.round(record["hirshfeld"], 5), np.round(record["hirshfeldI"], 5), np.round(record["becke"], 5),
                 np.round(record["fuzzy"][0], 3))
    tools.write_json("ground-state-atoms.json", {
        "provenance": tools.provenance("make-references.py ground-state-atoms", SETTINGS), "cases": records})
