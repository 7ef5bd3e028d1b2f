"""Compares the cost of a step of another program's optimiser, through `esp serve`, with that of a step of `esp optimize`.

    python Benchmarks/serve.py [MOLECULE.xyz [STRUCTURES [ROUNDS]]]

`esp optimize` makes the first structures of a search. `esp serve` gets the same structures, one request after the other, and so does `esp
gradient` in a process for each, without orbitals to start from. All are timed as whole processes, alternately, and the energies are compared.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ.get("ESP", str(HERE.parent / ".build/release/esp"))
BOHR_IN_ANGSTROM = 0.529177210544


def timed(command, **others):
    start = time.monotonic()
    process = subprocess.run(command, capture_output=True, text=True, **others)
    return time.monotonic() - start, process


def optimize(molecule, structures, folder):
    # It ends with 2: not converged.
    seconds, process = timed(
        [PROGRAM, "optimize", molecule, "--charge", "0", "--max-steps", str(structures), "--output", folder, "--quiet"])
    assert process.returncode in (0, 2), process.stderr
    document = json.loads((Path(folder) / "optimization.json").read_text())
    return seconds, document["symbols"], document["points"]


def serve(symbols, points):
    requests = "".join(
        json.dumps({"symbols": symbols, "geometry": point["geometry"], "charge": 0}) + "\n" for point in points)
    seconds, process = timed([PROGRAM, "serve"], input=requests)
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert len(answers) == len(points) and all(answer["success"] for answer in answers), process.stdout
    return seconds, answers


def separately(symbols, points, folder):
    total = 0.0
    for number, point in enumerate(points):
        name = Path(folder) / f"{number}.xyz"
        rows = [
            f"{symbol} " + " ".join(repr(point["geometry"][3 * atom + axis] * BOHR_IN_ANGSTROM) for axis in range(3))
            for atom, symbol in enumerate(symbols)
        ]
        name.write_text(f"{len(symbols)}\n\n" + "\n".join(rows) + "\n")
        seconds, process = timed([PROGRAM, "gradient", str(name), "--charge", "0", "--output", f"{name}.esp", "--quiet"])
        assert process.returncode == 0, process.stderr
        total += seconds
    return total


def main():
    molecule = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parent / "Molecules/tcbq.xyz")
    structures = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    times = {"esp optimize": [], "esp serve": [], "esp gradient": []}
    largest = 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            seconds, symbols, points = optimize(molecule, structures, folder + "/out")
            times["esp optimize"].append(seconds / len(points))
            seconds, answers = serve(symbols, points)
            times["esp serve"].append(seconds / len(points))
            times["esp gradient"].append(separately(symbols, points, folder) / len(points))
            largest = max(largest, *(abs(a["energy"] - p["energy"]) for a, p in zip(answers, points)))
            print(" ".join(f"{name} {values[-1]:.2f} s" for name, values in times.items()), flush=True)
    print(f"{Path(molecule).name}, {len(points)} structures, medians of {rounds} rounds; largest difference of energies {largest:.0e} Eh")
    for name, values in times.items():
        print(f"  {name:14} {statistics.median(values):8.2f} s a structure")


if __name__ == "__main__":
    main()
