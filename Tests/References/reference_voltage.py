"""voltage.json: straight lines with standard errors by scipy, six-coordinate ionic radii from mendeleev, and energies by PySCF: of O2 at
1.25 Angstrom, and of structures optimised with geomeTRIC.

Usage: python reference_voltage.py; needs numpy, scipy, mendeleev, pyscf and geometric.
"""
import json
import pathlib
import warnings

import mendeleev
import numpy as np
import pyscf
import scipy
from pyscf import gto, scf
from pyscf.geomopt.geometric_solver import optimize
from scipy.stats import linregress

# Made-up computed and measured potentials in volt.
CASES = [
    ("ten points", [-0.92, -0.71, -0.63, -0.50, -0.44, -0.31, -0.18, -0.02, 0.11, 0.47],
     [-0.95, -0.70, -0.66, -0.51, -0.40, -0.33, -0.19, 0.01, 0.14, 0.52]),
    ("an offset", [3.1, 3.2, 3.35, 3.4, 3.9], [2.61, 2.72, 2.79, 2.9, 3.33]),
    ("three points", [0.0, 1.0, 3.0], [1.0, 0.5, -1.2]),
]
ELEMENTS = "Li Na K Rb Cs Mg Ca Sr Ba Zn Cd Al Ga In Tl Sc Y La Ce Gd Yb Lu Ti Zr Hf V Nb Ta Cr Mo W Mn Fe Co Ni Cu Sn Sb Bi".split()


def line(name, x, y):
    x, y = np.array(x), np.array(y)
    fit = linregress(x, y)
    residuals = y - fit.intercept - fit.slope * x
    left = []
    for k in range(len(x)):
        rest = np.arange(len(x)) != k
        # Two points remain of three.
        slope, intercept = np.polyfit(x[rest], y[rest], 1)
        left.append(y[k] - intercept - slope * x[k])
    deviation = float(np.sqrt(residuals @ residuals / (len(x) - 2)))
    # Standard error of a further observation, from the covariance of the parameters.
    design = np.stack([np.ones_like(x), x], axis=1)
    covariance = np.linalg.inv(design.T @ design) * deviation**2
    place = np.array([1.0, x.max() + 0.5])
    prediction = float(np.sqrt(deviation**2 + place @ covariance @ place))
    return {
        "name": name, "x": x.tolist(), "y": y.tolist(), "slope": fit.slope, "intercept": fit.intercept, "correlation": fit.rvalue,
        "slopeError": fit.stderr, "interceptError": fit.intercept_stderr, "deviation": deviation, "residuals": residuals.tolist(),
        "leftOut": left, "place": place[1], "predictionError": prediction,
    }


def open_shell(atoms, charge, spin, basis):
    """Energy of the unrestricted solution, followed downhill until it is stable."""
    field = scf.UHF(gto.M(atom=atoms, charge=charge, spin=spin, basis=basis, verbose=0))
    field.conv_tol = 1e-11
    field.kernel()
    for _ in range(5):
        orbitals, _, is_stable, _ = field.stability(return_status=True)
        if is_stable:
            break
        density = field.make_rdm1(orbitals, field.mo_occ)
        field = field.newton()
        field.kernel(density)
    return field.e_tot


def closed_shell(atoms, charge=0, relaxes=True):
    molecule = gto.M(atom=atoms, charge=charge, basis="STO-3G", verbose=0)
    if relaxes:
        molecule = optimize(
            scf.RHF(molecule), convergence_energy=1e-9, convergence_gmax=1e-6, convergence_grms=5e-7, convergence_dmax=1e-5,
            convergence_drms=1e-5)
    field = scf.RHF(molecule)
    field.conv_tol = 1e-11
    return field.kernel()


def energies():
    oxygen = "O 0 0 0; O 0 0 1.25"
    water = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"
    return {
        "O2 UHF/6-31G": {"0": open_shell(oxygen, 0, 2, "6-31G"), "-1": open_shell(oxygen, -1, 1, "6-31G")},
        "RHF/STO-3G": {
            "H2O": closed_shell(water), "LiOH2+": closed_shell(water + "; Li 0 0 -1.8", 1), "LiCl": closed_shell("Cl 0 0 0; Li 0 0 2.1"),
            "Li+": closed_shell("Li", 1, relaxes=False), "Li": open_shell("Li", 0, 1, "STO-3G")},
    }


def main():
    warnings.filterwarnings("ignore")
    radii = [
        {"symbol": symbol, "charge": ion.charge, "spin": {"HS": "high", "LS": "low"}.get(ion.spin), "radius": round(ion.ionic_radius / 100, 4)}
        for symbol in ELEMENTS for ion in mendeleev.element(symbol).ionic_radii if ion.coordination == "VI"]
    text = json.dumps({
        "provenance": {
            "program": "scipy", "version": scipy.__version__, "numpy": np.__version__, "mendeleev": mendeleev.__version__, "pyscf": pyscf.__version__,
            "script": "Tests/References/reference_voltage.py"},
        "lines": [line(*case) for case in CASES], "radii": radii, "energies": energies()}, indent=1)
    (pathlib.Path(__file__).parent / "voltage.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
