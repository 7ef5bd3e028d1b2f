"""Hartree-Fock energies, gradients, Hessian, minimum and harmonic frequencies of water, STO-3G of the Basis Set Exchange, by PySCF: the
numbers of references.json.

Needs pyscf, basis_set_exchange, scipy. Run: python reference_water.py > references.json
"""
import json

import basis_set_exchange
import numpy
from pyscf import dft, gto, hessian, scf
from pyscf.data import nist
from pyscf.hessian import thermo
from scipy.optimize import minimize

SYMBOLS = ["O", "H", "H"]
START = numpy.array([[0.0, 0.0, 0.0], [0.0, 0.757, 0.587], [0.0, -0.757, 0.587]]) / nist.BOHR


def solved(positions, functional=None):
    basis = {
        symbol: gto.basis.parse(basis_set_exchange.get_basis("STO-3G", elements=[symbol], fmt="nwchem"))
        for symbol in set(SYMBOLS)
    }
    molecule = gto.M(
        atom=list(zip(SYMBOLS, positions.reshape(-1, 3))), unit="Bohr", basis=basis, verbose=0)
    method = dft.RKS(molecule) if functional else scf.RHF(molecule)
    if functional:
        method.xc = functional
        method.grids.atom_grid = (99, 590)
        method.grids.prune = None
    method.conv_tol = 1e-12
    method.kernel()
    return method


def energy_and_gradient(positions):
    method = solved(positions)
    return method.e_tot, method.nuc_grad_method().kernel().ravel()


start = solved(START)
minimum = minimize(energy_and_gradient, START.ravel(), jac=True, method="BFGS", options={"gtol": 1e-7})
relaxed = solved(minimum.x)
second = hessian.RHF(relaxed).kernel()
modes = thermo.harmonic_analysis(relaxed.mol, second)
print(
    json.dumps(
        {
            "geometry_in_bohr": START.tolist(),
            "energy": start.e_tot,
            "gradient": start.nuc_grad_method().kernel().tolist(),
            "hessian": hessian.RHF(start).kernel().transpose(0, 2, 1, 3).reshape(9, 9).tolist(),
            "dipole": start.dip_moment(unit="AU", verbose=0).tolist(),
            "mulliken": start.mulliken_pop(verbose=0)[1].tolist(),
            "orbital_energies": start.mo_energy.tolist(),
            "minimum_geometry_in_bohr": minimum.x.reshape(-1, 3).tolist(),
            "minimum_energy": relaxed.e_tot,
            "wavenumbers_per_cm": modes["freq_wavenumber"].tolist(),
            "pbe_energy": solved(START, "pbe").e_tot,
        }, indent=1))
