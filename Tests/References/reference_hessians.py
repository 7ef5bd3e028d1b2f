"""hessians.json: second derivatives of Hartree-Fock energies, derivatives of dipole moments, static polarisabilities.

Run by itself: python reference_hessians.py. Second derivatives are PySCF's analytic ones. Polarisabilities and dipole derivatives come
from its energies' gradients and dipole moments in small uniform fields, by central differences with an error of order h^4.
"""
import numpy as np
import reference_tools as tools
from pyscf import scf
from reference_molecules import MOLECULES

SETTINGS = {
    "integrals": "exact, all two-electron integrals in memory",
    "convergence": "conv_tol 1e-12 Eh, conv_tol_grad 1e-8, second-order solver",
    "hessian": "Eh/bohr^2, coordinate 3 A + k, row by row",
    "polarizability": "bohr^3, 3 x 3, from dipole moments in fields of 0.001 and 0.002 atomic units",
    "dipole_derivatives": "elementary charges, 3 x coordinates, from gradients in the same fields",
}
STEP = 1e-3

# molecule, charge, multiplicity, basis, Cartesian
CASES = [
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False),
    ("methylene", 0, 3, {"default": "6-31G(d)"}, True),
    ("hydrogen-iodide", 0, 1, {"default": "LANL2DZ"}, False),
    ("zinc-chloride", 0, 1, {"default": "LANL2DZ"}, False),
]


def solve(mol, field, guess=None):
    mf = scf.RHF(mol) if mol.spin == 0 else scf.UHF(mol)
    core = scf.hf.get_hcore(mol) + np.einsum("x,xij->ij", field, mol.intor("int1e_r"))
    mf.get_hcore = lambda *args: core
    mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-9
    mf.kernel(guess)
    mf = mf.newton()
    mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-8
    mf.kernel(mf.mo_coeff, mf.mo_occ)
    assert np.abs(mf.get_grad(mf.mo_coeff, mf.mo_occ)).max() < 1e-7
    return mf


def dipole(mf):
    density = mf.make_rdm1()
    density = density if density.ndim == 2 else density[0] + density[1]
    nuclei = np.einsum("a,ax->x", mf.mol.atom_charges(), mf.mol.atom_coords())
    return nuclei - np.einsum("xij,ij->x", mf.mol.intor("int1e_r"), density)


def gradient_in_field(mf, field):
    """With H' = + F . r for the electrons and - Z F . R for the nuclei."""
    plain = mf.nuc_grad_method()
    density = mf.make_rdm1()
    density = density if density.ndim == 2 else density[0] + density[1]
    mol = mf.mol
    # d/dR of <m| F . r |n>: <nabla m| r |n> enters with a minus sign, both orders.
    derivative = -mol.intor("int1e_irp").reshape(3, 3, mol.nao, mol.nao)
    result = np.zeros((mol.natm, 3))
    own = scf.hf.get_hcore(mol)
    mf.get_hcore = lambda *args: own
    base = plain.kernel()
    for atom in range(mol.natm):
        first, last = mol.aoslice_by_atom()[atom, 2:]
        for k in range(3):
            # int1e_irp: <m| r_i nabla_k |n>.
            value = np.einsum("i,imn,mn->", field, derivative[:, k, :, first:last], density[:, first:last])
            result[atom, k] = base[atom, k] + 2 * value - mol.atom_charge(atom) * field[k]
    return result


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, basis, cartesian in CASES:
        mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
        mf = solve(mol, np.zeros(3))
        plain = scf.RHF(mol) if mol.spin == 0 else scf.UHF(mol)
        plain.conv_tol, plain.conv_tol_grad = 1e-12, 1e-9
        plain.mo_coeff, plain.mo_occ, plain.mo_energy = mf.mo_coeff, mf.mo_occ, mf.mo_energy
        plain.e_tot, plain.converged = mf.e_tot, True
        hessian = plain.Hessian()
        hessian.conv_tol = 1e-11
        blocks = hessian.kernel()
        size = 3 * mol.natm
        matrix = blocks.transpose(0, 2, 1, 3).reshape(size, size)
        polarizability, derivatives = np.zeros((3, 3)), np.zeros((3, size))
        for axis in range(3):
            moments, gradients = [], []
            for place in (-2, -1, 1, 2):
                field = np.zeros(3)
                field[axis] = place * STEP
                own = solve(mol, field, mf.make_rdm1())
                moments.append(dipole(own))
                gradients.append(gradient_in_field(own, field))
            def slope(values):
                return (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * STEP)
            polarizability[:, axis] = slope(moments)
            # mu = -dE/dF.
            derivatives[axis] = -slope(gradients).ravel()
        records.append({
            "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity, "functional": None,
            "atoms": MOLECULES[name], "energy": float(mf.e_tot),
            "hessian": [[float(x) for x in row] for row in matrix],
            "polarizability": [[float(x) for x in row] for row in polarizability],
            "dipole_derivatives": [[float(x) for x in row] for row in derivatives]})
        progress(name, f"{mf.e_tot:.10f}", np.abs(matrix - matrix.T).max(), np.diag(polarizability), np.abs(
            derivatives.reshape(3, -1, 3).sum(1) - charge * np.eye(3)).max())
    tools.write_json("hessians.json", {
        "provenance": tools.provenance("reference_hessians.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    run()
