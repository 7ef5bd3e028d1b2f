"""solvent.json: energies in a polarizable continuum.

Needs pyscf and basis_set_exchange. Run: python reference_solvent.py (writes solvent.json)
"""
import reference_dft
import reference_tools as tools
from pyscf import scf
from pyscf.solvent import pcm
from reference_molecules import MOLECULES, mixed

SETTINGS = {
    "surface": "SWIG, 302 Lebedev points a sphere, PySCF's modified Bondi radii times 1.2 (H 1.1 Angstrom, 2.0 where there is none)",
    "solvent": "C-PCM with (epsilon - 1) / epsilon, IEF-PCM with the symmetric part of K^-1 R",
    "convergence": "conv_tol 1e-11 Eh, conv_tol_grad 1e-7",
    "energy": "total; solventEnergy is the part q v / 2",
    "functional, grid": "as in dft-energies.json",
}
B3LYP = reference_dft.B3LYP
WATER, ACETONITRILE = 78.3553, 35.688
CHLORIDE = [["Cl", 0.0, 0.0, 0.0]]

# molecule, charge, multiplicity, basis, Cartesian, functional, model, dielectric constant
CASES = [
    ("water-turned", 0, 1, {"default": "6-31G"}, False, None, "C-PCM", WATER),
    ("water-turned", 0, 1, {"default": "6-31G"}, False, None, "IEF-PCM", WATER),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, B3LYP, "C-PCM", ACETONITRILE),
    ("hydroxide", -1, 1, {"default": "6-31+G(d,p)"}, True, None, "IEF-PCM", 20.0),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True, B3LYP, "IEF-PCM", ACETONITRILE),
    ("formaldehyde", -1, 2, {"default": "6-31G(d)"}, False, None, "C-PCM", ACETONITRILE),
    ("formaldehyde", -1, 2, {"default": "6-31G(d)"}, False, None, "IEF-PCM", 2.0165),
    ("chloride", -1, 1, {"default": "6-31G"}, False, B3LYP, "C-PCM", ACETONITRILE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, B3LYP, "C-PCM", WATER),
    ("niobium-chloride", 0, 1, mixed("Nb"), False, None, "C-PCM", ACETONITRILE),
    ("niobium-chloride", 0, 1, mixed("Nb"), False, B3LYP, "IEF-PCM", ACETONITRILE),
]


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, basis, cartesian, functional, model, epsilon in CASES:
        atoms = MOLECULES.get(name, CHLORIDE)
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, cartesian)
        if functional:
            mf = reference_dft.make_solver(mol, functional, reference_dft.FINE)()
        else:
            mf = scf.RHF(mol) if multiplicity == 1 else scf.UHF(mol)
        tools.with_exact_core(mf)
        solvent = pcm.PCM(mol)
        solvent.method, solvent.eps = model, epsilon
        mf = mf.PCM(solvent)
        mf.conv_tol, mf.conv_tol_grad, mf.max_cycle = 1e-11, 1e-7, 200
        mf.kernel()
        assert mf.converged, name
        records.append({
            "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity,
            "functional": functional and functional.split(","), "model": model, "dielectricConstant": epsilon, "atoms": atoms,
            "energy": float(mf.e_tot), "solventEnergy": float(mf.with_solvent.e),
            "points": len(mf.with_solvent.surface["grid_coords"])})
        progress(name, model, functional, f"{mf.e_tot:.10f}")
    tools.write_json("solvent.json", {"provenance": tools.provenance("reference_solvent.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    run()
