"""surface.json: the electrostatic potential on the isosurface of the density, from PySCF and scikit-image.

    OMP_NUM_THREADS=1 python reference_surface.py      (also needs scikit-image)

PySCF reads the Molden files in Wavefunctions/, tabulates the density on a grid of 0.15 bohr, scikit-image cuts the surface
(marching cubes with linear interpolation), PySCF gives the potential at its vertices. Integrals take the mean of the three
vertices of a triangle and its sign. Closed surfaces around holes in the density (at nuclei with core potentials) are left out.
Nothing of this project is used.
"""
import json
import os

import numpy
from pyscf import gto
from pyscf.tools import molden
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from skimage.measure import marching_cubes

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [("pyscf-pure.molden", 0.001), ("pyscf-pure.molden", 0.0004), ("pyscf-cartesian.molden", 0.001),
         ("pyscf-core-potential.molden", 0.001)]
STEP = 0.15


def load(name):
    mol, energy, coefficients, occupations, _, _ = molden.load(os.path.join(HERE, "Wavefunctions", name))
    if isinstance(coefficients, (tuple, list)) or numpy.ndim(coefficients) == 3:
        dm = sum((c * o) @ c.T for c, o in zip(coefficients, occupations))
    else:
        dm = (coefficients * occupations) @ coefficients.T
    return mol, dm


def density(mol, dm, points):
    result = []
    for chunk in numpy.array_split(points, len(points) // 20000 + 1):
        values = mol.eval_gto("GTOval", chunk)
        result.append(numpy.einsum("pi,pi->p", values @ dm, values))
    return numpy.concatenate(result)


def potential(mol, dm, points, charges):
    distances = numpy.linalg.norm(points[:, None] - mol.atom_coords()[None], axis=2)
    result = (charges[None] / distances).sum(axis=1)
    electrons = []
    for chunk in numpy.array_split(points, len(points) // 200 + 1):
        electrons.append(numpy.einsum("pij,ji->p", mol.intor("int1e_grids", grids=chunk), dm))
    return result - numpy.concatenate(electrons)


def without_holes(vertices, faces):
    """The faces of those connected surfaces that enclose a volume of the same sign as the largest one does."""
    links = numpy.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    graph = coo_matrix((numpy.ones(len(links)), (links[:, 0], links[:, 1])), shape=(len(vertices),) * 2)
    part = connected_components(graph, directed=False)[1][faces[:, 0]]
    corners = vertices[faces]
    volumes = numpy.einsum("fi,fi->f", corners[:, 0], numpy.cross(corners[:, 1], corners[:, 2]))
    total = numpy.bincount(part, weights=volumes)
    return faces[total[part] * total[abs(total).argmax()] > 0]


def case(name, level):
    mol, dm = load(name)
    # What PySCF wrote in the place of the atomic number is the charge that the electrons see.
    text = open(os.path.join(HERE, "Wavefunctions", name)).read().split("[GTO]")[0].splitlines()
    charges = numpy.array([float(line.split()[2]) for line in text if len(line.split()) == 6])
    coordinates = mol.atom_coords()
    low, high = coordinates.min(axis=0) - 7, coordinates.max(axis=0) + 7
    axes = [numpy.arange(low[k], high[k], STEP) for k in range(3)]
    mesh = numpy.stack(numpy.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    field = density(mol, dm, mesh).reshape([len(axis) for axis in axes])
    vertices, faces, _, _ = marching_cubes(numpy.log(field + 1e-30), numpy.log(level), spacing=(STEP,) * 3)
    vertices = vertices + low
    faces = without_holes(vertices, faces)
    used, faces = numpy.unique(faces, return_inverse=True)
    vertices, faces = vertices[used], faces.reshape(-1, 3)
    values = potential(mol, dm, vertices, charges)
    corners = vertices[faces]
    areas = 0.5 * numpy.linalg.norm(numpy.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    facet = values[faces].mean(axis=1)
    volume = abs(numpy.einsum("fi,fi->f", corners[:, 0], numpy.cross(corners[:, 1], corners[:, 2])).sum() / 6)
    total = areas.sum()
    mean = (areas * facet).sum() / total
    record = {"file": name, "level": level, "volume": volume, "area": total, "mean": mean, "maximum": values.max(),
              "minimum": values.min(), "average_deviation": (areas * abs(facet - mean)).sum() / total,
              "polarity_index": (areas * abs(facet)).sum() / total}
    variances = []
    for sign, mask in (("positive", facet > 0), ("negative", facet < 0)):
        part = areas[mask].sum()
        record[f"{sign}_area"] = part
        record[f"{sign}_mean"] = (areas * facet)[mask].sum() / part if part > 0 else None
        variance = (areas * (facet - (record[f"{sign}_mean"] or 0)) ** 2)[mask].sum() / part if part > 0 else None
        record[f"{sign}_variance"] = variance
        variances.append(variance)
    both = None not in variances
    record["total_variance"] = sum(v for v in variances if v is not None)
    record["balance"] = variances[0] * variances[1] / sum(variances) ** 2 if both else None
    return {k: float(v) if isinstance(v, numpy.floating) else v for k, v in record.items()}


if __name__ == "__main__":
    document = {"provenance": "reference_surface.py: PySCF 2.14.0 and scikit-image 0.26.0; atomic units",
                "cases": [case(*c) for c in CASES]}
    with open(os.path.join(HERE, "surface.json"), "w") as out:
        json.dump(document, out, indent=1)
        out.write("\n")
