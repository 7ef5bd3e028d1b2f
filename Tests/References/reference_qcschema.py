"""Hartree-Fock energies and a gradient of hydrogen fluoride at 1.8 bohr, STO-3G of the Basis Set Exchange: the numbers in InputTests.

Needs pyscf and basis_set_exchange. Run: python reference_qcschema.py
"""
import basis_set_exchange
from pyscf import gto, scf

BASIS = {
    symbol: gto.basis.parse(basis_set_exchange.get_basis("STO-3G", elements=[symbol], fmt="nwchem"))
    for symbol in ("H", "F")
}
for charge in (0, 1):
    molecule = gto.M(atom="H 0 0 0; F 0 0 1.8", unit="Bohr", basis=BASIS, charge=charge, spin=charge, verbose=0)
    method = (scf.UHF if charge else scf.RHF)(molecule)
    method.conv_tol = 1e-13
    print(charge, method.kernel(), method.nuc_grad_method().kernel()[:, 2])
