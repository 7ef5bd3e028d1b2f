"""Running the program, and its folders as arrays and tables."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import esp_qm
from conftest import QUICK


def test_numbers_are_those_of_pyscf(water_run: esp_qm.Run, references: dict[str, Any]) -> None:
    state = water_run.state(0)
    assert state.converged and state.multiplicity == 1 and water_run.method == "hf"
    assert state.energy == pytest.approx(references["energy"], abs=1e-8)
    assert state.gradient == pytest.approx(np.array(references["gradient"]), abs=1e-6)
    assert state.charges["mulliken"] == pytest.approx(np.array(references["mulliken"]), abs=1e-5)
    alpha, beta = state.orbital_energies
    assert alpha == pytest.approx(np.array(references["orbital_energies"]), abs=1e-5) and beta == pytest.approx(alpha)
    assert state.occupied_orbitals == (5, 5) and state.gap == pytest.approx(alpha[5] - alpha[4])
    # A neutral molecule's dipole moment does not depend on the origin.
    assert state.charge == 0
    assert state.dipole == pytest.approx(np.array(references["dipole"]), abs=1e-5)


def test_arrays_fit_together(water_run: esp_qm.Run) -> None:
    assert water_run.symbols == ["O", "H", "H"] and water_run.geometry.shape == (3, 3)
    assert water_run.atomic_numbers.tolist() == [8, 1, 1] and [state.charge for state in water_run] == [0, -1]
    for state in water_run:
        for scheme in ("mulliken", "lowdin", "chelpg", "hirshfeld"):
            assert state.charges[scheme].sum() == pytest.approx(state.charge, abs=1e-4), scheme
    anion = water_run.state(-1)
    assert anion.spin_populations["mulliken"].sum() == pytest.approx(1, abs=1e-8)
    # The dipole moment of the Hirshfeld atoms' charges is not the whole one, but that of the density is.
    assert np.trace(anion.quadrupole) < 0 and anion.bond_orders()[0, 1] > 0.5
    with pytest.raises(KeyError, match="name one"):
        water_run.state()
    with pytest.raises(KeyError, match="not -3"):
        water_run.state(-3)


def test_cubes_hold_the_electrons_and_the_dipole_moment(water_run: esp_qm.Run) -> None:
    state = water_run.state(0)
    cube = state.cube("density")
    # The points cannot resolve the core of oxygen: the sum of a pair is not exact.
    assert cube.integral() == pytest.approx(10, abs=0.15)
    assert cube.points().shape == (*cube.values.shape, 3)
    assert cube.geometry == pytest.approx(water_run.geometry, abs=1e-5) and cube.atomic_numbers.tolist() == [8, 1, 1]
    # Mirror planes: x of all atoms is 0, and y of the hydrogens opposite.
    assert np.abs((cube.points()[..., :2] * cube.values[..., None]).sum(axis=(0, 1, 2)) * cube.voxel).max() < 1e-3
    assert state.cube("esp").values.max() > 1
    with pytest.raises(KeyError, match="only: density, esp"):
        state.cube("spin")
    with pytest.raises(ValueError, match="not complete"):
        cut = water_run.path / "cut.cube"
        cut.write_text(state.files["esp"].read_text()[:-200])
        esp_qm.Cube.read(cut)


def test_a_repeated_call_computes_nothing(water: esp_qm.Molecule, water_run: esp_qm.Run) -> None:
    before = water_run.path.joinpath("result.json").stat().st_mtime_ns
    again = esp_qm.run(
        water, water_run.path, charges=[0, -1], search="none", gradient=True, cubes=["density", "esp"],
        charge_schemes=["hirshfeld"], **QUICK)
    assert again.path.joinpath("result.json").stat().st_mtime_ns == before
    with pytest.raises(esp_qm.OutputError) as caught:
        esp_qm.run(water, water_run.path, charges=[0], search="none", method="hf", basis="3-21G")
    assert caught.value.code == 73 and "another" in caught.value.message.lower() or "different" in caught.value.message


def test_tables(water_run: esp_qm.Run, tmp_path: Path, water: esp_qm.Molecule) -> None:
    pandas = pytest.importorskip("pandas")
    single = esp_qm.run(water, tmp_path / "cation.esp", charges=[1], search="none", **QUICK)
    energies = esp_qm.to_pandas([water_run, single.path])
    assert energies["run"].tolist() == ["water", "water", "cation"] and energies["charge"].tolist() == [0, -1, 1]
    neutral, anion = (water_run.state(charge).energy for charge in (0, -1))
    assert neutral is not None and anion is not None
    assert energies["affinity_ev"][1] == pytest.approx((neutral - anion) * 27.211386245981)
    assert pandas.isna(energies["affinity_ev"][0])
    charges = water_run.to_pandas("charges", scheme="hirshfeld")
    assert len(charges) == 6 and charges.groupby("charge")["atomic_charge"].sum().tolist() == pytest.approx([-1, 0], abs=1e-4)
    account = water_run.to_pandas("account", scheme="mulliken")
    whole = account[(account["level"] == "fragment") & (account["total_charge"] == -1)]
    assert whole["total_share"].sum() == pytest.approx(1)
    with pytest.raises(FileNotFoundError, match="several charges"):
        esp_qm.to_pandas([water_run, single], "account")
    with pytest.raises(ValueError, match="only energies, charges and account"):
        water_run.to_pandas("colours")
    with pytest.raises(ValueError, match="hirshfeld"):
        water_run.to_pandas("charges", scheme="qtaim")


def test_optimization_and_frequencies(water: esp_qm.Molecule, references: dict[str, Any], tmp_path: Path) -> None:
    run = esp_qm.run(water, tmp_path / "water.opt", task="optimization", optimization={"criteria": "tight"}, **QUICK)
    search = run.optimization
    assert search is not None and search.converged
    assert search.energy == pytest.approx(references["minimum_energy"], abs=1e-8)
    assert search.geometries.shape == search.gradients.shape == (len(search.energies), 3, 3)
    assert _distances(search.geometry) == pytest.approx(
        _distances(np.array(references["minimum_geometry_in_bohr"])), abs=1e-4)
    # With the masses that PySCF takes.
    relaxed = esp_qm.Molecule(water.symbols, np.array(references["minimum_geometry_in_bohr"]), charge=0)
    vibrations = esp_qm.run(relaxed, tmp_path / "relaxed.esp", task="frequencies", frequencies={"masses": "average"}, **QUICK).state().vibrations
    assert vibrations is not None
    assert vibrations.frequencies == pytest.approx(np.array(references["wavenumbers_per_cm"]), abs=0.1)
    assert vibrations.normal_modes.shape == (3, 3, 3) and vibrations.hessian == pytest.approx(vibrations.hessian.T)
    assert vibrations.thermochemistry is not None
    assert vibrations.thermochemistry["zero_point_energy"] == pytest.approx(
        vibrations.frequencies.sum() / 2 / 219474.63136314, abs=1e-8)
    assert (vibrations.ir_intensities > 0).all() and vibrations.dipole_derivatives.shape == (3, 9)


def test_charges_are_optimized_in_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    molecule = esp_qm.Molecule(["H", "H"], np.array([[0, 0, 0], [0, 0, 1.4]]), name="h2")
    for charges, name in ((None, "h2.opt"), (1, "h2_q1.opt"), (0, "h2.opt")):
        run = esp_qm.run(molecule, charges=charges, task="optimization", **QUICK)
        assert run.path.name == name and run.optimization is not None
    # The same name as that of the program.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["h2.opt", "h2_q1.opt"]


def _distances(geometry: np.ndarray) -> list[float]:
    return [float(np.linalg.norm(geometry[i] - geometry[j])) for i in range(3) for j in range(i)]


def test_failures_are_exceptions(water: esp_qm.Molecule, tmp_path: Path) -> None:
    for choices, kind, code, word in [
        ({"basis": "none-such", "method": "hf"}, esp_qm.BadInput, 65, "none-such"),
        ({"states": {"colour": 1}}, esp_qm.BadInput, 65, "colour"),
        ({"charges": [0], "multiplicities": [2], "method": "hf", "basis": "STO-3G"}, esp_qm.BadInput, 65, "multiplicity"),
        ({"convergence": {"maximum_iterations": 1}, "search": "none", **QUICK}, esp_qm.NotConverged, 2, "converge"),
        ({"convergence": {"damping": 7.0}, **QUICK}, esp_qm.UsageError, 64, "damping"),
    ]:
        with pytest.raises(kind) as caught:
            esp_qm.run(water, tmp_path / "failed.esp", **choices)
        assert caught.value.code == code and word in caught.value.message, caught.value.message
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (type(copy), copy.message, copy.code) == (kind, caught.value.message, code)
    with pytest.raises(FileNotFoundError, match="no folder of a finished run"):
        esp_qm.Run(tmp_path)


def test_a_timeout_ends_the_program(tmp_path: Path) -> None:
    script = tmp_path / "slow"
    script.write_text('#!/bin/sh\ntrap \'kill $!; echo ended > "$0.log"; exit 143\' TERM\nsleep 60 & wait\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(subprocess.TimeoutExpired):
        esp_qm.run_input({}, tmp_path / "x", program=script, timeout=0.5)
    assert (tmp_path / "slow.log").read_text() == "ended\n"


def test_the_program_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = esp_qm.find_program()
    assert esp_qm.version(found).count(".") == 2
    programs = {}
    for name in ("argument", "variable", "path"):
        folder = tmp_path / name
        folder.mkdir()
        programs[name] = folder / "esp"
        programs[name].write_text("#!/bin/sh\n")
        programs[name].chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs['path'].parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ESP", str(programs["variable"]))
    assert esp_qm.find_program(programs["argument"]) == programs["argument"]
    assert esp_qm.find_program() == programs["variable"]
    monkeypatch.setenv("ESP", str(tmp_path / "none"))
    with pytest.raises(esp_qm.ProgramNotFound, match="variable ESP"):
        esp_qm.find_program()
    monkeypatch.delenv("ESP")
    own = Path(esp_qm.__file__).parent / "bin" / "esp"
    assert esp_qm.find_program() == (own if own.exists() else programs["path"])
    with pytest.raises(esp_qm.EspError, match="is not esp"):
        esp_qm.version(programs["path"])


def test_molecules(tmp_path: Path, references: dict[str, Any]) -> None:
    path = tmp_path / "water.xyz"
    atoms = "O 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\n"
    path.write_text(f"3\ncharge=-1 multiplicity=2\n{atoms}")
    molecule = esp_qm.Molecule.from_xyz(path)
    assert (molecule.charge, molecule.multiplicity, molecule.name) == (-1, 2, "water.xyz")
    assert molecule.geometry == pytest.approx(np.array(references["geometry_in_bohr"]), abs=1e-8)
    document = esp_qm.input_document(path, method="hf", convergence={"damping": 0.3}, model={"basis": "STO-3G"})
    assert document["model"] == {"method": "hf", "basis": "STO-3G"} and document["convergence"] == {"damping": 0.3}
    assert document["molecule"]["charge"] == -1 and document["analyses"]["pictures"] == []
    json.dumps(document)
    for text, word in [
        (f"3\ncharge -1\n{atoms}", "second line"), (f"3\n-1 2\n{atoms}", "second line"), (f"3\nunits=bohr\n{atoms}", "units"),
        (f"3\n\n{atoms}3\n\n{atoms}", "3 atoms"), (f"4\n\n{atoms}", "4 atoms"), (f"3\n\n{atoms.replace('O', 'O-Bq')}", "line 3"),
        ("water\n\n\n", "not an XYZ file"),
    ]:
        path.write_text(text)
        with pytest.raises(ValueError, match=word):
            esp_qm.Molecule.from_xyz(path)
    with pytest.raises(ValueError, match="2 symbols"):
        esp_qm.Molecule(["H", "H"], np.zeros(3))
    with pytest.raises(TypeError, match="not a molecule"):
        esp_qm.input_document(3)
