"""Geometries of the reference molecules, in bohr. Plausible structures, not minima.

Most are turned by a fixed rotation so that nothing lies along an axis or in a coordinate plane by symmetry.
"""
import numpy as np


def turned(atoms, angles=(0.4, 0.9, -0.7), shift=(0.1, -0.2, 0.3)):
    a, b, c = angles
    rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    rotation = rz @ ry @ rx
    return rounded([[s, *(rotation @ np.array(p) + np.array(shift))] for s, *p in atoms])


def rounded(atoms):
    return [[s, *(round(float(v), 8) + 0.0 for v in p)] for s, *p in atoms]


def diatomic(a, b, length):
    return [[a, 0, 0, 0], [b, 0, 0, length]]


def polygon(centre, ligand, length, count=3, lift=0.0, start=0.0):
    """Ligands at equal angles in a plane `lift` below the central atom."""
    r = np.sqrt(length ** 2 - lift ** 2)
    angles = start + 2 * np.pi * np.arange(count) / count
    return [[centre, 0, 0, 0]] + [[ligand, r * np.cos(t), r * np.sin(t), -lift] for t in angles]


def tetrahedron(centre, ligand, length):
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * length / np.sqrt(3)
    return [[centre, 0, 0, 0]] + [[ligand, *c] for c in corners]


def bipyramid(centre, ligand, axial, equatorial):
    return polygon(centre, ligand, equatorial) + [[ligand, 0, 0, axial], [ligand, 0, 0, -axial]]


def bent(centre, ligand, length, degrees):
    half = np.radians(degrees) / 2
    return [[centre, 0, 0, 0], [ligand, length * np.sin(half), 0, length * np.cos(half)],
            [ligand, -length * np.sin(half), 0, length * np.cos(half)]]


MOLECULES = {
    # The water molecule of the well-known programming tutorial of T. D. Crawford.
    "water": [["O", 0, 0, -0.143225816552], ["H", 1.638036840407, 0, 1.136548822547],
              ["H", -1.638036840407, 0, 1.136548822547]],
    "water-turned": turned(bent("O", "H", 1.81, 104.5)),
    "methanol": turned([["C", -0.0853, 0, 1.2576], ["O", -0.0853, 0, -1.4279], ["H", 1.6276, 0, -2.0339],
                        ["H", 1.8402, 0, 2.0060], ["H", -1.0606, 1.6805, 1.9786], ["H", -1.0606, -1.6805, 1.9786]]),
    "formaldehyde": turned([["C", 0, 0, -1.0], ["O", 0, 0, 1.28], ["H", 1.78, 0, -2.10], ["H", -1.78, 0, -2.10]]),
    "hydrogen-fluoride": turned(diatomic("F", "H", 1.733)),
    "nitrogen": diatomic("N", "N", 2.074),
    "nitrogen-turned": turned(diatomic("N", "N", 2.074)),
    "carbon-monoxide": turned(diatomic("C", "O", 2.132)),
    "oxygen": turned(diatomic("O", "O", 2.282)),
    "oxygen-pair": turned(diatomic("O", "O", 2.282) + [["O", 5.5, 0.4, 0.2], ["O", 5.8, 0.1, 2.45]]),
    "hydroxyl": diatomic("O", "H", 1.834),
    "hydroxide": turned(diatomic("O", "H", 1.822)),
    "nitrogen-dioxide": turned(bent("N", "O", 2.255, 134.1)),
    "nitrosyl": turned(diatomic("N", "O", 2.009)),
    "methylene": turned(bent("C", "H", 2.036, 133.0)),
    "water-stretched": turned(bent("O", "H", 3.6, 104.5)),
    "hydronium": turned(polygon("O", "H", 1.845, lift=0.55)),
    "lithium-hydride": turned(diatomic("Li", "H", 3.015)),
    "lithium-fluoride": diatomic("Li", "F", 2.955),
    "silane": turned(tetrahedron("Si", "H", 2.797)),
    "phosphine": turned(polygon("P", "H", 2.683, lift=1.45)),
    "hydrogen-sulfide": turned(bent("S", "H", 2.525, 92.1)),
    "aluminium-chloride": turned(polygon("Al", "Cl", 3.90)),
    "scandium-chloride": turned(polygon("Sc", "Cl", 4.33)),
    "yttrium-chloride": turned(polygon("Y", "Cl", 4.64, lift=0.3)),
    "indium-chloride": turned(polygon("In", "Cl", 4.33)),
    "titanium-chloride": turned(tetrahedron("Ti", "Cl", 4.10)),
    "zirconium-chloride": turned(tetrahedron("Zr", "Cl", 4.39)),
    "niobium-chloride": turned(bipyramid("Nb", "Cl", 4.42, 4.25)),
    "tantalum-fluoride": turned(bipyramid("Ta", "F", 3.52, 3.46)),
    "tantalum-chloride": turned(bipyramid("Ta", "Cl", 4.44, 4.28)),
    "molybdenum-oxide-chloride": turned([["Mo", 0, 0, 0], ["O", 0, 0, 3.15]]
                                        + polygon("Mo", "Cl", 4.49, 4, lift=1.05)[1:]),
    "cerium-fluoride": turned(tetrahedron("Ce", "F", 3.85)),
    "hydrogen-bromide": turned(diatomic("Br", "H", 2.673)),
    "hydrogen-iodide": turned(diatomic("I", "H", 3.041)),
    "sodium-chloride": turned(diatomic("Na", "Cl", 4.461)),
    "zinc-chloride": turned([["Zn", 0, 0, 0], ["Cl", 0, 0.2, 3.92], ["Cl", 0, 0.2, -3.92]]),
    "mercury-chloride": turned([["Hg", 0, 0, 0], ["Cl", 0, 0.2, 4.25], ["Cl", 0, 0.2, -4.25]]),
    "barium-fluoride": turned(bent("Ba", "F", 4.25, 120.0)),
    "lithium-and-fluorine-far": [["Li", 0, 0, 0], ["F", 3.0, 8.0, 12.0]],
    "hydrogen-and-helium-far": [["H", 0, 0, 0], ["He", 6.0, -5.0, 9.0]],
    "hydrogen-molecule": turned(diatomic("H", "H", 1.4)),
    "hydrogen-molecule-stretched": diatomic("H", "H", 4.5),
    "hydrogen-atom": [["H", 0.3, -0.4, 0.5]],
    "nitrogen-atom": [["N", 0, 0, 0]],
    "carbon-atom": [["C", 0, 0, 0]],
    "molybdenum-atom": [["Mo", 0, 0, 0]],
    "scandium-cation": [["Sc", 0.2, 0.1, -0.3]],
    "tantalum-cation": [["Ta", 0, 0, 0]],
}
MOLECULES = {name: rounded(atoms) if name != "water" else atoms for name, atoms in MOLECULES.items()}



def mixed(metal):
    return {"default": "6-31G", metal: "LANL2MB"}


# molecule, charge, multiplicity, basis, Cartesian d functions
HF_CASES = [
    ("water", 0, 1, {"default": "STO-3G"}, False),
    ("methanol", 0, 1, {"default": "STO-3G"}, False),
    ("nitrogen-atom", 0, 4, {"default": "STO-3G"}, False),
    ("oxygen", 0, 3, {"default": "STO-3G"}, False),
    ("methanol", 0, 1, {"default": "3-21G"}, False),
    ("water-turned", 0, 1, {"default": "6-31G"}, False),
    ("methanol", 0, 1, {"default": "6-31G(d)"}, True),
    ("oxygen", 0, 3, {"default": "6-31G(d)"}, True),
    ("nitrogen-dioxide", 0, 2, {"default": "6-31G(d)"}, True),
    ("hydrogen-sulfide", 0, 1, {"default": "6-31G(d)"}, True),
    ("hydrogen-sulfide", 0, 1, {"default": "6-31G(d)"}, False),
    ("aluminium-chloride", 0, 1, {"default": "6-31G(d)"}, True),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True),
    ("silane", 0, 1, {"default": "6-31G(d,p)"}, True),
    ("hydroxide", -1, 1, {"default": "6-31+G(d,p)"}, True),
    ("water-turned", 0, 1, {"default": "6-311G(d,p)"}, False),
    ("hydroxyl", 0, 2, {"default": "6-311G(d,p)"}, False),
    ("formaldehyde", 0, 1, {"default": "cc-pVDZ"}, False),
    ("nitrogen-dioxide", 0, 2, {"default": "cc-pVDZ"}, False),
    ("nitrosyl", 1, 1, {"default": "cc-pVDZ"}, False),
    ("water-turned", 1, 2, {"default": "cc-pVDZ"}, False),
    ("methylene", 0, 3, {"default": "cc-pVTZ"}, False),
    ("nitrogen", 0, 1, {"default": "cc-pVTZ"}, False),
    ("nitrogen-turned", 0, 1, {"default": "cc-pVTZ"}, False),
    ("nitrogen-atom", 0, 4, {"default": "cc-pVTZ"}, False),
    ("carbon-atom", 0, 5, {"default": "6-31G(d)"}, True),
    ("lithium-hydride", 0, 1, {"default": "cc-pVTZ"}, False),
    ("hydrogen-sulfide", 0, 1, {"default": "cc-pVTZ"}, False),
    ("hydrogen-fluoride", 0, 1, {"default": "cc-pVQZ"}, False),
    ("hydrogen-molecule", 0, 1, {"default": "cc-pVQZ"}, False),
    ("hydrogen-atom", 0, 2, {"default": "cc-pVQZ"}, False),
    ("carbon-monoxide", 0, 1, {"default": "aug-cc-pVDZ"}, False),
    ("hydronium", 1, 1, {"default": "aug-cc-pVDZ"}, False),
    ("lithium-fluoride", 0, 1, {"default": "def2-TZVP"}, False),
    ("phosphine", 0, 1, {"default": "def2-TZVP"}, False),
    ("silane", 0, 1, {"default": "def2-SVP"}, False),
    ("oxygen-pair", 0, 5, {"default": "6-31G"}, False),
    ("water-stretched", 0, 3, {"default": "6-31G"}, False),
    ("hydrogen-molecule-stretched", 0, 1, {"default": "6-31G(d,p)"}, False, "UHF"),
    ("water-stretched", 0, 1, {"default": "6-31G"}, False, "UHF"),
    ("lithium-and-fluorine-far", 0, 3, {"default": "6-31G"}, False),
    ("hydrogen-and-helium-far", 0, 2, {"default": "cc-pVTZ"}, False),
    ("scandium-chloride", 0, 1, {"default": "def2-SVP"}, False),
    ("scandium-chloride", 0, 1, mixed("Sc"), False),
    ("scandium-cation", 3, 1, {"default": "LANL2DZ"}, False),
    ("yttrium-chloride", 0, 1, {"default": "def2-SVP"}, False),
    ("yttrium-chloride", 0, 1, mixed("Y"), False),
    ("aluminium-chloride", 0, 1, mixed("Al"), False),
    ("aluminium-chloride", 0, 1, {"default": "LANL2DZ"}, False),
    ("aluminium-chloride", 0, 1, {"default": "LANL2MB"}, False),
    ("phosphine", 0, 1, {"default": "LANL2DZ"}, False),
    ("hydrogen-sulfide", 0, 1, {"default": "LANL2DZ"}, False),
    ("silane", 0, 1, {"default": "LANL2DZ"}, False),
    ("titanium-chloride", 0, 1, {"default": "LANL2DZ"}, False),
    ("titanium-chloride", -1, 2, {"default": "LANL2DZ"}, False),
    ("titanium-chloride", 0, 1, {"default": "def2-SVP"}, False),
    ("zirconium-chloride", 0, 1, mixed("Zr"), False),
    ("zirconium-chloride", 0, 1, {"default": "def2-SVP"}, False),
    ("niobium-chloride", 0, 1, mixed("Nb"), False),
    ("niobium-chloride", -1, 2, mixed("Nb"), False),
    ("niobium-chloride", 0, 1, {"default": "LANL2DZ"}, False),
    ("niobium-chloride", -1, 2, {"default": "LANL2DZ"}, False),
    ("molybdenum-atom", 0, 7, {"default": "LANL2MB"}, False),
    ("molybdenum-atom", 0, 7, {"default": "def2-SVP"}, False),
    ("molybdenum-oxide-chloride", -2, 1, {"default": "LANL2MB", "O": "6-31G"}, False),
    ("molybdenum-oxide-chloride", -1, 2, {"default": "LANL2MB", "O": "6-31G"}, False),
    ("molybdenum-oxide-chloride", -2, 1, {"default": "LANL2DZ"}, False),
    ("indium-chloride", 0, 1, {"default": "LANL2DZ"}, False),
    ("indium-chloride", 0, 1, mixed("In"), False),
    ("indium-chloride", 0, 1, {"default": "def2-SVP"}, False),
    ("tantalum-fluoride", 0, 1, {"default": "def2-SVP"}, False),
    ("tantalum-chloride", 0, 1, {"default": "LANL2DZ"}, False),
    ("tantalum-cation", 5, 1, {"default": "LANL2DZ"}, False),
    ("cerium-fluoride", 0, 1, {"default": "def2-SVP"}, False),
    ("hydroxide", -1, 1, {"default": "6-31+G(d)"}, True),
    ("water-turned", 0, 1, {"default": "6-31++G(d,p)"}, True),
    ("hydroxide", -1, 1, {"default": "6-311+G(d,p)"}, False),
    ("formaldehyde", 0, 1, {"default": "6-311+G(2d,p)"}, False),
    ("hydroxide", -1, 1, {"default": "6-311++G(d,p)"}, False),
    ("hydroxide", -1, 1, {"default": "def2-SVPD"}, False),
    ("lithium-fluoride", 0, 1, {"default": "def2-TZVPD"}, False),
    ("water-turned", 0, 1, {"default": "def2-TZVPP"}, False),
    ("hydrogen-fluoride", 0, 1, {"default": "def2-QZVP"}, False),
    ("silane", 0, 1, {"default": "pcseg-1"}, False),
    ("hydrogen-sulfide", 0, 1, {"default": "pcseg-2"}, False),
    ("hydroxide", -1, 1, {"default": "ma-def2-SVP"}, False),
    ("hydroxide", -1, 1, {"default": "ma-def2-TZVP"}, False),
    ("hydrogen-bromide", 0, 1, {"default": "cc-pVTZ", "Br": "cc-pVTZ-PP"}, False),
    ("titanium-chloride", 0, 1, {"default": "6-31G", "Ti": "LANL2TZ"}, False),
    ("titanium-chloride", 0, 1, {"default": "SDD"}, False),
    ("hydrogen-iodide", 0, 1, {"default": "SDD"}, False),
    ("hydrogen-iodide", 0, 1, mixed("I"), False),
    ("titanium-chloride", 0, 1, mixed("Ti"), False),
    ("zinc-chloride", 0, 1, mixed("Zn"), False),
    ("mercury-chloride", 0, 1, mixed("Hg"), False),
    ("sodium-chloride", 0, 1, {"default": "LANL2MB"}, False),
    ("barium-fluoride", 0, 1, mixed("Ba"), False),
]
