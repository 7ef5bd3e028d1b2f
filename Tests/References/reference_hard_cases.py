"""hard-cases.json: the lowest solutions that PySCF finds of cases on which self-consistent fields are known to fail.

For each case DIIS from three guesses, PySCF's second-order solver where DIIS does not get there, and its stability
analysis, internal and external, followed downhill until nothing is unstable. Fock builds are counted: every density (or
transition density) whose Coulomb and exchange matrices are built counts as one, alpha and beta together.

    nice python reference_hard_cases.py [NAME[:CHARGE] ...]      all cases that are not yet in the file, or those named
"""
import json
import sys

import numpy as np
import reference_tools as tools
from hard_molecules import BOHR, CASES, GRID, HF, STRUCTURES
from pyscf import scf
from reference_dft import make_solver

FILE = "hard-cases.json"
GUESSES = ("minao", "atom", "hcore")
SETTINGS = {
    "method": "hf, or names of libxc on the grid", "grid": list(GRID), "gridScheme": "as in dft-energies.json",
    "guesses": list(GUESSES), "functions": "pure",
    "search": "DIIS, second-order steps where it fails, then stability analysis (internal, and external for singlets), followed",
}


class Counter:
    def __init__(self):
        self.builds = 0

    def watch(self, mf, spins):
        build = mf.get_jk

        def counted(mol=None, dm=None, *args, **kwargs):
            matrices = np.asarray(mf.make_rdm1() if dm is None else dm)
            self.builds += int(np.prod(matrices.shape[:-2])) // spins or 1
            return build(mol, dm, *args, **kwargs)

        mf.get_jk = counted
        return mf


def make(mol, method, unrestricted, counter):
    if method == HF:
        mf = (scf.UHF if unrestricted else scf.RHF)(mol)
    else:
        mf = make_solver(mol, method, GRID)()
        mf = mf.to_uks() if unrestricted and mol.spin == 0 else mf
    mf.max_memory = mol.max_memory
    return counter.watch(tools.prepare(tools.with_exact_core(mf), 1e-9), 2 if unrestricted else 1)


def follow(mol, method, mf, counter):
    """Downhill from one unstable solution to the next."""
    followed = 0
    for _ in range(8):
        unrestricted = mf.mo_occ.ndim == 2
        stable = mf.stability(internal=True, external=not unrestricted, return_status=True)
        if not stable[2]:
            density = mf.make_rdm1(stable[0], mf.mo_occ)
        elif not unrestricted and not stable[3]:
            occupied = np.array([mf.mo_occ / 2, mf.mo_occ / 2])
            mf = make(mol, method, True, counter)
            density = mf.make_rdm1(stable[1], occupied)
        else:
            return mf, followed, True
        mf.kernel(dm0=density)
        mf = tools.finish(mf)
        followed += 1
    return mf, followed, False


def case(name, charge, multiplicity, basis, method, progress):
    atoms = [[s, *(float(x) / BOHR for x in p)] for s, *p in STRUCTURES[name]]
    atoms = [[s, *(round(x, 8) for x in p)] for s, *p in atoms]
    mol = tools.make_molecule(atoms, charge, multiplicity, basis, False, max_memory=3000)
    starts = []
    for guess in GUESSES:
        counter = Counter()
        mf = make(mol, method, multiplicity > 1, counter)
        mf.init_guess = guess
        mf.max_cycle = 100
        try:
            mf.kernel()
            mf = tools.finish(mf)
            first = counter.builds
            mf, followed, stable = follow(mol, method, mf, counter)
        except Exception as error:  # a guess that cannot be made
            starts.append({"start": guess, "failed": str(error)[:200]})
            continue
        starts.append({
            "start": guess, "energy": float(mf.e_tot), "converged": bool(mf.converged), "stable": bool(stable),
            "instabilitiesFollowed": followed, "buildsToFirst": first, "builds": counter.builds,
            "spinSquared": float(mf.spin_square()[0]) if mf.mo_occ.ndim == 2 else 0.0})
        progress(name, charge, multiplicity, method, guess, f"{mf.e_tot:.9f}", first, counter.builds, stable)
    good = [s for s in starts if s.get("converged")]
    return {
        "name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "method": method.split(","), "atoms": atoms,
        "functions": int(mol.nao), "energy": min(s["energy"] for s in good) if good else None, "search": starts}


def run(names):
    progress = tools.Progress()
    path = tools.HERE / FILE
    records = json.loads(path.read_text())["cases"] if path.exists() else []

    def key(record):
        return record["name"], record["charge"], record["multiplicity"], ",".join(record["method"])

    for row in CASES:
        known = [key(r) for r in records]
        wanted = row[0] in names or f"{row[0]}:{row[1]}" in names
        here = (row[0], row[1], row[2], row[4])
        if not wanted and (names or here in known):
            continue
        record = case(*row, progress)
        records = [r for r in records if key(r) != here] + [record]
        order = [(c[0], c[1], c[2], c[4]) for c in CASES]
        records.sort(key=lambda r: order.index(key(r)))
        tools.write_json(FILE, {"provenance": tools.provenance("reference_hard_cases.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    run(sys.argv[1:])
