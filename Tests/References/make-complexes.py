#!/usr/bin/env python3
"""complexes.json: B3LYP energies and charges of the molecules in Molecules/, as the paper's level: 6-31G, and LANL2MB on the metal.

Usage:  python make-complexes.py NAME CHARGE [NAME CHARGE ...]      for example: tcbq 0 tcbq -1 al-tcbq 0
Each result is added to complexes.json (or replaces the older one). Minutes each; charge -1 is UKS doublet, -2 RKS singlet.
"""
import json
import sys
import time

import numpy as np
import reference_tools as tools
from pyscf import dft

BOHR = 0.529177210903  # A, CODATA 2018
FUNCTIONAL = "HYB_GGA_XC_B3LYP"
SETTINGS = {
    "functional": FUNCTIONAL + " of libxc (VWN in the RPA form)",
    "basis": "6-31G on H, C, O, Cl; LANL2MB on metals; all pure",
    "grid": "PySCF level 3, its default pruning (NWChem scheme), radial map and partition as in dft-energies.json",
    "convergence": "conv_tol 1e-9 Eh; second-order steps where DIIS does not get there; one start (superposed atoms) and no stability"
                   " analysis unless 'stabilityChecked'",
    "effectiveCorePotentials": "by ecp_oracle.py, see hf-energies.json",
    "coordinates": "from Molecules/*.xyz with 1 bohr = 0.529177210903 A; given here in bohr",
}


def read_xyz(name):
    lines = (tools.HERE.parent.parent / "Molecules" / f"{name}.xyz").read_text().splitlines()
    rows = [line.split() for line in lines[2:2 + int(lines[0])]]
    return [[r[0], *(round(float(x) / BOHR, 10) + 0.0 for x in r[1:4])] for r in rows]


def case(name, charge):
    start, atoms = time.time(), read_xyz(name)
    metals = {a[0] for a in atoms} - {"H", "C", "O", "Cl"}
    basis = {"default": "6-31G", **{m: "LANL2MB" for m in sorted(metals)}}
    electrons = sum(tools.NUMBER[a[0]] for a in atoms) - charge
    multiplicity = 1 + electrons % 2
    mol = tools.make_molecule(atoms, charge, multiplicity, basis, False)
    mf = tools.with_exact_core(dft.RKS(mol) if multiplicity == 1 else dft.UKS(mol))
    mf.xc = FUNCTIONAL
    mf.conv_tol, mf.conv_tol_grad, mf.max_cycle, mf.chkfile, mf.direct_scf_tol = 1e-9, 1e-5, 60, None, 1e-14
    mf.kernel()
    if not mf.converged:
        newton = mf.newton()
        newton.conv_tol, newton.conv_tol_grad, newton.max_cycle = 1e-10, 1e-5, 60
        newton.kernel(mf.mo_coeff, mf.mo_occ)
        mf.mo_coeff, mf.mo_occ, mf.mo_energy = newton.mo_coeff, newton.mo_occ, newton.mo_energy
        mf.e_tot, mf.converged = newton.e_tot, newton.converged
    record = {"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": False,
              "reference": "RKS" if multiplicity == 1 else "UKS", "atoms": atoms, "energy": float(mf.e_tot),
              "converged": bool(mf.converged), "stabilityChecked": False, "gridPoints": int(np.count_nonzero(mf.grids.weights))}
    record.update(tools.properties(mf))
    exact = mf._numint.hybrid_coeff(mf.xc, mol.spin) * record["components"]["exactExchangeFull"]
    others = sum(v for k, v in record["components"].items() if k != "exactExchangeFull")
    record["components"]["exchangeCorrelation"] = record["energy"] - others - exact
    record["seconds"] = round(time.time() - start, 1)
    return record


def run(pairs):
    file = tools.HERE / "complexes.json"
    records = json.loads(file.read_text())["cases"] if file.exists() else []
    for name, charge in pairs:
        record = case(name, charge)
        records = [r for r in records if (r["name"], r["charge"]) != (name, charge)] + [record]
        print(name, charge, f"{record['energy']:.9f}", record["converged"], record["seconds"], "s", flush=True)
        tools.write_json("complexes.json", {"provenance": tools.provenance("make-complexes.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or len(words) % 2:
        sys.exit(__doc__)
    run([(words[i], int(words[i + 1])) for i in range(0, len(words), 2)])
