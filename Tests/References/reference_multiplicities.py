"""multiplicities.json: molecules and an atom whose ground state has a multiplicity above the two lowest possible ones, at this multiplicity and
at neighbouring ones. Cases that are in the file are not computed again.

Of each multiplicity the lowest of PySCF's solutions from three guesses (iron, and manganese with B3LYP: from one), each followed to a stable one,
as in hard-cases.json.

    nice python reference_multiplicities.py
"""
import json

import hard_molecules
import reference_hard_cases as hard
import reference_tools as tools
from hard_molecules import B3LYP, HF
from reference_molecules import turned

SMALL, SVP = {"default": "6-31G"}, {"default": "def2-SVP"}
STRUCTURES = {
    "cr": [["Cr", 0, 0, 0]], "mncl2": turned([["Mn", 0, 0, 0], ["Cl", 0, 0, 2.20], ["Cl", 0, 0, -2.20]]),
    "fecl3": turned([["Fe", 0, 0, 0], ["Cl", 2.14, 0, 0], ["Cl", -1.07, 1.853294, 0], ["Cl", -1.07, -1.853294, 0]]),
}
STRUCTURES["mncl2-b3lyp"] = STRUCTURES["mncl2"]
# Of the B3LYP cases of compounds one guess, and the ground state only: each takes ten minutes.
CASES = [
    ("cr", (5, 7, 9), SVP, B3LYP, hard.GUESSES), ("mncl2", (6, 8), SMALL, HF, hard.GUESSES), ("fecl3", (6,), SMALL, B3LYP, ("minao",)),
    ("mncl2-b3lyp", (6,), SMALL, B3LYP, ("minao",)),
]
SETTINGS = {key: hard.SETTINGS[key] for key in ("method", "grid", "gridScheme", "guesses", "functions", "search")}


FILE = "multiplicities.json"


def run():
    progress = tools.Progress()
    hard_molecules.STRUCTURES.update(STRUCTURES)
    path = tools.HERE / FILE
    records = json.loads(path.read_text())["cases"] if path.exists() else []
    for name, series, basis, method, guesses in CASES:
        hard.GUESSES = guesses
        for multiplicity in series:
            if any(r["name"] == name and r["multiplicity"] == multiplicity for r in records):
                continue
            records.append(hard.case(name, 0, multiplicity, basis, method, progress))
            tools.write_json(FILE, {"provenance": tools.provenance("reference_multiplicities.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    run()
