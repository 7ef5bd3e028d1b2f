#!/usr/bin/env python3
"""Make the reference numbers of this folder with PySCF.

Usage:  pip install -r requirements.txt
        python make-references.py hf | hf-new | dft | integrals | charges | esp-points | gradients | bond-orders |
                                  orbital-charges | space-partitions | dipole-corrections | restrained-fits |
                                  atoms-in-molecules | ground-state-atoms | proatoms | isomers | saddle-points | all
hf-new computes only the cases that hf-energies.json does not have yet.
One thread (OMP_NUM_THREADS=1) keeps the results the same from run to run to the last digits.
"""
import sys

import reference_atoms_in_molecules
import reference_bond_orders
import reference_charges
import reference_dft
import reference_dipole_corrections
import reference_esp
import reference_gradients
import reference_ground_state_atoms
import reference_hf
import reference_integrals
import reference_isomers
import reference_orbital_charges
import reference_proatoms
import reference_restrained_fits
import reference_saddle_points
import reference_space_partitions

TASKS = {
    "hf": reference_hf.run, "hf-new": lambda: reference_hf.run(only_new=True), "dft": reference_dft.run, "integrals": reference_integrals.run,
    "charges": reference_charges.run, "esp-points": reference_esp.run, "gradients": reference_gradients.run,
    "bond-orders": reference_bond_orders.run, "orbital-charges": reference_orbital_charges.run,
    "space-partitions": reference_space_partitions.run, "dipole-corrections": reference_dipole_corrections.run,
    "restrained-fits": reference_restrained_fits.run, "ground-state-atoms": reference_ground_state_atoms.run,
    "atoms-in-molecules": reference_atoms_in_molecules.run, "isomers": reference_isomers.run, "proatoms": reference_proatoms.run,
    "saddle-points": reference_saddle_points.run,
}

if __name__ == "__main__":
    names = sys.argv[1:]
    if not names or any(n not in TASKS and n != "all" for n in names):
        sys.exit(__doc__)
    for name in [n for n in TASKS if n != "hf-new"] if "all" in names else names:
        TASKS[name]()
