"""restricted-open.json: energies and gradients of restricted open shells, Hartree-Fock and Kohn-Sham."""
import reference_tools as tools
from pyscf import dft, scf
from reference_dft import B3LYP, CAM, FINE, PBE, TPSS, make_solver
from reference_molecules import MOLECULES

SETTINGS = {
    "method": "HF, or the names in `functional` on the grid of dft-energies.json", "convergence": "conv_tol 1e-11 Eh",
    "search": "three guesses, second-order steps, internal stability followed (of functionals on a (50,194) grid): the lowest"
              " solution is kept",
    "gradient": "grid_response off; hartree per bohr",
}
D = "6-31G(d)"
# molecule, charge, multiplicity, basis, functional, whether with a gradient
CASES = [
    ("nitrogen-dioxide", 0, 2, D, None, True), ("oxygen", 0, 3, D, None, False), ("methanol", 1, 2, D, None, True),
    ("water-turned", 1, 2, D, None, False), ("formaldehyde", 0, 3, "def2-SVP", None, True),
    ("nitrogen-dioxide", 0, 2, D, B3LYP, True), ("oxygen", 0, 3, D, PBE, False),
    ("nitrogen-dioxide", 0, 2, D, CAM, True), ("oxygen", 0, 3, D, TPSS, False),
]


def as_roks(model):
    mf = dft.ROKS(model.mol)
    mf.xc, mf.grids, mf.small_rho_cutoff = model.xc, model.grids, 0
    return mf


def case(name, charge, multiplicity, basis, functional, with_gradient):
    mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, {"default": basis}, False)

    def make():
        if functional is None:
            return scf.ROHF(mol)
        return as_roks(make_solver(mol, functional, FINE)())

    best = None
    for guess in ("minao", "atom", "hcore"):
        mf = tools.prepare(tools.with_exact_core(make()), 1e-11)
        mf.init_guess = guess
        mf.kernel()
        mf = tools.finish(mf)
        mf, _, _ = tools.follow_instabilities(mf)
        if mf.converged and (best is None or mf.e_tot < best.e_tot - 1e-10):
            best = mf
    record = {
        "name": name, "basis": {"default": basis}, "cartesian": False, "charge": charge, "multiplicity": multiplicity,
        "reference": "ROHF" if functional is None else "ROKS", "atoms": MOLECULES[name], "energy": float(best.e_tot)}
    if functional:
        record["functional"] = functional.split(",")
        record["grid"] = {"radialPoints": FINE[0], "angularPoints": FINE[1]}
    if with_gradient:
        record["gradient"] = [tools.floats(row, 10) for row in best.nuc_grad_method().kernel()]
    return record


def run():
    progress, records = tools.Progress(), []
    for row in CASES:
        records.append(case(*row))
        progress(*row, f"{records[-1]['energy']:.10f}")
        tools.write_json("restricted-open.json", {
            "provenance": tools.provenance("reference_restricted_open.py", SETTINGS), "cases": records})


if __name__ == "__main__":
    run()
