#!/usr/bin/env python3
"""Minima of HF/STO-3G from structures without symmetry, for the tests of symmetric starting structures.

Energies and gradients are PySCF's, the search is scipy's BFGS in Cartesian coordinates, to a largest component of the gradient of 1e-6
Eh/bohr; the Hessian at the end, from differences of gradients, has no negative eigenvalue. Writes stationary-points.json.
"""
import json
from pathlib import Path

import numpy
import pyscf
from pyscf import gto, scf
from scipy.optimize import minimize

BOHR = 0.529177210544  # Angstrom, CODATA 2022
STARTS = {
    "water": "O 0 0 0.1; H 0.9 0 -0.5; H -0.7 0.2 -0.6",
    "ammonia": "N 0 0 0.2; H 1.0 0.1 -0.1; H -0.5 0.9 -0.2; H -0.45 -0.85 0",
    "ethane": "C 0 0 0.77; C 0 0.05 -0.77; H 1.02 0.1 1.16; H -0.5 0.9 1.1; H -0.5 -0.88 1.2; H 0.6 0.85 -1.1; H 0.5 -0.9 -1.2; H -1 0 -1.16",
    "hydrogen peroxide": "O 0 0.7 0; O 0.05 -0.7 0; H 0.9 0.95 0.5; H -0.5 -0.9 0.8",
}


def energy_and_gradient(symbols, x):
    molecule = gto.M(atom=list(zip(symbols, x.reshape(-1, 3))), unit="Bohr", basis="sto-3g", verbose=0)
    field = scf.RHF(molecule)
    field.conv_tol = 1e-12
    energy = field.kernel()
    return energy, field.nuc_grad_method().kernel().ravel()


def main():
    minima = []
    for name, text in STARTS.items():
        atoms = [line.split() for line in text.split(";")]
        symbols = [a[0] for a in atoms]
        x = numpy.array([[float(v) for v in a[1:]] for a in atoms]).ravel() / BOHR
        found = minimize(lambda y: energy_and_gradient(symbols, y), x, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
        step = 1e-3
        hessian = numpy.array([
            (energy_and_gradient(symbols, found.x + step * e)[1] - energy_and_gradient(symbols, found.x - step * e)[1]) / (2 * step)
            for e in numpy.eye(found.x.size)])
        lowest = numpy.linalg.eigvalsh(0.5 * (hessian + hessian.T))[0]
        assert abs(found.jac).max() < 2e-6 and lowest > -1e-4, (name, abs(found.jac).max(), lowest)
        minima.append({"name": name, "energy": found.fun})
        print(f"{name:20} {found.fun:16.9f} {abs(found.jac).max():.1e} {lowest:.1e}")
    document = {"source": f"PySCF {pyscf.__version__}, HF/STO-3G", "minima": minima}
    (Path(__file__).parent / "stationary-points.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
