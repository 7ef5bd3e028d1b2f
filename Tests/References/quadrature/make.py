"""Writes the reference numbers of the integration grid and of exchange-correlation energies, made with PySCF.

    python make.py > quadrature.json        (PySCF 2.14; libxc as shipped with it)

A density comes from the orbitals of the core Hamiltonian. Everything is given in the order of functions of `esp`: shells in the order
of the file, functions m = -l ... l (p: x, y, z), Cartesian functions xx, xy, xz, ... each normalised to one.
"""
import json

import numpy
from pyscf import dft, gto

SHELLS = {
    "H": [
        [0, [[18.7311370, 0.03349460], [2.8253937, 0.23472695], [0.6401217, 0.81375733]]],
        [0, [[0.1612778, 1.0]]],
        [1, [[1.1, 1.0]]],
    ],
    "O": [
        [0, [[5484.6717, 0.0018311], [825.23495, 0.0139501], [188.04696, 0.0684451], [52.9645, 0.2327143],
             [16.89757, 0.470193], [5.7996353, 0.3585209]]],
        [0, [[15.539616, -0.1107775], [3.5999336, -0.1480263], [1.0137618, 1.130767]]],
        [1, [[15.539616, 0.0708743], [3.5999336, 0.3397528], [1.0137618, 0.7271586]]],
        [0, [[0.2700058, 1.0]]],
        [1, [[0.2700058, 1.0]]],
        [2, [[1.7, 0.6], [0.6, 0.5]]],
        [3, [[1.1, 1.0]]],
    ],
    "Cl": [
        [0, [[25180.1, 0.001832959], [3780.35, 0.01403420], [860.474, 0.06909739], [242.145, 0.2374520],
             [77.3349, 0.4830340], [26.2470, 0.3398559]]],
        [0, [[491.765, -0.002297391], [116.984, -0.03071371], [37.4153, -0.1125281], [13.7834, 0.04501633],
             [5.45215, 0.5893534], [2.22588, 0.4652063]]],
        [1, [[491.765, 0.003989401], [116.984, 0.03031771], [37.4153, 0.1298800], [13.7834, 0.3279510],
             [5.45215, 0.4535270], [2.22588, 0.2521540]]],
        [0, [[3.18649, -0.2518300], [1.14427, 0.06158901], [0.420377, 1.060180]]],
        [1, [[3.18649, -0.01429931], [1.14427, 0.3235723], [0.420377, 0.7435077]]],
        [0, [[0.142657, 1.0]]],
        [1, [[0.142657, 1.0]]],
        [2, [[0.75, 1.0]]],
        [4, [[0.9, 1.0]]],
    ],
    "Nb": [
        [0, [[2.182, -0.8846144], [1.209, 1.1033775], [0.4165, 0.6298776]]],
        [0, [[0.1454, 0.4], [0.0392, 0.8587246]]],
        [1, [[4.519, -0.0817303], [0.9406, 0.6995115], [0.3492, 0.3980996]]],
        [1, [[0.0752, 0.4591405], [0.0247, 0.6410359]]],
        [2, [[3.466, 0.0263309], [0.9938, 0.4028435], [0.335, 0.5137216], [0.1024, 0.305087]]],
    ],
}
CASES = [
    ("hypochlorous acid", "H 0.1 0.2 -0.3; O 1.9 0.3 -0.1; Cl 2.8 3.1 0.6", False, (13, 12), "35,194"),
    ("hypochlorous acid, Cartesian", "H 0.1 0.2 -0.3; O 1.9 0.3 -0.1; Cl 2.8 3.1 0.6", True, (13, 12), "fine"),
    ("niobium and oxygen", "Nb 0 0 0; O 0 0.5 3.2; O 2.9 -0.4 -0.8", False, (15, 14), "coarse"),
    ("oxygen atom", "O 0 0 0", False, (5, 3), "99,590"),
]
LEVELS = {"coarse": 1, "medium": 2, "fine": 3}
FUNCTIONALS = {
    "lda_x,lda_c_vwn": "lda_x,lda_c_vwn",
    "lda_x,lda_c_vwn_rpa": "lda_x,lda_c_vwn_rpa",
    "gga_x_b88,gga_c_lyp": "gga_x_b88,gga_c_lyp",
    "gga_x_pbe,gga_c_pbe": "gga_x_pbe,gga_c_pbe",
    "hyb_gga_xc_b3lyp": "hyb_gga_xc_b3lyp",
}


def permutation(mol, ordered):
    """Index in PySCF of each function in the order of the file."""
    loc = mol.ao_loc_nr()
    result = []
    for atom in range(mol.natm):
        pool = [b for b in range(mol.nbas) if mol.bas_atom(b) == atom]
        for l, primitives in ordered[mol.atom_pure_symbol(atom)]:
            exponents = sorted(p[0] for p in primitives)
            for b in pool:
                if mol.bas_angular(b) == l and numpy.allclose(sorted(mol.bas_exp(b)), exponents, rtol=1e-12):
                    pool.remove(b)
                    result += range(loc[b], loc[b + 1])
                    break
            else:
                raise RuntimeError("shell not found")
    return numpy.array(result)


def case(name, atoms, cartesian, electrons, grid):
    basis = {symbol: [[l] + primitives for l, primitives in shells] for symbol, shells in SHELLS.items()}
    mol = gto.Mole(atom=atoms, unit="Bohr", basis=basis, cart=cartesian, verbose=0)
    mol.spin = None
    mol.build()
    order = permutation(mol, SHELLS)
    overlap = mol.intor("int1e_ovlp")
    scale = numpy.sqrt(numpy.diag(overlap))
    core = mol.intor("int1e_kin") + mol.intor("int1e_nuc")
    values, vectors = numpy.linalg.eigh(overlap)
    root = vectors / numpy.sqrt(values) @ vectors.T
    orbitals = root @ numpy.linalg.eigh(root @ core @ root)[1]
    alpha, beta = orbitals[:, : electrons[0]], orbitals[:, : electrons[1]]
    da, db = alpha @ alpha.T, beta @ beta.T

    grids = dft.gen_grid.Grids(mol)
    grids.alignment = 1
    if grid in LEVELS:
        grids.level = LEVELS[grid]
    else:
        grids.prune = None
        grids.atom_grid = tuple(int(t) for t in grid.split(","))
    grids.build(sort_grids=False)
    ni = dft.numint.NumInt()
    results = {}
    probe = numpy.linalg.inv(overlap)
    for label, code in FUNCTIONALS.items():
        n, e, v = ni.nr_rks(mol, grids, code, da + db)
        nu, eu, vu = ni.nr_uks(mol, grids, code, numpy.array([da, db]))
        results[label] = {
            "restrictedEnergy": e, "unrestrictedEnergy": eu,
            "restrictedProbe": float(numpy.sum(v * probe)),
            "alphaProbe": float(numpy.sum(vu[0] * probe)), "betaProbe": float(numpy.sum(vu[1] * probe)),
        }
    to_ours = lambda c: (c * scale[:, None])[order]
    used = {mol.atom_pure_symbol(a) for a in range(mol.natm)}
    inverse = (probe * scale[:, None] * scale[None, :])[order][:, order]
    return {
        "name": name, "cartesian": cartesian, "grid": grid, "gridPoints": int(grids.weights.size),
        "gridSum": float(grids.weights @ numpy.exp(-0.1 * numpy.sum(grids.coords**2, axis=1))),
        "atoms": [{"atomicNumber": int(gto.charge(mol.atom_pure_symbol(a))), "positionInBohr": mol.atom_coord(a).tolist()}
                  for a in range(mol.natm)],
        "elements": [{"atomicNumber": int(gto.charge(s)),
                      "shells": [{"angularMomentum": l, "exponents": [p[0] for p in ps],
                                  "coefficients": [p[1] for p in ps]} for l, ps in SHELLS[s]]} for s in sorted(used)],
        "alphaOrbitals": to_ours(alpha).T.tolist(), "betaCount": electrons[1],
        "alphaElectrons": float(nu[0]), "betaElectrons": float(nu[1]),
        "probe": inverse.ravel().tolist(), "results": results,
    }


print(json.dumps({"cases": [case(*c) for c in CASES]}))
