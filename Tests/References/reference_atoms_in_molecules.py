"""atoms-in-molecules.json: charges of Bader's atoms by another method than the program's.

Every atom is integrated about its own nucleus alone, without Becke's cells: rays to the boundary of the basin, the boundaries by a
search along each ray with paths of steepest ascent on PySCF's own density (Runge-Kutta of fourth order, nothing interpolated), Gauss
points on every part of a ray that lies in the basin. Where a core potential replaces electrons, their density in the free atom
(of the restricted set) is added; `qtaimCores` has the part of it that lies in the basin. Cases in the file are kept.
"""
import json

import numpy as np
import reference_tools as tools
from pyscf import dft, scf
from pyscf.dft import numint
from reference_molecules import MOLECULES, mixed
from reference_space_partitions import Proatoms

BOHR = 0.529177210903  # A
ANGULAR, RADIAL_STEP, REACH, PRECISION = 2030, 0.25, 12.0, 1e-4
SETTINGS = {
    "density": "restricted or unrestricted Hartree-Fock, B3LYP where the case says so, PySCF",
    "directions": ANGULAR, "search": f"every {RADIAL_STEP} bohr, then by bisection to {PRECISION} bohr",
    "radial": "Gauss-Legendre, 12 points on each of the parts bounded by 0.0005, 0.002, 0.006, 0.02, 0.05, 0.1, 0.2, 0.3, 0.7 and 1.5 bohr and by boundaries",
}


def diatomic(a, b, angstrom):
    return [[a, 0.0, 0.0, 0.0], [b, 0.0, 0.0, angstrom / BOHR]]


def chloride():
    """AlCl3 relaxed with B3LYP in 6-31G and LANL2MB by this program: bonds of 2.2269 A."""
    bond = 2.22692 / BOHR
    return [["Al", 0.0, 0.0, 0.0], *(["Cl", bond * np.cos(a), bond * np.sin(a), 0.0] for a in (0.0, 2 * np.pi / 3, -2 * np.pi / 3))]


def cases():
    yield "water", 0, 1, MOLECULES["water"], {"default": "cc-pVDZ"}
    yield "lithium-fluoride", 0, 1, diatomic("Li", "F", 1.5639), {"default": "def2-SVP"}
    yield "hydrogen-chloride", 0, 1, diatomic("H", "Cl", 1.2746), {"default": "def2-SVP"}
    yield "methanol", 0, 1, MOLECULES["methanol"], {"default": "def2-SVP"}
    yield "methylene", 0, 3, MOLECULES["methylene"], {"default": "cc-pVTZ"}
    yield "aluminium-chloride", 0, 1, MOLECULES["aluminium-chloride"], mixed("Al")
    carbon_dioxide = [*diatomic("C", "O", 1.16), ["O", 0.0, 0.0, -1.16 / BOHR]]
    yield "carbon-dioxide", 0, 1, carbon_dioxide, {"default": "def2-SVP"}
    yield "aluminium-chloride-b3lyp", 0, 1, chloride(), mixed("Al")


# Atoms that are images of an earlier one; their dipole moments are left out.
IMAGES = {"aluminium-chloride-b3lyp": {2: 1, 3: 1}}


class Field:
    def __init__(self, mol, density, symbols):
        self.mol, self.density = mol, density
        self.positions = mol.atom_coords()
        proatoms = Proatoms(set(symbols))
        self.cores = []
        for symbol, position, left in zip(symbols, self.positions, mol.atom_charges()):
            if left < tools.NUMBER[symbol]:
                kind = f"core{tools.NUMBER[symbol] - left}"
                self.cores.append((position, lambda r, s=symbol, k=kind: proatoms(s, k, r)))

    def value(self, points, density=None):
        density = self.density if density is None else density
        return np.concatenate([numint.eval_rho(self.mol, numint.eval_ao(self.mol, p), density)
                               for p in np.array_split(points, len(points) // 20000 + 1)])

    def core(self, points):
        return sum((core(np.linalg.norm(points - position, axis=1)) for position, core in self.cores), np.zeros(len(points)))

    def direction(self, points):
        ao = numint.eval_ao(self.mol, points, deriv=1)
        gradient = 2 * np.einsum("kpi,pi->pk", ao[1:], ao[0] @ self.density)
        for position, core in self.cores:
            offset = points - position
            r = np.maximum(np.linalg.norm(offset, axis=1), 1e-9)
            slope = (core(r * 1.0001) - core(r * 0.9999)) / (2e-4 * r)
            gradient += (slope / r)[:, None] * offset
        return gradient / np.maximum(np.linalg.norm(gradient, axis=1), 1e-300)[:, None]

    def basins(self, points, capture):
        """Indices of the nuclei whose sphere of capture the paths enter."""
        x, result = points.copy(), np.full(len(points), -1)
        alive = np.arange(len(points))
        for _ in range(1500):
            gaps = np.linalg.norm(x[alive, None] - self.positions, axis=2) - capture
            inside = gaps.min(axis=1) <= 0
            result[alive[inside]] = gaps[inside].argmin(axis=1)
            alive, gaps = alive[~inside], gaps[~inside]
            if not len(alive):
                break
            p, h = x[alive], np.clip(0.3 * gaps.min(axis=1), 0.02, 0.25)[:, None]
            a = self.direction(p)
            b = self.direction(p + h / 2 * a)
            c = self.direction(p + h / 2 * b)
            d = self.direction(p + h * c)
            x[alive] = p + h / 6 * (a + 2 * b + 2 * c + d)
        assert (result >= 0).all(), ("paths without an end", x[result < 0][:3])
        return result

    def capture(self, unit):
        """Radii of spheres on which the density falls in all directions, down to the nucleus or close to it."""
        result = []
        for position in self.positions:
            good = 0.0
            for radius in np.arange(0.08, 2.0, 0.04):
                slope = np.einsum("pk,pk->p", self.direction(position + radius * unit), unit)
                # The maximum may lie somewhat beside the nucleus.
                if slope.max() < 0:
                    good = radius
                elif good or radius > 0.3:
                    break
            assert good
            result.append(0.7 * good)
        return np.array(result)


def segments(field, atom, unit, capture):
    """(direction, from, to) of the parts of the rays that lie in the atom's basin."""
    center = field.positions[atom]
    radii = np.arange(capture[atom], REACH + 1e-9, RADIAL_STEP)
    points = (center + radii[None, :, None] * unit[:, None]).reshape(-1, 3)
    # Where there is next to nothing the answer does not matter: as further in.
    wanted = field.value(points) > 1e-7
    own = np.zeros(len(points), bool)
    own[wanted] = field.basins(points[wanted], capture) == atom
    own, wanted = own.reshape(len(unit), -1), wanted.reshape(len(unit), -1)
    for k in range(1, len(radii)):
        own[:, k] = np.where(wanted[:, k], own[:, k], own[:, k - 1])
    own[:, 0] = True
    rays, steps = np.nonzero(own[:, 1:] != own[:, :-1])
    low, high = radii[steps].copy(), radii[steps + 1].copy()
    while len(low) and (high - low).max() > PRECISION:
        middle = 0.5 * (low + high)
        same = (field.basins(center + middle[:, None] * unit[rays], capture) == atom) == own[rays, steps]
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    result = []
    edges = 0.5 * (low + high)
    for ray in range(len(unit)):
        bounds = [0.0, *edges[rays == ray]]
        if len(bounds) % 2:
            bounds.append(REACH + 4)
        result += [(ray, a, b) for a, b in zip(bounds[::2], bounds[1::2])]
    return result


def integrate(field, atom, unit, weights, parts, densities):
    nodes, node_weights = np.polynomial.legendre.leggauss(12)
    cuts = [0.0005, 0.002, 0.006, 0.02, 0.05, 0.1, 0.2, 0.3, 0.7, 1.5, 3.0, 5.0, 8.0]
    points, factors = [], []
    for ray, a, b in parts:
        bounds = [a, *[c for c in cuts if a < c < b], b]
        for low, high in zip(bounds, bounds[1:]):
            r = 0.5 * (high + low) + 0.5 * (high - low) * nodes
            points.append(field.positions[atom] + r[:, None] * unit[ray])
            factors.append(4 * np.pi * weights[ray] * 0.5 * (high - low) * node_weights * r ** 2)
    points, factors = np.concatenate(points), np.concatenate(factors)
    total = field.value(points, densities[0]) + field.core(points)
    moments = factors * total
    return ([float(factors @ total), *(float(factors @ field.value(points, d)) for d in densities[1:])],
            -(moments[:, None] * (points - field.positions[atom])).sum(axis=0), float(factors @ field.core(points)))


def run():
    progress, file = tools.Progress(), tools.HERE / "atoms-in-molecules.json"
    records = json.loads(file.read_text())["cases"] if file.exists() else []
    # Turned at random, so that no direction lies in a mirror plane.
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    sphere = dft.gen_grid.MakeAngularGrid(ANGULAR)
    unit, weights = sphere[:, :3] @ turn, sphere[:, 3]
    coarse = dft.gen_grid.MakeAngularGrid(110)[:, :3] @ turn
    for name, charge, multiplicity, atoms, basis in cases():
        if any(r["name"] == name for r in records):
            continue
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, False)
        if name.endswith("-b3lyp"):
            mf = dft.RKS(mol, xc="b3lypg")
            mf.grids.atom_grid, mf.grids.prune, mf.conv_tol = (100, 590), None, 1e-11
            mf.kernel()
        else:
            mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)), ["minao", "atom"])
        density = np.asarray(mf.make_rdm1())
        open_shell = density.ndim == 3
        densities = [density.sum(axis=0), density[0] - density[1]] if open_shell else [density]
        field = Field(mol, densities[0], [a[0] for a in atoms])
        capture = field.capture(coarse)
        charges, spins, dipoles, cores = [], [], [], []
        images = IMAGES.get(name, {})
        for atom in range(mol.natm):
            if atom in images:
                charges.append(charges[images[atom]])
                cores.append(cores[images[atom]])
                continue
            parts = segments(field, atom, unit, capture)
            electrons, dipole, core = integrate(field, atom, unit, weights, parts, densities)
            cores.append(core)
            charges.append(tools.NUMBER[atoms[atom][0]] - electrons[0])
            dipoles.append(tools.floats(dipole))
            spins += electrons[1:]
        record = {"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": False,
                  "atoms": atoms, "energy": float(mf.e_tot), "qtaim": tools.floats(charges)}
        if not images:
            record["qtaimDipoles"] = dipoles
        if open_shell:
            record["qtaimSpins"] = tools.floats(spins)
        if field.cores:
            record["qtaimCores"] = tools.floats(cores)
        records.append(record)
        progress(name, f"{mf.e_tot:.8f}", np.round(charges, 5), f"sum {sum(charges) - charge:.1e}")
    tools.write_json("atoms-in-molecules.json", {
        "provenance": tools.provenance("make-references.py atoms-in-molecules", SETTINGS), "cases": records})
