"""Energies of molecules in a uniform electric field: writes field.json. H' = -mu.F, origin of the coordinates as origin.

Needs pyscf and basis_set_exchange. Run: python reference_field.py > field.json
"""
import json

import basis_set_exchange
import numpy
import pyscf
from pyscf import gto, scf

FIELD = [0.003, -0.004, 0.006]
CASES = [
    ("water", [["O", 0, 0, 0], ["H", 0, 0.757, 0.587], ["H", 0.1, -0.757, 0.587]], 0, 1),
    ("hydroxide", [["O", 0.2, 0, 0], ["H", 0.1, 0.2, 0.9]], -1, 1),
    ("water-cation", [["O", 0, 0, 0], ["H", 0, 0.757, 0.587], ["H", 0.1, -0.757, 0.587]], 1, 2),
]
BASIS = {
    symbol: gto.basis.parse(
        basis_set_exchange.get_basis("cc-pVDZ", elements=[symbol], fmt="nwchem", optimize_general=True))
    for symbol in "HO"
}


def energy(atoms, charge, multiplicity):
    molecule = gto.M(
        atom=[[a[0], a[1:]] for a in atoms], basis=BASIS, charge=charge, spin=multiplicity - 1, unit="Angstrom", verbose=0)
    method = (scf.UHF if multiplicity > 1 else scf.RHF)(molecule)
    core = method.get_hcore() + numpy.einsum("x,xij->ij", FIELD, molecule.intor("int1e_r"))
    method.get_hcore = lambda *_: core
    method.conv_tol = 1e-13
    return method.kernel() - numpy.dot(FIELD, molecule.atom_charges() @ molecule.atom_coords())


cases = [
    {"name": name, "atoms": atoms, "charge": charge, "multiplicity": multiplicity, "energy": energy(atoms, charge, multiplicity)}
    for name, atoms, charge, multiplicity in CASES
]
print(json.dumps({"program": f"PySCF {pyscf.__version__}", "basis": "cc-pVDZ", "field": FIELD, "cases": cases}, indent=1))
