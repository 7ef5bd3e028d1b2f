"""hf-energies.json: Hartree-Fock energies, their components, moments and populations."""
import json

import reference_tools as tools
from pyscf import scf
from reference_molecules import HF_CASES, MOLECULES

SETTINGS = {
    "integrals": "exact, all two-electron integrals in memory (direct_scf_tol 1e-14 where not)",
    "effectiveCorePotentials": "matrix elements by ecp_oracle.py, good to 1e-12 or better, in place of PySCF's own: PySCF's radial"
                               " quadrature can miss steep functions on other atoms. pyscfEcpEnergyError = trace of the density"
                               " with (PySCF's matrix - this one): about what PySCF's own energy would be off",
    "convergence": "conv_tol 1e-11 Eh, conv_tol_grad 1e-7; second-order solver where DIIS does not get there",
    "search": "several starts (field 'search'); internal stability analysis, unstable solutions followed downwards;"
              " the lowest solution found is kept. 'internallyStable' is about the kept kind of orbitals (real RHF or real UHF)",
    "spinSquared": "<S^2> of the UHF determinant",
    "moments": "about (0,0,0); nuclei with effective (ECP-reduced) charges; secondMoment = sum Z r_i r_j - <r_i r_j>, not traceless",
    "populations": "every Cartesian component scaled to unit norm before Loewdin analysis; charges relative to the effective nuclear charge",
    "components": "kinetic + nuclearAttraction + effectiveCorePotential + coulomb + exactExchangeFull + nuclearRepulsion = energy",
    "orientationArbitrary": "the state is one of a degenerate set: energy, <S^2> and orbital energies are meaningful; dipole, secondMoment and"
                            " the populations of equivalent atoms depend on which one was found. Jahn-Teller cases (TiCl4-, NbCl5-) can have"
                            " several minima close in energy: see 'search'",
    "cartesian": "true: six d functions",
}

DEGENERATE = {("hydroxyl", 0), ("lithium-and-fluorine-far", 0), ("titanium-chloride", -1), ("niobium-chloride", -1),
              ("molybdenum-oxide-chloride", -1)}


def case(name, charge, multiplicity, basis, cartesian, method=None):
    mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
    method = method or ("RHF" if multiplicity == 1 else "UHF")
    make = (lambda: scf.RHF(mol)) if method == "RHF" else (lambda: scf.UHF(mol))
    small = mol.nao < 70
    extra = (6 if small else 3) if method == "UHF" and mol.natm > 1 else 0
    mf, found = tools.solve(make, ["minao", "atom", "1e"] if small else ["minao", "atom"], perturbed=extra, noise=20 if name == "water-stretched" else 0)
    record = {
        "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity,
        "reference": method, "atoms": MOLECULES[name], "energy": float(mf.e_tot),
    }
    if (name, charge) in DEGENERATE:
        record["orientationArbitrary"] = True
    record.update(tools.properties(mf))
    total = sum(record["components"].values())
    assert abs(total - record["energy"]) < 1e-8, (total, record["energy"])
    record["search"] = found
    return record


def earlier(row):
    """The record that hf-energies.json has of a case, if it has one."""
    name, charge, multiplicity, basis, cartesian = row[:5]
    method = row[5] if len(row) > 5 else "RHF" if multiplicity == 1 else "UHF"
    wanted = (name, charge, multiplicity, basis, cartesian, method)
    for r in json.loads((tools.HERE / "hf-energies.json").read_text())["cases"]:
        if (r["name"], r["charge"], r["multiplicity"], r["basis"], r["cartesian"], r["reference"]) == wanted:
            return r


def run(only_new=False):
    progress, records = tools.Progress(), []
    kept = {row[:3] + (str(row[3:]),): earlier(row) for row in HF_CASES} if only_new else {}
    for row in HF_CASES:
        known = kept.get(row[:3] + (str(row[3:]),))
        if known:
            records.append(known)
            continue
        record = case(*row)
        records.append(record)
        lows = sorted({round(f["energy"], 6) for f in record["search"] if f["converged"]})
        progress(row[0], row[1], row[2], row[3], record["reference"], record["numberOfFunctions"], f"{record['energy']:.10f}",
                 "S2 %.5f" % record["spinSquared"] if "spinSquared" in record else "", lows if len(lows) > 1 else "")
        tools.write_json("hf-energies.json", {
            "provenance": tools.provenance("make-references.py hf", SETTINGS), "cases": records})
