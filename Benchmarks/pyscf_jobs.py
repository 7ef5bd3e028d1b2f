"""One job with PySCF, exact integrals, the project's own basis files. Prints one line of JSON.

    pyscf_jobs.py scf XYZ CHARGE BASIS fit|ORBITALS   B3LYP; BASIS "default" is that of esp; "fit": with density fitting;
                                               otherwise exact, and the solution goes to the file ORBITALS
    pyscf_jobs.py gradient XYZ CHARGE BASIS ORBITALS   the gradient of that solution
    pyscf_jobs.py hessian XYZ CHARGE BASIS ORBITALS    the second derivatives of that solution
    pyscf_jobs.py solvent XYZ CHARGE BASIS EPSILON   B3LYP in C-PCM, and the gradient of its solution
    pyscf_jobs.py integrals XYZ BASIS          all unique repulsion integrals in memory
    pyscf_jobs.py fock XYZ BASIS DENSITY       Coulomb and exchange of one density, integrals recomputed
    pyscf_jobs.py mep XYZ BASIS DENSITY SIDE   cubegen.mep on SIDE^3 points
    pyscf_jobs.py grids XYZ BASIS DENSITY POINTS   int1e_grids in blocks, contracted; POINTS: x y z value as doubles

`seconds` is the work itself; the time of the whole process is for the caller to take. The number of threads is that of
OMP_NUM_THREADS.
"""
import json
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
THREADS = os.environ.get("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(ROOT / "Tests" / "References"))

import numpy as np  # noqa: E402
import reference_tools as tools  # noqa: E402
from pyscf import dft, gto, lib, scf  # noqa: E402
from pyscf.solvent import pcm  # noqa: E402
from pyscf.tools import cubegen  # noqa: E402

BOHR = 0.529177210544  # A, CODATA 2022: as in esp
HEAVY = {"K"} | {s for s in tools.NUMBER if tools.NUMBER[s] >= 19} | {"Al"}
BOX_MARGIN = 5.0  # bohr


def molecule(path, charge, basis):
    lines = pathlib.Path(path).read_text().splitlines()
    rows = [line.split() for line in lines[2:2 + int(lines[0])]]
    atoms = [(r[0], tuple(float(x) / BOHR for x in r[1:4])) for r in rows]
    shells, potentials = {}, {}
    for symbol in {a[0] for a in atoms}:
        name = basis if basis != "default" else ("LANL2MB" if symbol in HEAVY else "6-31G")
        file = tools.BASIS_FILES[name.lower()]
        shells[symbol] = file.basis[symbol]
        if symbol in file.ecp:
            potentials[symbol] = file.ecp[symbol]
    electrons = sum(tools.NUMBER[a[0]] for a in atoms) - charge
    mol = gto.Mole()
    mol.build(atom=atoms, unit="Bohr", charge=charge, spin=electrons % 2, basis=shells, ecp=potentials, verbose=0,
              max_memory=int(os.environ.get("PYSCF_MAX_MEMORY", "16000")), symmetry=False)
    return mol


def density(mol, path):
    return np.fromfile(path).reshape(mol.nao, mol.nao)


def solver(mol, fit=False):
    mf = dft.RKS(mol) if mol.spin == 0 else dft.UKS(mol)
    if fit:
        mf = mf.density_fit(auxbasis="def2-universal-jkfit")
    mf.xc, mf.conv_tol, mf.max_cycle, mf.chkfile = "HYB_GGA_XC_B3LYP", 1e-8, 200, None
    mf.grids.level = 3
    return mf


def solved(path, charge, basis, orbitals):
    mf = solver(molecule(path, int(charge), basis))
    with np.load(orbitals) as kept:
        mf.mo_coeff, mf.mo_occ, mf.mo_energy, mf.e_tot = (
            kept["coefficients"], kept["occupations"], kept["energies"], float(kept["energy"]))
    mf.converged = True
    mf.grids.build()
    return mf


def run_hessian(path, charge, basis, orbitals):
    mf = solved(path, charge, basis, orbitals)
    start, processor = time.monotonic(), time.process_time()
    values = mf.Hessian().kernel()
    return {"seconds": time.monotonic() - start, "hessian_processor": time.process_time() - processor, "energy": float(mf.e_tot), "norm": float(np.linalg.norm(values))}


def run_gradient(path, charge, basis, orbitals):
    mf = solved(path, charge, basis, orbitals)
    start = time.monotonic()
    values = mf.nuc_grad_method().kernel()
    return {"seconds": time.monotonic() - start, "energy": float(mf.e_tot), "values": values.tolist()}


def run_scf(path, charge, basis, kind):
    mol = molecule(path, int(charge), basis)
    mf = solver(mol, kind == "fit")
    cycles = []
    mf.callback = lambda environment: cycles.append(environment["e_tot"])
    start = time.monotonic()
    mf.kernel()
    seconds = time.monotonic() - start
    if kind != "fit":
        np.savez(kind, coefficients=mf.mo_coeff, occupations=mf.mo_occ, energies=mf.mo_energy, energy=mf.e_tot)
    return {"seconds": seconds, "energy": float(mf.e_tot), "converged": bool(mf.converged),
            "iterations": len(cycles) + 1, "points": int(np.count_nonzero(mf.grids.weights)), "functions": int(mol.nao)}


def run_solvent(path, charge, basis, epsilon):
    """Processor times; the surface has the points and radii of esp, but its points are directed in space."""
    mol = molecule(path, int(charge), basis)
    medium = pcm.PCM(mol)
    medium.method, medium.eps = "C-PCM", float(epsilon)
    mf = solver(mol).PCM(medium)
    cycles = []
    mf.callback = lambda environment: cycles.append(environment["e_tot"])
    start = time.process_time()
    mf.kernel()
    solved = time.process_time()
    values = mf.nuc_grad_method().kernel()
    return {"scf": solved - start, "gradient": time.process_time() - solved, "energy": float(mf.e_tot),
            "converged": bool(mf.converged), "iterations": len(cycles) + 1, "points": int(np.count_nonzero(mf.grids.weights)),
            "surface": len(mf.with_solvent.surface["grid_coords"]), "values": values.tolist()}


def run_integrals(path, basis):
    mol = molecule(path, 0, basis)
    start = time.monotonic()
    integrals = mol.intor("int2e", aosym="s8")
    seconds = time.monotonic() - start
    pairs = np.array([i * (i + 1) // 2 + i for i in range(mol.nao)])
    a, b = np.maximum.outer(pairs, pairs), np.minimum.outer(pairs, pairs)
    return {"seconds": seconds, "check": float(integrals[a * (a + 1) // 2 + b].sum())}


def run_fock(path, basis, file):
    mol = molecule(path, 0, basis)
    dm = density(mol, file)
    mol.max_memory = 0  # No integrals in memory.
    mf = scf.RHF(mol)
    start = time.monotonic()
    coulomb, exchange = mf.get_jk(mol, dm)
    return {"seconds": time.monotonic() - start, "check": float(np.vdot(coulomb, dm) / 2),
            "exchange": float(np.vdot(exchange, dm) / 4)}


def run_mep(path, basis, file, side):
    mol = molecule(path, 0, basis)
    dm = density(mol, file)
    n = int(side)
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        cubegen.mep(mol, folder + "/mep.cube", dm, nx=n, ny=n, nz=n, margin=BOX_MARGIN)
        return {"seconds": time.monotonic() - start, "points": n ** 3}


def run_grids(path, basis, file, points):
    mol = molecule(path, 0, basis)
    dm = density(mol, file)
    rows = np.fromfile(points).reshape(-1, 4)
    start = time.monotonic()
    values = np.empty(len(rows))
    for first, last in lib.prange(0, len(rows), 200):
        values[first:last] = -np.einsum("pij,ij->p", mol.intor("int1e_grids", grids=rows[first:last, :3]), dm)
    seconds = time.monotonic() - start
    for charge, place in zip(mol.atom_charges(), mol.atom_coords()):
        values += charge / np.linalg.norm(rows[:, :3] - place, axis=1)
    return {"seconds": seconds, "points": len(rows), "largestDifference": float(np.abs(values - rows[:, 3]).max())}


JOBS = {"scf": run_scf, "gradient": run_gradient, "hessian": run_hessian, "solvent": run_solvent, "integrals": run_integrals, "fock": run_fock,
        "mep": run_mep, "grids": run_grids}

if __name__ == "__main__":
    lib.num_threads(int(THREADS))
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
