"""density-fitting.json: energies with fitted Coulomb and exchange matrices, their gradients, and the exact energies beside them."""
import json

import reference_tools as tools
from pyscf import dft, scf
from pyscf.gto.basis import parse_gaussian
from reference_molecules import MOLECULES, mixed

SETTINGS = {
    "integrals": "density fitting of Coulomb (RI-J, def2-universal-jfit) without exact exchange, of Coulomb and exchange (RI-JK,"
                 " def2-universal-jkfit) with it; the sets are those of BasisSets/Auxiliary",
    "effectiveCorePotentials": "as in hf-energies.json",
    "convergence": "conv_tol 1e-11 Eh, conv_tol_grad 1e-7; unstable unrestricted Hartree-Fock solutions are followed downwards",
    "grid": "as in dft-energies.json, (75,302) without pruning",
    "gradient": "of the fitted energy, with the response of the auxiliary functions and fixed grid points; hartree per bohr",
}
PBE = "GGA_X_PBE,GGA_C_PBE"
B3LYP = "HYB_GGA_XC_B3LYP"
AUXILIARY = tools.HERE.parent.parent / "BasisSets" / "Auxiliary"

CASES = [
    ("water-turned", 0, 1, {"default": "def2-SVP"}, False, None),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, None),
    ("nitrogen-dioxide", 0, 2, {"default": "def2-SVP"}, False, None),
    ("hydrogen-iodide", 0, 1, {"default": "def2-SVP"}, False, None),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, None),
    ("niobium-chloride", 0, 1, mixed("Nb"), False, None),
    ("water-turned", 0, 1, {"default": "def2-TZVP"}, False, PBE),
    ("nitrogen-dioxide", 0, 2, {"default": "def2-SVP"}, False, PBE),
    ("niobium-chloride", 0, 1, mixed("Nb"), False, PBE),
    ("nitrogen-dioxide", 0, 2, {"default": "def2-TZVP"}, False, B3LYP),
]


def auxiliary(name, symbols):
    return {s: parse_gaussian.load(str(AUXILIARY / f"{name}.gbs"), s) for s in symbols}


def energy(mol, functional, fit):
    make = (scf.RHF if mol.spin == 0 else scf.UHF) if functional is None else (dft.RKS if mol.spin == 0 else dft.UKS)
    mf = make(mol)
    tools.with_exact_core(mf)
    if functional:
        mf.xc = functional
        mf.grids.atom_grid = (75, 302)
        mf.grids.prune = None
        mf.grids.radii_adjust = dft.radi.treutler_atomic_radii_adjust
    if fit:
        mf = mf.density_fit(auxbasis=fit)
    mf.conv_tol, mf.conv_tol_grad, mf.max_cycle = 1e-11, 1e-7, 200
    mf.kernel()
    if not mf.converged:
        mf = mf.newton()
        mf.kernel()
    for _ in range(3):
        if mf.mol.spin == 0 or functional:
            break
        orbitals, _, is_stable, _ = mf.stability(return_status=True)
        if is_stable:
            break
        mf.kernel(mf.make_rdm1(orbitals, mf.mo_occ))
    assert mf.converged
    gradient = mf.nuc_grad_method().kernel().tolist() if fit else None
    return float(mf.e_tot), gradient


cases = []
for name, charge, multiplicity, basis, cartesian, functional in CASES:
    mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
    set_name = "def2-universal-jfit" if functional == PBE else "def2-universal-jkfit"
    fit = auxiliary(set_name, sorted({a[0] for a in MOLECULES[name]}))
    (fitted, gradient), (exact, _) = energy(mol, functional, fit), energy(mol, functional, None)
    print(name, functional, fitted, 1e6 * (fitted - exact) / mol.natm)
    cases.append({
        "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity,
        "functional": functional.split(",") if functional else None, "auxiliary": set_name, "atoms": MOLECULES[name],
        "energy": fitted, "exactEnergy": exact, "gradient": gradient,
    })
(tools.HERE / "density-fitting.json").write_text(json.dumps({"settings": SETTINGS, "cases": cases}, indent=1) + "\n")
