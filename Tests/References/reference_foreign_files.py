"""Small files with the peculiarities of other programs, and the charges of the same states.

    OMP_NUM_THREADS=1 python reference_foreign_files.py

writes further files to Wavefunctions/ and foreign-files.json. PySCF and iodata (qc-iodata) are needed; Psi4 (1.3.2) and xtb
(6.5.1), as packaged by Debian 12, are called as programs. Files of programs that may not be passed on are made from PySCF's
orbitals in the form of those programs.
"""
import gzip
import json
import os
import re
import subprocess
import tempfile

import numpy
from iodata import dump_one, load_one
from pyscf import gto, scf

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Wavefunctions")
WATER = "O 0.05 0 0.1; H 0 0.1 1.9; H 0 1.8 -0.4"


def solved(atoms, basis, charge=0, ecp=None):
    mol = gto.M(atom=atoms, unit="Bohr", basis=basis, ecp=ecp or {}, charge=charge, spin=None, verbose=0)
    mean_field = scf.RHF(mol) if mol.spin == 0 else scf.UHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    assert mean_field.converged
    return mol, mean_field


def mulliken(mean_field):
    return mean_field.mulliken_pop(mean_field.mol, mean_field.make_rdm1(), verbose=0)[1].tolist()


def molden(mol, mean_field, head, tags, occupation):
    """Text of a Molden file: pure functions in the order m = 0, 1, -1, 2, -2, ..."""
    lines = head + ["[Atoms] AU"]
    for i in range(mol.natm):
        x, y, z = mol.atom_coord(i)
        lines.append(f"{mol.atom_symbol(i)} {i + 1} {mol.atom_charge(i)} {x:.10f} {y:.10f} {z:.10f}")
    lines.append("[GTO]")
    order, offset = [], 0
    for i in range(mol.natm):
        lines.append(f"{i + 1} 0")
        for b in range(mol.nbas):
            if mol.bas_atom(b) != i:
                continue
            l = mol.bas_angular(b)
            for column in range(mol.bas_nctr(b)):
                lines.append(f" {'spdfgh'[l]} {mol.bas_nprim(b)} 1.0")
                for a, c in zip(mol.bas_exp(b), mol.bas_ctr_coeff(b)[:, column]):
                    lines.append(f"{a:.12e} {c:.12e}")
                places = range(3) if l == 1 else [l] + [l + s * m for m in range(1, l + 1) for s in (1, -1)]
                order += [offset + p for p in places]
                offset += 2 * l + 1
        lines.append("")
    lines += tags + ["[MO]"]
    for k in range(mean_field.mo_coeff.shape[1]):
        lines += ["Sym=     1a", f"Ene= {mean_field.mo_energy[k]:.10f}", "Spin= Alpha",
                  f"Occup= {mean_field.mo_occ[k] / 2 * occupation:.6f}"]
        lines += [f"{n + 1:5d} {mean_field.mo_coeff[f, k]:20.12f}" for n, f in enumerate(order)]
    return "\n".join(lines) + "\n"


def write(name, text):
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)


def run(command, folder, files):
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def made_from_pyscf(results):
    # CFOUR lists the orbitals of a closed shell as alpha orbitals of one electron, and begins with its head twice.
    mol, mean_field = solved(WATER, "6-31g")
    write("alpha-only.molden", molden(mol, mean_field, ["[Molden Format]", "[Molden Format]"], [], 1))
    results["alpha-only.molden"] = {"charge": 0, "multiplicity": 1, "mulliken": mulliken(mean_field)}
    # Q-Chem leaves the tags out where there are g functions.
    basis = {"O": gto.basis.load("6-31g", "O") + [[2, [1.1, 1]], [4, [1.3, 1]]], "H": "sto-3g"}
    mol, mean_field = solved(WATER, basis)
    write("no-tags.molden", molden(mol, mean_field, ["[Molden Format]"], [], 1))
    results["no-tags.molden"] = {"charge": 0, "multiplicity": 1, "mulliken": mulliken(mean_field)}
    basis = {"O": gto.basis.load("6-31g", "O") + [[3, [1.1, 1]], [5, [1.5, 1]]], "H": "sto-3g"}
    mol, mean_field = solved(WATER, basis)
    write("h-functions.molden", molden(mol, mean_field, ["[Molden Format]"], ["[7F]", "[9G]", "[11H]"], 2))
    results["h-functions.molden"] = {"charge": 0, "multiplicity": 1, "mulliken": mulliken(mean_field)}


def primitives(results):
    """The cation of wavefunctions.json in Cartesian functions, written by iodata as .wfn and .wfx."""
    with open(os.path.join(os.path.dirname(FOLDER), "wavefunctions.json")) as file:
        known = json.load(file)["files"]["pyscf-cartesian.molden"]
    data = load_one(os.path.join(FOLDER, "pyscf-cartesian.molden"))
    data.energy = known["energy"]
    for kind in ("wfn", "wfx"):
        data.extra = {"virial_ratio": 2.0, "keywords": "GTO", "nuclear_virial": None} if kind == "wfx" else {"virial_ratio": 2.0}
        dump_one(data, os.path.join(FOLDER, f"iodata.{kind}"))
        results[f"iodata.{kind}"] = {k: known[k] for k in ("charge", "multiplicity", "mulliken", "energy")}


def psi4(results):
    """Psi4 1.3 writes the charge that a core potential leaves as the atomic number."""
    text = """memory 600 mb
molecule m {
I 0 0 0
H 0 0 3.0
units bohr
symmetry c1
no_reorient
no_com
}
set basis def2-svp
set scf_type pk
set d_convergence 10
set puream true
e, wfn = energy('scf', return_wfn=True)
fchk(wfn, 'm.fchk')
"""
    with tempfile.TemporaryDirectory() as folder:
        run(["psi4", "-n", "1", "in.dat", "out.dat"], folder, {"in.dat": text})
        write("psi4-effective-charge.fchk", open(os.path.join(folder, "m.fchk")).read())
        energy = float(re.findall(r"Total Energy =\s+(-\d+\.\d+)", open(os.path.join(folder, "out.dat")).read())[-1])
    mol, mean_field = solved("I 0 0 0; H 0 0 3.0", "def2-svp", ecp={"I": "def2-svp"})
    assert abs(mean_field.e_tot - energy) < 1e-6, (mean_field.e_tot, energy)
    results["psi4-effective-charge.fchk"] = {"charge": 0, "multiplicity": 1, "mulliken": mulliken(mean_field), "core": {"I": 28}}


def xtb(results):
    """Elements whose cores in xtb are no noble gas."""
    geometry = "4\n\nZn 0 0 0\nBr 0 0 2.2\nI 0.3 0 -2.5\nP 3.5 0 0\n"
    with tempfile.TemporaryDirectory() as folder:
        output = run(["xtb", "w.xyz", "--gfn", "2", "--molden", "--chrg", "-1"], folder, {"w.xyz": geometry})
        text = open(os.path.join(folder, "molden.input")).read()
    write("xtb-cores.molden", text)
    with open(os.path.join(FOLDER, "xtb-cores.molden.gz"), "wb") as file:
        file.write(gzip.compress(text.encode(), mtime=0))
    charges = re.findall(r"^\s+\d+\s+\d+\s+(?:Zn|Br|I|P)\s+\S+\s+(-?\d+\.\d+)", output, re.M)[:4]
    results["xtb-cores.molden"] = {"charge": -1, "multiplicity": 1, "mulliken": [float(v) for v in charges], "digits": 3,
                                   "core": {"Zn": 28, "Br": 28, "I": 46, "P": 10}}


def nwchem(results):
    """Cartesian d functions in the form of some files of NWChem: factors 2/3 (xx) and 1/sqrt(3) (xy) before coefficients over functions of unit norm."""
    mol = gto.M(atom=WATER, unit="Bohr", basis="6-31g*", cart=True, verbose=0)
    mean_field = scf.RHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    norms = numpy.sqrt(mol.intor("int1e_ovlp").diagonal())
    lines = ["[Molden Format]", "[Atoms] AU"]
    for i in range(mol.natm):
        x, y, z = mol.atom_coord(i)
        lines.append(f"{mol.atom_symbol(i)} {i + 1} {mol.atom_charge(i)} {x:.10f} {y:.10f} {z:.10f}")
    lines.append("[GTO]")
    order, factors = [], []
    for i in range(mol.natm):
        lines.append(f"{i + 1} 0")
        for b in range(mol.nbas):
            if mol.bas_atom(b) != i:
                continue
            l = mol.bas_angular(b)
            lines.append(f" {'spd'[l]} {mol.bas_nprim(b)} 1.0")
            for a, c in zip(mol.bas_exp(b), mol.bas_ctr_coeff(b)[:, 0]):
                lines.append(f"{a:.12e} {c:.12e}")
            # PySCF: xx xy xz yy yz zz; Molden: xx yy zz xy xz yz.
            places = [0, 3, 5, 1, 2, 4] if l == 2 else range(2 * l + 1)
            order += [len(order) + p for p in places] if l < 2 else [mol.ao_loc_nr()[b] + p for p in places]
            factors += [1.5] * 3 + [3 ** 0.5] * 3 if l == 2 else [1] * (2 * l + 1)
        lines.append("")
    lines.append("[MO]")
    for k in range(mean_field.mo_coeff.shape[1]):
        lines += [f"Sym= {k + 1}a", f"Ene= {mean_field.mo_energy[k]:.10f}", "Spin= Alpha", f"Occup= {mean_field.mo_occ[k]:.1f}"]
        values = (mean_field.mo_coeff[:, k] * norms)[order] / numpy.array(factors)
        lines += [f"{i + 1} {v:.12e}" for i, v in enumerate(values)]
    write("nwchem-d.molden", "\n".join(lines) + "\n")
    results["nwchem-d.molden"] = {"charge": 0, "multiplicity": 1, "mulliken": mulliken(mean_field)}


def ghosts(results):
    """Functions without a nucleus: before and between the atoms, from Psi4, and as primitives by iodata."""
    text = """memory 600 mb
molecule m {
Gh(He) 0 0 -2.5
O 0.05 0 0.1
H 0 0.1 1.9
Gh(O) 3.5 0 0.5
H 0 1.8 -0.4
units bohr
symmetry c1
no_reorient
no_com
}
set basis sto-3g
set scf_type pk
set e_convergence 10
set d_convergence 9
e, w = energy('scf', return_wfn=True)
fchk(w, 'w.fchk')
molden(w, 'w.molden')
"""
    with tempfile.TemporaryDirectory() as folder:
        run(["psi4", "w.in", "w.out", "-n", "1"], folder, {"w.in": text})
        write("psi4-ghosts.fchk", open(os.path.join(folder, "w.fchk")).read())
        write("psi4-ghosts.molden", open(os.path.join(folder, "w.molden")).read())
    mol = gto.M(atom="Ghost-He 0 0 -2.5; O 0.05 0 0.1; H 0 0.1 1.9; Ghost-O 3.5 0 0.5; H 0 1.8 -0.4", unit="Bohr", basis="sto-3g", verbose=0)
    mean_field = scf.RHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    all_charges = mulliken(mean_field)
    entry = {"charge": 0, "multiplicity": 1, "mulliken": [all_charges[i] for i in (1, 2, 4)], "ghosts": [-all_charges[i] for i in (0, 3)]}
    data = load_one(os.path.join(FOLDER, "psi4-ghosts.fchk"))
    data.extra = {"virial_ratio": 2.0}
    data.energy = mean_field.e_tot
    dump_one(data, os.path.join(FOLDER, "ghosts.wfn"))
    for name in ("psi4-ghosts.fchk", "psi4-ghosts.molden", "ghosts.wfn"):
        results[name] = entry


def main():
    results = {}
    made_from_pyscf(results)
    primitives(results)
    xtb(results)
    psi4(results)
    nwchem(results)
    ghosts(results)
    document = {"provenance": "reference_foreign_files.py; Mulliken charges of the files in Wavefunctions/: of PySCF (2.14.0), "
                "for xtb's file those that xtb prints", "files": results}
    with open(os.path.join(os.path.dirname(FOLDER), "foreign-files.json"), "w") as out:
        json.dump(document, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
