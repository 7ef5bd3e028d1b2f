"""Geometries in Angstrom and cases of hard-cases.json: molecules on which self-consistent fields are known to fail.

Plausible structures, not minima.
"""
from pathlib import Path

import numpy as np
from reference_molecules import polygon, tetrahedron, turned

BOHR = 0.529177210544  # CODATA 2022
FOLDER = Path(__file__).resolve().parent.parent.parent / "Molecules"


def diatomic(a, b, length):
    return turned([[a, 0, 0, 0], [b, 0, 0, length]])


def ferrocene(carbon=1.216, height=1.663, hydrogen=2.29):
    atoms = [["Fe", 0.0, 0.0, 0.0]]
    for side in (1, -1):
        for k in range(5):
            direction = np.array([np.cos(2 * np.pi * k / 5), np.sin(2 * np.pi * k / 5)])
            for symbol, radius in (("C", carbon), ("H", hydrogen)):
                atoms.append([symbol, *(radius * direction), side * height])
    return turned(atoms)


def acene(rings, cc=1.40, ch=1.08):
    """Hexagons in a row."""
    places = {}
    for ring in range(rings):
        centre = np.array([ring * cc * np.sqrt(3), 0.0])
        for k in range(6):
            p = centre + cc * np.array([np.sin(np.pi * k / 3), np.cos(np.pi * k / 3)])
            places[tuple(np.round(p, 4))] = p
    carbons = list(places.values())
    atoms = [["C", *p, 0.0] for p in carbons]
    for p in carbons:
        near = [q for q in carbons if 0.1 < np.linalg.norm(p - q) < 1.1 * cc]
        if len(near) == 2:
            out = 2 * p - near[0] - near[1]
            atoms.append(["H", *(p + ch * out / np.linalg.norm(out)), 0.0])
    return turned(atoms)


def cyanine(carbons, bond=1.38):
    """H2N-(CH)n-NH2 with one positive charge, all-trans and flat."""
    chain = [np.array([k * bond * np.sin(np.pi / 3), (k % 2) * bond * np.cos(np.pi / 3)]) for k in range(carbons + 2)]
    atoms = [["N" if k in (0, carbons + 1) else "C", *p, 0.0] for k, p in enumerate(chain)]
    for k, p in enumerate(chain):
        up = 1.0 if k % 2 else -1.0
        if k in (0, carbons + 1):
            side = -1.0 if k == 0 else 1.0
            atoms.append(["H", p[0] + side * 1.01 * np.sin(np.pi / 3), p[1] - up * 1.01 * 0.5, 0.0])
            atoms.append(["H", p[0], p[1] + up * 1.01, 0.0])
        else:
            atoms.append(["H", p[0], p[1] + up * 1.08, 0.0])
    return turned(atoms)


def water_ring(count, distance=2.85):
    radius = distance / (2 * np.sin(np.pi / count))
    oxygens = [radius * np.array([np.cos(2 * np.pi * k / count), np.sin(2 * np.pi * k / count), 0]) for k in range(count)]
    atoms = []
    for k, o in enumerate(oxygens):
        along = oxygens[(k + 1) % count] - o
        along /= np.linalg.norm(along)
        outward = o / np.linalg.norm(o)
        other = -0.25 * along + (0.35 * outward) + (1 if k % 2 else -1) * np.array([0, 0, 0.9])
        atoms += [["O", *o], ["H", *(o + 0.97 * along)], ["H", *(o + 0.96 * other / np.linalg.norm(other))]]
    return turned(atoms)


def monoxide(centre, oxygen, ligand, double, single, count, lift):
    """An oxo complex: ligands below the metal, the oxygen above."""
    return turned(polygon(centre, ligand, single, count=count, lift=lift) + [[oxygen, 0, 0, double]])


def from_file(name):
    lines = (FOLDER / f"{name}.xyz").read_text().splitlines()
    return [[w[0], *map(float, w[1:4])] for w in (line.split() for line in lines[2:2 + int(lines[0])])]


GLYCINE = turned([
    ["N", 0, 0, 0], ["C", 1.48, 0, 0], ["C", 2.02, 1.43, 0], ["O", 1.23, 2.37, 0], ["O", 3.27, 1.56, 0],
    ["H", -0.35, -0.50, 0.83], ["H", -0.35, -0.50, -0.83], ["H", -0.35, 0.97, 0], ["H", 1.84, -0.52, 0.89],
    ["H", 1.84, -0.52, -0.89]])
WATER_DIMER = turned([
    ["O", 0, 0, 0], ["H", 0.96, 0, 0], ["H", -0.24, 0.927, 0], ["O", 2.91, 0, 0], ["H", 3.22, -0.5, 0.76],
    ["H", 3.22, -0.5, -0.76]])
OZONE = turned([["O", 0, 0, 0], ["O", 1.088, 0, 0.672], ["O", -1.088, 0, 0.672]])

STRUCTURES = {
    "h2-stretched": diatomic("H", "H", 4.0), "n2-stretched": diatomic("N", "N", 2.2), "f2-stretched": diatomic("F", "F", 2.2),
    "o2": diatomic("O", "O", 1.207), "no": diatomic("N", "O", 1.15), "c2": diatomic("C", "C", 1.243),
    "cn": diatomic("C", "N", 1.17), "cr2": diatomic("Cr", "Cr", 1.68), "feo": diatomic("Fe", "O", 1.616),
    "nio": diatomic("Ni", "O", 1.63), "ozone": OZONE, "mno4": turned(tetrahedron("Mn", "O", 1.63)),
    "ferrocene": ferrocene(), "ticl4": turned(tetrahedron("Ti", "Cl", 2.17)),
    "vocl3": monoxide("V", "O", "Cl", 1.57, 2.14, 3, 0.75), "cucl2": turned([["Cu", 0, 0, 0], ["Cl", 0, 0, 2.04], ["Cl", 0, 0, -2.04]]),
    "nicl4": turned(tetrahedron("Ni", "Cl", 2.28)), "moocl4": monoxide("Mo", "O", "Cl", 1.66, 2.33, 4, 0.6),
    "glycine-zwitterion": GLYCINE, "water-dimer": WATER_DIMER, "water-trimer": water_ring(3), "water-tetramer": water_ring(4),
    "tetracene": acene(4), "pentacene": acene(5), "cyanine-5": cyanine(5), "cyanine-9": cyanine(9),
}
for file in ("tcbq", "al-tcbq", "sc-tcbq", "y-tcbq", "zr-tcbq", "nb-tcbq", "nb-al-tcbq"):
    STRUCTURES[file] = from_file(file)

SVP, S321, STO, D = {"default": "def2-SVP"}, {"default": "3-21G"}, {"default": "STO-3G"}, {"default": "6-31G(d)"}
MB = {"default": "LANL2MB", "C": "STO-3G", "O": "STO-3G"}
DZ = {"default": "LANL2DZ"}
DIFFUSE = {"default": "6-31+G(d,p)"}
HF, B3LYP, PBE = "hf", "HYB_GGA_XC_B3LYP", "GGA_X_PBE,GGA_C_PBE"

# structure, charge, multiplicity, basis, method; the quick ones first
CASES = [
    ("h2-stretched", 0, 1, {"default": "cc-pVDZ"}, HF), ("n2-stretched", 0, 1, D, HF), ("n2-stretched", 0, 1, D, B3LYP),
    ("f2-stretched", 0, 1, D, HF), ("o2", 0, 3, D, HF), ("o2", 0, 1, D, HF), ("no", 0, 2, D, HF), ("no", 0, 2, D, B3LYP), ("c2", 0, 1, D, HF),
    ("cn", 0, 2, D, HF), ("ozone", 0, 1, D, HF), ("feo", 0, 5, SVP, HF), ("feo", 0, 5, SVP, B3LYP), ("nio", 0, 3, SVP, HF),
    ("cr2", 0, 1, STO, HF), ("mno4", -1, 1, STO, HF),
    ("cucl2", 0, 2, S321, HF), ("vocl3", 0, 1, S321, HF), ("vocl3", -1, 2, S321, HF),
    ("ticl4", -1, 2, DZ, HF), ("nicl4", -2, 3, S321, HF), ("moocl4", -2, 1, {"default": "LANL2MB", "O": "6-31G"}, HF),
    ("moocl4", -2, 3, {"default": "LANL2MB", "O": "6-31G"}, HF), ("moocl4", -1, 2, {"default": "LANL2MB", "O": "6-31G"}, HF),
    ("glycine-zwitterion", 0, 1, {"default": "6-31G"}, HF),
    ("water-dimer", -1, 2, DIFFUSE, HF), ("water-trimer", -1, 2, DIFFUSE, HF), ("water-tetramer", -1, 2, DIFFUSE, HF),
    ("cyanine-5", 1, 1, S321, HF), ("cyanine-9", 1, 1, STO, HF), ("ferrocene", 0, 1, STO, HF),
    ("tcbq", 0, 1, STO, HF), ("tcbq", -1, 2, STO, HF), ("tcbq", -2, 1, STO, HF), ("al-tcbq", -1, 2, MB, HF), ("sc-tcbq", -1, 2, MB, HF),
    ("y-tcbq", -1, 2, MB, HF), ("zr-tcbq", 0, 1, MB, HF), ("zr-tcbq", -2, 1, MB, HF), ("nb-tcbq", 0, 1, MB, HF),
    ("nb-tcbq", -1, 2, MB, HF), ("nb-tcbq", -2, 1, MB, HF), ("nb-al-tcbq", 0, 1, MB, HF), ("nb-al-tcbq", -1, 2, MB, HF),
    ("nb-al-tcbq", -2, 1, MB, HF), ("tetracene", 0, 1, STO, HF), ("pentacene", 0, 1, STO, HF),
    ("cucl2", 0, 2, S321, B3LYP), ("mno4", -1, 1, S321, HF), ("glycine-zwitterion", 0, 1, {"default": "6-31G"}, PBE),
    ("ferrocene", 0, 1, STO, B3LYP),
]
GRID = (75, 302)
