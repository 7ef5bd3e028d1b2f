#!/usr/bin/env python3
"""Makes Sources/DispersionCorrection/D4ReferenceData.swift: the published numbers of D4, hydrogen to radon.

    pip download --no-deps tad-dftd4==0.8.0 tad-multicharge==0.7.0 tad-mctc==0.11.3
    python make-dispersion-d4-data.py tad_dftd4-*.whl tad_multicharge-*.whl tad_mctc-*.whl ../../Sources/DispersionCorrection

The packages are those of the authors' group, under the Apache licence 2.0; only numbers are taken, which are those of
E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122 (2019),
doi 10.1063/1.5090222. Nothing else than Python's own library is needed, and no number is rounded. Covalent radii and
<r^4>/<r^2> are those of D3: it is checked that ReferenceSystemData.swift has the same.
"""
import ast
import re
import sys
import zipfile
from pathlib import Path

HIGHEST = 86  # radon
FREQUENCIES = 23
SYMBOLS = """H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn""".split()
HEAD = '''\
// Written by Tests/References/make-dispersion-d4-data.py; do not edit. E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer,
// S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122 (2019), doi 10.1063/1.5090222.
enum D4ReferenceData {
    /// An element a line: electronegativity of Pauling, charge of the nucleus without the core that the polarizabilities were
    /// computed with, hardness, and of the electronegativity equilibration the electronegativity, the hardness, its slope with the
    /// root of the coordination number, and the width; in atomic units.
    static let elements = """
%s
        """

    /// A model system a line: element, coordination number, number of Gaussians, charge of the element's atoms in it; the
    /// reciprocal of their number, what else is in it (a row of `partners`, 0 for nothing), how often, and with which charge; then
    /// the polarizability of the whole at the imaginary frequencies, in bohr^3.
    static let systems = """
%s
        """

    /// What else is in model systems: hydrogen, oxygen and so on, by the atomic number that they go by in `systems`; the
    /// reciprocal of the number of atoms in the molecule, and the molecule's polarizability at the imaginary frequencies.
    static let partners = """
%s
        """
}
'''


def literal(node):
    """A list of numbers, also where parts of it are unpacked into it; or what a tensor is made of."""
    if isinstance(node, ast.Call):
        return literal(node.args[0])
    if isinstance(node, ast.List) and any(isinstance(e, ast.Starred) for e in node.elts):
        return [v for e in node.elts for v in (literal(e.value) if isinstance(e, ast.Starred) else [ast.literal_eval(e)])]
    return ast.literal_eval(node)


def lists(source, *names):
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in names:
            found[node.targets[0].id] = literal(node.value)
    return [found[name] for name in names]


def text(value):
    """The shortest decimal that gives the same double."""
    return repr(float(value)).removesuffix(".0")


def main(dispersion, equilibration, tools, folder):
    with zipfile.ZipFile(dispersion) as wheel:
        cn, alpha, scale, count, partner, gaussians, part, partner_alpha = lists(
            wheel.read("tad_dftd4/reference/d4/params.py"),
            "refcovcn", "refalpha", "refascale", "refscount", "refsys", "refc", "secscale", "secalpha")
        charge, partner_charge = lists(wheel.read("tad_dftd4/reference/d4/charge_eeq.py"), "clsq", "clsh")
        ratios, = lists(wheel.read("tad_dftd4/data/r4r2.py"), "_r4_over_r2")
    with zipfile.ZipFile(equilibration) as wheel:
        chi, eta, kcn, width = lists(wheel.read("tad_multicharge/param/eeq2019.py"), "chi", "eta", "kcn", "rad")
    with zipfile.ZipFile(tools) as wheel:
        radii, = lists(wheel.read("tad_mctc/data/radii.py"), "_COV_2009")
        pauling, = lists(wheel.read("tad_mctc/data/en.py"), "_PAULING")
        hardness, = lists(wheel.read("tad_mctc/data/hardness.py"), "_GAM")
        effective, = lists(wheel.read("tad_mctc/data/zeff.py"), "_ZEFF")
    same = re.findall(r"^ +([A-Z][a-z]?) (\S+) (\S+)", (Path(folder) / "ReferenceSystemData.swift").read_text(), re.M)
    assert [(s, float(r), float(m)) for s, r, m in same[:HIGHEST]] == list(zip(SYMBOLS, radii[1:], ratios[1:]))

    elements = [
        " ".join([SYMBOLS[z - 1]] + [text(t[z]) for t in (pauling, effective, hardness, chi, eta, kcn, width)])
        for z in range(1, HIGHEST + 1)]
    systems, used = [], set()
    for z in range(1, HIGHEST + 1):
        for k, n in enumerate(gaussians[z]):
            assert (n > 0) == (partner[z][k] > 0) and n in (0, 1, 3)
            if n == 0:
                continue
            # Nothing is subtracted for free atoms, and where the published polarizability is that of the element alone.
            row = partner[z][k] if count[z][k] != 0 and part[partner[z][k]][0] != 0 else 0
            used |= {row} - {0}
            assert len(alpha[z][k]) == FREQUENCIES
            rest = [row, count[z][k], partner_charge[z][k]] if row else [0, 0, 0]
            numbers = [cn[z][k], n, charge[z][k], scale[z][k], *rest, *alpha[z][k]]
            systems.append(" ".join([SYMBOLS[z - 1]] + [text(v) for v in numbers]))
    partners = [
        " ".join([str(p), text(part[p][0])] + [text(v) for v in partner_alpha[p]]) for p in sorted(used)]
    code = HEAD % tuple("\n".join("        " + line for line in block) for block in (elements, systems, partners))
    (Path(folder) / "D4ReferenceData.swift").write_text(code)
    print(len(systems), "systems,", len(partners), "partners")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
