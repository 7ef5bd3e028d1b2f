#!/usr/bin/env python3
"""Cases on which self-consistent fields fail: esp from its default settings beside the best that PySCF found.

    Benchmarks/hard_set.py [--esp PROGRAM] [--search none|lowest|full] [--json FILE] [NAME ...]

PySCF's part (three guesses, second-order solver, stability analysis) is stored in Tests/References/hard-cases.json and made by
reference_hard_cases.py there; this runs esp alone. Each case has one charge and multiplicity. Without --search esp solves
it from one start. What counts is whether its solution is stable and not above PySCF's best by more than 1e-6 Eh. PySCF's best
is the lowest of all its energies, those that it does not call converged included. --json FILE keeps the results.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAME_ENERGY = 1e-6  # Eh


def arguments(case, folder, search):
    xyz = folder / "case.xyz"
    lines = [f"{s} {x:.10f} {y:.10f} {z:.10f}" for s, x, y, z in case["atoms"]]
    xyz.write_text(f"{len(lines)}\nunits=bohr\n" + "\n".join(lines) + "\n")
    symbols = {a[0] for a in case["atoms"]}
    options = ["--pure", f"--charge={case['charge']}", f"--multiplicity={case['multiplicity']}"]
    default = case["basis"].get("default")
    named = {s: case["basis"].get(s, default) for s in symbols}
    options += ["--basis", default] if default in named.values() else []
    for name in sorted(set(named.values()) - {default}):
        options += ["--basis-for", ",".join(sorted(s for s in named if named[s] == name)) + "=" + name]
    options += ["--method", ",".join(case["method"])]
    if case["method"] != ["hf"]:
        options += ["--grid", "75,302"]
    return [str(xyz), *options, "--search", search, "--cube", "none", "--picture", "none", "--no-report", "--json", "--quiet", "--output", str(folder / "out")]


def solve(program, case, search):
    with tempfile.TemporaryDirectory() as name:
        start = time.time()
        run = subprocess.run([program, "compute", *arguments(case, Path(name), search)], capture_output=True, text=True)
        if run.returncode not in (0, 2):
            return {"failed": run.stderr.strip().splitlines()[-1:] or ["?"]}
        state = json.loads(run.stdout)["states"][0]
        return {"energy": state["energy"], "converged": state["converged"], "builds": state["iterations"],
                "stable": (state.get("stability") or {}).get("stable", True), "spin": state["spin_squared"],
                "seconds": time.time() - start}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esp", default=str(ROOT / ".build" / "release" / "esp"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--search", choices=["none", "lowest", "full"], default="none")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    cases = json.loads((ROOT / "Tests" / "References" / "hard-cases.json").read_text())["cases"]
    print(f"{'case':32} {'method':8} {'E(esp) - E(PySCF)':>18} {'<S^2>':>8} {'builds':>7} {'PySCF: best of, sum':>20} {'time/s':>7}")
    bad, own, other, rows = [], 0, 0, []
    for case in cases:
        if options.names and case["name"] not in options.names:
            continue
        label = f"{case['name']} {case['charge']} ({case['multiplicity']})"
        found = solve(options.esp, case, options.search)
        if "failed" in found:
            bad.append(label)
            print(f"{label:32} FAILED {found['failed'][0]}", flush=True)
            continue
        starts = [s for s in case["search"] if "builds" in s]
        best = min(s["energy"] for s in starts)
        difference = found["energy"] - best
        good = [s["builds"] for s in starts if s["energy"] < best + SAME_ENERGY]
        total = sum(s["builds"] for s in starts)
        own, other = own + found["builds"], other + total
        rows.append({"case": label, "method": case["method"], "difference": difference, "pyscf_builds": total, **found})
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1) + "\n")
        fine = found["converged"] and found["stable"] and difference < SAME_ENERGY
        bad += [] if fine else [label]
        method = "hf" if case["method"] == ["hf"] else case["method"][0].split("_")[-1].lower()
        print(f"{label:32} {method:8} {difference:18.2e} {found['spin']:8.4f} {found['builds']:7d}"
              f" {str(min(good, default=0)) + ', ' + str(total):>20} {found['seconds']:7.1f}"
              + ("" if fine else "  NOT CONVERGED" if not found["converged"] else "  UNSTABLE" if not found["stable"] else "  HIGHER"),
              flush=True)
    print(f"{len(bad)} fall short{': ' + ', '.join(bad) if bad else ''}; Fock builds {own}, PySCF {other}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
