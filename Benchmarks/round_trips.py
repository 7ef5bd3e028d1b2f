#!/usr/bin/env python3
"""Exports runs of esp in every format, and reads the files with iodata, PySCF, cclib and ASE.

    python Benchmarks/round_trips.py --esp .build/release/esp > Benchmarks/RoundTrips.md

Compared are the energy, the nuclei, the orbital energies, the electrons tr(P S) and Mulliken's charges with the reader's own overlap integrals, the
orthonormality C^T S C = 1, and the density on the points of a cube file with PySCF's values there (cubes have six digits). Differences are the largest absolute ones, of
orbital energies and densities above 1 relative ones.
Needs numpy, qc-iodata, pyscf, cclib and ase.
"""
import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

warnings.filterwarnings("ignore")
BOHR = 0.529177210544
WATER = "3\n\nO 0.05 0 0.1\nH 0 0.1 1.06\nH 0 0.95 -0.2\n"
CASES = [
    ("water, RHF, 6-31G(d,p)", WATER, ["--basis", "6-31G(d,p)"]),
    ("water, B3LYP, pure d, f (cc-pVTZ)", WATER, ["--basis", "cc-pVTZ", "--method", "b3lyp"]),
    ("water, RHF, Cartesian d, f (cc-pVTZ)", WATER, ["--basis", "cc-pVTZ", "--cartesian"]),
    ("water, RHF, pure g (cc-pVQZ)", WATER, ["--basis", "cc-pVQZ"]),
    ("water, RHF, Cartesian g (cc-pVQZ)", WATER, ["--basis", "cc-pVQZ", "--cartesian"]),
    ("NO2, UHF, 6-31G(d)", "3\nspin=2\nN 0 0 0.1\nO 0.1 1.10 -0.36\nO 0 -1.10 -0.36\n", ["--basis", "6-31G(d)"]),
    ("HI, RHF, core potential on I (LANL2DZ)", "2\n\nI 0 0 0\nH 0.1 0 1.61\n", ["--basis", "LANL2DZ"]),
    ("NbCl5-, UHF, core potential on Nb", "6\ncharge=-1 spin=2\nNb 0 0 0\nCl 2.35 0 0\nCl -1.2 2.0 0.1\nCl -1.2 -2.0 0\nCl 0 0 2.40\nCl 0 0.1 -2.40\n",
     ["--basis-for", "Nb=LANL2DZ", "--basis-for", "Cl=6-31G"]),
    ("water beside a ghost, RHF, 6-31G", WATER.replace("3\n", "4\n", 1) + "O-Bq 0 0 -2.6\n", ["--basis", "6-31G"]),
    ("water, RHF, a basis by atom", WATER, ["--basis", "STO-3G", "--basis-for", "H2=6-31G(d,p)"]),
]


def populations(overlap, sets, atoms, charges):
    """Charges, electrons and the largest deviation from orthonormality. sets: [(coefficients, occupations)]."""
    electrons, error = np.zeros(len(charges)), 0.0
    for coefficients, occupations in sets:
        error = max(error, float(np.abs(coefficients.T @ overlap @ coefficients - np.eye(coefficients.shape[1])).max()))
        density = (coefficients * occupations) @ coefficients.T
        np.add.at(electrons, atoms, np.einsum("ij,ji->i", density, overlap))
    return np.array(charges) - electrons, electrons.sum(), error


def with_iodata(path, form):
    from iodata import load_one
    from iodata.overlap import compute_overlap
    data = load_one(str(path), fmt=form)
    mo, basis = data.mo, data.obasis
    atoms = np.array([shell.icenter for shell in basis.shells for _ in range(shell.nbasis)])
    sets = [(mo.coeffsa, mo.occsa), (mo.coeffsb, mo.occsb)] if mo.kind == "unrestricted" else [(mo.coeffs, mo.occs)]
    charges, electrons, error = populations(compute_overlap(basis, data.atcoords), sets, atoms, data.atcorenums)
    energies = [mo.energiesa, mo.energiesb] if mo.kind == "unrestricted" else [mo.energies, mo.energies]
    return {"charges": charges, "electrons": electrons, "orthonormality": error, "energy": data.energy, "positions": data.atcoords,
            "orbital energies": energies}


def with_pyscf(path):
    from pyscf.tools import molden
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        mol, energies, coefficients, occupations, _, _ = molden.load(str(path))
    if not isinstance(coefficients, (list, tuple)):
        coefficients, occupations, energies = [coefficients], [occupations], [energies, energies]
    atoms = np.zeros(mol.nao, int)
    for index, (_, _, first, last) in enumerate(mol.aoslice_by_atom()):
        atoms[first:last] = index
    sets = list(zip(coefficients, occupations))
    # PySCF knows no core electrons of a Molden file but those that [Core] or the charges tell.
    charges, electrons, error = populations(mol.intor("int1e_ovlp"), sets, atoms, mol.atom_charges())
    return {"charges": charges, "electrons": electrons, "orthonormality": error, "positions": mol.atom_coords(), "orbital energies": energies,
            "mol": mol, "sets": sets}


def with_cclib(path):
    import cclib
    from cclib.parser.utils import convertor
    # Back into atomic units by the constants with which cclib left them.
    volt = convertor(1, "hartree", "eV")
    data = cclib.io.ccread(str(path), loglevel=50)
    result = {"positions": data.atomcoords[-1] / convertor(1, "bohr", "Angstrom")}
    if hasattr(data, "moenergies"):
        result["orbital energies"] = [np.array(e) / volt for e in data.moenergies] * (2 // len(data.moenergies))
    if hasattr(data, "scfenergies"):
        result["energy"] = data.scfenergies[-1] / volt
    if hasattr(data, "mocoeffs"):
        result["functions"] = data.mocoeffs[0].shape[1]
    return result


def with_ase(path):
    from ase.io.cube import read_cube
    with open(path) as file:
        found = read_cube(file)
    cell = found["atoms"].get_cell() / BOHR
    volume = abs(np.linalg.det(cell)) / found["data"].size
    return {"positions": found["atoms"].get_positions() / BOHR, "grid": found["data"], "volume": volume}


# What readers do not know.
KNOWN = {
    ("ghost", "molden", "iodata"): "not read: iodata knows no labels of ghost atoms, which PySCF needs",
    ("g (cc-pVQZ)", "fchk", "cclib"): "not read: cclib has no g functions in these files",
}


class Table:
    def __init__(self):
        self.rows, self.failures = [], 0

    def add(self, case, form, reader, differences, limits):
        cells = []
        for name, value in differences.items():
            good = value is not None and value <= limits.get(name, 1e-6)
            self.failures += not good
            cells.append(f"{name} {value:.1e}" + ("" if good else " **too large**"))
        self.rows.append(f"| {case} | {form} | {reader} | " + ", ".join(cells) + " |")
        print(self.rows[-1], file=sys.stderr, flush=True)

    def fail(self, case, form, reader, error):
        known = [why for words, why in KNOWN.items() if words[0] in case and words[1:] == (form, reader)]
        self.failures += not known
        text = known[0] if known else f"**not read**: {type(error).__name__}: {' '.join(str(error).split())[:150]}"
        self.rows.append(f"| {case} | {form} | {reader} | {text} |")
        print(self.rows[-1], file=sys.stderr, flush=True)


def compare(found, result, wavefunction):
    """Differences of what a reader found from result.json."""
    molecule, state = result["molecule"], result["states"][0]
    ghosts = molecule.get("ghosts", [])
    positions = np.array(molecule["geometry"] + [x for g in ghosts for x in g["position"]]).reshape(-1, 3)
    differences = {"positions": float(np.abs(found["positions"] - positions).max())}
    if "charges" in found:
        own = np.array(state["charges"]["mulliken"] + [-n for n in state.get("ghost_populations", {}).get("mulliken", [])])
        nuclear = np.array(molecule["effective_nuclear_charges"] + [0.0] * len(ghosts))
        # Of a reader that does not know the cores the electrons are compared.
        shift = np.rint(found["charges"] + (nuclear - own) - nuclear)
        differences["charges"] = float(np.abs(found["charges"] - shift - own).max())
        differences["electrons"] = abs(float(found["electrons"]) - state["electrons"])
        differences["orthonormality"] = found["orthonormality"]
        if np.abs(shift).max() > 0:
            differences["core electrons not known to the reader"] = 0.0
    if found.get("energy") is not None:
        differences["energy"] = abs(float(found["energy"]) - state["energy"])
    if "orbital energies" in found:
        own = [np.sort(state["orbital_energies"][s]) for s in ("alpha", "beta")]
        # Nine significant digits in fchk files.
        differences["orbital energies"] = max(
            float((np.abs(np.sort(a) - b) / np.maximum(1, np.abs(b))).max()) for a, b in zip(found["orbital energies"], own))
    return differences


def run(esp, *arguments, folder):
    done = subprocess.run([esp, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"esp {' '.join(arguments)}: {done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--esp", default=".build/release/esp")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    esp, table = str(Path(options.esp).resolve()), Table()
    limits = {"positions": 1e-6, "charges": 1e-6, "electrons": 1e-6, "orthonormality": 1e-6, "energy": 1e-7, "orbital energies": 1e-7,
              "density": 1e-5}
    for case, text, settings in CASES:
        if options.only not in case:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "m.xyz").write_text(text)
            method = [] if "--method" in settings else ["--method", "hf"]
            single = ["--charge", text.splitlines()[1].split("charge=")[1].split()[0] if "charge=" in text else "0"]
            run(esp, "compute", "m.xyz", *method, *settings, *single, "--convergence", "1e-10", "--search", "none", "--picture", "none", "--no-report", "--threads",
                "1", "-q", "--cube", "none", "-o", "run", folder=folder)
            result = json.loads((folder / "run/result.json").read_text())
            for form in ("fchk", "molden", "mwfn", "qcschema"):
                run(esp, "export", "run", "--format", form, folder=folder)
            run(esp, "export", "run", "--format", "cube", "--cube", "density", "--cube-spacing", "0.4", "-q", folder=folder)
            files = {p.suffix[1:]: p for p in (folder / "run").iterdir()}
            wavefunction = None
            for form, reader, work in [
                ("fchk", "iodata", lambda: with_iodata(files["fchk"], "fchk")), ("fchk", "cclib", lambda: with_cclib(files["fchk"])),
                ("molden", "iodata", lambda: with_iodata(files["molden"], "molden")), ("molden", "PySCF", lambda: with_pyscf(files["molden"])),
                ("mwfn", "iodata", lambda: with_iodata(files["mwfn"], "mwfn")), ("cube", "ASE", lambda: with_ase(files["cube"])),
            ]:
                try:
                    found = work()
                except Exception as error:  # a reader that fails is a result
                    table.fail(case, form, reader, error)
                    continue
                if form == "cube":
                    found["positions"] = np.vstack([found["positions"], np.array(
                        [g["position"] for g in result["molecule"].get("ghosts", [])]).reshape(-1, 3)])
                differences = compare(found, result, wavefunction)
                if reader == "PySCF":
                    wavefunction = found
                if form == "cube" and wavefunction:
                    differences["density"] = density_difference(files["cube"], wavefunction)
                table.add(case, form, reader, differences, limits)
            schema = json.loads(next(folder.glob("run/*.qcschema.json")).read_text())
            energy = schema["properties"]["return_energy"]
            table.add(case, "qcschema", "json", {
                "energy": abs(energy - result["states"][0]["energy"]),
                "positions": float(np.abs(np.array(schema["molecule"]["geometry"])[:len(result["molecule"]["geometry"])] - result["molecule"]["geometry"]).max()),
            }, limits)
    print("# Exported files in other programs' readers\n\nMade by `Benchmarks/round_trips.py`; largest absolute differences from `result.json`, atomic units.\n")
    print("| case | format | reader | differences |\n| --- | --- | --- | --- |")
    print("\n".join(table.rows))
    sys.exit(1 if table.failures else 0)


def density_difference(path, wavefunction):
    """Largest difference of a cube's density from PySCF's on its points, relative to the six digits that cubes have."""
    lines = Path(path).read_text().split("\n")
    words = [line.split() for line in lines[2:6]]
    count = abs(int(words[0][0]))
    origin = np.array([float(x) for x in words[0][1:4]])
    steps = [int(w[0]) for w in words[1:]]
    axes = np.array([[float(x) for x in w[1:4]] for w in words[1:]])
    values = np.array(" ".join(lines[6 + count:]).split(), float).reshape(steps)
    grid = np.stack(np.meshgrid(*[np.arange(n) for n in steps], indexing="ij"), axis=-1).reshape(-1, 3) @ axes + origin
    mol = wavefunction["mol"]
    exact = np.zeros(len(grid))
    name = "GTOval_cart" if mol.cart else "GTOval_sph"
    for start in range(0, len(grid), 5000):
        functions = mol.eval_gto(name, grid[start:start + 5000])
        for coefficients, occupations in wavefunction["sets"]:
            exact[start:start + 5000] += ((functions @ coefficients) ** 2) @ occupations
    return float((np.abs(values.ravel() - exact) / np.maximum(1, exact)).max())


if __name__ == "__main__":
    main()
