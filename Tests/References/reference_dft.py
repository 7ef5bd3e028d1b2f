"""dft-energies.json: Kohn-Sham energies on grids that are stated exactly."""
import numpy as np
import reference_tools as tools
from pyscf import dft
from pyscf.dft import gen_grid, radi
from reference_molecules import MOLECULES, mixed

SETTINGS = {
    "integrals": "exact, all two-electron integrals in memory",
    "effectiveCorePotentials": "matrix elements by ecp_oracle.py, good to 1e-12 or better, in place of PySCF's own: PySCF's radial"
                               " quadrature can miss steep functions on other atoms. pyscfEcpEnergyError = trace of the density"
                               " with (PySCF's matrix - this one): about what PySCF's own energy would be off",
    "convergence": "conv_tol 1e-10 Eh, conv_tol_grad 1e-6; second-order solver where DIIS does not get there",
    "search": "as in hf-energies.json, with the stability analysis on a (50,194) grid (some on the full grid)",
    "functional": "names of libxc; energies from libxc's own parameters. HYB_GGA_XC_B3LYP has VWN in its RPA form"
                  " (as in Gaussian); LDA_C_VWN is VWN5",
    "grid": {
        "radial": "Treutler and Ahlrichs, J. Chem. Phys. 102, 346 (1995), map M4. For i = 1..n:"
                  " x = cos(i pi/(n+1)); r = -(xi/ln 2) (1+x)^0.6 ln((1-x)/2);"
                  " weight = (pi/(n+1)) sin(i pi/(n+1)) (xi/ln 2) (1+x)^0.6 [1/(1-x) - 0.6 ln((1-x)/2)/(1+x)] r^2",
        "xi": "their scale by element; used values in gridScaleByElement",
        "angular": "Lebedev, same order at every radius (no pruning), same for every element",
        "partition": "Becke, J. Chem. Phys. 88, 2547 (1988), three iterations of 3/2 g - 1/2 g^3; cell boundaries moved"
                     " nu = mu + a (1 - mu^2), mu = (r_i - r_j)/R_ij, a_ij = (s_j/s_i - s_i/s_j)/4 cut to +-0.5 with"
                     " s = sqrt(Bragg radius); cell function of i = product over j of (1 - f3(nu_ij))/2",
        "braggRadiiInAngstrom": "used values in braggRadiusByElement",
        "cutoffs": "no points dropped for small density; orbital values below about 1e-13 are skipped",
    },
    "electronsOnGrid": "sum over points of weight times density (alpha, beta for unrestricted)",
    "components": "kinetic + nuclearAttraction + effectiveCorePotential + coulomb + exchangeCorrelation + exactExchangeScaled"
                  " + nuclearRepulsion = energy; exchangeCorrelation is the part from the grid only",
}

LDA, PBE, BLYP = "LDA_X,LDA_C_VWN", "GGA_X_PBE,GGA_C_PBE", "GGA_X_B88,GGA_C_LYP"
B3LYP, PBE0 = "HYB_GGA_XC_B3LYP", "HYB_GGA_XC_PBEH"
CAM, WB97X = "HYB_GGA_XC_CAM_B3LYP", "HYB_GGA_XC_WB97X"
HSE, LC_WPBE = "HYB_GGA_XC_HSE06", "HYB_GGA_XC_LC_WPBE"
TPSS, SCAN, R2SCAN = "MGGA_X_TPSS,MGGA_C_TPSS", "MGGA_X_SCAN,MGGA_C_SCAN", "MGGA_X_R2SCAN,MGGA_C_R2SCAN"
M06_2X, MN15 = "HYB_MGGA_X_M06_2X,MGGA_C_M06_2X", "HYB_MGGA_X_MN15,MGGA_C_MN15"
FINE, FINER = (99, 590), (200, 974)
D = "6-31G(d)"

# molecule, charge, multiplicity, basis, Cartesian, functional, grid
CASES = [
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, LDA, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, PBE, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, BLYP, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, B3LYP, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, PBE0, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, B3LYP, FINER),
    ("water-turned", 0, 1, {"default": "def2-TZVP"}, False, PBE0, FINE),
    ("hydrogen-atom", 0, 2, {"default": "cc-pVTZ"}, False, PBE, FINE),
    ("hydrogen-fluoride", 0, 1, {"default": "cc-pVQZ"}, False, B3LYP, FINE),
    ("methanol", 0, 1, {"default": D}, True, B3LYP, FINE),
    ("methanol", 0, 1, {"default": D}, True, PBE, FINE),
    ("carbon-monoxide", 0, 1, {"default": "aug-cc-pVDZ"}, False, B3LYP, FINE),
    ("carbon-monoxide", 0, 1, {"default": "cc-pVDZ"}, False, LDA, FINE),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, BLYP, FINE),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, PBE0, FINER),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, LDA, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, PBE, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, BLYP, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, B3LYP, FINE),
    ("oxygen", 0, 3, {"default": "cc-pVDZ"}, False, LDA, FINE),
    ("oxygen", 0, 3, {"default": "cc-pVDZ"}, False, PBE0, FINE),
    ("oxygen", 0, 3, {"default": "cc-pVDZ"}, False, BLYP, FINE),
    ("hydroxide", -1, 1, {"default": "6-31+G(d,p)"}, True, B3LYP, FINE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, B3LYP, FINE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, PBE, FINE),
    ("niobium-chloride", 0, 1, mixed("Nb"), False, B3LYP, FINE),
    ("zirconium-chloride", 0, 1, mixed("Zr"), False, B3LYP, FINE),
    ("yttrium-chloride", 0, 1, {"default": "def2-SVP"}, False, PBE, FINE),
    ("niobium-chloride", -1, 2, mixed("Nb"), False, B3LYP, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, B3LYP, FINER),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, CAM, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, WB97X, FINE),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, HSE, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, CAM, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, WB97X, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, PBE0, FINE),
    ("oxygen", 0, 3, {"default": "cc-pVDZ"}, False, LC_WPBE, FINE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, WB97X, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, TPSS, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, SCAN, FINE),
    ("water-turned", 0, 1, {"default": "6-31G(d,p)"}, True, M06_2X, FINE),
    ("formaldehyde", 0, 1, {"default": "def2-SVP"}, False, R2SCAN, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, TPSS, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, SCAN, FINE),
    ("nitrogen-dioxide", 0, 2, {"default": D}, True, M06_2X, FINE),
    ("oxygen", 0, 3, {"default": "cc-pVDZ"}, False, MN15, FINE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, TPSS, FINE),
    ("aluminium-chloride", 0, 1, mixed("Al"), False, M06_2X, FINE),
]


def make_solver(mol, functional, grid):
    def make():
        mf = dft.RKS(mol) if mol.spin == 0 else dft.UKS(mol)
        mf.xc, mf.small_rho_cutoff = functional, 0
        mf.grids.atom_grid, mf.grids.prune = grid, None
        mf.grids.radi_method, mf.grids.radii_adjust = radi.treutler_ahlrichs, radi.treutler_atomic_radii_adjust
        mf.grids.atomic_radii, mf.grids.becke_scheme = radi.BRAGG_RADII, gen_grid.original_becke
        return mf
    return make


def case(name, charge, multiplicity, basis, cartesian, functional, grid):
    mol = tools.make_molecule(MOLECULES[name], charge, multiplicity, basis, cartesian)
    make = make_solver(mol, functional, grid)
    search = multiplicity > 1 and mol.natm > 1 and grid == FINE
    mf, found = tools.solve(make, ["minao", "atom"] if search else ["minao"], tight=1e-10, perturbed=1 if search else 0)
    density = mf.make_rdm1()
    numint, unrestricted = mf._numint, mol.spin != 0
    electrons, exchange_correlation, _ = (numint.nr_uks if unrestricted else numint.nr_rks)(
        mol, mf.grids, mf.xc, density)
    record = {
        "name": name, "basis": basis, "cartesian": cartesian, "charge": charge, "multiplicity": multiplicity,
        "reference": "UKS" if unrestricted else "RKS", "functional": functional.split(","),
        "grid": {"radialPoints": grid[0], "angularPoints": grid[1], "totalPoints": grid[0] * grid[1] * mol.natm},
        "atoms": MOLECULES[name], "energy": float(mf.e_tot),
        "electronsOnGrid": [float(e) for e in np.atleast_1d(electrons)],
    }
    if charge == -1 and name == "niobium-chloride":
        record["orientationArbitrary"] = True
    record.update(tools.properties(mf))
    # Exchange at all distances, and what is added to it at long range.
    omega, far, near = numint.rsh_and_hybrid_coeff(mf.xc, mol.spin)
    parts = record["components"]
    parts["exchangeCorrelation"] = float(exchange_correlation)
    parts["exactExchangeScaled"] = near * parts["exactExchangeFull"]
    if omega:
        spins = density if unrestricted else np.array([density, density]) / 2
        attenuated = mf.get_k(mol, spins, omega=omega)
        parts["exactExchangeScaled"] -= (far - near) * float(np.vdot(attenuated, spins)) / 2
    total = sum(v for k, v in parts.items() if k != "exactExchangeFull")
    assert abs(total - record["energy"]) < 1e-7, (total, record["energy"])
    record["search"] = found
    return record


def check_names():
    """Short names of PySCF against the explicit names of libxc used here."""
    mol = tools.make_molecule(MOLECULES["water-turned"], 0, 1, {"default": "STO-3G"}, False)
    checks = {}
    for short, explicit in [("slater,vwn5", LDA), ("pbe,pbe", PBE), ("blyp", BLYP), ("b3lyp", B3LYP), ("pbe0", PBE0)]:
        energies = [float(make_solver(mol, x, FINE)().kernel(verbose=0)) for x in (short, explicit)]
        checks[short] = {"explicit": explicit, "difference": energies[0] - energies[1]}
    return checks


def run():
    progress, records = tools.Progress(), []
    elements = sorted({a[0] for c in CASES for a in MOLECULES[c[0]]}, key=tools.NUMBER.get)
    settings = dict(SETTINGS)
    settings["gridScaleByElement"] = {s: radi._treutler_ahlrichs_xi[tools.NUMBER[s]] for s in elements}
    settings["braggRadiusByElement"] = {
        s: round(float(radi.BRAGG_RADII[tools.NUMBER[s]]) * 0.52917721092, 6) for s in elements}
    settings["shortNames"] = check_names()
    for row in CASES:
        record = case(*row)
        records.append(record)
        lows = sorted({round(f["energy"], 6) for f in record["search"] if f["converged"]})
        progress(row[0], row[1], row[2], row[3], row[5], row[6], f"{record['energy']:.10f}", record["electronsOnGrid"],
                 "S2 %.5f" % record["spinSquared"] if "spinSquared" in record else "", lows if len(lows) > 1 else "")
        tools.write_json("dft-energies.json", {
            "provenance": tools.provenance("make-references.py dft", settings), "cases": records})
