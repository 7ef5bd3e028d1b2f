"""An independent way to ECP integrals, to check PySCF's (which are radial quadratures with their own stopping rule).

U = U_L(r) + sum_{l<L} U_l(r) sum_m |lm><lm| about the atom C, with U(r) = sum_k c_k r^(n_k - 2) exp(-z_k r^2).

Local part, term by term: n = 2 is a three-centre overlap integral. n = 1 and n = 0 are integrals over such overlaps,
    r^-1 exp(-z r^2) = pi^(-1/2) int_0^inf s^(-1/2) exp(-(z+s) r^2) ds
    r^-2 exp(-z r^2) =           int_0^inf            exp(-(z+s) r^2) ds,
taken by the trapezoidal rule in x = ln s, which converges faster than any power of the step.

Semi-local part: int r^2 U_l(r) sum_m <a|lm>(r) <lm|b>(r) dr with the angular projections <lm|a>(r) of the orbitals
done numerically on a product grid whose pole points from C to the atom of the orbital (Gauss-Legendre panels in
cos(theta), equal steps in phi), and Gauss-Legendre panels in r, refined towards C and around the radii of the other atoms.
"""
import numpy as np
from pyscf import gto
from scipy.special import sph_harm_y


def probe_mol(centre, exponents):
    return gto.M(atom=[["H", *centre]], unit="B", spin=1, verbose=0,
                 basis={"H": [[0, [float(s), 1.0]] for s in exponents]})


def overlaps_with_gaussians(mol, centre, exponents, block=40):
    """<a| exp(-s |r - centre|^2) |b> for each s, by libcint's three-centre overlaps; s functions of unit norm divided out."""
    out = []
    kind = "int3c1e_cart" if mol.cart else "int3c1e_sph"
    plain = mol.copy()
    plain._ecpbas = np.zeros((0, 8), int)
    for start in range(0, len(exponents), block):
        s = np.sort(np.asarray(exponents[start:start + block], float))[::-1]
        probe = probe_mol(centre, s)
        bas_exponents = np.array([probe.bas_exp(i)[0] for i in range(probe.nbas)])
        both = gto.conc_mol(plain, probe)
        values = both.intor(kind, shls_slice=(0, mol.nbas, 0, mol.nbas, mol.nbas, mol.nbas + probe.nbas))
        norm = (2 * bas_exponents / np.pi) ** 0.75
        values = values / norm
        order = [int(np.argmin(abs(bas_exponents / e - 1))) for e in exponents[start:start + block]]
        out.append(values[:, :, order])
    return np.concatenate(out, axis=2)


def local_part(mol, centre, terms, step=0.5):
    """terms: rows n, exponent, coefficient."""
    total = np.zeros((mol.nao, mol.nao))
    for n, z, c in terms:
        if n == 2:
            total += c * overlaps_with_gaussians(mol, centre, [z])[:, :, 0]
            continue
        x = np.arange(-80, 46 if n == 1 else 84, step)
        s = np.exp(x)
        weight = s if n == 0 else np.sqrt(s) / np.sqrt(np.pi)
        # The lower end stands for a constant overlap, the upper end falls off as exp(-x/2) (n = 0) or exp(-x) (n = 1).
        total += c * step * np.einsum("s,abs->ab", weight, overlaps_with_gaussians(mol, centre, z + s))
    return total


def rotation_to(axis):
    """A rotation that takes z to axis."""
    z = axis / np.linalg.norm(axis)
    other = np.eye(3)[np.argmin(abs(z))]
    x = np.cross(other, z)
    x /= np.linalg.norm(x)
    return np.array([x, np.cross(z, x), z]).T


def real_harmonics(highest, directions):
    """Orthonormal real spherical harmonics, list over l of arrays [2l+1, points]. Only their span per l matters."""
    theta = np.arccos(np.clip(directions[:, 2], -1, 1))
    phi = np.arctan2(directions[:, 1], directions[:, 0])
    out = []
    for l in range(highest + 1):
        rows = [sph_harm_y(l, 0, theta, phi).real]
        for m in range(1, l + 1):
            y = sph_harm_y(l, m, theta, phi) * np.sqrt(2)
            rows += [y.real, y.imag]
        out.append(np.array(rows))
    return out


def radial_panels(distances, highest_exponent, limit, points=16):
    """Nodes and weights of Gauss-Legendre panels on (0, limit)."""
    edges = {0.0, limit}
    finest = 0.3 / np.sqrt(highest_exponent)
    edges |= set(np.geomspace(finest, limit, 40))
    edges |= set(np.linspace(0, limit, 41))
    for d in set(np.round(distances, 3)):
        if d > 1e-6:
            spread = np.geomspace(finest, 3.0, 24)
            edges |= {e for e in np.concatenate([d + spread, d - spread, [d]]) if 0 < e < limit}
    edges = np.array(sorted(edges))
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-7])]
    x, w = np.polynomial.legendre.leggauss(points)
    half = np.diff(edges) / 2
    middle = (edges[1:] + edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def polar_nodes(points):
    """Nodes and weights for cos(theta) = 1 - 2 v^2: panels in v, finest at the pole, where steep functions of the other atom sit."""
    x, w = np.polynomial.legendre.leggauss(points)
    edges = np.array([0, 0.005, 0.02, 0.08, 0.3, 1.0])
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    v, vw = (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()
    return 1 - 2 * v ** 2, 4 * v * vw


def projections(mol, centre, radii, highest, polar=20, azimuth=12):
    """<lm|a>(r): list over l of arrays [radius, 2l+1, function].

    polar: nodes in each panel of cos(theta). azimuth: exact when above the sum of the two angular momenta.
    """
    t, tw = polar_nodes(polar)
    phi = 2 * np.pi * np.arange(azimuth) / azimuth
    sine = np.sqrt((1 - t) * (1 + t))
    local = np.stack([np.outer(sine, np.cos(phi)).ravel(), np.outer(sine, np.sin(phi)).ravel(),
                      np.repeat(t, azimuth)], axis=1)
    weights = np.repeat(tw, azimuth) * 2 * np.pi / azimuth
    out = [np.zeros((len(radii), 2 * l + 1, mol.nao)) for l in range(highest + 1)]
    for atom, (s0, s1, f0, f1) in enumerate(mol.aoslice_by_atom()):
        if s1 == s0:
            continue
        axis = mol.atom_coord(atom) - centre
        turn = rotation_to(axis) if np.linalg.norm(axis) > 1e-8 else np.eye(3)
        directions = local @ turn.T
        weighted = [y * weights for y in real_harmonics(highest, directions)]
        kind = "GTOval_cart" if mol.cart else "GTOval_sph"
        for i in range(0, len(radii), 40):
            chunk = radii[i:i + 40]
            points = centre + (chunk[:, None, None] * directions).reshape(-1, 3)
            values = mol.eval_gto(kind, points, shls_slice=(s0, s1)).reshape(len(chunk), -1, f1 - f0)
            for l, y in enumerate(weighted):
                out[l][i:i + 40, :, f0:f1] = np.einsum("mp,rpa->rma", y, values, optimize=True)
    return out


def ecp_terms(potential):
    """[l, powers] as in reference_tools -> rows n, exponent, coefficient."""
    return [(n, z, c) for n, terms in enumerate(potential[1]) for z, c in terms]


def ecp_matrix(mol, ecp, polar=20, points=16):
    """The ECP matrix of all atoms; ecp: symbol -> [core electrons, [[l, powers], ...]]."""
    total = np.zeros((mol.nao, mol.nao))
    for atom in range(mol.natm):
        symbol = mol.atom_pure_symbol(atom)
        if symbol not in ecp:
            continue
        centre = mol.atom_coord(atom)
        potentials = {p[0]: ecp_terms(p) for p in ecp[symbol][1]}
        total += local_part(mol, centre, potentials[-1])
        semilocal = {l: t for l, t in potentials.items() if l >= 0}
        highest = max(semilocal)
        smallest = min(z for terms in semilocal.values() for _, z, _ in terms)
        largest = max(max(z for terms in semilocal.values() for _, z, _ in terms),
                      max(np.max(mol.bas_exp(i)) for i in range(mol.nbas)))
        reach = np.sqrt(50 / smallest)
        distances = np.linalg.norm(mol.atom_coords() - centre, axis=1)
        radii, weights = radial_panels(distances, largest, reach, points)
        parts = projections(mol, centre, radii, highest, polar)
        for l, terms in semilocal.items():
            potential = sum(c * radii ** n * np.exp(-z * radii ** 2) for n, z, c in terms)  # r^2 times r^(n-2)
            flat = parts[l].reshape(-1, mol.nao)
            total += flat.T @ (np.repeat(weights * potential, 2 * l + 1)[:, None] * flat)
    return total
