"""dipole-corrections.json: published ADCH charges, and the Hirshfeld charges and atomic dipole moments that they correct.

Multiwfn's manual prints Hirshfeld and ADCH charges of acetamide; the wavefunction is an example of that program. Its free atoms
are those of B3LYP/cc-pVQZ, averaged over directions. They are computed here again, so that what is published can be reached:
Hirshfeld charges depend on the free atoms, by up to 0.03 e in this molecule.
"""
import numpy as np
import reference_tools as tools
from pyscf import dft
from reference_space_partitions import sample
from scipy.interpolate import CubicSpline

SHAPE, DIRECTIONS = (75, 434), 110
RADII = np.exp(np.linspace(np.log(1e-4), np.log(25), 400))  # bohr
# Lowest states of the free atoms: unpaired electrons.
UNPAIRED = {"H": 1, "C": 2, "N": 3, "O": 2}
SETTINGS = {
    "density": "B3LYP (HYB_GGA_XC_B3LYP), PySCF, grids of level 5",
    "free atoms": "unrestricted B3LYP/cc-pVQZ, averaged over 110 directions",
    "grid": f"PySCF {SHAPE}, unpruned",
    "hirshfeld, hirshfeldDipoles": "sums over the grid; dipole moments of the electrons about the nuclei",
}
ACETAMIDE = """C 2.57192849 -0.590494404 -0.000408577687
H 2.88028627 -2.11040865 -1.34028832
H 3.06255981 -1.27900304 1.86981640
H 3.78105362 0.988287556 -0.458453078
C -0.149571578 0.289774253 -0.0150671455
O -0.728231723 2.47679843 0.0107740468
N -1.89962078 -1.58780329 -0.0602539934
H -3.70457548 -1.10757463 0.161418082
H -1.43026640 -3.38674486 0.195946818"""  # bohr
PUBLISHED = {
    "publishedEnergy": -209.2102008395621,
    "publishedHirshfeld": [-0.090370, 0.037254, 0.043058, 0.048339, 0.170596, -0.308866, -0.159120, 0.131920, 0.127108],
    "adch": [-0.265840, 0.096194, 0.105929, 0.117894, 0.272281, -0.364414, -0.677574, 0.355620, 0.359828],
    "source": "manual of Multiwfn, http://sobereva.com/multiwfn, section 4.7.2; geometry and energy: its example CH3CONH2.fch, "
              "B3LYP/6-31G(d) of Gaussian at the HF/6-31G(d) minimum",
}


def solved(atoms, multiplicity, basis, cartesian):
    mol = tools.make_molecule(atoms, 0, multiplicity, {"default": basis}, cartesian)
    mf = dft.RKS(mol) if multiplicity == 1 else dft.UKS(mol)
    mf.xc, mf.conv_tol, mf.max_cycle, mf.verbose = "HYB_GGA_XC_B3LYP", 1e-11, 200, 0
    mf.grids.level = 5
    mf.kernel()
    assert mf.converged
    density = np.asarray(mf.make_rdm1())
    return mol, mf, density if density.ndim == 2 else density.sum(axis=0)


def free_atom(symbol):
    """Logarithms of the averaged density over logarithms of the distance."""
    mol, _, density = solved([[symbol, 0, 0, 0]], UNPAIRED[symbol] + 1, "cc-pVQZ", False)
    sphere = dft.gen_grid.MakeAngularGrid(DIRECTIONS)
    points = (RADII[:, None, None] * sphere[:, :3]).reshape(-1, 3)
    values = dft.numint.eval_rho(mol, dft.numint.eval_ao(mol, points), density).reshape(len(RADII), -1) @ sphere[:, 3]
    return CubicSpline(np.log(RADII), np.log(np.maximum(values, 1e-300)))


def run():
    progress = tools.Progress()
    atoms = [[w[0], *map(float, w[1:])] for w in map(str.split, ACETAMIDE.splitlines())]
    mol, mf, density = solved(atoms, 1, "6-31G(d)", True)
    free = {symbol: free_atom(symbol) for symbol in UNPAIRED}
    points, weights, _, (values,) = sample(mol, [density], SHAPE)
    proatoms = []
    for (symbol, *position) in atoms:
        r = np.linalg.norm(points - position, axis=1)
        inside = np.log(np.clip(r, RADII[0], RADII[-1]))
        proatoms.append(np.where(r <= RADII[-1], np.exp(free[symbol](inside)), 0))
    shares = np.array(proatoms) / (np.sum(proatoms, axis=0) + 1e-100)
    electrons = weights * values
    charges = mol.atom_charges() - shares @ electrons
    dipoles = [-(share * electrons) @ (points - position) for share, position in zip(shares, mol.atom_coords())]
    progress("acetamide", f"{mf.e_tot:.10f}", f"largest difference from the published Hirshfeld charges "
             f"{np.abs(charges - PUBLISHED['publishedHirshfeld']).max():.1e}")
    tools.write_json("dipole-corrections.json", {
        "provenance": tools.provenance("make-references.py dipole-corrections", SETTINGS),
        "cases": [{"name": "acetamide", "charge": 0, "multiplicity": 1, "basis": {"default": "6-31G(d)"}, "cartesian": True,
                   "atoms": atoms, "energy": float(mf.e_tot), "hirshfeld": tools.floats(charges),
                   "hirshfeldDipoles": [tools.floats(d) for d in dipoles], **PUBLISHED}]})
