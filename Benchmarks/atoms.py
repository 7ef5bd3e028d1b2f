#!/usr/bin/env python3
"""All atoms from H to Rn, and their ions of charge 1 and -1, from default settings: whether every calculation ends, and where.

    Benchmarks/atoms.py [--esp PROGRAM] [--basis NAME] [--method NAME] [--timeout SECONDS] [--json FILE] [SYMBOL ...]

One call of `esp compute` for each atom, with the charges 1, 0 and -1 together (H without the cation, which has no electron), on one thread.
A call that is not done in the processor time allowed counts as a fault; so does a state of fewer unpaired electrons than the ground state has. Results
are kept in the file after every atom, and atoms that are in it are not computed again; with --table the table in Atoms.md is printed from it.
"""
import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd "
    "Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn").split()
# Multiplicities of the ground states of the neutral atoms (NIST Atomic Spectra Database).
GROUND = dict(zip(SYMBOLS, (
    [2, 1] + [2, 1, 2, 3, 4, 3, 2, 1] * 2 + [2, 1, 2, 3, 4, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1]
    + [2, 1, 2, 3, 6, 7, 6, 5, 4, 1, 2, 1, 2, 3, 4, 3, 2, 1]
    + [2, 1, 2, 1, 4, 5, 6, 7, 8, 9, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1])))


def solve(esp, symbol, basis, method, timeout):
    """The states of an atom and its ions, or what went wrong."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"{symbol}.xyz"
        path.write_text(f"1\n{symbol}\n{symbol} 0 0 0\n")
        charges = "0,-1" if symbol == "H" else "1,0,-1"
        command = [esp, "compute", str(path), f"--charge={charges}", "--basis", basis, "--method", method, "--cube", "none", "--picture",
                   "none", "--no-report", "--threads", "1", "--json", "-q", "--output", str(Path(name) / "out")]
        def used():
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime

        start = used()
        run = subprocess.run(
            command, capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (timeout, timeout)))
        record = {"seconds": used() - start, "status": run.returncode, "states": []}
        if run.returncode < 0:
            record["fault"] = f"not done after {timeout} s"
            return record
        if run.returncode not in (0, 2):
            record["fault"] = run.stderr.strip()[:200]
            return record
        for state in json.loads(run.stdout)["states"]:
            stability, search = state.get("stability") or {}, state.get("search") or {}
            first = [s for s in [state, *state.get("alternatives", [])] if s.get("origin") == "first guess"] or [state]
            record["states"].append({
                "charge": state["charge"], "multiplicity": state["multiplicity"], "energy": state["energy"],
                "converged": state["converged"], "stable": stability.get("stable"), "undecided": stability.get("undecided"),
                "iterations": first[0]["iterations"], "undecidedCandidates": len(search.get("undecided", [])), "searchBuilds": search.get("fock_builds", 0), "rounds": search.get("rounds", 0),
                "tried": state["multiplicities"]["tried"]})
        return record


def verdict(state):
    if not state["converged"]:
        return "not converged"
    if state["stable"] is None or state["stable"]:
        return "stable" + (f", {state['undecidedCandidates']} undecided" if state.get("undecidedCandidates") else "")
    return {"equal_energy": "degenerate"}.get(state["undecided"], "UNSTABLE: " + str(state["undecided"]))


def table(records):
    lines = ["| atom | charge | 2S+1 | tried | energy / Eh | Fock builds | verdict | processor time / s (all charges) |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for symbol in (s for s in SYMBOLS if s in records):
        record = records[symbol]
        if record.get("fault"):
            lines.append(f"| {symbol} | | | | | | {record['fault']} | {record['seconds']:.0f} |")
        for state in sorted(record["states"], key=lambda s: -s["charge"]):
            mark = ""
            if state["charge"] == 0 and state["multiplicity"] != GROUND[symbol]:
                mark = f" (ground state {GROUND[symbol]})"
            seconds = f"{record['seconds']:.0f}" if state["charge"] == 0 else ""
            lines.append(
                f"| {symbol} | {state['charge']:+d} | {state['multiplicity']}{mark} | {', '.join(map(str, state['tried']))} | {state['energy']:.6f} | "
                f"{state['iterations'] + state['searchBuilds']} | {verdict(state)} | {seconds} |".replace("| +0 |", "| 0 |"))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esp", default=str(ROOT / ".build" / "release" / "esp"))
    parser.add_argument("--basis", default="def2-SVP")
    parser.add_argument("--method", default="b3lyp")
    parser.add_argument("--timeout", type=int, default=900, help="processor time of one call, in seconds")
    parser.add_argument("--json", default="atoms.json")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("symbols", nargs="*")
    given = parser.parse_args()
    path = Path(given.json)
    records = json.loads(path.read_text()) if path.exists() else {}
    if given.table:
        print(table(records))
        return 0
    for symbol in given.symbols or SYMBOLS:
        if symbol in records:
            continue
        record = records[symbol] = solve(given.esp, symbol, given.basis, given.method, given.timeout)
        path.write_text(json.dumps(records, indent=1) + "\n")
        states = "; ".join(
            f"{s['charge']:+d}: 2S+1 = {s['multiplicity']}, {s['iterations'] + s['searchBuilds']} builds, {verdict(s)}" for s in record["states"])
        print(f"{symbol}: {record['seconds']:.1f} s {record.get('fault', '')} {states}", flush=True)
    faults = [s for s, r in records.items() if r.get("fault") or any(verdict(x).startswith("UNSTABLE") or not x["converged"] for x in r["states"])]
    print(f"{len(records)} atoms, {len(faults)} with a fault: {' '.join(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
