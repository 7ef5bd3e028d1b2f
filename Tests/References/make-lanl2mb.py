#!/usr/bin/env python3
"""Write BasisSets/lanl2mb.gbs: the minimal basis that belongs to the LANL2 core potentials.

Usage:  pip install -r requirements.txt;  python make-lanl2mb.py [--check]

LANL2MB is not on the Basis Set Exchange. Every valence orbital is the Hartree-Fock orbital of the free atom,
expanded in the contracted functions of LANL2DZ, with the core potential of LANL2DZ (BasisSets/lanl2dz.gbs).
Mo and Cl are the coefficients that Gaussian 16 prints (constant GAUSSIAN below); --check prints how far the
construction is from them, and writes nothing.

States. The valence electrons are those beyond the core potential and, where the potential leaves them, beyond the
outer core (n-1)s2 (n-1)p6.
- s block: ns from s1 or s2; np from ns0 np1 (groups 1) or ns1 np1 (group 2).
- d block, groups 3 to 11: ns and (n-1)d from d^k s1; np from d^k p1.  Group 12: ns and d from d10 s2; np from d10 s1 p1.
- p block: both from s2 p^k.
Spins are parallel, and the energy is the average over all states of that configuration with the highest spin:
a partly filled set of k equal spins in n orbitals repels itself by k(k-1)/(n(n-1)) of all pairs. That is exact for
one electron, one hole and a half-filled shell.
Al, Sc, Y, Zr, Nb and In keep the numbers that the file had before this script was written (the construction agrees
with them to 1.3e-6), so that energies of earlier versions stay what they were.

The orbitals are spherically averaged. An outer-core shell keeps its LANL2DZ contraction; what the valence orbital has
of it is left out, and the rest is normalised.
"""
import re
import sys
from pathlib import Path

import basis_set_exchange as bse
import numpy as np
from pyscf import gto
from pyscf.gto.mole import gto_norm
from scipy.linalg import expm

HERE = Path(__file__).resolve().parent
BASIS_SETS = HERE.parent.parent / "BasisSets"

GAUSSIAN = {
    "Cl": """S   3   1.00
           2.2310000      -0.2958917917
           0.4720000       0.7573125787
           0.1631000       0.4350997877
P   3   1.00
           6.2960000      -0.0348649982
           0.6333000       0.5562548712
           0.1819000       0.5565878712
""",
    "Mo": """S   3   1.00
           2.3610000      -0.9121761947
           1.3090000       1.1477452450
           0.4500000       0.6097110301
S   4   1.00
           1.3090000      -0.0422489639
           0.4500000      -0.2330278398
           0.1681000       0.3800517317
           0.0423000       0.8216691302
P   3   1.00
           4.8950000      -0.0908257996
           1.0440000       0.7042898967
           0.3877000       0.3973178981
P   3   1.00
           0.4995000      -0.0509638017
           0.0780000       0.4883774164
           0.0247000       0.6157657207
D   4   1.00
           2.9930000       0.0452679996
           1.0630000       0.4297718965
           0.3721000       0.4976328960
           0.1178000       0.2658489979
""",
}


class Atom:
    """LANL2DZ on one atom: functions, potential, and how many electrons are left."""

    def __init__(self, z):
        self.z, self.symbol = z, bse.lut.element_sym_from_Z(z, normalize=True)
        data = bse.get_basis("LANL2DZ", elements=[z], optimize_general=False)["elements"][str(z)]
        self.shells = []  # (l, exponents, coefficients)
        for shell in data["electron_shells"]:
            momenta = shell["angular_momentum"]
            for i, row in enumerate(shell["coefficients"]):
                pairs = [(float(e), float(c)) for e, c in zip(shell["exponents"], row) if float(c) != 0]
                self.shells.append((momenta[i if len(momenta) > 1 else 0], *map(list, zip(*pairs))))
        self.electrons = z - data["ecp_electrons"]
        top = max(p["angular_momentum"][0] for p in data["ecp_potentials"])
        terms = []
        for p in data["ecp_potentials"]:
            l, powers = p["angular_momentum"][0], [[] for _ in range(7)]
            for r, e, c in zip(p["r_exponents"], p["gaussian_exponents"], p["coefficients"][0]):
                powers[int(r)].append([float(e), float(c)])
            terms.append([-1 if l == top else l, powers])
        self.mol = gto.M(
            atom=[[self.symbol, (0, 0, 0)]], spin=self.electrons % 2, verbose=0,
            basis={self.symbol: [[l] + [[e, c] for e, c in zip(es, cs)] for l, es, cs in self.shells]},
            ecp={self.symbol: [data["ecp_electrons"], sorted(terms, key=lambda t: t[0])]})

    @property
    def row(self):
        """Principal quantum number of the valence s shell."""
        return next(n for n, last in enumerate([2, 10, 18, 36, 54, 86], 1) if self.z <= last)

    @property
    def group(self):
        """1 and 2, 3 to 12, 13 to 18."""
        noble = [0, 2, 10, 18, 36, 54, 86]
        column = self.z - noble[self.row - 1]
        if column <= 2:
            return column
        if self.row <= 3:
            return column + 10
        return column - 14 if self.row == 6 and column > 17 else column

    @property
    def has_outer_core(self):
        return 3 <= self.group <= 11 or (self.group <= 2 and self.row >= 4)

    def states(self):
        """[(occupations {l: [(alpha, beta), ...]}, valence orbitals to take [(l, number)])]"""
        core_s, core_p = ([(1, 1)], [(3, 3)]) if self.has_outer_core else ([], [])
        valence = self.electrons - (8 if self.has_outer_core else 0)
        s, p = len(core_s), len(core_p)

        def spins(k, n):
            return (min(k, n), max(0, k - n))
        if self.group <= 2:
            first = {0: core_s + [spins(valence, 1)], 1: core_p}
            second = {0: core_s + ([(1, 0)] if valence == 2 else []), 1: core_p + [(1, 0)]}
            return [(first, [(0, s)]), (second, [(1, p)])]
        if self.group <= 11:
            d = spins(valence - 1, 5)
            return [({0: core_s + [(1, 0)], 1: core_p, 2: [d]}, [(0, s), (2, 0)]),
                    ({0: core_s, 1: core_p + [(1, 0)], 2: [d]}, [(1, p)])]
        if self.group == 12:
            return [({0: [(1, 1)], 2: [(5, 5)]}, [(0, 0), (2, 0)]), ({0: [(1, 0)], 1: [(1, 0)], 2: [(5, 5)]}, [(1, 0)])]
        return [({0: [(1, 1)], 1: [spins(valence - 2, 3)]}, [(0, 0), (1, 0)])]


def atomic_orbitals(mol, occupations):
    """Shared orbitals {l: columns} of the averaged high-spin energy. Gradient converged to 1e-10."""
    overlap = mol.intor("int1e_ovlp")
    core = mol.intor("int1e_kin") + mol.intor("int1e_nuc") + mol.intor("ECPscalar")
    repulsion = mol.intor("int2e")
    index = {}
    for shell in range(mol.nbas):
        l, start = mol.bas_angular(shell), mol.ao_loc_nr()[shell]
        for c in range(mol.bas_nctr(shell)):
            index.setdefault(l, []).append([start + c * (2 * l + 1) + m for m in range(2 * l + 1)])
    index = {l: np.array(rows) for l, rows in index.items()}

    def radial(matrix, l):
        return sum(matrix[np.ix_(index[l][:, m], index[l][:, m])] for m in range(2 * l + 1)) / (2 * l + 1)

    def density(l, column, electrons):
        d = np.zeros_like(overlap)
        for m in range(2 * l + 1):
            d[np.ix_(index[l][:, m], index[l][:, m])] = electrons / (2 * l + 1) * np.outer(column, column)
        return d

    def coulomb(d):
        return np.einsum("ijkl,kl->ij", repulsion, d, optimize=True)

    def exchange(d):
        return np.einsum("ikjl,kl->ij", repulsion, d, optimize=True)

    orbitals = {}
    for l in index:
        x = np.linalg.inv(np.linalg.cholesky(radial(overlap, l))).T
        orbitals[l] = x @ np.linalg.eigh(x.T @ radial(core, l) @ x)[1]
    for _ in range(1000):
        totals = [sum((density(l, orbitals[l][:, i], o[spin]) for l in index for i, o in enumerate(occupations.get(l, []))),
                      np.zeros_like(overlap)) for spin in (0, 1)]
        fock = [core + coulomb(totals[0] + totals[1]) - exchange(totals[spin]) for spin in (0, 1)]
        gradient, following = 0.0, {}
        for l in index:
            c, n, filled = orbitals[l], orbitals[l].shape[1], occupations.get(l, [])
            weight, own = np.zeros((n, 2)), []
            for i in range(n):
                pair = []
                for spin in (0, 1):
                    f, size = fock[spin], 2 * l + 1
                    if i < len(filled):
                        k = filled[i][spin]
                        weight[i, spin] = k / size
                        if 0 < k < size:
                            d = density(l, c[:, i], k)
                            f = f - (1 - size * (k - 1) / (k * (size - 1))) * (coulomb(d) - exchange(d))
                    pair.append(c.T @ radial(f, l) @ c)
                own.append(pair)
            total = weight.sum(axis=1)
            diagonal = [sum(weight[i, q] * own[i][q][i, i] for q in (0, 1)) / total[i] if total[i] else
                        0.5 * (own[i][0][i, i] + own[i][1][i, i]) for i in range(n)]
            rotation = np.zeros((n, n))
            for i in range(n):
                for k in range(i):
                    if total[i] + total[k] == 0:
                        continue
                    g = [sum(weight[a, q] * own[a][q][i, k] for q in (0, 1)) for a in (k, i)]
                    gradient = max(gradient, abs(g[0] - g[1]))
                    difference = total[k] - total[i]
                    slope = (g[0] - g[1]) / difference if abs(difference) > 1e-9 else g[0] - g[1]
                    rotation[i, k] = -slope / max(diagonal[i] - diagonal[k], 0.3)
                    rotation[k, i] = -rotation[i, k]
            following[l] = c @ expm(rotation)
        orbitals = following
        if gradient < 1e-10:
            return orbitals
    raise SystemExit("the atomic orbitals did not converge")


def normalised(l, terms):
    exponents, c = np.array([t[0] for t in terms]), np.array([t[1] for t in terms])
    s = (2 * np.sqrt(np.outer(exponents, exponents)) / np.add.outer(exponents, exponents)) ** (l + 1.5)
    c = c / np.sqrt(c @ s @ c)
    return list(zip(exponents, c if c[-1] > 0 else -c))


def valence_function(atom, l, orbital, skip):
    """Coefficients of normalised primitives, without the first `skip` contractions (outer core)."""
    terms, column = {}, 0
    for shell in range(atom.mol.nbas):
        if atom.mol.bas_angular(shell) != l:
            continue
        coefficients = atom.mol._libcint_ctr_coeff(shell)
        for c in range(atom.mol.bas_nctr(shell)):
            if column >= skip:
                for e, x in zip(atom.mol.bas_exp(shell), coefficients[:, c]):
                    terms[e] = terms.get(e, 0.0) + orbital[column] * x / gto_norm(l, e)
            column += 1
    return normalised(l, sorted(terms.items(), reverse=True))


def shell_text(l, terms):
    lines = [f"{'SPD'[l]}{len(terms):4d}   1.00"]
    return "\n".join(lines + [f"{e:20.7f}{c:16.7f}" for e, c in terms]) + "\n"


def construct(z):
    atom = Atom(z)
    found = {}
    for occupations, wanted in atom.states():
        orbitals = atomic_orbitals(atom.mol, occupations)
        for l, number in wanted:
            skip = 1 if atom.has_outer_core and l < 2 else 0
            found.setdefault(l, []).append(valence_function(atom, l, orbitals[l][:, number], skip))
    text = ""
    for l in sorted(found):
        if atom.has_outer_core and l < 2:
            _, exponents, coefficients = next(s for s in atom.shells if s[0] == l)
            text += shell_text(l, list(zip(exponents, coefficients)))
        for terms in found[l]:
            text += shell_text(l, terms)
    return text


def core_potentials(symbols):
    text = (BASIS_SETS / "lanl2dz.gbs").read_text()
    blocks = re.split(r"(?m)^(?=[A-Z]{1,2} +0\n[A-Z]{1,2}-ECP)", text)[1:]
    kept = {b.split()[0].capitalize(): b.rstrip("\n") for b in blocks}
    return "\n".join(kept[s] for s in symbols) + "\n"


KEPT = ["Al", "Sc", "Y", "Zr", "Nb", "In"]


def earlier_blocks():
    """Text of the elements in KEPT as the file has them."""
    functions = (BASIS_SETS / "lanl2mb.gbs").read_text().split("\nAL-ECP")[0]
    return {s: re.search(rf"(?ms)^{s} +0\n(.*?)\*\*\*\*\n", functions).group(1) for s in KEPT}


HEADER = """\
! Basis set: LANL2MB
! Function type: pure
! Source: reconstructed from LANL2DZ by Tests/References/make-lanl2mb.py, see below; effective core potentials LANL2 as in LANL2DZ
! Elements: {elements}
! Effective core potentials: {elements}
! Reference: Hay, P. Jeffrey; Wadt, Willard R. Ab initio effective core potentials for molecular calculations. Potentials for the transition metal atoms Sc to Hg. J. Chem. Phys. 82, 270-283 (1985). doi:10.1063/1.448799
! Reference: {main} [ECP]: Wadt, Willard R.; Hay, P. Jeffrey. Ab initio effective core potentials for molecular calculations. Potentials for main group elements Na to Bi. J. Chem. Phys. 82, 284-298 (1985). doi:10.1063/1.448800
! Reference: {outer} [ECP]: Hay, P. Jeffrey; Wadt, Willard R. Ab initio effective core potentials for molecular calculations. Potentials for K to Au including the outermost core orbitals. J. Chem. Phys. 82, 299-310 (1985). doi:10.1063/1.448975
!
! LANL2MB: Los Alamos minimal basis for use with the LANL2 effective core potentials (Hay and Wadt, J. Chem. Phys. 82, 270, 284
! and 299, 1985). The set is not on the Basis Set Exchange; this file was reconstructed from LANL2DZ, which is.
! Construction: every valence orbital is the atom's Hartree-Fock orbital expanded in the LANL2DZ contracted functions with the
! LANL2 potential. Transition metals: ns from high-spin (n-1)d^k ns^1, np from high-spin (n-1)d^k np^1, (n-1)d from the first
! (group 12: d10 s2 and d10 s1 p1); the outer-core (n-1)s and (n-1)p keep the LANL2DZ contraction. p block: s2 p^k.
! s block: ns from s1 or s2, np from p1 or s1 p1.
! Mo and Cl are not reconstructed: they are the coefficients that Gaussian 16 prints for LanL2MB.
! Check of the construction against those: Cl s and p agree to 2e-6; Mo 4d to 4e-4; with the reconstructed Mo the B3LYP
! energy of [MoOCl4]2- moves by 0.2 mEh and its Mulliken charges by less than 7e-4.
! Coefficients multiply normalised primitives. Pure (spherical) d functions. In Gaussian the set is STO-3G for H to Ne.
! Only Mo and Cl are verified against Gaussian; for the others expect agreement with Gaussian's own set to about 1 mEh.
"""


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    from importlib.util import module_from_spec, spec_from_file_location
    spec = spec_from_file_location("sets", HERE / "make-basis-sets.py")
    sets = module_from_spec(spec)
    spec.loader.exec_module(sets)
    if "--check" in sys.argv:
        for symbol in GAUSSIAN:
            print(symbol, construct(bse.lut.element_Z_from_sym(symbol)), "Gaussian 16:", GAUSSIAN[symbol], sep="\n")
        raise SystemExit
    numbers = [*range(11, 58), *range(72, 84)]
    atoms = [Atom(z) for z in numbers]
    outer = [a.z for a in atoms if a.has_outer_core]
    given = GAUSSIAN | earlier_blocks()
    text = HEADER.format(
        elements=sets.element_ranges(numbers), outer=sets.element_ranges(outer),
        main=sets.element_ranges([z for z in numbers if z not in outer]))
    for atom in atoms:
        text += f"{atom.symbol}     0\n" + (given[atom.symbol] if atom.symbol in given else construct(atom.z)) + "****\n"
    text += "\n" + core_potentials([a.symbol for a in atoms])
    (BASIS_SETS / "lanl2mb.gbs").write_text(text)
