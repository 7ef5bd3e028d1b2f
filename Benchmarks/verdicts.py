"""Verdicts of the second derivatives of relaxed structures, in their comment lines.

Usage: python Benchmarks/verdicts.py FOLDER [NAME ...] [--threads N] [--program esp]

For every structure of Molecules/relaxed (or only those named, such as alcl3.0) whose comment says "curvature not tested":
`esp frequencies` in FOLDER, with the model of the comment line. The energy must be that of the comment within 1e-6 Eh. FOLDER keeps the runs,
so a second call goes on; the comment is rewritten after every structure.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNTESTED = "stationary point, curvature not tested"


def verdict(vibrations):
    """In the words of the comment lines; nothing for a structure that is not stationary."""
    lowest = vibrations["frequencies"][0]
    if vibrations["verdict"] == "minimum":
        return f"minimum, lowest mode {lowest:.1f} cm-1"
    if vibrations["verdict"] == "saddle point":
        return f"saddle point of order {vibrations['imaginary_modes']}, imaginary mode {lowest:.1f} cm-1"
    return None


def model(comment):
    """Options for the model of a comment line."""
    basis = re.search(r'basis="([^"]*)"', comment)[1]
    if basis in ("6-31G/LANL2MB", "6-31G"):
        return ["--preset", "paper"]
    return ["--method", re.search(r"method=(\S+)", comment)[1], "--basis", basis]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--program", default="esp")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.names or sorted(path.name[: -len(".xyz")] for path in (ROOT / "Molecules/relaxed").glob("*.xyz"))
    failed = []
    for name in names:
        path = ROOT / f"Molecules/relaxed/{name}.xyz"
        lines = path.read_text().split("\n")
        if UNTESTED not in lines[1]:
            continue
        run = options.folder / f"{name}.esp"
        called = subprocess.run(
            [options.program, "frequencies", str(path), "-o", str(run), "--threads", options.threads, "-q", *model(lines[1])],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if called.returncode:
            failed.append(f"{name}: {called.stderr.strip()}")
            print(failed[-1], flush=True)
            continue
        vibrations = json.loads((run / "result.json").read_text())["states"][0]["vibrations"]
        energy = float(re.search(r"energy=(\S+)", lines[1])[1])
        found = verdict(vibrations)
        print(name, found, f"energy {vibrations['energy'] - energy:+.1e} Eh from that of the comment", flush=True)
        if found is None or abs(vibrations["energy"] - energy) > 1e-6:
            failed.append(name)
            continue
        lines[1] = lines[1].replace(UNTESTED, found)
        path.write_text("\n".join(lines))
    sys.exit("; ".join(failed) or 0)


if __name__ == "__main__":
    main()
