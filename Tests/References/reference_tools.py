"""Shared parts of the scripts that make the reference numbers with PySCF.

The basis sets are read from this project's BasisSets/*.gbs by the small parser below, not from PySCF's own library,
so that both programs see the same numbers. Coordinates are in bohr throughout: no conversion constant enters.
"""
import datetime
import json
import os
import re
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import ecp_oracle
import numpy as np
import pyscf
from pyscf import gto
from pyscf.dft import libxc
from scipy.linalg import expm

HERE = Path(__file__).resolve().parent
BASIS_SETS = HERE.parent.parent / "BasisSets"

SYMBOLS = """X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn""".split()
NUMBER = {s: z for z, s in enumerate(SYMBOLS)}
ANGULAR = "spdfghik"


# ---- basis-set files ---------------------------------------------------------------------------------------------

def number(text):
    return float(text.replace("D", "E").replace("d", "e"))


class BasisFile:
    """One .gbs file: orbital shells and effective core potentials, in PySCF's list form, by element symbol."""

    def __init__(self, path):
        self.header, self.basis, self.ecp = {}, {}, {}
        lines = []
        for line in Path(path).read_text().splitlines():
            if line.startswith("!"):
                key, _, value = line[1:].partition(":")
                self.header.setdefault(key.strip(), value.strip())
            elif line.strip():
                lines.append(line.split())
        self.lines, self.at = lines, 0
        while self.at < len(lines):
            self.read_element()

    def take(self):
        self.at += 1
        return self.lines[self.at - 1]

    def read_element(self):
        words = self.take()
        symbol = words[0].lstrip("-").capitalize()
        assert symbol in NUMBER and words[1] == "0", words
        if self.lines[self.at][0].upper().endswith("-ECP"):
            return self.read_ecp(symbol)
        shells = self.basis.setdefault(symbol, [])
        while self.lines[self.at] != ["****"]:
            kind, count, scale = self.take()
            assert float(scale) == 1.0, "scale factors are not used in these files"
            rows = [[number(w) for w in self.take()] for _ in range(int(count))]
            for column, letter in enumerate(kind.lower(), start=1):
                shells.append([ANGULAR.index(letter)] + [[row[0], row[column]] for row in rows])
        self.at += 1

    def read_ecp(self, symbol):
        _, highest, core = self.take()
        potentials = []
        for index in range(int(highest) + 1):
            title = self.take()  # "f potential", then "s-f potential", "p-f potential", ...
            l = -1 if index == 0 else ANGULAR.index(title[0][0].lower())
            assert l == index - 1, title
            terms = [self.take() for _ in range(int(self.take()[0]))]
            powers = [[] for _ in range(max(int(t[0]) for t in terms) + 1)]
            for n, exponent, coefficient in terms:
                powers[int(n)].append([number(exponent), number(coefficient)])
            potentials.append([l, powers])
        self.ecp[symbol] = [int(core), potentials]


def load_basis_files():
    files = {}
    for path in sorted(BASIS_SETS.glob("*.gbs")):
        file = BasisFile(path)
        for name in [file.header["Basis set"]] + file.header.get("Aliases", "").split(","):
            if name.strip():
                files[name.strip().lower()] = file
    return files


BASIS_FILES = load_basis_files()


# ---- molecules ---------------------------------------------------------------------------------------------------

def make_molecule(atoms, charge, multiplicity, basis, cartesian, max_memory=6000):
    """atoms: [[symbol, x, y, z]] in bohr; basis: {"default": name, symbol: name, ...}."""
    basis_by_symbol, ecp = {}, {}
    for symbol in sorted({a[0] for a in atoms}):
        file = BASIS_FILES[basis.get(symbol, basis.get("default", "")).lower()]
        basis_by_symbol[symbol] = file.basis[symbol]
        if symbol in file.ecp:
            ecp[symbol] = file.ecp[symbol]
    mol = gto.Mole()
    mol.build(
        atom=[(a[0], tuple(a[1:])) for a in atoms], unit="Bohr", charge=charge, spin=multiplicity - 1,
        basis=basis_by_symbol, ecp=ecp, cart=cartesian, verbose=0, max_memory=max_memory, symmetry=False)
    mol.exact_ecp = ecp_oracle.ecp_matrix(mol, ecp)
    return mol


def ecp_matrix(mol):
    """The ECP matrix by ecp_oracle, not PySCF's, whose radial quadrature can miss steep functions on other atoms."""
    return mol.exact_ecp


def with_exact_core(mf):
    """Make a mean-field object use the ECP matrix above."""
    core = mf.mol.intor("int1e_kin") + mf.mol.intor("int1e_nuc") + mf.mol.exact_ecp
    mf.get_hcore = lambda mol=None: core
    return mf


def function_scale(mol):
    """Factors that scale every Cartesian component to unit norm (all ones for pure functions)."""
    return 1 / np.sqrt(np.diag(mol.intor("int1e_ovlp")))


# ---- self-consistent field ---------------------------------------------------------------------------------------

def gradient_limit(mf):
    """Quadrature noise keeps Kohn-Sham gradients from falling further than about 1e-7."""
    return 1e-6 if hasattr(mf, "xc") else 1e-7


def prepare(mf, tight):
    mf.conv_tol, mf.conv_tol_grad, mf.max_cycle = tight, gradient_limit(mf), 200
    mf.direct_scf_tol, mf.chkfile, mf.verbose = 1e-14, None, 0
    return mf


def finish(mf):
    """Second-order steps where DIIS did not get there."""
    limit = gradient_limit(mf)
    if not mf.converged or np.linalg.norm(mf.get_grad(mf.mo_coeff, mf.mo_occ)) > limit:
        newton = mf.newton()
        newton.conv_tol, newton.conv_tol_grad, newton.max_cycle, newton.verbose = 1e-12, limit, 100, 0
        newton.kernel(mf.mo_coeff, mf.mo_occ)
        mf.mo_coeff, mf.mo_occ, mf.mo_energy = newton.mo_coeff, newton.mo_occ, newton.mo_energy
        mf.e_tot, mf.converged = newton.e_tot, newton.converged
    return mf


def stability_probe(mf):
    """For Kohn-Sham a copy with a coarse grid: enough to tell the sign of the lowest root, at a fraction of the cost."""
    if not hasattr(mf, "xc"):
        return mf
    probe = mf.copy()
    probe.grids = mf.grids.copy()
    probe.grids.atom_grid = (50, 194)
    probe.grids.build()
    return probe


def follow_instabilities(mf, limit=8):
    """Internal stability analysis; follow the lowest root until the solution is a minimum."""
    followed = 0
    for _ in range(limit):
        result = stability_probe(mf).stability(internal=True, external=False, return_status=True)
        orbitals, stable = result[0], result[2]
        if stable:
            return mf, followed, True
        density = mf.make_rdm1(orbitals, mf.mo_occ)
        mf.kernel(dm0=density)
        mf = finish(mf)
        followed += 1
    return mf, followed, False


def perturbed_density(mf, generator):
    """The density of randomly turned orbitals: a start with no symmetry."""
    unrestricted = mf.mo_occ.ndim == 2
    turned = []
    for orbitals in (mf.mo_coeff if unrestricted else [mf.mo_coeff]):
        n = orbitals.shape[1]
        noise = generator.normal(size=(n, n)) * 0.3 / np.sqrt(n)
        turned.append(orbitals @ expm(noise - noise.T))
    return mf.make_rdm1(np.array(turned) if unrestricted else turned[0], mf.mo_occ)


def solve(make, guesses, tight=1e-11, perturbed=0, noise=0):
    """Lowest solution found from several starts. Returns the solution and notes about the search."""
    best, found = None, []
    generator = np.random.default_rng(1)
    for guess in list(guesses) + ["perturbed"] * perturbed + ["noise"] * noise:
        mf = prepare(with_exact_core(make()), tight)
        if guess == "perturbed":
            if best is None:
                continue
            mf.kernel(dm0=perturbed_density(best, generator))
        elif guess == "noise":
            # Far from any guess: stretched molecules have solutions that no small step leads to.
            density = np.asarray(mf.get_init_guess(key="minao"))
            noise = generator.normal(size=density.shape)
            mf.kernel(dm0=density + noise + noise.swapaxes(-1, -2))
        else:
            mf.init_guess = guess
            mf.kernel()
        mf = finish(mf)
        if not mf.converged:
            found.append({"start": guess, "energy": float(mf.e_tot), "instabilitiesFollowed": 0, "internallyStable": False,
                          "converged": False})
            continue
        mf, followed, stable = follow_instabilities(mf)
        found.append({"start": guess, "energy": float(mf.e_tot), "instabilitiesFollowed": followed,
                      "internallyStable": bool(stable), "converged": bool(mf.converged)})
        if mf.converged and (best is None or mf.e_tot < best.e_tot - 1e-10):
            best = mf
    if best is None:
        raise RuntimeError("no start converged")
    return best, found


# ---- properties --------------------------------------------------------------------------------------------------

def properties(mf):
    """Energy components, moments, populations. All in atomic units."""
    mol = mf.mol
    unrestricted = mf.mo_occ.ndim == 2
    density = np.asarray(mf.make_rdm1())
    spins = density if unrestricted else np.array([density / 2, density / 2])
    total = spins[0] + spins[1]
    kinetic, attraction, core = mol.intor("int1e_kin"), mol.intor("int1e_nuc"), ecp_matrix(mol)
    coulomb, exchange = mf.get_jk(mol, spins)
    components = {
        "nuclearRepulsion": float(mol.energy_nuc()),
        "kinetic": float(np.vdot(kinetic, total)),
        "nuclearAttraction": float(np.vdot(attraction, total)),
        "effectiveCorePotential": float(np.vdot(core, total)),
        "coulomb": float(np.vdot(coulomb[0] + coulomb[1], total) / 2),
        "exactExchangeFull": float(-sum(np.vdot(k, d) for k, d in zip(exchange, spins)) / 2),
    }
    charges, positions = mol.atom_charges(), mol.atom_coords()
    dipole = charges @ positions - np.einsum("xij,ji->x", mol.intor("int1e_r"), total)
    second = (np.einsum("a,ax,ay->xy", charges, positions, positions)
              - np.einsum("xij,ji->x", mol.intor("int1e_rr"), total).reshape(3, 3))
    scale = function_scale(mol)
    overlap = mol.intor("int1e_ovlp") * np.outer(scale, scale)
    values, vectors = np.linalg.eigh(overlap)
    root = (vectors * np.sqrt(values)) @ vectors.T
    atom_of = np.concatenate([[i] * (s[3] - s[2]) for i, s in enumerate(mol.aoslice_by_atom())]).astype(int)
    out = {
        "components": components,
        "dipole": floats(dipole), "secondMoment": [floats(r) for r in second],
        "numberOfFunctions": int(mol.nao), "smallestOverlapEigenvalue": float(values[0]),
    }

    def populations(d):
        d = d / np.outer(scale, scale)
        by_function = {"mulliken": np.einsum("ij,ji->i", d, overlap), "loewdin": np.einsum("ij,jk,ki->i", root, d, root)}
        return {k: np.bincount(atom_of, v, mol.natm) for k, v in by_function.items()}

    for scheme, value in populations(total).items():
        out[scheme + "Charges"] = floats(charges - value)
    if mol.has_ecp():
        out["pyscfEcpEnergyError"] = float(np.vdot(mol.intor("ECPscalar") - core, total))
    if unrestricted:
        for scheme, value in populations(spins[0] - spins[1]).items():
            out[scheme + "SpinPopulations"] = floats(value)
        out["spinSquared"] = float(mf.spin_square()[0])
        out["orbitalEnergiesAlpha"], out["orbitalEnergiesBeta"] = (floats(e, 11) for e in mf.mo_energy)
    else:
        out["orbitalEnergies"] = floats(mf.mo_energy, 11)
    return out


def floats(values, digits=12):
    return [round(float(v), digits) + 0.0 for v in values]


# ---- JSON --------------------------------------------------------------------------------------------------------

def provenance(script, settings):
    return {
        "program": "PySCF", "version": pyscf.__version__, "libxc": libxc.__version__,
        "numpy": np.__version__, "script": "Tests/References/" + script,
        "date": datetime.date.today().isoformat(),
        "units": "Hartree atomic units; coordinates in bohr", "settings": settings,
    }


def write_json(file, data):
    text = json.dumps(data, indent=1, ensure_ascii=False)
    collapse = lambda m: "[" + ", ".join(p.strip() for p in m.group(1).split("\n") if p.strip()).replace(",,", ",") + "]"
    text = re.sub(r"\[([^\[\]{}]*)\]", lambda m: collapse(m).replace(",, ", ", "), text)
    (HERE / file).write_text(text + "\n")


class Progress:
    def __init__(self):
        self.start = time.time()

    def __call__(self, *words):
        print(f"{time.time() - self.start:7.1f} s", *words, flush=True)
