"""ghosts.json: energies with ghost atoms, and counterpoise corrections, from PySCF's own ghost atoms.

PySCF puts quadrature points of the element around a ghost atom and lets it take part in Becke's partition; so does this project.
"""
import reference_tools as tools
from pyscf import dft, gto, scf

D = "6-31G(d)"
WATER_A = [["O", -2.8717, -0.1161, 0.0], ["H", -3.4713, 1.6012, 0.0], ["H", -1.0556, 0.0922, 0.0]]
WATER_B = [["O", 2.6335, 0.1183, 0.0], ["H", 3.2493, -0.7356, 1.4445], ["H", 3.2493, -0.7356, -1.4445]]
HYDROXYL = [["O", 0.0, 0.0, 0.0], ["H", 1.8324, 0.0, 0.0]]
IODIDE = [["H", 0.0, 0.0, 5.1], ["I", 0.0, 0.0, 8.15]]


def molecule(atoms, ghosts, charge, multiplicity, basis, cartesian):
    """Ghost atoms have the functions of their elements and no core potentials."""
    plain = tools.make_molecule(atoms + ghosts, 0, 1 + sum(tools.NUMBER[a[0]] for a in atoms + ghosts) % 2, basis, cartesian)
    symbols = {a[0] for a in atoms}
    functions = {a[0]: plain._basis[a[0]] for a in atoms + ghosts}
    functions.update({f"GHOST-{g[0]}": plain._basis[g[0]] for g in ghosts})
    mol = gto.Mole()
    mol.build(
        atom=[(a[0], tuple(a[1:])) for a in atoms] + [(f"GHOST-{g[0]}", tuple(g[1:])) for g in ghosts], unit="Bohr",
        charge=charge, spin=multiplicity - 1, basis=functions, ecp={s: e for s, e in plain._ecp.items() if s in symbols},
        cart=cartesian, verbose=0, symmetry=False)
    return mol


def solve(mol, functional=None, grid=(99, 590)):
    if functional:
        mf = dft.RKS(mol) if mol.spin == 0 else dft.UKS(mol)
        mf.xc = functional
        mf.grids.atom_grid = grid
        mf.grids.prune = None
        mf.grids.radi_method = dft.radi.treutler_ahlrichs
        mf.grids.becke_scheme = dft.gen_grid.original_becke
        mf.grids.radii_adjust = dft.radi.treutler_atomic_radii_adjust
        mf.grids.atomic_radii = dft.radi.BRAGG_RADII
        mf.small_rho_cutoff = 0
    else:
        mf = scf.RHF(mol) if mol.spin == 0 else scf.UHF(mol)
    mf.conv_tol, mf.conv_tol_grad = 1e-11, 1e-7
    mf.kernel()
    assert mf.converged
    return mf


def case(name, atoms, ghosts, basis, charge=0, multiplicity=1, cartesian=False, functional=None):
    mf = solve(molecule(atoms, ghosts, charge, multiplicity, basis, cartesian), functional)
    density = mf.make_rdm1()
    if density.ndim == 3:
        density = density[0] + density[1]
    populations = (density * mf.get_ovlp()).sum(axis=1)
    slices = mf.mol.aoslice_by_atom()
    electrons = [float(populations[first:last].sum()) for _, _, first, last in slices]
    charges = [float(z - n) for z, n in zip(mf.mol.atom_charges(), electrons)]
    return {
        "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity, "atoms": atoms,
        "ghosts": ghosts, "functional": [functional] if functional else None, "energy": float(mf.e_tot),
        "mulliken": charges[:len(atoms)], "ghostPopulations": electrons[len(atoms):],
    }


def counterpoise(name, fragments, basis, cartesian=False, functional=None):
    """fragments: [(atoms, charge, multiplicity)]."""
    whole = [a for f in fragments for a in f[0]]
    total = sum(f[1] for f in fragments)
    unpaired = sum(f[2] - 1 for f in fragments)
    record = {
        "name": name, "basis": basis, "cartesian": cartesian, "functional": functional, "atoms": whole, "charge": total,
        "multiplicity": unpaired + 1, "energyComplex": float(solve(molecule(whole, [], total, unpaired + 1, basis, cartesian), functional).e_tot),
        "fragments": [],
    }
    for index, (atoms, charge, multiplicity) in enumerate(fragments):
        others = [a for k, f in enumerate(fragments) if k != index for a in f[0]]
        own = solve(molecule(atoms, [], charge, multiplicity, basis, cartesian), functional)
        ghosted = solve(molecule(atoms, others, charge, multiplicity, basis, cartesian), functional)
        record["fragments"].append({
            "atoms": len(atoms), "charge": charge, "multiplicity": multiplicity, "energyOwnBasis": float(own.e_tot),
            "energyWholeBasis": float(ghosted.e_tot),
        })
    return record


B3LYP = "HYB_GGA_XC_B3LYP"
SETTINGS = {
    "integrals": "exact; core potentials by PySCF itself (sets without steep functions at other atoms)",
    "convergence": "conv_tol 1e-11 Eh, conv_tol_grad 1e-7",
    "grid": "as in dft-energies.json, (99,590), with points on ghost atoms",
    "populations": "Mulliken",
}


def run():
    cases = [
        case("water beside water", WATER_A, WATER_B, {"default": "6-31G"}),
        case("water beside water", WATER_A, WATER_B, {"default": D}, cartesian=True),
        case("water beside water", WATER_A, WATER_B, {"default": "6-31G"}, functional=B3LYP),
        case("hydroxyl beside water", HYDROXYL, [[s, x + 3, y, z] for s, x, y, z in WATER_B], {"default": "6-31G"}, multiplicity=2),
        case("water beside hydrogen iodide", WATER_A, [[s, x, y + 6, z - 4] for s, x, y, z in IODIDE], {"default": "LANL2DZ"}),
        case("hydrogen iodide beside water", IODIDE, WATER_A, {"default": "LANL2DZ"}),
    ]
    pairs = [
        counterpoise("water dimer", [(WATER_A, 0, 1), (WATER_B, 0, 1)], {"default": "6-31G"}),
        counterpoise("water and hydroxide", [(WATER_A, 0, 1), ([["O", 2.6335, 0.1183, 0.0], ["H", 4.2, 0.9, 0.0]], -1, 1)], {"default": "6-31G"}),
    ]
    tools.write_json("ghosts.json", {
        "provenance": tools.provenance("reference_ghosts.py", SETTINGS), "cases": cases, "counterpoise": pairs})


if __name__ == "__main__":
    run()
