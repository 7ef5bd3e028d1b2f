#!/usr/bin/env python3
"""Baker's thirty molecules, HF/STO-3G: how many gradients esp needs to the minimum, beside geomeTRIC.

    Benchmarks/baker.py [--esp PROGRAM] [--json FILE] [--leave-symmetry] [NAME ...]
    Benchmarks/baker.py --geometric [NAME ...]

J. Baker, J. Comput. Chem. 14, 1085 (1993), doi 10.1002/jcc.540140910: starting structures and energies at the minima, as
pysisyphus (J. Steinmetzer et al., Int. J. Quantum Chem. 121, e26390 (2021), doi 10.1002/qua.26390) hands them on; they
are in Baker/molecules.xyz. His condition ends a search: no component of the gradient above 3e-4, and an energy change
below 1e-6 or no component of the next displacement above 3e-4 (atomic units). The wave function is restricted, as his was.

Other programs stay in the symmetry of the starting structure, as Baker's did. So does esp here (--keep-symmetry); --leave-symmetry counts with
the move out of it, which is the program's default.

--geometric runs geomeTRIC, as it comes, with the gradients of esp until the same condition is fulfilled, and keeps the counts
in Baker/geometric.json; the other call reads them from there. It needs the package geometric.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Benchmarks" / "Baker"
COUNTS = FOLDER / "geometric.json"
SAME_ENERGY = 2e-5  # Eh
LARGEST = 3e-4  # Eh/bohr, bohr
SMALL_CHANGE = 1e-6  # Eh


def molecules():
    """Name, atoms (symbol, x, y, z in Angstrom) and published energy."""
    lines = (FOLDER / "molecules.xyz").read_text().splitlines()
    start = 0
    while start < len(lines):
        count = int(lines[start])
        notes = dict(word.split("=") for word in lines[start + 1].split())
        atoms = [line.split() for line in lines[start + 2 : start + 2 + count]]
        yield notes["name"], [(s, float(x), float(y), float(z)) for s, x, y, z in atoms], float(notes["published_energy"])
        start += 2 + count


class Reached(Exception):
    """Baker's condition is fulfilled."""


def converged(points):
    """Index of the point that fulfils Baker's condition, if the last one or the one before it does; a displacement is known
    from the next point only."""
    for index in range(max(0, len(points) - 2), len(points)):
        energy, gradient, structure = points[index]
        change = abs(energy - points[index - 1][0]) if index else 1
        step = abs(points[index + 1][2] - structure).max() if index + 1 < len(points) else 1
        if abs(gradient).max() < LARGEST and (change < SMALL_CHANGE or step < LARGEST):
            return index
    return None


def optimize(program, folder, atoms, unit, *options):
    """optimization.json of one call of esp optimize."""
    lines = [f"{s} {x:.12f} {y:.12f} {z:.12f}" for s, x, y, z in atoms]
    (folder / "start.xyz").write_text(f"{len(lines)}\nunits={unit}\n" + "\n".join(lines) + "\n")
    run = subprocess.run(
        [program, "optimize", str(folder / "start.xyz"), "--method", "hf", "--basis", "STO-3G", "--reference", "restricted",
         "--json", "--quiet", "--output", str(folder / "out"), *options], capture_output=True, text=True)
    if not run.stdout:
        raise RuntimeError((run.stderr.strip().splitlines() or ["?"])[-1])
    return json.loads(run.stdout)


def geometric_search(program, atoms):
    import geometric.engine
    import geometric.molecule
    import geometric.optimize
    import numpy

    points = []

    class Engine(geometric.engine.Engine):
        def calc_new(self, coords, dirname):
            structure = coords.reshape(-1, 3).copy()
            with tempfile.TemporaryDirectory() as name:
                moved = [(a[0], *xyz) for a, xyz in zip(atoms, structure)]
                point = optimize(program, Path(name), moved, "bohr", "--criteria", "verytight", "--max-steps", "1",
                                 "--stability", "none", "--search", "none")["points"][0]
            gradient = numpy.array(point["gradient"])
            points.append((point["energy"], gradient.reshape(-1, 3), structure))
            if converged(points) is not None:
                raise Reached
            return {"energy": point["energy"], "gradient": gradient}

    start = geometric.molecule.Molecule()
    start.elem = [a[0] for a in atoms]
    start.xyzs = [numpy.array([a[1:] for a in atoms])]
    with tempfile.TemporaryDirectory() as folder:
        try:
            geometric.optimize.run_optimizer(
                customengine=Engine(start), input=str(Path(folder) / "search"), convergence_set="GAU_TIGHT", maxiter=100)
        except Reached:
            end = converged(points)
            return {"gradients": end + 1, "energy": points[end][0]}
    raise SystemExit("geomeTRIC did not get there")


def record_geometric(program, names):
    import geometric

    document = json.loads(COUNTS.read_text()) if COUNTS.exists() else {"molecules": {}}
    document["geometric"] = geometric.__version__
    for name, atoms, published in molecules():
        if names and name not in names:
            continue
        found = geometric_search(program, atoms)
        document["molecules"][name] = found
        print(f"{name:26} {found['gradients']:4d} {found['energy'] - published:12.1e}", flush=True)
        COUNTS.write_text(json.dumps(document, indent=1) + "\n")


def esp_search(program, atoms, *options):
    start = time.time()
    with tempfile.TemporaryDirectory() as name:
        try:
            document = optimize(program, Path(name), atoms, "angstrom", "--criteria", "baker", "--max-steps", "100", *options)
        except RuntimeError as error:
            return {"failed": str(error)}
    energies = [point["energy"] for point in document["points"]]
    push = document.get("symmetry_push") or {}
    return {"gradients": len(energies), "energy": energies[document.get("final_point", len(energies)) - 1],
            "converged": document["converged"], "seconds": time.time() - start, "symmetry": push.get("outcome", "")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esp", default=str(ROOT / ".build" / "release" / "esp"))
    parser.add_argument("--json", type=Path, help="keep the results in this file")
    parser.add_argument("--leave-symmetry", action="store_true", help="with the move out of the symmetry of the structure")
    parser.add_argument("--geometric", action="store_true", help="count geomeTRIC's gradients anew")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.geometric:
        return record_geometric(options.esp, options.names)
    counts = json.loads(COUNTS.read_text())["molecules"] if COUNTS.exists() else {}
    print(f"{'molecule':26} {'gradients':>9} {'geomeTRIC':>9} {'energy / Eh':>14} {'published':>12} {'difference':>10}"
          f" {'time/s':>7}")
    bad, lower, own, other, compared, rows = [], [], 0, 0, 0, []
    for name, atoms, published in molecules():
        if options.names and name not in options.names:
            continue
        found = esp_search(options.esp, atoms, *([] if options.leave_symmetry else ["--keep-symmetry"]))
        if "failed" in found:
            bad.append(name)
            print(f"{name:26} FAILED {found['failed']}", flush=True)
            continue
        difference = found["energy"] - published
        count = counts.get(name, {}).get("gradients", 0)
        if count:
            own, other, compared = own + found["gradients"], other + count, compared + 1
        is_bad = not found["converged"] or difference > SAME_ENERGY
        bad += [name] if is_bad else []
        lower += [name] if difference < -SAME_ENERGY else []
        rows.append({"name": name, "geometric": count, "published": published, **found})
        mark = f"  {found['symmetry']}" if found["symmetry"] else ""
        mark += "  NOT CONVERGED" if not found["converged"] else "  HIGHER" if is_bad else "  lower" if name in lower else ""
        print(f"{name:26} {found['gradients']:9d} {count:9d} {found['energy']:14.5f} {published:12.5f} {difference:10.1e}"
              f" {found['seconds']:7.1f}{mark}", flush=True)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"gradients {sum(row['gradients'] for row in rows)}; of the {compared} that geomeTRIC was run on {own}, "
          f"geomeTRIC {other}; {len(bad)} fall short{': ' + ', '.join(bad) if bad else ''}"
          + (f"; lower minima: {', '.join(lower)}" if lower else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
