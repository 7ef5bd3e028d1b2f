"""charges.json: published CHELPG charges, and CHELPG charges from PySCF potentials by an independent fit."""
import numpy as np
import reference_tools as tools
from pyscf import grad, scf
from reference_molecules import MOLECULES, mixed
from scipy.optimize import minimize

BOHR = 0.529177210903  # A, CODATA 2018; used only for the grid parameters, which are given in bohr too
SPACING, MARGIN = 0.3 / BOHR, 2.8 / BOHR


def radius(symbol, own):
    """CHELPG radii in A: Breneman and Wiberg, J. Comput. Chem. 11, 361 (1990), rows 1 to 3; given ones for other elements."""
    z = tools.NUMBER[symbol]
    if symbol in own:
        return own[symbol]
    for last, value in [(2, 1.45), (6, 1.5), (10, 1.7), (18, 2.0)]:
        if z <= last:
            return value
    raise KeyError(symbol)


SETTINGS = {
    "potential": "exact, from the Hartree-Fock density; effective (ECP-reduced) nuclear charges",
    "grid": "cubic points 0.3 A apart; first point at (min - 2.8 A) along each axis, last one not past (max + 2.8 A);"
            " points inside the radius of any nucleus (r < radius) or farther than 2.8 A from every nucleus (r > 2.8) are dropped",
    "spacingInBohr": SPACING, "marginInBohr": MARGIN,
    "fit": "plain least squares over all points, total charge kept by a Lagrange multiplier",
    "radiiInAngstrom": "H, He 1.45; Li-C 1.5; N-Ne 1.7; Na-Ar 2.0; others as given in the record",
    "rootMeanSquareError": "of the fitted potential, hartree/e; relative: divided by the root mean square of the potential",
    "halfSpacingShift": "the same with all points moved by half a spacing along x, y and z: shows what the position of the grid costs",
}

PUBLISHED = [
    {"molecule": "water, O-H 0.956 A, H-O-H 104.5 degrees", "method": "HF/STO-3G", "charges": {"O": -0.6182, "H": [0.3091, 0.3092]},
     "points": 3953,
     "source": "test output in the manual of the program CHELPG of C. M. Breneman (1990), Computational Chemistry List archive;"
               " method: Breneman and Wiberg, J. Comput. Chem. 11, 361 (1990), doi:10.1002/jcc.540110311"},
    {"molecule": "methanol, the atoms of case methanol-echem", "method": "HF/6-31G(d), five d functions, methyl hydrogens made equal",
     "charges": {"O": -0.611345, "C": 0.225480, "H(O)": 0.376265, "H(C)": 0.003200}, "points": 5890, "relativeError": 0.1868,
     "source": "VeloxChem, in the eChem book, https://kthpanor.github.io/echem/chelpg; the grid of that program lies differently,"
               " so expect agreement to about 0.001"},
]

METHANOL_ECHEM = """H 1.2001 0.0363 0.8431
C 0.7031 0.0083 -0.1305
H 0.9877 0.8943 -0.7114
H 1.0155 -0.8918 -0.6742
O -0.6582 -0.0067 0.1730
H -1.1326 -0.0311 -0.6482"""  # A


def grid_points(positions, radii, shift=0.0):
    low, high = positions.min(axis=0) - MARGIN, positions.max(axis=0) + MARGIN
    axes = [np.arange(0, int((b - a) / SPACING + 1e-9) + 1) * SPACING + a + shift * SPACING for a, b in zip(low, high)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    kept = []
    for chunk in np.array_split(points, 1 + len(points) // 50000):
        distance = np.linalg.norm(chunk[:, None] - positions, axis=2)
        keep = np.all(distance >= radii, axis=1) & (distance.min(axis=1) <= MARGIN)
        kept.append(chunk[keep])
    return np.concatenate(kept)


def potential(mol, density, points):
    """Electrostatic potential of nuclei and electrons."""
    out = []
    for chunk in np.array_split(points, 1 + len(points) * mol.nao ** 2 * 8 // 400_000_000):
        electrons = np.einsum("gij,ji->g", mol.intor("int1e_grids", grids=chunk), density)
        nuclei = (mol.atom_charges() / np.linalg.norm(chunk[:, None] - mol.atom_coords(), axis=2)).sum(axis=1)
        out.append(nuclei - electrons)
    return np.concatenate(out)


def fit(positions, points, values, total, equal=()):
    """equal: groups of atoms that share one charge."""
    inverse = 1 / np.linalg.norm(points[:, None] - positions, axis=2)
    groups = [list(g) for g in equal] + [[i] for i in range(len(positions)) if not any(i in g for g in equal)]
    members = np.array([[float(i in g) for g in groups] for i in range(len(positions))])
    n, reduced = len(groups), inverse @ members
    matrix = np.zeros((n + 1, n + 1))
    matrix[:n, :n] = reduced.T @ reduced
    matrix[n, :n] = matrix[:n, n] = members.sum(axis=0)
    charges = members @ np.linalg.solve(matrix, np.append(reduced.T @ values, total))[:n]
    error = np.sqrt(np.mean((inverse @ charges - values) ** 2))
    return charges, error, error / np.sqrt(np.mean(values ** 2))


def minimum(atoms, basis, cartesian):
    """Hartree-Fock minimum (quasi-Newton, analytic gradient)."""
    symbols = [a[0] for a in atoms]

    def energy(x):
        moved = [[s, *p] for s, p in zip(symbols, x.reshape(-1, 3))]
        mf = scf.RHF(tools.make_molecule(moved, 0, 1, basis, cartesian))
        mf.conv_tol, mf.verbose = 1e-12, 0
        return mf.kernel(), grad.RHF(mf).kernel().ravel()

    result = minimize(energy, np.array([a[1:] for a in atoms]).ravel(), jac=True, method="BFGS", options={"gtol": 2e-6})
    return [[s, *(round(float(v), 8) for v in p)] for s, p in zip(symbols, result.x.reshape(-1, 3))]


def water():
    length, half = 0.956 / BOHR, np.radians(104.5 / 2)
    y, z = length * np.sin(half), length * np.cos(half)
    return [["O", 0.0, 0.0, 0.0], ["H", 0.0, round(y, 8), round(z, 8)], ["H", 0.0, round(-y, 8), round(z, 8)]]


def cases():
    methanol = minimum(MOLECULES["methanol"], {"default": "6-31G(d)"}, True)
    yield "water", 0, 1, water(), {"default": "STO-3G"}, False, [{}], "the published geometry"
    yield "methanol", 0, 1, methanol, {"default": "6-31G(d)"}, True, [{}], "HF/6-31G(d) minimum, position as it came"
    echem = [[w[0]] + [round(float(x) / BOHR, 8) for x in w[1:]] for w in map(str.split, METHANOL_ECHEM.splitlines())]
    yield ("methanol-echem", 0, 1, echem, {"default": "6-31G(d)"}, False, [{}],
           "five d functions; 'equal' lists atoms (from 0) that share one charge", [[0, 2, 3]])
    yield ("carbon-monoxide", 0, 1, MOLECULES["carbon-monoxide"], {"default": "6-31G(d)"}, True, [{}], "")
    yield ("formaldehyde", 0, 1, MOLECULES["formaldehyde"], {"default": "6-31G(d)"}, True, [{}], "")
    yield ("hydroxide", -1, 1, MOLECULES["hydroxide"], {"default": "6-31+G(d,p)"}, True, [{}], "")
    yield ("nitrogen-dioxide", 0, 2, MOLECULES["nitrogen-dioxide"], {"default": "6-31G(d)"}, True, [{}], "UHF")
    yield ("aluminium-chloride", 0, 1, MOLECULES["aluminium-chloride"], mixed("Al"), False, [{}], "")
    yield ("niobium-chloride", 0, 1, MOLECULES["niobium-chloride"], mixed("Nb"), False, [{"Nb": 1.319}, {"Nb": 2.4}],
           "Nb radius: 1.319 A is the UFF distance parameter / 2 / 1.2 (as Multiwfn does), 2.4 A a larger choice; no standard value")


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, atoms, basis, cartesian, choices, note, *equal in cases():
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, cartesian)
        mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)), ["minao", "atom"])
        density = np.asarray(mf.make_rdm1())
        density = density if density.ndim == 2 else density.sum(axis=0)
        positions = mol.atom_coords()
        for own in choices:
            radii = [radius(a[0], own) for a in atoms]
            groups = equal[0] if equal else []
            record = {"name": name, "note": note, "charge": charge, "multiplicity": multiplicity, "basis": basis,
                      "cartesian": cartesian, "atoms": atoms, "energy": float(mf.e_tot), "radiiInAngstrom": radii}
            if groups:
                record["equal"] = groups
            for shift, key in [(0.0, None), (0.5, "halfSpacingShift")]:
                points = grid_points(positions, np.array(radii) / BOHR, shift)
                charges, error, relative = fit(positions, points, potential(mol, density, points), charge, groups)
                target = record if key is None else record.setdefault(key, {})
                target["numberOfPoints"] = len(points)
                target["charges"] = tools.floats(charges, 10)
                target["rootMeanSquareError"], target["relativeError"] = float(error), float(relative)
            records.append(record)
            progress(name, own, record["numberOfPoints"], np.round(record["charges"], 4), np.round(record["halfSpacingShift"]["charges"], 4))
            tools.write_json("charges.json", {
                "provenance": tools.provenance("make-references.py charges", SETTINGS),
                "publishedChelpg": PUBLISHED, "chelpg": records})
