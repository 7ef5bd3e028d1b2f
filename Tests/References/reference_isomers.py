"""isomers.json: energies of linear HCN and HNC from PySCF, minimised over both bond lengths by SciPy, for the search for isomers."""
import numpy as np
import reference_tools as tools
from pyscf import gto, scf
from scipy.optimize import minimize

BOHR = 0.529177210544


def energy(lengths, symbols):
    """Of a line of three atoms, in hartree; lengths in bohr."""
    places = np.concatenate([[0.0], np.cumsum(np.abs(lengths))])
    mol = gto.M(atom=[[s, (0, 0, z)] for s, z in zip(symbols, places)], unit="Bohr", basis="STO-3G", verbose=0)
    mf = scf.RHF(mol)
    mf.conv_tol = 1e-12
    return mf.kernel()


def run():
    cases = []
    for symbols in ("HCN", "HNC"):
        found = minimize(energy, np.array([1.06, 1.16]) / BOHR, args=(symbols,), method="Nelder-Mead",
                         options={"xatol": 1e-6, "fatol": 1e-11, "maxiter": 1000})
        assert found.success, symbols
        cases.append({"symbols": symbols, "energy": float(found.fun), "lengths": [abs(float(x)) for x in found.x]})
    tools.write_json("isomers.json", {
        "provenance": tools.provenance("make-references.py isomers", {"method": "RHF/STO-3G", "minimiser": "SciPy, Nelder-Mead"}),
        "cases": cases})
