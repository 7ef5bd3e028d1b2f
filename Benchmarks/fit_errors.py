"""Errors of fitted integrals: 20 molecules, three basis sets, two charges each, against exact integrals.

Usage: python Benchmarks/fit_errors.py FOLDER [--program esp] [--threads N] [--method b3lyp] [--bases paper,def2-SVP,def2-TZVP]

Prints Benchmarks/FitErrors.md. FOLDER keeps the runs, so a second call goes on. Structures are experimental or idealised; the errors of a fit
do not depend on whether they are stationary.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMES = "mulliken,hirshfeld,npa,chelpg"


def ring(symbol, n, radius, phase=0.0, z=0.0):
    return [(symbol, radius * math.cos(2 * math.pi * k / n + phase), radius * math.sin(2 * math.pi * k / n + phase), z) for k in range(n)]


def axis(symbol, distance):
    return [(symbol, 0.0, 0.0, distance), (symbol, 0.0, 0.0, -distance)]


def tetrahedron(symbol, distance):
    d = distance / math.sqrt(3)
    return [(symbol, d, d, d), (symbol, d, -d, -d), (symbol, -d, d, -d), (symbol, -d, -d, d)]


def pyramid(symbol, distance, angle):
    """Three atoms at a distance from the origin, with equal angles (degrees) between them."""
    height = math.sqrt((1 + 2 * math.cos(math.radians(angle))) / 3)
    return ring(symbol, 3, distance * math.sqrt(1 - height ** 2), z=distance * height)


def bent(centre, symbol, distance, angle):
    half = math.radians(angle) / 2
    x, z = distance * math.sin(half), distance * math.cos(half)
    return [(centre, 0.0, 0.0, 0.0), (symbol, x, 0.0, z), (symbol, -x, 0.0, z)]


ORIGIN = (0.0, 0.0, 0.0)
# Name: atoms in Angstrom, and two charges with the lowest multiplicities unless these are named.
MOLECULES = {
    "H2O": (bent("O", "H", 0.958, 104.5), [(0, 1), (1, 2)]),
    "NH3": ([("N", *ORIGIN)] + pyramid("H", 1.012, 106.7), [(0, 1), (1, 2)]),
    "CO2": ([("C", *ORIGIN)] + axis("O", 1.162), [(0, 1), (-1, 2)]),
    "O2": (axis("O", 0.604), [(0, 3), (-1, 2)]),
    "NO2": (bent("N", "O", 1.195, 134.1), [(0, 2), (-1, 1)]),
    "LiF": ([("Li", *ORIGIN), ("F", 0.0, 0.0, 1.564)], [(0, 1), (-1, 2)]),
    "BF3": ([("B", *ORIGIN)] + ring("F", 3, 1.313), [(0, 1), (-1, 2)]),
    "MgCl2": ([("Mg", *ORIGIN)] + axis("Cl", 2.179), [(0, 1), (-1, 2)]),
    "AlCl3": ([("Al", *ORIGIN)] + ring("Cl", 3, 2.06), [(0, 1), (-1, 2)]),
    "SiH4": ([("Si", *ORIGIN)] + tetrahedron("H", 1.480), [(0, 1), (1, 2)]),
    "PF3": ([("P", *ORIGIN)] + pyramid("F", 1.563, 97.7), [(0, 1), (-1, 2)]),
    "SO2": (bent("S", "O", 1.432, 119.5), [(0, 1), (-1, 2)]),
    "CaF2": (bent("Ca", "F", 2.02, 155.0), [(0, 1), (-1, 2)]),
    "TiCl4": ([("Ti", *ORIGIN)] + tetrahedron("Cl", 2.170), [(0, 1), (-1, 2)]),
    "MnO4": ([("Mn", *ORIGIN)] + tetrahedron("O", 1.629), [(-1, 1), (-2, 2)]),
    "ZnCl2": ([("Zn", *ORIGIN)] + axis("Cl", 2.072), [(0, 1), (-1, 2)]),
    "ZrCl4": ([("Zr", *ORIGIN)] + tetrahedron("Cl", 2.328), [(0, 1), (-1, 2)]),
    "NbCl5": ([("Nb", *ORIGIN)] + ring("Cl", 3, 2.241) + axis("Cl", 2.338), [(0, 1), (-1, 2)]),
    "I2": (axis("I", 1.333), [(0, 1), (-1, 2)]),
    "WF6": ([("W", *ORIGIN)] + ring("F", 4, 1.832) + axis("F", 1.832), [(0, 1), (-1, 2)]),
}


def computed(options, folder, name, basis, integrals):
    atoms, states = MOLECULES[name]
    path = folder / f"{name}.xyz"
    path.write_text("\n".join([str(len(atoms)), name] + [f"{s} {x:.6f} {y:.6f} {z:.6f}" for s, x, y, z in atoms]) + "\n")
    run = folder / f"{name}-{basis}-{options.method}-{integrals}.esp"
    model = ["--method", options.method, "--basis", basis]
    if integrals == "fitted":
        # Of several SCF solutions, that of the exact integrals.
        model += ["--start-from", folder / f"{name}-{basis}-{options.method}-exact.esp"]
    called = subprocess.run(
        [options.program, "compute", path, *model, "--integrals", integrals, "--charge=" + ",".join(str(q) for q, _ in states),
         "--multiplicity=" + ",".join(str(m) for _, m in states), "--stability", "none", "--search", "none", "--cube", "none", "--picture", "none",
         "--no-report", "--charges", SCHEMES, "--threads", options.threads, "--quiet", "--output", run],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if called.returncode:
        return called.stderr.strip().split("\n")[0]
    return json.loads((run / "result.json").read_text())["states"]


def charges(state):
    return {entry["key"]: entry["values"] for entry in state["charges"]} if isinstance(state["charges"], list) else state["charges"]


def largest(values):
    return max(values, key=abs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="esp")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--method", default="b3lyp")
    parser.add_argument("--bases", default="paper,def2-SVP,def2-TZVP")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    bases = options.bases.split(",")
    print("| molecule | charges | " + " | ".join(f"{b}: first, second, change; charges" for b in bases) + " |")
    print("| --- | --- |" + " --- |" * len(bases))
    worst = {b: [0.0, 0.0, 0.0] for b in bases}
    for name, (atoms, states) in MOLECULES.items():
        cells = []
        for basis in bases:
            exact, fitted = (computed(options, options.folder, name, basis, kind) for kind in ("exact", "fitted"))
            if isinstance(exact, str) or isinstance(fitted, str):
                print(f"{name} {basis}: {exact if isinstance(exact, str) else fitted}", file=sys.stderr)
                cells.append("not converged" if "converge" in f"{exact}{fitted}" else "no basis")
                continue
            errors = [1e6 * (f["energy"] - e["energy"]) / len(atoms) for e, f in zip(exact, fitted)]
            change = errors[1] - errors[0]
            moved = largest(
                x - y for e, f in zip(exact, fitted) for key in SCHEMES.split(",") for x, y in zip(charges(f)[key], charges(e)[key]))
            cells.append(f"{errors[0]:.1f}, {errors[1]:.1f}, {change:.1f}; {abs(moved):.1e}")
            for k, value in enumerate((largest(errors), change, moved)):
                worst[basis][k] = max(worst[basis][k], abs(value))
        print(f"| {name} | {states[0][0]}, {states[1][0]} | " + " | ".join(cells) + " |", flush=True)
    print("| largest | | " + " | ".join(f"{w[0]:.1f}, change {w[1]:.1f}; {w[2]:.1e}" for w in worst.values()) + " |")


if __name__ == "__main__":
    main()
