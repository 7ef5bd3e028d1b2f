"""dispersion-d4.json: energies and gradients of D4 from dftd4 by way of its Python interface, and its partial charges.

Run by itself: pip install dftd4==4.3.1, then python reference_dispersion_d4.py. The structures are those of D3
(reference_dispersion.py) and a few more, with several total charges. Nothing is cut off at a distance. The covalent radii are
converted with another value of the bohr there (CODATA 2018) than here (CODATA 2022).
"""
import datetime
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import dftd4
import numpy as np
from dftd4.interface import DampingParam, DispersionModel

# Only its structures are wanted, not the program that it calls.
for name in ("dftd3", "dftd3.interface"):
    sys.modules.setdefault(name, SimpleNamespace(DispersionModel=None, RationalDampingParam=None))
from reference_dispersion import SYMBOLS, alkane, cluster, water_dimer, xyz  # noqa: E402
from reference_molecules import MOLECULES  # noqa: E402

HERE = Path(__file__).resolve().parent

# Names there of the functionals that go by another name here.
FUNCTIONALS = {
    "hf": "hf", "b3lyp": "b3lyp", "b3lyp5": "b3lyp", "b1lyp": "b1lyp", "blyp": "blyp", "bp86": "bp", "bpw91": "bpw", "pbe": "pbe",
    "revpbe": "revpbe", "rpbe": "rpbe", "pw91": "pw91", "olyp": "olyp", "pbe0": "pbe0", "b3pw91": "b3pw", "bhandhlyp": "bhlyp",
    "x3lyp": "x3lyp", "o3lyp": "o3lyp", "mpw1pw91": "mpw1pw", "pw6b95": "pw6b95", "tpss": "tpss", "revtpss": "revtpss",
    "tpssh": "tpssh", "tpss0": "tpss0", "scan": "scan", "r2scan": "r2scan", "m06": "m06", "m06l": "m06l", "camb3lyp": "camb3lyp",
    "wb97": "wb97", "wb97x": "wb97x_2008"}


def result(atoms, charge, functional, gradient=True):
    numbers = np.array([SYMBOLS.index(a[0]) for a in atoms])
    model = DispersionModel(numbers, np.array([a[1:] for a in atoms]), charge=float(charge), model="d4")
    # Beyond every pair: there are no cutoffs here.
    model.set_realspace_cutoff(disp2=500, disp3=500, cn=500)
    found = model.get_dispersion(DampingParam(method=FUNCTIONALS[functional]), grad=gradient)
    entry = {"charge": charge, "functional": functional, "energy": float(found["energy"])}
    if gradient:
        entry["gradient"] = [[float(v) for v in row] for row in found["gradient"]]
        entry["partial_charges"] = [float(q) for q in model.get_properties()["partial charges"]]
    return entry


def main():
    folder = HERE.parent.parent / "Molecules"
    # With the total charges.
    structures = {
        "water dimer": (water_dimer(), (0, 1)), "o-TCBQ": (xyz(folder / "tcbq.xyz"), (0, -1, -2)),
        "nb-al-tcbq": (xyz(folder / "nb-al-tcbq.xyz"), (0, -1, -2)), "NbCl5": (MOLECULES["niobium-chloride"], (0, -1)),
        "octane": (alkane(8), (0,)), "stack of o-TCBQ": (xyz(folder / "tcbq-stack-4.xyz"), (0, -2)),
        "krypton pair": ([["Kr", 0.1, 0.2, 0.3], ["Kr", 4.9, 5.1, -1]], (0, 1)), "argon": ([["Ar", 0, 0, 0]], (0,)),
    }
    for name, atoms in MOLECULES.items():
        if len(atoms) > 2 and name != "niobium-chloride":
            structures[name] = (atoms, (0,))
    for k, size in enumerate((16, 20, 26, 36)):
        structures[f"all elements in {size} bohr"] = (cluster(size, 7 + k), (0, -2)[:1 + k % 2])
    cases = []
    for name, (atoms, charges) in structures.items():
        for charge in charges:
            functional = ("b3lyp", "pbe0", "tpss")[len(cases) % 3]
            cases.append({"name": name, "atoms": atoms, **result(atoms, charge, functional)})
    # One energy of every functional: its parameters.
    for functional in FUNCTIONALS:
        atoms = structures["o-TCBQ"][0]
        cases.append({"name": "o-TCBQ", "atoms": atoms, **result(atoms, -1, functional, False)})
    data = {
        "provenance": {
            "program": "dftd4", "version": dftd4.__version__, "script": "Tests/References/reference_dispersion_d4.py",
            "date": datetime.date.today().isoformat(), "units": "Hartree atomic units",
            "settings": {"model": "d4", "damping": "rational, published parameters of the functional",
                         "three-body term": "s9 = 1", "cutoffs": "500 bohr"}},
        "cases": cases}
    text = json.dumps(data)
    for mark in ('{"name"', '"charge"', '"gradient"', '"partial_charges"'):
        text = text.replace(mark, "\n" + mark)
    (HERE / "dispersion-d4.json").write_text(text + "\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
