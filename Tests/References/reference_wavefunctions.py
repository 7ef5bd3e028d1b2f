"""Small wavefunction files of other programs, and their dipoles.

    OMP_NUM_THREADS=1 python reference_wavefunctions.py

writes Wavefunctions/* and wavefunctions.json. PySCF is needed; Psi4 (1.3.2), NWChem (7.0.2) and xtb (6.5.1), as packaged by
Debian 12, are called as programs. orca-like.molden is made from PySCF's orbitals in the convention of ORCA's files
(contractions over unnormalised primitives, opposite signs of the functions with |m| = 3), since ORCA itself may not be
passed on. Dipoles in atomic units; of PySCF's files from PySCF, else from the program's own output.
"""
import json
import os
import re
import subprocess
import tempfile

import numpy
from pyscf import gto, scf
from pyscf.tools import molden

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Wavefunctions")
WATER = "O 0.05 0 0.1; H 0 0.1 1.9; H 0 1.8 -0.4"
XYZ = [("O", 0.05, 0.0, 0.1), ("H", 0.0, 0.1, 1.9), ("H", 0.0, 1.8, -0.4)]
DEBYE = 2.541746473
OXYGEN = gto.basis.parse("""
O    S
   5484.67166          0.00183107
    825.234946         0.0139501
    188.046958         0.0684451
     52.9645           0.232714
     16.8975704        0.470193
      5.7996353        0.358521
O    SP
     15.5396162       -0.110777        0.0708743
      3.5999336       -0.148026        0.339753
      1.0137618        1.130767        0.727159
O    SP
      0.2700058        1.0             1.0
O    D
      1.2              1.0
O    F
      1.4              0.7
      0.5              0.4
""")
BASIS = {"O": OXYGEN, "H": "sto-3g"}


def solved(cart, charge):
    mol = gto.M(atom=WATER, unit="Bohr", basis=BASIS, cart=cart, charge=charge, spin=abs(charge) % 2, verbose=0)
    mean_field = scf.UHF(mol) if mol.spin else scf.RHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    return mol, mean_field


def entry(mean_field, program="PySCF 2.14.0"):
    mol = mean_field.mol
    dm = mean_field.make_rdm1()
    total = dm if dm.ndim == 2 else dm.sum(axis=0)
    charges = mean_field.mulliken_pop(mol, dm, verbose=0)[1]
    dipole = mean_field.dip_moment(mol, dm, unit="AU", verbose=0)
    # About the centre of the true nuclear charge.
    numbers = numpy.array([gto.charge(mol.atom_symbol(i)) for i in range(mol.natm)])
    centre = numpy.einsum("z,zx->x", numbers, mol.atom_coords()) / numbers.sum()
    net = mol.atom_charges().sum() - numpy.einsum("ij,ji->", total, mol.intor("int1e_ovlp"))
    return {"program": program, "charge": mol.charge, "multiplicity": mol.spin + 1, "energy": mean_field.e_tot,
            "dipole": (dipole - net * centre).tolist(), "mulliken": charges.tolist()}


def write_orca_like(mol, mean_field, path):
    """Shell by shell with PySCF's pure order m = -l ... l rearranged to m = 0, 1, -1, 2, -2, ..."""
    lines = ["[Molden Format]", "[Title]", "water in the convention of ORCA", "", "[Atoms] AU"]
    for i in range(mol.natm):
        x, y, z = mol.atom_coord(i)
        lines.append(f"{mol.atom_symbol(i)} {i + 1} {mol.atom_charge(i)} {x:.10f} {y:.10f} {z:.10f}")
    lines.append("[GTO]")
    order, signs = [], []
    offset = 0
    for i in range(mol.natm):
        lines.append(f"{i + 1} 0")
        for b in range(mol.nbas):
            if mol.bas_atom(b) != i:
                continue
            l = mol.bas_angular(b)
            assert mol.bas_nctr(b) == 1
            coefficients = mol._libcint_ctr_coeff(b)[:, 0]
            lines.append(f"{'spdf'[l]} {mol.bas_nprim(b)} 1.0")
            for a, c in zip(mol.bas_exp(b), coefficients):
                lines.append(f"{a:.10e} {c:.10e}")
            places = range(3) if l == 1 else [l] + [l + s * m for m in range(1, l + 1) for s in (1, -1)]
            for p in places:
                order.append(offset + p)
                signs.append(-1 if l == 3 and p in (0, 6) else 1)
            offset += 2 * l + 1
        lines.append("")
    lines += ["[5D]", "[7F]", "[9G]", "[MO]"]
    for k in range(mean_field.mo_coeff.shape[1]):
        lines += [" Sym=     1a", f" Ene= {mean_field.mo_energy[k]:.10e}", " Spin= Alpha",
                  f" Occup= {mean_field.mo_occ[k]:.6f}"]
        lines += [f"{n + 1:5d} {s * mean_field.mo_coeff[f, k]:20.12f}" for n, (f, s) in enumerate(zip(order, signs))]
    open(path, "w").write("\n".join(lines) + "\n")


def run(command, folder, files):
    for name, text in files.items():
        open(os.path.join(folder, name), "w").write(text)
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def psi4(results):
    geometry = "\n".join(f"{s} {x} {y} {z}" for s, x, y, z in XYZ)
    text = f"""memory 600 mb
molecule w {{
1 2
{geometry}
units bohr
symmetry c1
no_reorient
no_com
}}
set reference uhf
set scf_type pk
set d_convergence 10
basis {{
assign H sto-3g
assign O cc-pvtz
}}
"""
    for name, pure in (("pure", "true"), ("cartesian", "false")):
        with tempfile.TemporaryDirectory() as folder:
            call = f"set puream {pure}\ne, wfn = energy('scf', return_wfn=True)\noeprop(wfn, 'DIPOLE')\n"
            call += "molden(wfn, 'w.molden')\nfchk(wfn, 'w.fchk')\n"
            run(["psi4", "-n", "1", "in.dat", "out.dat"], folder, {"in.dat": text + call})
            output = open(os.path.join(folder, "out.dat")).read()
            for kind in ("molden", "fchk"):
                content = open(os.path.join(folder, f"w.{kind}")).read()
                open(os.path.join(FOLDER, f"psi4-{name}.{kind}"), "w").write(content)
            energy = float(re.findall(r"Total Energy =\s+(-\d+\.\d+)", output)[-1])
            for kind in ("molden", "fchk"):
                results[f"psi4-{name}.{kind}"] = {"program": "Psi4 1.3.2", "charge": 1, "multiplicity": 2, "energy": energy}


def nwchem(results):
    geometry = "\n".join(f"{s} {x} {y} {z}" for s, x, y, z in XYZ)
    text = f"""start w
geometry units bohr noautosym noautoz nocenter
{geometry}
end
basis spherical
* library 6-31G**
end
scf
thresh 1e-9
end
property
dipole
moldenfile
molden_norm janpa
end
task scf property
"""
    with tempfile.TemporaryDirectory() as folder:
        output = run(["nwchem", "w.nw"], folder, {"w.nw": text})
        open(os.path.join(FOLDER, "nwchem.molden"), "w").write(open(os.path.join(folder, "w.molden")).read())
    results["nwchem.molden"] = {"program": "NWChem 7.0.2", "charge": 0, "multiplicity": 1,
                                "energy": float(re.search(r"Total SCF energy =\s+(\S+)", output).group(1))}
    mol = gto.M(atom=WATER, unit="Bohr", basis="6-31g**", verbose=0)
    mean_field = scf.RHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    assert abs(mean_field.e_tot - results["nwchem.molden"]["energy"]) < 1e-6
    results["nwchem.molden"] |= {k: v for k, v in entry(mean_field).items() if k in ("dipole", "mulliken")}


def xtb(results):
    geometry = "3\n\nS 0 0 0\nCl 0 0 2.0\nH 1.2 0.3 -0.4\n"
    with tempfile.TemporaryDirectory() as folder:
        output = run(["xtb", "w.xyz", "--gfn", "2", "--molden"], folder, {"w.xyz": geometry})
        open(os.path.join(FOLDER, "xtb.molden"), "w").write(open(os.path.join(folder, "molden.input")).read())
    full = re.search(r"molecular dipole:.*?full:\s+(\S+)\s+(\S+)\s+(\S+)", output, re.S)
    results["xtb.molden"] = {"program": "xtb 6.5.1, GFN2", "charge": 0, "multiplicity": 1,
                             "dipole": [float(v) for v in full.groups()]}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    results = {}
    for name, cart, charge in (("pyscf-pure", False, 0), ("pyscf-cartesian", True, 1)):
        mol, mean_field = solved(cart, charge)
        molden.from_scf(mean_field, os.path.join(FOLDER, f"{name}.molden"))
        results[f"{name}.molden"] = entry(mean_field)
        if not cart:
            write_orca_like(mol, mean_field, os.path.join(FOLDER, "orca-like.molden"))
            results["orca-like.molden"] = entry(mean_field)
    mol = gto.M(atom="Al 0 0 0; Cl 0.3 0 4.0", unit="Bohr", basis={"Al": "lanl2dz", "Cl": "6-31g"}, ecp={"Al": "lanl2dz"},
                spin=0, verbose=0)
    mean_field = scf.RHF(mol)
    mean_field.conv_tol = 1e-12
    mean_field.kernel()
    molden.from_scf(mean_field, os.path.join(FOLDER, "pyscf-core-potential.molden"))
    results["pyscf-core-potential.molden"] = entry(mean_field)
    psi4(results)
    nwchem(results)
    xtb(results)
    # The cation of Psi4 once more with PySCF, for the numbers that its files do not tell.
    for name, cart in (("pure", False), ("cartesian", True)):
        mol = gto.M(atom=WATER, unit="Bohr", basis={"O": "cc-pvtz", "H": "sto-3g"}, cart=cart, charge=1, spin=1, verbose=0)
        mean_field = scf.UHF(mol)
        mean_field.conv_tol = 1e-12
        mean_field.kernel()
        for kind in ("molden", "fchk"):
            record = results[f"psi4-{name}.{kind}"]
            assert abs(mean_field.e_tot - record["energy"]) < 1e-6, (mean_field.e_tot, record)
            record |= {k: v for k, v in entry(mean_field).items() if k in ("dipole", "mulliken")}
    document = {"provenance": "reference_wavefunctions.py; dipoles in e bohr about the centre of nuclear charge, Mulliken "
                "charges and energies of the files in Wavefunctions/", "files": results}
    with open(os.path.join(os.path.dirname(FOLDER), "wavefunctions.json"), "w") as out:
        json.dump(document, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
