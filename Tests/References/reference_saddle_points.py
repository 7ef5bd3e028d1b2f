"""saddle_points.json: transition structures of HCN to HNC and of the inversion of ammonia, by PySCF and geomeTRIC."""
import numpy as np
import reference_tools as tools
from pyscf import scf
from pyscf.geomopt.geometric_solver import kernel
from pyscf.hessian import thermo

# In bohr, near the saddle points.
STARTS = {
    "hcn": [["C", 0, 0, 0], ["N", 0, 0, 2.2], ["H", 2.1, 0, 0.6]],
    "ammonia": [["N", 0, 0, 0.2], ["H", 1.8, 0, 0], ["H", -0.9, 1.56, 0], ["H", -0.9, -1.56, 0]],
}
# Of the most abundant isotopes, in atomic mass units.
MASSES = {"H": 1.00782503223, "C": 12.0, "N": 14.00307400443}
CRITERIA = {"convergence_grms": 1e-6, "convergence_gmax": 1e-6, "convergence_drms": 1e-5, "convergence_dmax": 1e-5, "convergence_energy": 1e-9}


def solved(molecule):
    method = scf.RHF(molecule)
    method.conv_tol = 1e-12
    method.kernel()
    return method


def run():
    cases = []
    for name, start in STARTS.items():
        molecule = tools.make_molecule(start, 0, 1, {"default": "6-31G*"}, cartesian=True)
        done, end = kernel(solved(molecule), transition=True, hessian="first", maxsteps=100, **CRITERIA)
        assert done, name
        method = solved(end)
        masses = np.array([MASSES[end.atom_symbol(i)] for i in range(end.natm)])
        found = thermo.harmonic_analysis(end, method.Hessian().kernel(), imaginary_freq=True, mass=masses)
        places = end.atom_coords()
        cases.append({
            "name": name, "start": start, "energy": float(method.e_tot),
            "distances": [float(np.linalg.norm(places[i] - places[j])) for i in range(end.natm) for j in range(i)],
            "wavenumber": -float(abs(found["freq_wavenumber"][0].imag))})
    tools.write_json("saddle_points.json", {
        "provenance": tools.provenance("make-references.py saddle-points", {"method": "RHF/6-31G*", "optimiser": "geomeTRIC, transition=True"}),
        "units": "start, distances: bohr; wavenumber: cm-1, negative for imaginary", "cases": cases})
