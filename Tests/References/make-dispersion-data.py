#!/usr/bin/env python3
"""Makes Sources/DispersionCorrection/ReferenceSystemData.swift: the published numbers of D3, hydrogen to radon.

    pip download --no-deps tad-dftd3==0.7.0 tad-mctc==0.11.3
    python make-dispersion-data.py tad_dftd3-*.whl tad_mctc-*.whl ../../Sources/DispersionCorrection/ReferenceSystemData.swift

The packages are those of the authors' group, under the Apache licence 2.0; only numbers are taken, which are those of
S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344. Nothing else than
Python's own library is needed. C6 coefficients have four decimals there and are written as whole ten-thousandths.
"""
import array
import ast
import io
import sys
import zipfile

HIGHEST = 86  # radon
SYMBOLS = """H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn""".split()
HEAD = '''\
// Written by Tests/References/make-dispersion-data.py; do not edit. S. Grimme, J. Antony, S. Ehrlich and H. Krieg,
// J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344.
enum ReferenceSystemData {
    /// An element a line: covalent radius in Angstrom, <r^4>/<r^2> in bohr^2, and the coordination numbers of its systems.
    static let elements = """
%s
        """

    /// C6 coefficients in 1e-4 Eh bohr^6: a row for every system, in the order of the elements, with those before it and itself.
    static let coefficients = """
%s
        """
}
'''


def number_list(source, name=None):
    """The list that is assigned to a name, or the first list of lists of numbers."""
    for node in ast.walk(ast.parse(source)):
        if name and isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
        if not name and isinstance(node, ast.List) and node.elts and isinstance(node.elts[0], ast.List):
            return ast.literal_eval(node)
    raise SystemExit(f"no list {name}")


def main(dispersion, tools, output):
    with zipfile.ZipFile(dispersion) as wheel:
        ratios = number_list(wheel.read("tad_dftd3/data/r4r2.py"), "_r4_over_r2")
        numbers = number_list(wheel.read("tad_dftd3/reference.py"))
        with zipfile.ZipFile(io.BytesIO(wheel.read("tad_dftd3/reference-c6.pt"))) as tensor:
            name = next(n for n in tensor.namelist() if n.endswith("data/0"))
            values = array.array("d", tensor.read(name))
    with zipfile.ZipFile(tools) as wheel:
        radii = number_list(wheel.read("tad_mctc/data/radii.py"), "_COV_2009")
    elements, width = len(numbers), len(numbers[0])
    assert len(values) == elements ** 2 * width ** 2

    def coefficient(a, i, b, j):
        value = values[((a * elements + b) * width + i) * width + j]
        whole = round(value * 1e4)
        assert whole > 0 and whole / 1e4 == value
        return whole

    systems = [(z, k) for z in range(1, HIGHEST + 1) for k in range(width) if numbers[z][k] >= 0]
    lines = [
        " ".join([SYMBOLS[z - 1], f"{radii[z]:.2f}", f"{ratios[z]:.4f}"] + [f"{n:.4f}" for n in numbers[z] if n >= 0])
        for z in range(1, HIGHEST + 1)]
    rows = []
    for index, (a, i) in enumerate(systems):
        rows.append([coefficient(a, i, b, j) for b, j in systems[:index + 1]])
        assert rows[-1] == [coefficient(b, j, a, i) for b, j in systems[:index + 1]]
    text = HEAD % tuple(
        "\n".join("        " + line for line in block)
        for block in (lines, [" ".join(map(str, row)) for row in rows]))
    with open(output, "w") as file:
        file.write(text)
    print(len(systems), "systems,", sum(map(len, rows)), "coefficients")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
