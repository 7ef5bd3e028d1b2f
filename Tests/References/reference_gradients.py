"""gradients.json: derivatives of energies by the positions of the nuclei, without core potentials."""
import reference_dft
import reference_tools as tools
from pyscf import scf
from reference_molecules import MOLECULES

SETTINGS = {
    "integrals": "exact, all two-electron integrals in memory",
    "convergence": "conv_tol 1e-12 Eh, conv_tol_grad 1e-8, second-order solver",
    "gradient": "Eh/bohr, one row an atom; points and weights of the grid stay in place (PySCF's grid_response off)",
    "functional, grid": "as in dft-energies.json",
}

B3LYP, PBE, LDA = reference_dft.B3LYP, reference_dft.PBE, reference_dft.LDA

# molecule, charge, multiplicity, basis, Cartesian, functional
CASES = [
    ("water-turned", 0, 1, {"default": "cc-pVTZ"}, False, None),
    ("methanol", 0, 1, {"default": "6-31G(d)"}, True, None),
    ("nitrogen-dioxide", 0, 2, {"default": "def2-TZVP"}, False, None),
    ("hydrogen-fluoride", 0, 1, {"default": "cc-pVQZ"}, False, B3LYP),
    ("methanol", 0, 1, {"default": "6-31G(d)"}, True, B3LYP),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, PBE),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True, B3LYP),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True, LDA),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, reference_dft.WB97X),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, reference_dft.HSE),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True, reference_dft.CAM),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, reference_dft.R2SCAN),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True, reference_dft.M06_2X),
]


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, basis, cartesian, functional in CASES:
        mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
        if functional:
            mf = reference_dft.make_solver(mol, functional, reference_dft.FINE)()
        else:
            mf = scf.RHF(mol) if multiplicity == 1 else scf.UHF(mol)
        mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-8
        mf.kernel()
        mf = mf.newton()
        mf.conv_tol, mf.conv_tol_grad = 1e-12, 1e-8
        mf.kernel(mf.mo_coeff, mf.mo_occ)
        assert mf.converged
        gradient = mf.nuc_grad_method().kernel()
        records.append({
            "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity,
            "functional": functional and functional.split(","), "atoms": MOLECULES[name], "energy": float(mf.e_tot),
            "gradient": [[float(x) for x in row] for row in gradient]})
        progress(name, functional, f"{mf.e_tot:.10f}")
    tools.write_json("gradients.json", {
        "provenance": tools.provenance("make-references.py gradients", SETTINGS), "cases": records})
