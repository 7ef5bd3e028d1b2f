"""integrals-small.json: one- and two-electron and ECP integrals for small clusters in awkward positions."""
import ecp_oracle
import numpy as np
import reference_tools as tools
from pyscf import gto

SETTINGS = {
    "functions": "PySCF's order, given by 'labels' (atom index, element, shell, component). Real solid harmonics; p as x, y, z; d and"
                 " higher as m = -l..l with the usual positive forms (dxy, dyz, dz^2, dxz, dx2-y2); contracted functions have unit norm."
                 " In the Cartesian system every component is scaled to unit norm; order xx, xy, xz, yy, yz, zz",
    "matrices": "lower triangles row by row",
    "nuclearAttraction": "charges: effective (ECP-reduced), sign negative",
    "dipole": "<a|x|b>, <a|y|b>, <a|z|b> about (0,0,0)",
    "electronRepulsion": "rows i, j, k, l (from 0), value of (ij|kl)",
    "effectiveCorePotential": "by ecp_oracle.py; 'oracleChange' is the largest change of an element when its quadratures are refined,"
                              " 'pyscfLargestDifference' is against PySCF's own ECP code, at the elements 'pyscfWorstPair'",
    "ecp": "powers n as published: c r^(n-2) exp(-exponent r^2); l = -1 is the local part",
}


def first_shells(name, symbol):
    """The first shell of each angular momentum."""
    shells = {}
    for shell in tools.BASIS_FILES[name.lower()].basis[symbol]:
        shells.setdefault(shell[0], shell)
    return [shells[l] for l in sorted(shells)]


def build(atoms, basis, ecp, cartesian=False):
    electrons = sum(tools.NUMBER[a[0]] - (ecp[a[0]][0] if a[0] in ecp else 0) for a in atoms)
    return gto.M(atom=[(a[0], tuple(a[1:])) for a in atoms], unit="Bohr", basis=basis, ecp=ecp, spin=electrons % 2,
                 cart=cartesian, verbose=0)


def lower(matrix):
    return [[float(f"{v:.15g}") for v in matrix[i, :i + 1]] for i in range(len(matrix))]


def shells_as_json(basis):
    return {s: [{"angularMomentum": b[0], "exponents": [r[0] for r in b[1:]], "coefficients": [r[1] for r in b[1:]]}
                for b in shells] for s, shells in basis.items()}


def ecp_as_json(ecp):
    return {s: {"coreElectrons": core, "potentials": [
        {"l": p[0], "terms": [{"n": n, "exponent": z, "coefficient": c} for n, z, c in ecp_oracle.ecp_terms(p)]}
        for p in potentials]} for s, (core, potentials) in ecp.items()}


def one_electron(mol):
    scale = tools.function_scale(mol)
    square = np.outer(scale, scale)
    names = {"overlap": "int1e_ovlp", "kinetic": "int1e_kin", "nuclearAttraction": "int1e_nuc"}
    out = {key: lower(mol.intor(kind) * square) for key, kind in names.items()}
    out["dipole"] = [lower(m * square) for m in mol.intor("int1e_r")]
    return out


def repulsion(mol, count=300):
    scale = tools.function_scale(mol)
    values = mol.intor("int2e", aosym="s1")
    generator = np.random.default_rng(7)
    rows = []
    while len(rows) < count:
        i, j, k, l = (int(v) for v in generator.integers(0, mol.nao, 4))
        value = values[i, j, k, l] * scale[i] * scale[j] * scale[k] * scale[l]
        if abs(value) > 1e-12 or len(rows) % 20 == 0:
            rows.append([i, j, k, l, float(f"{value:.15g}")])
    return rows


def ecp_record(mol, ecp):
    exact = ecp_oracle.ecp_matrix(mol, ecp)
    refined = ecp_oracle.ecp_matrix(mol, ecp, polar=28, points=22)
    own = mol.intor("ECPscalar")
    labels = [s.strip() for s in mol.ao_labels()]
    i, j = np.unravel_index(np.argmax(abs(own - refined)), own.shape)
    return {
        "effectiveCorePotential": lower(refined), "oracleChange": float(abs(refined - exact).max()),
        "pyscfLargestDifference": float(abs(own - refined).max()),
        "pyscfWorstPair": {"functions": [labels[i], labels[j]], "pyscf": float(own[i, j]), "oracle": float(refined[i, j])},
    }


def record(name, note, atoms, basis, ecp, parts, cartesian=False):
    mol = build(atoms, basis, ecp, cartesian)
    out = {"name": name, "note": note, "atoms": atoms, "cartesian": cartesian, "numberOfFunctions": int(mol.nao),
           "effectiveCharges": [int(z) for z in mol.atom_charges()],
           "shells": shells_as_json(basis), "labels": [" ".join(s.split()) for s in mol.ao_labels()]}
    if ecp:
        out["ecp"] = ecp_as_json(ecp)
    if "one" in parts:
        out.update(one_electron(mol))
    if "two" in parts:
        out["electronRepulsion"] = repulsion(mol)
    if ecp:
        out.update(ecp_record(mol, ecp))
    return out


def from_files(atoms, basis):
    shells, ecp = {}, {}
    for symbol in sorted({a[0] for a in atoms}):
        file = tools.BASIS_FILES[basis.get(symbol, basis["default"]).lower()]
        shells[symbol] = file.basis[symbol]
        if symbol in file.ecp:
            ecp[symbol] = file.ecp[symbol]
    return shells, ecp


# Every power 0, 1, 2 in every projector up to g, local part l = 5. Not a physical potential.
SYNTHETIC = [2, [
    [-1, [[[1.9, -0.31]], [[2.7, -1.2]], [[0.8, -0.9], [6.1, 2.4]]]],
    [0, [[[2.2, 0.8]], [[3.1, 4.2]], [[1.1, 5.3]]]],
    [1, [[[1.6, -0.6]], [[2.4, 3.3]], [[0.9, 3.1]]]],
    [2, [[[1.3, 0.5]], [[1.8, -2.1]], [[0.7, 2.2]]]],
    [3, [[[1.5, -0.4]], [[2.0, 1.7]], [[1.2, -1.9]]]],
    [4, [[[1.1, 0.3]], [[1.4, -1.1]], [[0.6, 0.8]]]],
]]

CLUSTER = [["Nb", 0.0, 0.0, 0.0], ["O", 3.1, 1.7, -1.3], ["Al", 5.9, 3.4, 0.2], ["Cl", -2.2, 3.3, 1.9]]
TANTALUM = [["Ta", 0.2, -0.1, 0.3], ["O", 1.9, 2.3, -1.4]]
CERIUM = [["Ce", 0.0, 0.0, 0.0], ["F", 2.4, -2.6, 1.6]]
INDIUM = [["In", 0.0, 0.0, 0.0], ["Cl", 2.9, 2.6, -1.8]]
HYDROXYL = [["O", 0.13, -0.27, 0.41], ["H", 1.05, 0.88, -0.69]]
SYNTHETIC_PAIR = [["F", 0.13, -0.27, 0.41], ["O", 1.25, 1.48, -0.99]]


def systems():
    yield dict(name="hydroxyl-spdfg", note="first shell of each angular momentum of cc-pVQZ", atoms=HYDROXYL,
               basis={s: first_shells("cc-pVQZ", s) for s in ("O", "H")}, ecp={}, parts=("one", "two"))
    yield dict(name="carbon-monoxide-cartesian", note="6-31G(d), six d functions", cartesian=True,
               atoms=[["C", -0.4, 0.3, 0.9], ["O", 0.7, -0.8, -0.6]],
               basis=from_files([["C"], ["O"]], {"default": "6-31G(d)"})[0], ecp={}, parts=("one", "two"))
    yield dict(name="methylidyne-cartesian-spdfg", note="first shell of each angular momentum of cc-pVQZ, Cartesian functions up to g (tests the Cartesian kernels)",
               cartesian=True, atoms=[["C", 0.13, -0.27, 0.41], ["H", 1.25, 0.88, -0.89]],
               basis={s: first_shells("cc-pVQZ", s) for s in ("C", "H")}, ecp={}, parts=("one", "two"))
    for name, note, atoms, basis in [
            ("cluster-lanl2dz", "LANL2DZ on all atoms", CLUSTER, {"default": "LANL2DZ"}),
            ("cluster-def2-svp", "def2-SVP on all atoms; ECP on Nb", CLUSTER, {"default": "def2-SVP"}),
            ("tantalum-oxide-lanl2dz", "local l = 4, projectors to f", TANTALUM, {"default": "LANL2DZ"}),
            ("tantalum-oxide-def2-svp", "local l = 3, projectors to d", TANTALUM, {"default": "def2-SVP"}),
            ("cerium-fluoride-def2-svp", "local l = 5, projectors to g", CERIUM, {"default": "def2-SVP"}),
            ("indium-chloride-mixed", "a long-ranged local potential and steep functions on the other atom", INDIUM,
             {"default": "6-31G", "In": "LANL2MB"})]:
        shells, ecp = from_files(atoms, basis)
        yield dict(name=name, note=note, atoms=atoms, basis=shells, ecp=ecp, parts=("one",) if "lanl2dz" in name else ())
    yield dict(name="synthetic-ecp", note="made-up potential of two core electrons on F; cc-pVQZ first shells",
               atoms=SYNTHETIC_PAIR, basis={s: first_shells("cc-pVQZ", s) for s in ("F", "O")},
               ecp={"F": SYNTHETIC}, parts=())


def run():
    progress, records = tools.Progress(), []
    for system in systems():
        out = record(**system)
        records.append(out)
        progress(out["name"], out["numberOfFunctions"], out.get("oracleChange"), out.get("pyscfLargestDifference"),
                 out.get("pyscfWorstPair"))
        tools.write_json("integrals-small.json", {
            "provenance": tools.provenance("make-references.py integrals", SETTINGS), "systems": records})
