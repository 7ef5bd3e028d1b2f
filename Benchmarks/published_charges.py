#!/usr/bin/env python3
"""Sets charges of this program beside published ones and writes the table of docs/analysis.md.

    Benchmarks/published_charges.py [--program FILE]

Every case is computed anew. A difference above 0.003 e needs a cause in CASES: without one the script fails.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/analysis.md"
BEGIN, END = "<!-- published charges: begin -->\n", "<!-- published charges: end -->\n"
BOHR = 0.529177210903  # A
LARGEST = 0.003
WATER = [("O", 0, 0, 0.119262), ("H", 0, 0.763239, -0.477047), ("H", 0, -0.763239, -0.477047)]
MANUAL = "Multiwfn's manual, 4.7.2"
MULTIWFN = "Multiwfn 2026.7 on the same orbitals"


def reference(file, key, name):
    record = next(c for c in json.loads((ROOT / "Tests/References" / file).read_text())[key] if c["name"] == name)
    return [(s, x * BOHR, y * BOHR, z * BOHR) for s, x, y, z in record["atoms"]]


def molecule(file):
    rows = [line.split() for line in (ROOT / "Molecules" / file).read_text().splitlines()[2:]]
    return [(r[0], *map(float, r[1:4])) for r in rows if r]


def bent(length, angle):
    import math
    a = math.radians(angle)
    return [("O", 0, 0, 0), ("H", length, 0, 0), ("H", length * math.cos(a), length * math.sin(a), 0)]


# Molecule, atoms in Angstrom, options of esp, and for each scheme: source, published charges by atom number, cause of a difference.
CASES = [
    ("water, RHF/6-31G", WATER, ["--method", "hf", "--basis", "6-31G"], {
        "hirshfeld": ("Gaussian 16 (tests of ASE)", {1: -0.338600}, ""),
        "cm5": ("Gaussian 16 (tests of ASE)", {1: -0.665793}, ""),
    }),
    ("water, RHF/cc-pVDZ", WATER, ["--method", "hf", "--basis", "cc-pVDZ"], {
        "becke": ("Becke (1988) with Slater's radii in PySCF", {1: -0.18522}, ""),
    }),
    ("water, RHF/cc-pVDZ, 1.0 A, 104.5 deg", bent(1.0, 104.5), ["--method", "hf", "--basis", "cc-pVDZ"], {
        "mbis": ("Psi4 (its tests)", {1: -0.84572}, ""),
    }),
    ("acetamide, B3LYP/6-31G(d)", reference("dipole-corrections.json", "cases", "acetamide"), ["--method", "b3lyp", "--basis", "6-31G*", "--cartesian"], {
        "hirshfeld": (MANUAL, {1: -0.090370, 5: 0.170596, 6: -0.308866, 7: -0.159120, 8: 0.131920, 9: 0.127108}, ""),
        "adch": (MANUAL, {1: -0.265840, 5: 0.272281, 6: -0.364414, 7: -0.677574, 8: 0.355620, 9: 0.359828}, ""),
    }),
    ("o-TCBQ, B3LYP/6-31G(d)", molecule("tcbq.xyz"), ["--method", "b3lyp", "--basis", "6-31G*", "--cartesian"], {
        "hirshfeld": (MULTIWFN, {1: 0.1408, 2: 0.0028, 3: 0.0255, 7: -0.1832, 8: -0.0011, 9: 0.0151}, ""),
    }),
    ("NH3, BP86/def2-TZVPP", None, ["--method", "bp86", "--basis", "def2-TZVPP"], {
        "vdd": ("ADF, BP86/TZ2P; Fonseca Guerra et al. (2004)", {1: -0.251},
                "ADF's Slater functions, grid and structure; none of them is at hand"),
    }),
    ("water, RHF/STO-3G", reference("charges.json", "chelpg", "water"), ["--method", "hf", "--basis", "STO-3G"], {
        "chelpg": ("Breneman's program", {1: -0.6182},
                   "three orientations of the points here, one lattice along the coordinates there"),
    }),
    ("methanol, RHF/6-31G(d)", reference("charges.json", "chelpg", "methanol-echem"), ["--method", "hf", "--basis", "6-31G*"], {
        "chelpg": ("Breneman's program, equal methyl hydrogens", {2: 0.22548, 5: -0.611345, 6: 0.376265},
                   "the methyl hydrogens are not made equal here; three orientations of the points"),
    }),
    ("methylamine, RHF/3-21G", reference("orbital-charges.json", "published", "methylamine"), ["--method", "hf", "--basis", "3-21G"], {
        "npa": ("NBO (its tutorial)", {1: -0.44079, 2: -0.89715}, ""),
    }),
    ("acetic acid, RHF/6-31G(d)", reference("orbital-charges.json", "published", "acetic-acid"),
     ["--method", "hf", "--basis", "6-31G*", "--cartesian"], {
        "resp": ("the program resp, 1 point a square Angstrom", {1: -0.290893, 5: 0.803999, 6: -0.661279, 7: 0.453270, 8: -0.600039},
                 "6 points a square Angstrom here (in three orientations that count as one): the restraint, of the same strength, counts for less"),
    }),
    ("the same with `--resp-restraint scaled`", reference("orbital-charges.json", "published", "acetic-acid"),
     ["--method", "hf", "--basis", "6-31G*", "--cartesian", "--resp-restraint", "scaled"], {
        "resp": ("the program resp, 1 point a square Angstrom", {1: -0.290893, 5: 0.803999, 6: -0.661279, 7: 0.453270, 8: -0.600039},
                 "6 points a square Angstrom in three orientations here, 1 in one orientation there"),
    }),
]


def xyz(atoms):
    return f"{len(atoms)}\n\n" + "".join(f"{s} {x:.12f} {y:.12f} {z:.12f}\n" for s, x, y, z in atoms)


def charges(program, folder, atoms, options, schemes):
    start = folder / "molecule.xyz"
    common = [*options, "--threads", "1", "-q"]
    if atoms is None:  # NH3 at its own minimum
        start.write_text(xyz([("N", 0, 0, 0.1), ("H", 0, 0.94, -0.27), ("H", 0.814, -0.47, -0.27), ("H", -0.814, -0.47, -0.27)]))
        subprocess.run([program, "optimize", str(start), "-c", "0", "-o", str(folder / "opt"), *common], check=True, capture_output=True)
        start = folder / "opt/optimized.xyz"
    else:
        start.write_text(xyz(atoms))
    subprocess.run(
        [program, "compute", str(start), "-c", "0", "--search", "none", "--cube", "none", "--picture", "none", "--no-report",
         "--convergence", "1e-10", "--grid", "ultrafine", "--charges", ",".join(schemes), "-o", str(folder / "run"), *common], check=True,
        capture_output=True)
    document = json.loads((folder / "run/result.json").read_text())
    return document["molecule"]["symbols"], document["states"][0]["charges"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/esp"))
    program = str(Path(parser.parse_args().program).resolve())
    rows, missing = [], []
    for name, atoms, options, schemes in CASES:
        with tempfile.TemporaryDirectory() as folder:
            symbols, found = charges(program, Path(folder), atoms, options, schemes)
        for scheme, (source, published, cause) in schemes.items():
            own = {k: found[scheme][k - 1] for k in published}
            largest = max(abs(own[k] - published[k]) for k in published)
            text = lambda values: ", ".join(f"{symbols[k - 1]}{k} {values[k]:.4f}" for k in published)
            if largest > LARGEST and not cause:
                missing.append(f"{name}, {scheme}: {largest:.4f}")
            rows.append(f"| {name} | `{scheme}` | {text(published)} | {text(own)} | {largest:.4f} | {source} "
                        f"| {cause if largest > LARGEST else ''} |")
            print(rows[-1], flush=True)
    if missing:
        sys.exit("no cause for " + "; ".join(missing))
    head = ("| case | scheme | published / e | here / e | largest difference | source | cause above 0.003 e |\n"
            "| --- | --- | --- | --- | --- | --- | --- |\n")
    page = PAGE.read_text()
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:start] + head + "\n".join(rows) + "\n" + page[end:])


if __name__ == "__main__":
    main()
