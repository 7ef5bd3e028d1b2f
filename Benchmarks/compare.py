"""Wall time and peak memory of whole B3LYP calculations, esp and PySCF in alternation on the same machine.

Each pair of runs has its own geometry (coordinates moved by up to 1e-3 bohr), the same for both programs; both use the
same number of threads, converge the energy to 1e-8 Eh, and integrate on grids of at least 0.9 times PySCF's level 3.
A pair whose energies differ by more than the tolerance is marked: the ratio then compares different things.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ESP = ROOT / ".build" / "release" / "esp"
BOHR = 0.529177210544
SAME_ENERGY = 1e-5  # Eh: two grids of this size differ by less


def jittered(source, seed, target):
    generator = random.Random(seed)
    lines = source.read_text().splitlines()
    moved = []
    for line in lines[2:2 + int(lines[0])]:
        symbol, *position = line.split()
        move = 1e-3 * BOHR
        moved.append(" ".join([symbol, *(f"{float(x) + generator.uniform(-move, move):.10f}" for x in position[:3])]))
    target.write_text("\n".join([lines[0], "jittered " + source.name, *moved]) + "\n")


def timed(command, environment):
    """Seconds, peak resident memory in MB, standard output."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        out.seek(0)
        if status != 0:
            sys.exit(f"{command[0]} failed with status {status}")
        return seconds, usage.ru_maxrss / 1024, out.read().decode()


def run_esp(xyz, charge, threads, folder):
    seconds, memory, out = timed(
        [str(ESP), "compute", str(xyz), "--charge", str(charge), "--threads", str(threads), "--memory", "8GB",
         "--cube", "none", "--json", "--quiet", "--output", str(folder / "esp-run")], {})
    state = json.loads(out)["states"][0]
    return {"seconds": seconds, "memory": memory, "energy": state["energy"], "iterations": state["iterations"],
            "points": state["grid_points"], "converged": state["converged"]}


def run_pyscf(xyz, charge, threads):
    environment = {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), "PYSCF_MAX_MEMORY": "16000"}
    seconds, memory, out = timed(
        [sys.executable, str(ROOT / "Benchmarks" / "pyscf_scf.py"), str(xyz), str(charge), str(threads)], environment)
    return {**json.loads(out.splitlines()[-1]), "seconds": seconds, "memory": memory}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["nb-tcbq", "nb-al-tcbq"], help="files in Molecules/, without .xyz")
    parser.add_argument("--charges", default="0", help="comma-separated")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    import pyscf
    version = subprocess.run([str(ESP), "--version"], capture_output=True, text=True).stdout.strip().splitlines()
    print(f"{processor()}, {options.threads} threads; {'; '.join(version)}; PySCF {pyscf.__version__}")
    print(f"{'job':<22}{'esp s':>9}{'PySCF s':>9}{'ratio':>8}{'esp MB':>9}{'PySCF MB':>10}{'Fock':>6}{'PySCF':>6}"
          f"{'points':>9}{'PySCF':>9}  energy difference / Eh")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for molecule in options.names:
            for charge in (int(q) for q in options.charges.split(",")):
                pairs = []
                for repeat in range(options.repeats):
                    xyz = folder / f"{molecule}-{charge}-{repeat}.xyz"
                    jittered(ROOT / "Molecules" / f"{molecule}.xyz", f"{molecule} {charge} {repeat}", xyz)
                    subprocess.run(["rm", "-rf", str(folder / "esp-run")], check=True)
                    pairs.append((run_esp(xyz, charge, options.threads, folder), run_pyscf(xyz, charge, options.threads)))
                report(molecule, charge, pairs)


def report(molecule, charge, pairs):
    def median(index, key):
        return statistics.median(pair[index][key] for pair in pairs)

    ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in pairs)
    difference = max((a["energy"] - b["energy"] for a, b in pairs), key=abs)
    notes = []
    if abs(difference) > SAME_ENERGY:
        notes.append("DIFFERENT SOLUTIONS")
    if not all(x["converged"] for pair in pairs for x in pair):
        notes.append("NOT CONVERGED: " + ", ".join(
            name for index, name in ((0, "esp"), (1, "PySCF")) if not all(pair[index]["converged"] for pair in pairs)))
    if any(a["points"] < 0.9 * b["points"] for a, b in pairs):
        notes.append("FEWER POINTS")
    print(f"{molecule + ' ' + str(charge):<22}{median(0, 'seconds'):>9.1f}{median(1, 'seconds'):>9.1f}{ratio:>8.1f}"
          f"{median(0, 'memory'):>9.0f}{median(1, 'memory'):>10.0f}{median(0, 'iterations'):>6.0f}"
          f"{median(1, 'iterations'):>6.0f}{median(0, 'points'):>9.0f}{median(1, 'points'):>9.0f}"
          f"  {difference:.1e}  {' '.join(notes)}", flush=True)


if __name__ == "__main__":
    main()
