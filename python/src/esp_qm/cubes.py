"""Cube files as arrays."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Cube:
    """Values of a field on a box of points, in atomic units.

    Attributes:
        title: the first two lines of the file.
        origin: the first point, in bohr.
        axes: one row for each axis, the step to the next point along it, in bohr.
        values: shape (points along the first axis, along the second, along the third).
        atomic_numbers: of the atoms.
        nuclear_charges: less the electrons that core potentials replace.
        geometry: positions of the atoms in bohr, shape (atoms, 3).
    """

    title: tuple[str, str]
    origin: NDArray[np.float64]
    axes: NDArray[np.float64]
    values: NDArray[np.float64]
    atomic_numbers: NDArray[np.int64]
    nuclear_charges: NDArray[np.float64]
    geometry: NDArray[np.float64]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Cube:
        """Reads a cube file with one set of values and lengths in bohr, as the program writes it.

        Raises:
            ValueError: for a file that is cut off or of another form.
        """
        path = Path(path)
        with path.open(encoding="utf-8") as file:
            title = (file.readline().strip(), file.readline().strip())
            try:
                count, *origin = file.readline().split()[:4]
                atoms = int(count)
                rows = [file.readline().split() for _ in range(3)]
                counts = [int(row[0]) for row in rows]
                if atoms < 0 or min(counts) <= 0:
                    raise ValueError("several sets of values or lengths in Angstrom")
                nuclei = np.array([[float(word) for word in file.readline().split()] for _ in range(atoms)]).reshape(-1, 5)
                values = np.array(file.read().split(), dtype=float)
            except (ValueError, IndexError) as error:
                raise ValueError(f"{path}: this is not a cube file that can be read ({error})") from None
        if values.size != np.prod(counts):
            raise ValueError(f"{path}: {values.size} values for {np.prod(counts)} points; the file is not complete")
        return cls(
            title=title, origin=np.array(origin, dtype=float), axes=np.array([row[1:4] for row in rows], dtype=float),
            values=values.reshape(counts), atomic_numbers=nuclei[:, 0].astype(int), nuclear_charges=nuclei[:, 1],
            geometry=nuclei[:, 2:])

    @property
    def voxel(self) -> float:
        """Volume that belongs to a point, in bohr^3."""
        return float(abs(np.linalg.det(self.axes)))

    def points(self) -> NDArray[np.float64]:
        """Positions of all points in bohr; the shape is that of `values`, and 3."""
        indices = np.moveaxis(np.indices(self.values.shape), 0, -1)
        return np.asarray(self.origin + indices @ self.axes)

    def integral(self) -> float:
        """Sum of the values times the volume of a point."""
        return float(self.values.sum() * self.voxel)
