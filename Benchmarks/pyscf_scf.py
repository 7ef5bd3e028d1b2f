"""One B3LYP calculation with PySCF, exact integrals, the project's own basis files: NAME CHARGE THREADS -> JSON."""
import json
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "Tests" / "References"))

import numpy as np  # noqa: E402
import reference_tools as tools  # noqa: E402
from pyscf import dft, lib  # noqa: E402

BOHR = 0.529177210544  # A, CODATA 2022: as in esp

path, charge, threads = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
lib.num_threads(threads)
lines = path.read_text().splitlines()
atoms = [[r[0], *(float(x) / BOHR for x in r[1:4])] for r in (line.split() for line in lines[2:2 + int(lines[0])])]
metals = {a[0] for a in atoms} - {"H", "C", "O", "Cl"}
electrons = sum(tools.NUMBER[a[0]] for a in atoms) - charge
multiplicity = 1 + electrons % 2
mol = tools.make_molecule(atoms, charge, multiplicity, {"default": "6-31G", **{m: "LANL2MB" for m in metals}}, False)
mf = dft.RKS(mol) if multiplicity == 1 else dft.UKS(mol)
mf.xc, mf.conv_tol, mf.max_cycle, mf.chkfile = "HYB_GGA_XC_B3LYP", 1e-8, 200, None
mf.grids.level = 3
cycles = []
mf.callback = lambda environment: cycles.append(environment["e_tot"])
mf.kernel()
print(json.dumps({
    "energy": float(mf.e_tot), "converged": bool(mf.converged), "iterations": len(cycles) + 1,
    "points": int(np.count_nonzero(mf.grids.weights)), "functions": int(mol.nao),
}))
