"""space-partitions.json: Hirshfeld, iterative Hirshfeld and MBIS charges by horton-part; VDD, Becke and ADCH by other means.

Densities and grids are PySCF's. The proatoms are this project's own, read by the parser below: a charge then tells apart nothing
but the partition. Where a core potential replaces electrons, their density in the free atom is added. space-partitions.json has the
restricted proatoms (ProatomData.swift); reference_ground_state_atoms.py makes the file for the others.
"""
import numpy as np
import reference_tools as tools
import scipy.special
from pyscf import dft, scf
from pyscf.data import radii as atomic_radii
from reference_molecules import MOLECULES, mixed
from scipy.interpolate import CubicSpline

if not hasattr(scipy.special, "sph_harm"):  # gone from SciPy 1.17, still imported by the package "grid" of horton-part
    scipy.special.sph_harm = lambda m, n, azimuth, polar: scipy.special.sph_harm_y(n, m, polar, azimuth)

import grid as qcgrid  # noqa: E402
import horton_part  # noqa: E402
from horton_part.core.proatomdb import ProAtomDB, ProAtomRecord  # noqa: E402

BOHR = 0.529177210903  # A
SOURCES = tools.HERE.parent.parent / "Sources/WavefunctionAnalysis/SpacePartitions"
RESTRICTED, POLARIZED = "ProatomData.swift", "SpinPolarizedProatomData.swift"
# Van der Waals radii of ADCH in A: Bondi, J. Phys. Chem. 68, 441 (1964); Al and Nb as in the program of the scheme's authors.
ADCH_RADII = {"H": 1.20, "C": 1.70, "O": 1.52, "Al": 1.73, "Cl": 1.75, "Nb": 2.0}
SHAPE, FINE_SHAPE = (75, 434), (150, 974)
SETTINGS = {
    "density": "restricted or unrestricted Hartree-Fock, PySCF",
    "grid": f"PySCF {SHAPE}, unpruned; VDD {FINE_SHAPE}",
    "hirshfeld, hirshfeldI, mbis": f"horton-part {horton_part.__version__}, everything on the molecular grid (grid_type 3)",
    "becke": "PySCF's partition with Becke's shift by Bragg radii",
    "adch": f"constrained least squares for each atom from the Hirshfeld dipoles of horton-part, radii {ADCH_RADII} A",
}


def cases():
    yield "methanol", 0, 1, MOLECULES["methanol"], {"default": "def2-SVP"}
    yield "methylene", 0, 3, MOLECULES["methylene"], {"default": "cc-pVTZ"}
    yield "aluminium-chloride", 0, 1, MOLECULES["aluminium-chloride"], mixed("Al")
    yield "niobium-chloride", 0, 1, MOLECULES["niobium-chloride"], mixed("Nb")


class IterativeHirshfeld(horton_part.HirshfeldIWPart):
    """The convergence test of horton-part 1.1.8 mixes up its two grids here; this one looks at the charges."""

    def compute_change(self, propars1, propars2):
        return float(np.abs(propars1 - propars2).max())


class Proatoms:
    """Densities of free atoms, ions and cores: cubic splines through logarithms over logarithms."""

    def __init__(self, symbols, source=RESTRICTED):
        text = (SOURCES / source).read_text()
        value = lambda name: float(text.split(f"static let {name} = ")[1].split()[0])
        first, step = value("firstLogarithm"), value("step")
        self.splines = {}
        for line in text.splitlines():
            words = line.split()
            if len(words) > 100 and words[0] in symbols:
                logarithms = np.cumsum([int(w) for w in words[2:]]) * 1e-6
                x = first + step * np.arange(len(logarithms))
                self.splines[words[0], words[1]] = CubicSpline(x, logarithms, bc_type="natural")

    def __call__(self, symbol, kind, r):
        spline = self.splines[symbol, str(kind)]
        x = np.log(np.maximum(r, 1e-15))
        inside = np.maximum(x, spline.x[0])
        return np.where(x <= spline.x[-1], np.exp(spline(np.minimum(inside, spline.x[-1]))), 0.0)

    def database(self):
        points = np.exp(np.linspace(np.log(1e-5), np.log(29.9), 4000))
        points = np.concatenate([[0.0], points])
        radial = qcgrid.OneDGrid(points, np.gradient(points))
        records = []
        for symbol, kind in self.splines:
            if not kind.startswith("core"):
                rho = self(symbol, kind, points)
                records.append(ProAtomRecord(tools.NUMBER[symbol], int(kind), 0.0, radial, rho))
        return ProAtomDB(records)


def sample(mol, densities, shape, boundaries=dft.radi.treutler_atomic_radii_adjust):
    """Points, weights, the atoms whose quadratures they belong to, and the densities there."""
    grids = dft.gen_grid.Grids(mol)
    grids.atom_grid, grids.prune = shape, None
    table = grids.gen_atomic_grids(mol, grids.atom_grid, grids.radi_method, 9, None)
    coordinates, weights = dft.gen_grid.get_partition(
        mol, table, boundaries, atomic_radii.BRAGG, dft.gen_grid.original_becke, concat=False)
    owner = np.concatenate([[i] * len(w) for i, w in enumerate(weights)])
    values = [np.concatenate([dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, points), density) for points in coordinates])
              for density in densities]
    return np.concatenate(coordinates), np.concatenate(weights), owner, values


def adch(symbols, positions, charges, dipoles):
    """Smallest change, in the norm of the weights, that has each atom's dipole moment and no charge."""
    out = np.array(charges)
    for i, own in enumerate(symbols):
        reach = np.array([(ADCH_RADII[own] + ADCH_RADII[s]) / BOHR for s in symbols])
        d = np.linalg.norm(positions - positions[i], axis=1)
        t = 2 * d / reach - 1
        for _ in range(3):
            t = 1.5 * t - 0.5 * t ** 3
        w = np.where(d < reach, 0.5 * (1 - t), 0)
        rows = np.hstack([np.ones((len(symbols), 1)), positions - positions[i]])  # change = w * rows @ multipliers
        multipliers = np.linalg.pinv(rows.T @ (w[:, None] * rows), rcond=1e-9) @ np.concatenate([[0], dipoles[i]])
        out += w * (rows @ multipliers)
    return out


def run():
    progress, records = tools.Progress(), []
    for name, charge, multiplicity, atoms, basis in cases():
        mol = tools.make_molecule(atoms, charge, multiplicity, basis, False)
        mf, _ = tools.solve((lambda: scf.RHF(mol)) if multiplicity == 1 else (lambda: scf.UHF(mol)), ["minao", "atom"])
        symbols = [a[0] for a in atoms]
        positions, numbers = mol.atom_coords(), np.array([tools.NUMBER[s] for s in symbols])
        proatoms = Proatoms(set(symbols))
        density = np.asarray(mf.make_rdm1())
        open_shell = density.ndim == 3
        wanted = [density.sum(axis=0), density[0] - density[1]] if open_shell else [density]

        def restored(points, values):
            total = values[0].copy()
            promolecule = np.zeros(len(points))
            for symbol, position, left in zip(symbols, positions, mol.atom_charges()):
                r = np.linalg.norm(points - position, axis=1)
                promolecule += proatoms(symbol, 0, r)
                if left < tools.NUMBER[symbol]:
                    total += proatoms(symbol, f"core{tools.NUMBER[symbol] - left}", r)
            return total, promolecule

        points, weights, owner, values = sample(mol, wanted, SHAPE)
        total, _ = restored(points, values)
        spin = values[1] if open_shell else None
        record = {"name": name, "charge": charge, "multiplicity": multiplicity, "basis": basis, "cartesian": False,
                  "atoms": atoms, "energy": float(mf.e_tot)}
        arguments = dict(coordinates=positions, numbers=numbers, pseudo_numbers=numbers.astype(float),
                         grid=qcgrid.Grid(points, weights), moldens=total, spindens=spin, lmax=1, grid_type=3)
        database = proatoms.database()
        parts = [("hirshfeld", horton_part.HirshfeldWPart(proatomdb=database, **arguments)),
                 ("hirshfeldI", IterativeHirshfeld(proatomdb=database, threshold=1e-8, maxiter=2000, **arguments))]
        if source == RESTRICTED:  # which matter for MBIS no further than cores do
            parts.append(("mbis", horton_part.MBISWPart(threshold=1e-7, maxiter=20000, **arguments)))
        for key, part in parts:
            part.do_charges()
            record[key] = tools.floats(part["charges"])
            if open_shell:
                part.do_spin_charges()
                record[key + "Spins"] = tools.floats(part["spin_charges"])
            if key == "hirshfeld":
                part.do_moments()
                moments = np.asarray(part["cartesian_multipoles"])
                record["hirshfeldDipoles"] = [tools.floats(m[1:4]) for m in moments]
            progress(name, key, part["niter"] if "niter" in part.cache else 1, f"{sum(record[key]):.2e}")
        dipoles = np.array(record["hirshfeldDipoles"])
        record["adch"] = tools.floats(adch(symbols, positions, record["hirshfeld"], dipoles))
        points, weights, owner, values = sample(mol, wanted, FINE_SHAPE, dft.radi.becke_atomic_radii_adjust)
        total, _ = restored(points, values)
        record["becke"] = tools.floats(numbers - np.bincount(owner, weights * total, mol.natm))
        if open_shell:
            record["beckeSpins"] = tools.floats(np.bincount(owner, weights * values[1], mol.natm))
        else:
            points, weights, _, values = sample(mol, wanted, FINE_SHAPE)
            total, promolecule = restored(points, values)
            nearest = np.argmin([np.linalg.norm(points - p, axis=1) for p in positions], axis=0)
            record["vdd"] = tools.floats(-np.bincount(nearest, weights * (total - promolecule), mol.natm))
        record["dipole"] = tools.floats(mf.dip_moment(unit="AU", verbose=0))
        records.append(record)
        progress(name, f"{mf.e_tot:.10f}")
    tools.write_json("space-partitions.json", {
        "provenance": tools.provenance("make-references.py space-partitions", SETTINGS), "cases": records})
