"""Atomic charges of a given density by PySCF or horton-part. Prints one line of JSON.

    pyscf_charges.py mulliken|lowdin|npa|iao XYZ BASIS DENSITY        by PySCF
    pyscf_charges.py hirshfeld|hirshfeld_i|mbis XYZ BASIS DENSITY     by horton-part

DENSITY is a matrix in PySCF's order, of closed shells. `seconds` is the scheme's own work; `shared` the time of the grid and of
the density on it, by PySCF, which all schemes of space need. Free atoms and the densities of cores are those of esp. The number
of threads is that of OMP_NUM_THREADS; horton-part itself uses one.
"""
import contextlib
import importlib.metadata
import json
import sys
import time

from pyscf_jobs import THREADS, density, molecule  # Finds the modules of Tests/References, too.

import numpy as np
import reference_tools as tools
import scipy.linalg
from pyscf import dft, lib, scf
from pyscf.lo import nao, orth

GRID = (99, 590)  # pruned by PySCF's default: 6 % more points than `ultrafine` of esp on nb-al-tcbq
THRESHOLD = 1e-6  # elementary charges; for MBIS the change of the proatoms as horton-part measures it
MOST_ITERATIONS = 20000
EMPTY = 1e-4  # electrons: Rydberg orbitals with fewer are made orthogonal without weights


# -- populations of basis functions

def solution(mol, dm):
    """The density's occupied orbitals, as a field would have left them."""
    overlap = mol.intor("int1e_ovlp")
    half = orth.lowdin(overlap)
    root = overlap @ half
    occupations, vectors = np.linalg.eigh(root.T @ dm @ root)
    assert np.all((occupations < 1e-6) | (abs(occupations - 2) < 1e-6)), "not closed shells"
    mf = scf.RHF(mol)
    mf.mo_coeff, mf.mo_occ = half @ vectors[:, ::-1], np.round(occupations[::-1])
    return mf


def by_atom(mol, populations):
    atoms = [label[0] for label in mol.ao_labels(fmt=None)]
    return mol.atom_charges() - np.bincount(atoms, populations, mol.natm)


def natural_among(mol, columns, p, overlap, members):
    """Members among the columns turned, shell by shell, to natural orbitals of the averaged density; and all occupations."""
    columns, occupations, shells = columns.copy(), np.zeros(mol.nao), {}
    for i, (atom, _, shell, component) in enumerate(mol.ao_labels(fmt=None)):
        if i in members:
            shells.setdefault((atom, shell[-1]), {}).setdefault(component, []).append(i)
    for parts in shells.values():
        populations, metric = (sum(columns[:, part].T @ matrix @ columns[:, part] for part in parts.values()) / len(parts)
                               for matrix in (p, overlap))
        values, vectors = scipy.linalg.eigh(populations, metric)
        for part in parts.values():
            columns[:, part] = columns[:, part] @ vectors[:, ::-1]
            occupations[part] = values[::-1]
    return columns, occupations


def published_natural_charges(mol, dm):
    """With the steps of J. Chem. Phys. 83, 735 (1985) in their order: PySCF's own nao makes cores orthogonal first and Rydberg
    orbitals without weights."""
    overlap = mol.intor("int1e_ovlp")
    p = overlap @ dm @ overlap
    occupations, columns = nao._prenao_sub(mol, p, overlap)
    core, valence, rydberg = nao._core_val_ryd_list(mol)
    minimal = core + valence

    def orthogonalize(members, weights):
        if members:
            metric = columns[:, members].T @ overlap @ columns[:, members]
            columns[:, members] = columns[:, members] @ orth.weight_orth(metric, weights)

    def project(members, done):
        columns[:, members] -= columns[:, done] @ (columns[:, done].T @ overlap @ columns[:, members])

    orthogonalize(minimal, occupations[minimal])
    project(rydberg, minimal)
    columns, occupations = natural_among(mol, columns, p, overlap, set(rydberg))
    filled = [i for i in rydberg if occupations[i] >= EMPTY]
    empty = [i for i in rydberg if occupations[i] < EMPTY]
    orthogonalize(filled, occupations[filled])
    project(empty, filled)
    orthogonalize(empty, np.ones(len(empty)))
    return by_atom(mol, np.diag(columns.T @ p @ columns))


def run_mulliken(mol, mf, dm):
    return scf.hf.mulliken_pop(mol, dm, mol.intor("int1e_ovlp"), verbose=0)[1]


def run_lowdin(mol, mf, dm):
    overlap = mol.intor("int1e_ovlp")
    root = overlap @ orth.lowdin(overlap)
    return by_atom(mol, np.diag(root.T @ dm @ root))


def run_npa(mol, mf, dm):
    return np.array(references.natural(mol, mf)[0])


def run_iao(mol, mf, dm):
    return references.intrinsic(mol, mf)[0]


def populations(work, mol, dm):
    mf = solution(mol, dm)
    start = time.monotonic()
    charges = work(mol, mf, dm)
    result = {"seconds": time.monotonic() - start, "version": importlib.metadata.version("pyscf")}
    if work is run_npa:
        published = published_natural_charges(mol, dm)
        result["note"] = f"PySCF's own order of steps changes charges by up to {np.abs(published - charges).max():.0e} e"
        charges = published
    return {**result, "charges": [float(q) for q in charges]}


# -- shares of space

def run_hirshfeld(database, arguments):
    return space.horton_part.HirshfeldWPart(proatomdb=database, **arguments)


def run_hirshfeld_i(database, arguments):
    return space.IterativeHirshfeld(proatomdb=database, threshold=THRESHOLD, maxiter=MOST_ITERATIONS, **arguments)


def run_mbis(database, arguments):
    return space.horton_part.MBISWPart(threshold=THRESHOLD, maxiter=MOST_ITERATIONS, **arguments)


def shares(work, mol, dm):
    symbols = [mol.atom_pure_symbol(i) for i in range(mol.natm)]
    numbers, positions = np.array([tools.NUMBER[s] for s in symbols]), mol.atom_coords()
    proatoms = space.Proatoms(set(symbols))
    start = time.monotonic()
    grids = dft.gen_grid.Grids(mol)
    grids.atom_grid = GRID
    grids.build(with_non0tab=True)
    total = dft.numint.NumInt().get_rho(mol, dm, grids)
    kept = grids.weights != 0  # The rest fills a block.
    points, weights, total = grids.coords[kept], grids.weights[kept], total[kept]
    for symbol, number, position, left in zip(symbols, numbers, positions, mol.atom_charges()):
        if left < number:
            total += proatoms(symbol, f"core{number - left}", np.linalg.norm(points - position, axis=1))
    shared = time.monotonic() - start
    # grid_type 3: everything on the molecular grid, which is faster here than horton-part's grids of single atoms.
    arguments = dict(coordinates=positions, numbers=numbers, pseudo_numbers=numbers.astype(float),
                     grid=space.qcgrid.Grid(points, weights), moldens=total, lmax=1, grid_type=3)
    database = None if work is run_mbis else proatoms.database()
    start = time.monotonic()
    part = work(database, arguments)
    part.do_charges()
    result = {"seconds": time.monotonic() - start, "shared": shared, "points": len(weights),
              "version": importlib.metadata.version("horton-part"), "charges": [float(q) for q in part["charges"]]}
    if work is not run_hirshfeld:
        result["iterations"] = int(part["niter"])
        if result["iterations"] >= MOST_ITERATIONS:
            result["note"] = "NOT CONVERGED"
    return result


POPULATIONS = {"mulliken": run_mulliken, "lowdin": run_lowdin, "npa": run_npa, "iao": run_iao}
SHARES = {"hirshfeld": run_hirshfeld, "hirshfeld_i": run_hirshfeld_i, "mbis": run_mbis}

if __name__ == "__main__":
    lib.num_threads(int(THREADS))
    scheme, xyz, basis, matrix = sys.argv[1:]
    mol = molecule(xyz, 0, basis)
    dm = density(mol, matrix)
    # horton-part may write a log to standard output.
    with contextlib.redirect_stdout(sys.stderr):
        if scheme in POPULATIONS:
            import reference_orbital_charges as references
            result = populations(POPULATIONS[scheme], mol, dm)
        else:
            import reference_space_partitions as space
            result = shares(SHARES[scheme], mol, dm)
    print(json.dumps(result))
