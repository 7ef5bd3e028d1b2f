"""surface-extrema.json: extrema of the potential on the surface of 0.001 electrons/bohr^3, found on the exact surface.

Run by itself. The surface is r(direction) about the nearest atom, where PySCF's density has that value (Brent's method); the
simplex method moves the direction. The starts are near the extrema of acetamide, B3LYP/6-31G(d), that Multiwfn lists.
"""
import json

import numpy as np
import reference_tools as tools
from pyscf import dft, gto
from scipy.optimize import brentq, minimize

LEVEL = 0.001
# Whether it is a maximum, the nearest atom, a place nearby in A, Multiwfn's value in kcal/mol.
STARTS = [(False, 5, (-0.2, 3.0, 0.0), -43.253), (True, 8, (-0.4, -2.9, 0.3), 44.119), (True, 7, (-3.2, -0.7, 0.3), 36.051),
          (True, 3, (3.2, 1.1, -0.6), 8.950)]


def run():
    case = json.loads((tools.HERE / "dipole-corrections.json").read_text())["cases"][0]
    mol = gto.M(atom=case["atoms"], unit="Bohr", basis="6-31G*", cart=True, verbose=0)
    mf = dft.RKS(mol, xc="b3lypg")
    mf.grids.atom_grid, mf.grids.prune, mf.conv_tol = (99, 590), None, 1e-11
    mf.kernel()
    density, records = mf.make_rdm1(), []

    def potential(place):
        with mol.with_rinv_origin(place):
            electrons = np.einsum("ij,ij", mol.intor("int1e_rinv"), density)
        return sum(z / np.linalg.norm(place - x) for z, x in zip(mol.atom_charges(), mol.atom_coords())) - electrons

    for is_maximum, atom, start, published in STARTS:
        center, sign = mol.atom_coord(atom), -1 if is_maximum else 1
        n = np.array(start) / 0.529177210903 - center
        n /= np.linalg.norm(n)
        a = np.cross(n, [0.3, 0.5, 0.8])
        a /= np.linalg.norm(a)
        b = np.cross(n, a)

        def place(t):
            d = n + t[0] * a + t[1] * b
            d /= np.linalg.norm(d)
            value = lambda r: np.log(dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, (center + r * d)[None]), density)[0] / LEVEL)
            return center + brentq(value, 1.0, 8.0, xtol=1e-10) * d

        found = minimize(lambda t: sign * potential(place(t)), [0, 0], method="Nelder-Mead",
                         options={"xatol": 1e-6, "fatol": 1e-11, "initial_simplex": [[0, 0], [0.05, 0], [0, 0.05]]})
        records.append({"maximum": is_maximum, "atom": atom, "value": float(sign * found.fun), "position": tools.floats(place(found.x)),
                        "published": published})
        print(records[-1], flush=True)
    tools.write_json("surface-extrema.json", {
        "provenance": tools.provenance("reference_surface_extrema.py", {
            "value, position": "atomic units, PySCF B3LYP/6-31G(d), Cartesian, grid (99, 590)",
            "published": "kcal/mol, Multiwfn on Gaussian's wavefunction"}), "energy": float(mf.e_tot), "extrema": records})


if __name__ == "__main__":
    run()
