"""smd.json: energies in SMD. smd-structures.json: its part beyond electrostatics, with derivatives.

Needs pyscf with its library of solvents. Run: python reference_smd.py (writes both)
"""
import numpy as np
import reference_dft
import reference_tools as tools
from pyscf import gto, scf
from pyscf.solvent import smd
from reference_molecules import MOLECULES, tetrahedron, turned

SETTINGS = {
    "electrostatics": "IEF-PCM, SWIG surface with `points` Lebedev points a sphere, SMD's Coulomb radii (Br and I of SMD18)",
    "structure": "cavity, dispersion and solvent structure by the library of the model's authors; gradient in Eh/bohr",
    "convergence": "conv_tol 1e-11 Eh, conv_tol_grad 1e-7",
    "energy": "total, with the structure; solventEnergy is the part q v / 2, structureEnergy the rest of the solvent",
    "functional, grid": "as in dft-energies.json",
}
ANGSTROM = 1 / 0.529177210544


def in_bohr(text):
    """An XYZ file without its first two lines."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [[s, *(round(float(v) * ANGSTROM, 8) for v in p)] for s, *p in rows]


# Plausible structures in Angstrom, not minima. o-TCBQ is Molecules/tcbq.xyz.
OWN = {
    "chloride": [["Cl", 0.0, 0.0, 0.0]],
    "tcbq": in_bohr("\n".join((tools.HERE.parent.parent / "Molecules/tcbq.xyz").read_text().splitlines()[2:])),
    "acetamide": turned(in_bohr("""
        C 0.000 0.000 0.000
        C 1.515 0.000 0.000
        O 2.148 1.045 0.030
        N 2.107 -1.217 -0.040
        H -0.365 0.512 0.890
        H -0.365 0.530 -0.880
        H -0.390 -1.018 0.005
        H 1.570 -2.072 -0.060
        H 3.115 -1.280 -0.035""")),
    "acetonitrile": turned(in_bohr("""
        C 0.000 0.000 0.000
        C 0.000 0.000 1.460
        N 0.000 0.000 2.618
        H 1.025 0.000 -0.370
        H -0.513 0.888 -0.370
        H -0.513 -0.888 -0.370""")),
    "nitromethane": turned(in_bohr("""
        C 0.000 0.000 0.000
        N 1.490 0.000 0.000
        O 2.080 1.070 0.050
        O 2.080 -1.070 -0.050
        H -0.330 0.510 0.900
        H -0.330 0.530 -0.890
        H -0.330 -1.030 0.010""")),
    "dimethyl-sulfoxide": turned(in_bohr("""
        S 0.000 0.000 0.400
        O 0.000 1.250 1.200
        C 1.350 -0.300 -0.750
        C -1.350 -0.300 -0.750
        H 1.300 0.430 -1.560
        H 1.260 -1.310 -1.150
        H 2.300 -0.200 -0.220
        H -1.300 0.430 -1.560
        H -1.260 -1.310 -1.150
        H -2.300 -0.200 -0.220""")),
    "phosphoric-acid": turned(in_bohr("""
        P 0.000 0.000 0.100
        O 0.000 0.000 1.560
        O 1.420 0.000 -0.560
        O -0.740 1.230 -0.540
        O -0.720 -1.240 -0.530
        H 1.980 0.720 -0.220
        H -0.300 2.060 -0.280
        H -1.620 -1.080 -0.850""")),
    "hydrogen-peroxide": turned(in_bohr("""
        O 0.000 0.720 0.000
        O 0.000 -0.720 0.000
        H 0.850 0.900 0.400
        H -0.850 -0.900 0.400""")),
    "bromotrichlorosilane": turned(tetrahedron("Si", "Cl", 3.82)[:4] + [["Br", -2.4, -2.4, 2.4]]),
    "iodofluoromethane": turned([["C", 0, 0, 0], ["I", 0, 0, 4.05], ["F", 2.45, 0, -0.9], ["H", -1.0, 1.7, -0.7], ["H", -1.0, -1.7, -0.7]]),
}
ALL = MOLECULES | OWN

# molecule, charge, multiplicity, basis, functional, solvent, points a sphere
CASES = [
    ("water-turned", 0, 1, "6-31G(d,p)", reference_dft.B3LYP, "water", 302),
    ("water-turned", 0, 1, "6-31G(d,p)", None, "acetonitrile", 590),
    ("methanol", 0, 1, "6-31G", None, "water", 302),
    ("methanol", 0, 1, "6-31G", None, "acetonitrile", 302),
    ("acetamide", 0, 1, "6-31G", None, "water", 302),
    ("acetamide", 0, 1, "6-31G", None, "acetonitrile", 302),
    ("chloride", -1, 1, "6-31G", None, "water", 302),
    ("chloride", -1, 1, "6-31G", None, "acetonitrile", 302),
    ("nitrogen-dioxide", 0, 2, "6-31G(d)", reference_dft.B3LYP, "methanol", 302),
    ("formaldehyde", -1, 2, "6-31G(d)", None, "acetonitrile", 302),
    ("aluminium-chloride", 0, 1, "6-31G", None, "acetonitrile", 302),
    ("tcbq", 0, 1, "STO-3G", None, "water", 302),
    ("tcbq", 0, 1, "STO-3G", None, "acetonitrile", 302),
    ("tcbq", -1, 2, "STO-3G", None, "acetonitrile", 302),
]
STRUCTURES = ["water-turned", "methanol", "acetamide", "acetonitrile", "nitromethane", "dimethyl-sulfoxide", "phosphoric-acid",
              "hydrogen-peroxide", "bromotrichlorosilane", "iodofluoromethane", "tcbq", "aluminium-chloride"]
SOLVENTS = ["water", "acetonitrile", "chloroform", "benzene", "1-octanol"]


def structure(atoms, solvent):
    mol = gto.M(atom=[[s, p] for s, *p in atoms], unit="Bohr", basis="sto-3g", spin=None, verbose=0)
    energy, gradient = smd.get_cds_legacy(smd.SMD(mol, solvent=solvent))
    return float(energy), np.asarray(gradient)


def run():
    progress, energies, structures = tools.Progress(), [], []
    for name in STRUCTURES:
        for solvent in SOLVENTS:
            energy, gradient = structure(ALL[name], solvent)
            structures.append({
                "name": name, "solvent": solvent, "atoms": ALL[name], "energy": energy,
                "gradient": [round(float(v), 12) for v in gradient.ravel()]})
    progress("structures", len(structures))
    for name, charge, multiplicity, basis, functional, solvent, points in CASES:
        basis = {"default": basis}
        mol = tools.make_molecule(ALL[name], charge, multiplicity, basis, False)
        if functional:
            mf = reference_dft.make_solver(mol, functional, reference_dft.FINE)()
        else:
            mf = scf.RHF(mol) if multiplicity == 1 else scf.UHF(mol)
        mf = mf.SMD()
        mf.with_solvent.solvent, mf.with_solvent.sasa_ng = solvent, points
        mf.conv_tol, mf.conv_tol_grad, mf.max_cycle = 1e-11, 1e-7, 200
        mf.kernel()
        assert mf.converged, name
        energies.append({
            "name": name, "basis": basis, "cartesian": False, "charge": charge, "multiplicity": multiplicity,
            "functional": functional and functional.split(","), "solvent": solvent, "atoms": ALL[name],
            "pointsPerSphere": points, "energy": float(mf.e_tot), "solventEnergy": float(mf.with_solvent.e),
            "structureEnergy": float(mf.with_solvent.e_cds), "points": len(mf.with_solvent.surface["grid_coords"])})
        progress(name, solvent, functional, f"{mf.e_tot:.10f} {mf.with_solvent.e:.10f} {mf.with_solvent.e_cds:.10f}")
    provenance = tools.provenance("reference_smd.py", SETTINGS)
    tools.write_json("smd-structures.json", {"provenance": provenance, "cases": structures})
    tools.write_json("smd.json", {"provenance": provenance, "cases": energies})


if __name__ == "__main__":
    run()
