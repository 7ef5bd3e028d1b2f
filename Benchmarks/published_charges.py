#!/usr/bin/env python3
"""Sets charges of this program beside published ones and writes the table of docs/analysis.md.

    Benchmarks/published_charges.py [--program FILE] [--only WORDS]

Every case is computed anew; --only computes the cases with these words in their names and leaves the page alone. A difference
above 0.003 e needs a cause in CASES, and an energy must agree with the published one within 5e-5 Eh: otherwise the script fails.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from published_structures import structure

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/analysis.md"
BEGIN, END = "<!-- published charges: begin -->\n", "<!-- published charges: end -->\n"
BOHR = 0.529177210903  # A
LARGEST = 0.003
LARGEST_ENERGY = 5e-5  # Eh; grids of other programs differ
WATER = [("O", 0, 0, 0.119262), ("H", 0, 0.763239, -0.477047), ("H", 0, -0.763239, -0.477047)]
MANUAL = "Multiwfn's manual, 4.7.2"
MULTIWFN = "Multiwfn 2026.7 on the same orbitals"
GAUSSIAN = "Gaussian 09 (data of repESP)"
AIMALL = "AIMAll 19.10 (examples of ichor)"
QCHEM = "Q-Chem 5.4 (data of cclib)"
ORCA = "ORCA 6.0 (data of cclib)"
HORTON = "HORTON (its tests)"
AT_POINTS = ("points in one orientation, in which equal atoms differ; at Gaussian's points this program's density gives Gaussian's charges "
             "(published_causes.py)")
FREE_ATOMS = "free atoms in STO-3G there (published_causes.py: with them "


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


# Published energies in hartree, by the name of the case.
ENERGIES = {
    "water, RHF/6-31G": -75.9834173665, "methane, B3LYP/6-311G(d,p)": -40.5337484279, "(CH3)3NH+, B3LYP/6-311G(d,p)": -174.900803791,
    "water, B3LYP/6-31+G(d,p)": -76.421710687, "methanol, B3LYP/6-31+G(d,p)": -115.71954346,
    "divinylbenzene, RHF/STO-3G": -379.768962914,
    "water, RHF/STO-3G, 0.95 A, 109.5 deg": -74.95929232844, "CH3COCl, B3LYP/6-31G(d)": -613.445904905,
}

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
    ("methane, B3LYP/6-311G(d,p)", structure("methane"), ["--method", "b3lyp", "--basis", "6-311G**"], {
        "npa": (GAUSSIAN, {1: -0.79151, 2: 0.19788}, ""),
        "mk": (GAUSSIAN, {1: -0.500314, 2: 0.125323, 3: 0.124834}, AT_POINTS),
        "qtaim": ("AIMAll (data of repESP)", {1: -0.00787, 2: 0.00197}, ""),
    }),
    ("(CH3)3NH+, B3LYP/6-311G(d,p)", structure("trimethylammonium"), ["-c", "1", "--method", "b3lyp", "--basis", "6-311G**"], {
        "mulliken": (GAUSSIAN, {1: -0.191067, 2: 0.178721, 4: 0.180300, 13: -0.332948, 14: 0.292865}, ""),
        "npa": (GAUSSIAN, {1: -0.34662, 2: 0.22545, 4: 0.22134, 13: -0.40253, 14: 0.42563}, ""),
        "chelpg": (GAUSSIAN, {1: -0.302358, 5: -0.262982, 9: -0.302223, 2: 0.167423, 13: 0.052454, 14: 0.308935}, AT_POINTS),
        "mk": (GAUSSIAN, {1: -0.427514, 5: -0.398323, 9: -0.434082, 2: 0.205259, 13: 0.023433, 14: 0.356239}, AT_POINTS),
    }),
    ("water, B3LYP/6-31+G(d,p)", structure("water-distorted"), ["--method", "b3lyp", "--basis", "6-31+G**", "--cartesian"], {
        "qtaim": (AIMALL, {1: -1.05192, 2: 0.55107, 3: 0.50085}, ""),
    }),
    ("methanol, B3LYP/6-31+G(d,p)", structure("methanol-distorted"), ["--method", "b3lyp", "--basis", "6-31+G**", "--cartesian"], {
        "qtaim": (AIMALL, {1: 0.54284, 3: -1.13960}, ""),
    }),
    ("HCN, RHF/cc-pVTZ", structure("hydrogen-cyanide"), ["--method", "hf", "--basis", "cc-pVTZ"], {
        "iao": ("Forte2 (its tests), fitted integrals", {1: -0.007845, 2: 0.217556, 3: -0.209711}, ""),
    }),
    ("divinylbenzene, RHF/STO-3G", structure("divinylbenzene-orca-half"),
     ["--method", "hf", "--basis", "STO-3G", "--stability", "none"], {
        "mulliken": (ORCA, {1: 0.001813, 2: -0.059650, 6: -0.055241, 7: -0.123891, 10: 0.061458}, ""),
        "lowdin": (ORCA, {1: 0.008727, 2: -0.031695, 6: -0.022813, 7: -0.069668, 10: 0.031897}, ""),
    }),
    ("divinylbenzene, B3LYP/STO-3G", structure("divinylbenzene-half"), ["--method", "b3lyp", "--basis", "STO-3G"], {
        "mulliken": (QCHEM, {1: -0.004106, 2: -0.079219, 6: -0.075268, 7: -0.156370, 10: 0.076543}, ""),
        "hirshfeld": (QCHEM, {1: 0.002908, 2: -0.026984, 6: -0.022291, 7: -0.055293, 10: 0.025895}, FREE_ATOMS + "C2 -0.0270)"),
        "cm5": (QCHEM, {1: -0.007760, 2: -0.078132, 6: -0.078006, 7: -0.153670, 10: 0.078140}, "that of the Hirshfeld charges"),
    }),
    ("water, RHF/STO-3G, 0.95 A, 109.5 deg", structure("water-horton"), ["--method", "hf", "--basis", "STO-3G"], {
        "hirshfeld": (HORTON, {1: -0.246172}, FREE_ATOMS + "-0.2464)"),
        "hirshfeld_i": (HORTON, {1: -0.4214}, FREE_ATOMS + "-0.4220)"),
        "mbis": (HORTON, {1: -0.618911}, ""),
    }),
    ("CH3COCl, B3LYP/6-31G(d)", structure("acetyl-chloride"), ["--method", "b3lyp", "--basis", "6-31G*", "--cartesian"], {
        "hirshfeld_i": ("Multiwfn's manual, 4.7.4", {1: -0.64594, 5: 0.72668, 6: -0.42010, 7: -0.20337},
                        "its own free ions; with ions in B3LYP/6-31G(d) the manual has C1 -0.6679, C5 0.7554, O6 -0.4140, Cl7 -0.2516"),
    }),
    ("NH3, BP86/def2-TZVPP", structure("ammonia-adf"), ["--method", "bp86", "--basis", "def2-TZVPP"], {
        "vdd": ("ADF 2013 (data of cclib), BP86/TZP", {1: -0.251, 2: 0.084}, ""),
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
    common = [*options, "--threads", "1", "-q"] + ([] if "-c" in options else ["-c", "0"])
    start.write_text(xyz(atoms))
    if "hf" not in options:
        common += ["--grid", "ultrafine"]
    run = subprocess.run(
        [program, "compute", str(start), "--search", "none", "--cube", "none", "--picture", "none", "--no-report",
         "--convergence", "1e-10", "--charges", ",".join(schemes), "-o", str(folder / "run"), *common], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    document = json.loads((folder / "run/result.json").read_text())
    state = document["states"][0]
    return document["molecule"]["symbols"], state["charges"], state["energy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/esp"))
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    program = str(Path(arguments.program).resolve())
    rows, missing = [], []
    for name, atoms, options, schemes in CASES:
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            symbols, found, energy = charges(program, Path(folder), atoms, options, schemes)
        if abs(energy - ENERGIES.get(name, energy)) > LARGEST_ENERGY:
            missing.append(f"{name}: energy {energy:.8f}, published {ENERGIES[name]:.8f}")
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
    if arguments.only:
        return
    head = ("| case | scheme | published / e | here / e | largest difference | source | cause above 0.003 e |\n"
            "| --- | --- | --- | --- | --- | --- | --- |\n")
    page = PAGE.read_text()
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:start] + head + "\n".join(rows) + "\n" + page[end:])


if __name__ == "__main__":
    main()
