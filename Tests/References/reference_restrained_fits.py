"""restrained-fits.json: RESP charges of both stages, by minimising what is to be minimised.

The sum over the points of squared errors and the hyperbolic restraint is one convex function of the charges. Charges that are
given, sums and equalities are linear equations; in the coordinates that these leave free a Newton method with a trust region
goes down to the minimum. The program under test solves another problem over and over: linear equations whose diagonal has the
restraint of the charges before.
"""
import json

import numpy as np
import reference_tools as tools
from pyscf import scf
from reference_charges import potential
from reference_molecules import MOLECULES, turned
from reference_orbital_charges import ACETIC_ACID, BOHR, LAYERS, MK_RADII, layer_points, listed
from scipy.linalg import null_space
from scipy.optimize import minimize

FIRST, SECOND, TIGHTNESS = 0.0005, 0.001, 0.1
CORNERS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)
SETTINGS = {
    "potential": "exact, from the Hartree-Fock density",
    "points": f"rings on layers {LAYERS}, radii {MK_RADII} in Angstrom; pointsPerSquareAngstrom as in the record",
    "minimised": "sum of squared errors + 2 a density (sqrt(q^2 + b^2) - b) for every atom but hydrogen, b = 0.1",
    "unscaled": "where it is true, the factor density is left out",
    "first stage": "a = 0.0005, all charges; 'equal' and 'constraints' (atoms from 0, sum of charges) where the record has them",
    "second stage": "a = 0.001, atoms in 'refitted' alone, hydrogens of each group in 'hydrogens' equal; constraints hold again",
    "minimum": "scipy.optimize.minimize, trust-exact, in the null space of the linear equations",
}


def placed(rows):
    """Symbols and positions in Angstrom, turned, in bohr."""
    return turned([[symbol, *(np.asarray(place) / BOHR)] for symbol, place in rows])


def methylammonium():
    """Tetrahedral angles, staggered."""
    c, n = np.zeros(3), 1.50 * CORNERS[0]
    return placed([("C", c), ("N", n)] + [("H", c + 1.09 * d) for d in CORNERS[1:]] + [("H", n - 1.03 * d) for d in CORNERS[1:]])


def ethanol():
    """Tetrahedral angles, staggered, the hydroxyl hydrogen opposite to the methyl group."""
    middle, methyl, o = np.zeros(3), 1.53 * CORNERS[1], 1.43 * CORNERS[0]
    return placed(
        [("C", methyl), ("C", middle), ("O", o)] + [("H", methyl - 1.09 * CORNERS[k]) for k in (0, 2, 3)]
        + [("H", middle + 1.09 * CORNERS[k]) for k in (2, 3)] + [("H", o - 0.96 * CORNERS[1])])


def acetamide():
    """That of dipole-corrections.json."""
    return json.loads((tools.HERE / "dipole-corrections.json").read_text())["cases"][0]["atoms"]


# Name, charge, atoms, basis, Cartesian, points a square Angstrom, and of both stages what SETTINGS says.
def cases():
    yield ("methanol", 0, MOLECULES["methanol"], "def2-SVP", False, 2.5,
           {"refitted": [0, 3, 4, 5], "hydrogens": [[3, 4, 5]]})
    yield ("acetic-acid", 0, listed(ACETIC_ACID), "6-31G(d)", True, 1,
           {"refitted": [0, 1, 2, 3], "hydrogens": [[1, 2, 3]]})
    yield ("methylammonium", 1, methylammonium(), "6-31G(d)", True, 6,
           {"refitted": [0, 2, 3, 4], "hydrogens": [[2, 3, 4]], "equal": [[5, 6, 7]]})
    yield ("ethanol", 0, ethanol(), "6-31G(d)", True, 1,
           {"refitted": [0, 1, 3, 4, 5, 6, 7], "hydrogens": [[3, 4, 5], [6, 7]],
            "constraints": [{"atoms": [0, 3, 4, 5], "charge": 0.05}]})
    yield ("acetamide", 0, acetamide(), "6-31G(d)", True, 6,
           {"refitted": [0, 1, 2, 3], "hydrogens": [[1, 2, 3]], "unscaled": True})


def minimum(symbols, positions, points, values, strength, equations):
    """equations: rows over the atoms, each with its right side."""
    inverse = 1 / np.linalg.norm(points[:, None] - positions, axis=2)
    heavy = np.array([s != "H" for s in symbols])
    rows, sides = np.array([e[0] for e in equations]), np.array([e[1] for e in equations])
    start, free = np.linalg.lstsq(rows, sides, rcond=None)[0], null_space(rows)
    assert np.abs(rows @ start - sides).max() < 1e-12

    def function(x):
        q = start + free @ x
        error, root = inverse @ q - values, np.sqrt(q ** 2 + TIGHTNESS ** 2)
        slope = 2 * inverse.T @ error + 2 * strength * heavy * q / root
        return error @ error + 2 * strength * np.sum(heavy * (root - TIGHTNESS)), free.T @ slope

    def curvature(x):
        q = start + free @ x
        bend = 2 * strength * heavy * TIGHTNESS ** 2 / (q ** 2 + TIGHTNESS ** 2) ** 1.5
        return free.T @ (2 * inverse.T @ inverse + np.diag(bend)) @ free

    found = minimize(function, np.zeros(free.shape[1]), jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-10})
    assert np.abs(found.jac).max() < 1e-8, found.message
    charges = start + free @ found.x
    return charges, np.sqrt(np.mean((inverse @ charges - values) ** 2))


def equations(count, total, groups, constraints, kept=()):
    def row(atoms, values=1.0):
        out = np.zeros(count)
        out[list(atoms)] = values
        return out

    out = [(row(range(count)), total)] + [(row(c["atoms"]), c["charge"]) for c in constraints]
    out += [(row([group[0], other], [1.0, -1.0]), 0.0) for group in groups for other in group[1:]]
    return out + [(row([atom]), charge) for atom, charge in kept]


def run():
    progress, records = tools.Progress(), []
    for name, charge, atoms, basis, cartesian, density, stages in cases():
        mol = tools.make_molecule(atoms, charge, 1, {"default": basis}, cartesian)
        mf, _ = tools.solve(lambda: scf.RHF(mol), ["minao", "atom"])
        symbols, positions = [a[0] for a in atoms], mol.atom_coords()
        points = layer_points(symbols, positions, density)
        values = potential(mol, mf.make_rdm1(), points)
        scale = 1 if stages.get("unscaled") else density
        equal, constraints = stages.get("equal", []), stages.get("constraints", [])
        first, first_error = minimum(symbols, positions, points, values, FIRST * scale,
                                     equations(len(atoms), charge, equal, constraints))
        kept = [(i, first[i]) for i in range(len(atoms)) if i not in stages["refitted"]]
        # Equal atoms that are kept are equal already.
        second, second_error = minimum(symbols, positions, points, values, SECOND * scale,
                                       equations(len(atoms), charge, stages["hydrogens"], constraints, kept))
        records.append({
            "name": name, "charge": charge, "multiplicity": 1, "basis": {"default": basis}, "cartesian": cartesian,
            "atoms": atoms, "energy": float(mf.e_tot), "pointsPerSquareAngstrom": density, "numberOfPoints": len(points),
            **stages, "resp1": tools.floats(first), "resp2": tools.floats(second),
            "rootMeanSquareErrors": [float(first_error), float(second_error)]})
        progress(name, len(points), np.round(first, 4), np.round(second, 4))
    tools.write_json("restrained-fits.json", {
        "provenance": tools.provenance("make-references.py restrained-fits", SETTINGS), "cases": records})
