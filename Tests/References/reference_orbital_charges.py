"""orbital-charges.json: natural and intrinsic populations, natural and fuzzy bond orders, Merz-Kollman and RESP charges.

Natural orbitals are PySCF's own (lo.nao), whose orthogonalisation treats cores apart; intrinsic ones are PySCF's (lo.iao) over
the reference orbitals of BasisSets/minao.gbs and, under core potentials, the leading shells of BasisSets/lanl2mb.gbs. Fuzzy orders
come from PySCF's grids and orbital values, fits from exact potentials by a root search of their stationary conditions.
"""
import numpy as np
import reference_tools as tools
from pyscf import dft, gto, lo, scf
from pyscf.data import radii as atomic_radii
from pyscf.gto.ecp import core_configuration
from reference_charges import BOHR, fit, potential
from reference_molecules import MOLECULES, mixed
from scipy.optimize import root

MK_RADII = {"H": 1.20, "C": 1.50, "N": 1.50, "O": 1.40, "Al": 1.24, "Cl": 1.70}  # A
LAYERS, DENSITY = [1.4, 1.6, 1.8, 2.0], 2.5
SETTINGS = {
    "natural": "PySCF lo.nao, restored; wibergNatural: sum of squares of density matrix elements, both spins",
    "intrinsic": "PySCF lo.iao for each spin, orthogonalised by Loewdin's method",
    "fuzzy": "Becke's partition with Treutler and Ahlrichs' shift of Bragg radii, (99,590) without pruning",
    "mk": f"rings of points on layers {LAYERS} at {DENSITY} points a square Angstrom, one Lagrange multiplier; radii {MK_RADII}",
    "resp": "a = 0.0005 times the density, b = 0.1, hydrogen free",
}
PUBLISHED = [
    {"molecule": "methylamine", "method": "HF/3-21G, idealised geometry", "npa": {"C": -0.44079, "N": -0.89715},
     "source": "tutorial example of the NBO program, https://nbo.chem.wisc.edu/ch3nh2.html"},
    {"molecule": "acetic-acid", "method": "HF/6-31G(d), R.E.D. III.5 with GAMESS, 1 point a square Angstrom",
     "resp1": [-0.294974, 0.107114, 0.107114, 0.084795, 0.803999, -0.661279, 0.453270, -0.600039],
     "resp2": [-0.290893, 0.098314, 0.098314, 0.098314, 0.803999, -0.661279, 0.453270, -0.600039],
     "source": "tests of the program resp, https://github.com/cdsgroup/resp; its orientation differs"},
]
ACETIC_ACID = """C 1.45051389 -0.06628932 0
H 1.75521613 -0.62865986 -0.87500146
H 1.75521613 -0.62865986 0.87500146
H 1.92173244 0.90485897 0
C -0.04233122 0.09849378 0
O -0.67064817 -1.07620915 0
H -1.60837259 -0.91016601 0
O -0.62675864 1.13160510 0"""  # A
# name, charge, multiplicity, atoms, basis
def cases():
    yield "methanol", 0, 1, MOLECULES["methanol"], {"default": "def2-SVP"}
    yield "methylene", 0, 3, MOLECULES["methylene"], {"default": "cc-pVTZ"}
    yield "titanium-chloride", 0, 1, MOLECULES["titanium-chloride"], {"default": "def2-SVP"}
    yield "aluminium-chloride", 0, 1, MOLECULES["aluminium-chloride"], mixed("Al")
    yield "niobium-chloride", 0, 1, MOLECULES["niobium-chloride"], mixed("Nb")


def listed(text):
    return [[w[0]] + [round(float(x) / BOHR, 8) for x in w[1:]] for w in map(str.split, text.splitlines())]


def methylamine():
    """Tetrahedral angles, staggered; C-N 1.47, C-H 1.09, N-H 1.01 A, as the tutorial states."""
    angle = np.arccos(-1 / 3)

    def spokes(centre, length, sense, turns):
        return [[centre + sense * -length * np.cos(angle), length * np.sin(angle) * np.cos(t), length * np.sin(angle) * np.sin(t)]
                for t in np.radians(turns)]

    places = [[0, 0, 0], [1.47, 0, 0]] + spokes(0, 1.09, -1, [0, 120, 240]) + spokes(1.47, 1.01, 1, [60, 300])
    return [[s, *(round(float(x) / BOHR, 8) for x in p)] for s, p in zip("CNHHHHH", places)]


def spin_sets(mf):
    """Occupied orbitals and electrons in each, one entry a spin."""
    c, n = np.asarray(mf.mo_coeff), np.asarray(mf.mo_occ)
    return [(c[:, n > 0], 2)] if c.ndim == 2 else [(c[s][:, n[s] > 0], 1) for s in (0, 1)]


def by_atom(labels, values, count):
    out = np.zeros(count)
    np.add.at(out, labels, values)
    return out


def charges_and_spins(mol, populations):
    total = sum(populations) if len(populations) == 2 else populations[0]
    spin = populations[0] - populations[1] if len(populations) == 2 else 0 * total
    return (mol.atom_charges() - total).tolist(), spin.tolist()


def natural(mol, mf):
    overlap = mol.intor("int1e_ovlp")
    orbitals = lo.nao.nao(mol, mf)
    atom = np.array([l[0] for l in mol.ao_labels(fmt=None)])
    parts, order = [], np.zeros((mol.natm, mol.natm))
    sets = spin_sets(mf)
    for c, n in sets:
        half = orbitals.T @ overlap @ c
        density = n * half @ half.T
        parts.append(by_atom(atom, np.diag(density), mol.natm))
        square = density ** 2 * (1 if len(sets) == 1 else 2)
        for a in range(mol.natm):
            for b in range(mol.natm):
                order[a, b] += square[np.ix_(atom == a, atom == b)].sum() if a != b else 0
    return *charges_and_spins(mol, parts), order.tolist()


def reference_basis(mol):
    """Shells of free atoms, by PySCF's table of occupied shells."""
    out = {}
    for symbol in {mol.atom_pure_symbol(i) for i in range(mol.natm)}:
        core = mol._ecp[symbol][0] if symbol in mol._ecp else 0
        file = tools.BASIS_FILES["lanl2mb" if core else "minao"]
        replaced = core_configuration(core, atom_symbol=symbol)
        table = lo.nao.AOSHELL[tools.NUMBER[symbol]][1]
        left = [int(table[2 * l]) - replaced[l] for l in range(4)]
        out[symbol] = []
        for shell in file.basis[symbol]:
            if left[shell[0]] > 0:
                left[shell[0]] -= 1
                out[symbol].append(shell)
    return out


def intrinsic(mol, mf):
    reference, overlap = reference_basis(mol), mol.intor("int1e_ovlp")
    reference_mol = gto.M(atom=mol._atom, unit="Bohr", basis=reference, spin=None, verbose=0)
    atom = np.array([l[0] for l in reference_mol.ao_labels(fmt=None)])
    parts = []
    for c, n in spin_sets(mf):
        orbitals = lo.orth.vec_lowdin(lo.iao.iao(mol, c, minao=reference), overlap)
        parts.append(by_atom(atom, n * ((orbitals.T @ overlap @ c) ** 2).sum(axis=1), mol.natm))
    return charges_and_spins(mol, parts)


def fuzzy(mol, mf):
    grids = dft.gen_grid.Grids(mol)
    grids.atom_grid, grids.prune = (99, 590), None
    atomic = grids.gen_atomic_grids(mol, grids.atom_grid, grids.radi_method, 9, None)
    coordinates, weights = dft.gen_grid.get_partition(
        mol, atomic, dft.radi.treutler_atomic_radii_adjust, atomic_radii.BRAGG, dft.gen_grid.original_becke, concat=False)
    order, sets = np.zeros((mol.natm, mol.natm)), spin_sets(mf)
    for c, n in sets:
        inside = []
        for points, weight in zip(coordinates, weights):
            values = dft.numint.eval_ao(mol, points) @ c
            inside.append(n * values.T @ (weight[:, None] * values))
        for a in range(mol.natm):
            for b in range(mol.natm):
                order[a, b] += (1 if len(sets) == 1 else 2) * np.sum(inside[a] * inside[b]) if a != b else 0
    return order.tolist()


def rings(count):
    equator = int(np.sqrt(np.pi * count))
    steps = max(1, equator // 2)
    out = []
    for i in range(steps + 1):
        polar = np.pi * i / steps
        members = max(1, int(equator * np.sin(polar) + 1e-10))
        for j in range(members):
            angle = 2 * np.pi * j / members
            out.append([np.cos(angle) * np.sin(polar), np.sin(angle) * np.sin(polar), np.cos(polar)])
    return np.array(out[:count])


def layer_points(symbols, positions, density):
    kept = []
    for factor in LAYERS:
        radii = np.array([MK_RADII[s] * factor for s in symbols])
        for i, radius in enumerate(radii):
            points = positions[i] + radius / BOHR * rings(int(density * 4 * np.pi * radius ** 2))
            distances = np.linalg.norm(points[:, None] - positions, axis=2)
            distances[:, i] = np.inf
            kept.append(points[np.all(distances >= radii / BOHR, axis=1)])
    return np.concatenate(kept)


def restrained(symbols, positions, points, values, total, strength, tightness=0.1):
    inverse = 1 / np.linalg.norm(points[:, None] - positions, axis=2)
    heavy = np.array([s != "H" for s in symbols])

    def conditions(x):
        q = x[:-1]
        slope = 2 * inverse.T @ (inverse @ q - values) + 2 * heavy * strength * q / np.sqrt(q ** 2 + tightness ** 2)
        return np.append(slope + x[-1], q.sum() - total)

    start, _, _ = fit(positions, points, values, total)
    solution = root(conditions, np.append(start, 0), tol=1e-13)
    assert np.abs(conditions(solution.x)).max() < 1e-9, solution.message
    return solution.x[:-1]


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, atoms, basis in cases():
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, False)
        mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)), ["minao", "atom"])
        record = {"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": False,
                  "atoms": atoms, "energy": float(mf.e_tot)}
        record["npaCoresFirst"], record["npaSpins"], record["wibergNatural"] = natural(mol, mf)
        record["iao"], record["iaoSpins"] = intrinsic(mol, mf)
        record["fuzzy"] = fuzzy(mol, mf)
        symbols = [a[0] for a in atoms]
        if all(s in MK_RADII for s in symbols):
            density = np.asarray(mf.make_rdm1())
            density = density if density.ndim == 2 else density.sum(axis=0)
            points = layer_points(symbols, mol.atom_coords(), DENSITY)
            values = potential(mol, density, points)
            charges, error, relative = fit(mol.atom_coords(), points, values, charge)
            record.update(numberOfPoints=len(points), mk=charges.tolist(), rootMeanSquareError=float(error),
                          relativeError=float(relative),
                          resp=restrained(symbols, mol.atom_coords(), points, values, charge, 0.0005 * DENSITY).tolist())
        records.append(record)
        progress(name, f"{mf.e_tot:.10f}")
    published = []
    for entry, atoms, basis, cartesian in [
            (PUBLISHED[0], methylamine(), "3-21G", False), (PUBLISHED[1], listed(ACETIC_ACID), "6-31G(d)", True)]:
        mf = scf.RHF(tools.make_molecule(atoms, 0, 1, {"default": basis}, cartesian)).run(conv_tol=1e-12, verbose=0)
        published.append(dict(entry, name=entry["molecule"], charge=0, multiplicity=1, basis={"default": basis},
                              cartesian=cartesian, atoms=atoms, energy=float(mf.e_tot)))
    tools.write_json("orbital-charges.json", {
        "provenance": tools.provenance("make-references.py orbital-charges", SETTINGS), "cases": records,
        "published": published})
