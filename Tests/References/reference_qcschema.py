"""Hartree-Fock energies, a gradient and a Hessian of hydrogen fluoride at 1.8 bohr, STO-3G of the Basis Set Exchange: the numbers in
InputTests and ServeTests.

Needs pyscf and basis_set_exchange. Run: python reference_qcschema.py
"""
import basis_set_exchange
from pyscf import gto, hessian, scf

BASIS = {
    symbol: gto.basis.parse(basis_set_exchange.get_basis("STO-3G", elements=[symbol], fmt="nwchem"))
    for symbol in ("H", "F")
}
for charge in (0, 1):
    molecule = gto.M(atom="H 0 0 0; F 0 0 1.8", unit="Bohr", basis=BASIS, charge=charge, spin=charge, verbose=0)
    method = (scf.UHF if charge else scf.RHF)(molecule)
    method.conv_tol = 1e-13
    print(charge, method.kernel(), method.nuc_grad_method().kernel()[:, 2])
    if charge == 0:
        blocks = hessian.RHF(method).kernel()
        print("Hessian of H: xx", blocks[0, 0, 0, 0], "zz", blocks[0, 0, 2, 2], "with F: xx", blocks[0, 1, 0, 0], "zz", blocks[0, 1, 2, 2])
        print("dipole / a.u.", method.dip_moment(unit="AU", verbose=0), "Mulliken", method.mulliken_pop(verbose=0)[1])
