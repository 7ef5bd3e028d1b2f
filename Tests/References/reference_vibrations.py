#!/usr/bin/env python3
"""Writes vibrations.json: Hartree-Fock Hessians, harmonic frequencies, thermochemistry and dipole derivatives by PySCF, and the
quasi-harmonic entropies of GoodVibes for the same frequencies.

PySCF's Hessian of Hartree-Fock is analytic and complete. Dipole derivatives are central differences of its dipole moments. The entry
alcl3_nh3 is B3LYP: PySCF leaves the response of the grid out of its Hessian, so its diagonal blocks were replaced by minus the sum of
the other blocks of their row. It took an hour and is copied from the existing file when it is there.

Packages: pyscf, geometric, goodvibes, qcelemental (PyPI).
"""
import json
import pathlib

import numpy as np
import qcelemental
from goodvibes import thermo as goodvibes
from pyscf import gto, scf
from pyscf.geomopt.geometric_solver import optimize
from pyscf.hessian import thermo

MOLECULES = {
    "water": ("O 0 0 0.1; H 0 0.76 -0.5; H 0 -0.76 -0.5", 0, 0),
    "hcn": ("H 0 0 -1.06; C 0 0 0; N 0 0 1.13", 0, 0),
    "methyl": ("C 0 0 0; H 1.08 0 0; H -0.54 0.9353 0; H -0.54 -0.9353 0", 0, 1),
    "hooh": ("O 0 0.7 0; O 0 -0.7 0; H 0.8 0.9 0.4; H -0.8 -0.9 0.4", 0, 0),
}


def solved(molecule, spin):
    field = (scf.RHF if spin == 0 else scf.UHF)(molecule)
    field.conv_tol, field.conv_tol_grad = 1e-13, 1e-9
    field.kernel()
    return field


def dipole_derivatives(molecule, spin, step=1e-3):
    positions = molecule.atom_coords()
    result = np.zeros((3, positions.size))
    for coordinate in range(positions.size):
        pair = []
        for sign in (1, -1):
            moved = positions.copy().ravel()
            moved[coordinate] += sign * step
            other = molecule.copy()
            other.set_geom_(moved.reshape(-1, 3), unit="Bohr")
            pair.append(solved(other, spin).dip_moment(unit="au", verbose=0))
        result[:, coordinate] = (pair[0] - pair[1]) / (2 * step)
    return result


def entry(atoms, charge, spin):
    start = gto.M(atom=atoms, charge=charge, spin=spin, basis="6-31g*", cart=True, verbose=0)
    molecule = optimize(solved(start, spin), convergence_energy=1e-10, convergence_grms=1e-7, convergence_gmax=1e-7,
                        convergence_drms=1e-6, convergence_dmax=1e-6)
    field = solved(molecule, spin)
    hessian = field.Hessian().kernel().transpose(0, 2, 1, 3).reshape(3 * molecule.natm, -1)
    result = {}
    for key, average in (("abundant", False), ("average", True)):
        # PySCF's own list of isotopes has mass numbers in place of masses.
        masses = (
            molecule.atom_mass_list(isotope_avg=True)
            if average
            else [qcelemental.periodictable.to_mass(molecule.atom_symbol(i)) for i in range(molecule.natm)]
        )
        blocks = hessian.reshape(molecule.natm, 3, molecule.natm, 3).transpose(0, 2, 1, 3)
        modes = thermo.harmonic_analysis(molecule, blocks, mass=np.array(masses), imaginary_freq=False)
        result["frequencies_" + key] = modes["freq_wavenumber"].tolist()
        if key == "abundant":
            real = modes["freq_wavenumber"]
            result["reduced_masses"] = modes["reduced_mass"].tolist()
            vibrations = thermo.thermo(field, modes["freq_au"], 298.15, 101325)
            result["thermochemistry"] = {
                "zero_point_energy": vibrations["ZPE"][0],
                "translational_entropy": vibrations["S_trans"][0],
                "rotational_entropy": vibrations["S_rot"][0],
                "symmetry_number": vibrations["sym_number"][0],
                "gibbs_energy": vibrations["G_tot"][0] - field.e_tot,
                "vibrational_energy": vibrations["E_vib"][0],
                "vibrational_entropy": vibrations["S_vib"][0],
                "quasi_rigid_rotor_entropy_J": quasi_rigid_rotor(real, 298.15),
            }
    return {
        "geometry": molecule.atom_coords().ravel().tolist(),
        "symbols": [molecule.atom_symbol(i) for i in range(molecule.natm)],
        "multiplicity": spin + 1,
        "energy": field.e_tot,
        "hessian": hessian.ravel().tolist(),
        "dipole_derivatives": dipole_derivatives(molecule, spin).ravel().tolist(),
        **result,
    }


def quasi_rigid_rotor(wavenumbers, temperature):
    """Vibrational entropy in J/(mol K)."""
    harmonic = goodvibes.calc_rrho_entropy(temperature, list(wavenumbers))
    rotor = goodvibes.calc_freerot_entropy(temperature, list(wavenumbers))
    weights = goodvibes.calc_damp(list(wavenumbers), 100.0)
    return float(sum(w * h + (1 - w) * r for w, h, r in zip(weights, harmonic, rotor)))


path = pathlib.Path(__file__).with_name("vibrations.json")
old = json.loads(path.read_text()) if path.exists() else {}
document = {"program": "PySCF, HF/6-31G* (Cartesian d), geometries at their minima", "molecules": {}}
for name, (atoms, charge, spin) in MOLECULES.items():
    document["molecules"][name] = entry(atoms, charge, spin)
low = [12.0, 35.0, 61.0, 99.0, 140.0, 480.0, 1600.0, 3100.0]
document["low_modes"] = {
    "wavenumbers": low,
    "harmonic_entropy_J": float(sum(goodvibes.calc_rrho_entropy(298.15, low))),
    "quasi_rigid_rotor_entropy_J": quasi_rigid_rotor(low, 298.15),
    "raised_entropy_J": float(sum(goodvibes.calc_rrho_entropy(298.15, [max(v, 100.0) for v in low]))),
}
if "alcl3_nh3" in old:
    document["alcl3_nh3"] = old["alcl3_nh3"]
path.write_text(json.dumps(document, indent=1))
