"""dispersion.json: energies and gradients of D3(BJ) without its three-body term, from s-dftd3 by way of its Python interface.

Run by itself: pip install dftd3==1.7.0, then python reference_dispersion.py. Apart from molecules there are clusters of all
elements from H to Rn at random places, at densities at which their coordination numbers run from none to ten: every
pair of elements is in them with all their reference systems. The covalent radii are converted with CODATA 2018 there and with
CODATA 2022 here, which is about 1e-10 Eh in the clusters.
"""
import datetime
import json
from pathlib import Path

import dftd3
import numpy as np
from dftd3.interface import DispersionModel, RationalDampingParam
from reference_molecules import MOLECULES, turned

HERE = Path(__file__).resolve().parent
BOHR = 0.529177210544  # A, CODATA 2022, as in the program
SYMBOLS = """X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn""".split()

# Names there of the functionals that go by another name here.
FUNCTIONALS = {
    "hf": "hf", "b3lyp": "b3lyp", "b3lyp5": "b3lyp", "blyp": "blyp", "bp86": "bp", "pbe": "pbe", "revpbe": "revpbe",
    "pbe0": "pbe0", "tpss": "tpss", "tpss0": "tpss0", "gga_xc_b97_d": "b97d", "b3pw91": "b3pw91", "bhandhlyp": "bhlyp",
    "camb3lyp": "camb3lyp", "lcwpbe": "lcwpbe", "olyp": "olyp", "pbesol": "pbesol", "pw6b95": "pw6b95", "tpssh": "tpssh",
    "b1lyp": "b1lyp", "b971": "b971", "b972": "b972", "hcth407": "hcth407", "mn15": "mn15", "mpw1pw91": "mpw1pw",
    "o3lyp": "o3lyp", "revtpss": "revtpss", "x3lyp": "x3lyp", "hse06": "hse06", "scan": "scan", "r2scan": "r2scan",
    "m11": "m11"}


def xyz(path):
    lines = path.read_text().splitlines()
    return [[s, *(float(v) / BOHR for v in p)] for s, *p in (line.split()[:4] for line in lines[2:2 + int(lines[0])])]


def water_dimer():
    first = turned([["O", 0, 0, 0], ["H", 1.43, 1.11, 0], ["H", -1.43, 1.11, 0]])
    second = turned([["O", 0.4, -0.2, 5.5], ["H", 0.2, 0.0, 3.7], ["H", 1.9, 0.6, 6.1]])
    return first + second


def alkane(carbons):
    """A zigzag chain of CH2 groups with CH3 ends, in bohr."""
    atoms = []
    for k in range(carbons):
        x, y = 2.39 * k, 0.83 * (-1) ** k
        atoms += [["C", x, y, 0], ["H", x, y + 1.19 * (-1) ** k, 1.67], ["H", x, y + 1.19 * (-1) ** k, -1.67]]
    for k, step in ((0, -1.68), (carbons - 1, 1.68)):
        atoms.append(["H", 2.39 * k + step, 0.83 * (-1) ** k - 1.19 * (-1) ** k, 0])
    return turned(atoms)


def cluster(size, seed):
    """All elements in a box, no two closer than 1.5 bohr."""
    random, places = np.random.default_rng(seed), []
    while len(places) < 86:
        place = random.uniform(0, size, 3)
        if all(np.linalg.norm(place - other) > 1.5 for other in places):
            places.append(place)
    order = random.permutation(86)
    return [[SYMBOLS[1 + z], *(round(float(v), 8) for v in p)] for z, p in zip(order, places)]


def result(atoms, functional, gradient=True):
    numbers = np.array([SYMBOLS.index(a[0]) for a in atoms])
    model = DispersionModel(numbers, np.array([a[1:] for a in atoms]))
    # Beyond every pair: there are no cutoffs here.
    model.set_realspace_cutoff(disp2=500, disp3=500, cn=500)
    found = model.get_dispersion(RationalDampingParam(method=FUNCTIONALS[functional], atm=False), grad=gradient)
    entry = {"functional": functional, "energy": float(found["energy"])}
    if gradient:
        entry["gradient"] = [[float(v) for v in row] for row in found["gradient"]]
    return entry


def main():
    molecules = HERE.parent.parent / "Molecules"
    structures = {
        "water dimer": water_dimer(), "o-TCBQ": xyz(molecules / "tcbq.xyz"), "nb-al-tcbq": xyz(molecules / "nb-al-tcbq.xyz"),
        "NbCl5": MOLECULES["niobium-chloride"], "octane": alkane(8), "krypton pair": [["Kr", 0.1, 0.2, 0.3], ["Kr", 4.9, 5.1, -1]],
        "stack of o-TCBQ": xyz(molecules / "tcbq-stack-4.xyz"),
    }
    for k, size in enumerate((16, 20, 26, 36)):
        structures[f"all elements in {size} bohr"] = cluster(size, 7 + k)
    cases = []
    for name, atoms in structures.items():
        for functional in ("b3lyp", "pbe0"):
            cases.append({"name": name, "atoms": atoms, **result(atoms, functional)})
    # One energy of every functional: its parameters.
    for functional in FUNCTIONALS:
        cases.append({"name": "o-TCBQ", "atoms": structures["o-TCBQ"], **result(structures["o-TCBQ"], functional, False)})
    data = {
        "provenance": {
            "program": "s-dftd3", "version": dftd3.__version__, "script": "Tests/References/reference_dispersion.py",
            "date": datetime.date.today().isoformat(), "units": "Hartree atomic units",
            "settings": {"damping": "rational, published parameters of the functional", "three-body term": "none", "cutoffs": "500 bohr"}},
        "cases": cases}
    text = json.dumps(data)
    for mark in ('{"name"', '"energy"', '"gradient"'):
        text = text.replace(mark, "\n" + mark)
    (HERE / "dispersion.json").write_text(text + "\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
