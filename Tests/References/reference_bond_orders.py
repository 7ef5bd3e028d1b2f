"""bond-orders.json: Mayer bond orders and Wiberg indices in Loewdin's functions, from PySCF's density and overlap."""
import numpy as np
import reference_tools as tools
from pyscf import scf
from reference_molecules import MOLECULES

SETTINGS = {
    "convergence": "conv_tol 1e-12 Eh, conv_tol_grad 1e-8, second-order solver",
    "mayer": "(PS)_mn (PS)_nm + (QS)_mn (QS)_nm over the functions of two atoms; P total, Q spin density",
    "wiberg": "the same with S^1/2 P S^1/2",
}

# molecule, charge, multiplicity, basis
CASES = [
    ("methanol", 0, 1, {"default": "def2-SVP"}),
    ("nitrogen-dioxide", 0, 2, {"default": "def2-TZVP"}),
    ("titanium-chloride", 0, 1, {"default": "def2-SVP"}),
]


def orders(mol, total, spin, root):
    atom = np.array([label[0] for label in mol.ao_labels(fmt=None)])
    result = np.zeros((mol.natm, mol.natm))
    for density in (total, spin):
        left = root @ density @ root if root is not None else density @ mol.intor("int1e_ovlp")
        product = left * left.T
        for a in range(mol.natm):
            for b in range(mol.natm):
                if a != b:
                    result[a, b] += product[np.ix_(atom == a, atom == b)].sum()
    return [[float(x) for x in row] for row in result]


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, basis in CASES:
        mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, False)
        mf = scf.RHF(mol) if multiplicity == 1 else scf.UHF(mol)
        mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-8
        mf.kernel()
        mf = mf.newton()
        mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-8
        mf.kernel(mf.mo_coeff, mf.mo_occ)
        assert mf.converged
        density = np.asarray(mf.make_rdm1())
        total, spin = (density, 0 * density) if density.ndim == 2 else (density[0] + density[1], density[0] - density[1])
        values, vectors = np.linalg.eigh(mol.intor("int1e_ovlp"))
        root = vectors @ np.diag(values ** 0.5) @ vectors.T
        records.append({
            "name": name, "basis": basis, "cartesian": False, "charge": charge, "multiplicity": multiplicity,
            "functional": None, "atoms": MOLECULES[name], "energy": float(mf.e_tot),
            "mayer": orders(mol, total, spin, None), "wiberg": orders(mol, total, spin, root)})
        progress(name, f"{mf.e_tot:.10f}")
    tools.write_json("bond-orders.json", {
        "provenance": tools.provenance("make-references.py bond-orders", SETTINGS), "cases": records})
