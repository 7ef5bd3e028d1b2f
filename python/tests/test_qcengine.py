"""The harness, driven by QCEngine itself and by geomeTRIC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qcelemental
import qcengine

import esp_qm
import esp_qm.qcengine

TASK = {"ncores": 1, "memory": 1.0}


def compute(molecule: Any, driver: str, **others: Any) -> Any:
    model = others.pop("model", {"method": "hf", "basis": "STO-3G"})
    document = qcelemental.models.v2.AtomicInput(
        molecule=molecule, specification={"driver": driver, "model": model, "keywords": others.pop("keywords", {})})
    return qcengine.compute(document, "esp", task_config=TASK, **others)


@pytest.fixture
def molecule(references: dict[str, Any]) -> Any:
    return qcelemental.models.v2.Molecule(
        symbols=["O", "H", "H"], geometry=references["geometry_in_bohr"], fix_com=True, fix_orientation=True)


def test_the_program_is_registered() -> None:
    assert "esp" in qcengine.list_available_programs()
    esp_qm.qcengine.register()
    assert qcengine.get_program("esp").get_version() == esp_qm.version()


def test_energy_gradient_and_hessian_are_those_of_pyscf(molecule: Any, references: dict[str, Any]) -> None:
    energy = compute(molecule, "energy", raise_error=True)
    assert energy.success and energy.return_result == pytest.approx(references["energy"], abs=1e-8)
    assert energy.properties.scf_dipole_moment == pytest.approx(np.array(references["dipole"]), abs=1e-5)
    assert energy.properties.calcinfo_nbasis == 7 and energy.provenance.creator == "esp"
    assert energy.extras["esp"]["charges"]["mulliken"] == pytest.approx(references["mulliken"], abs=1e-5)
    gradient = compute(molecule, "gradient", raise_error=True)
    assert gradient.return_result == pytest.approx(np.array(references["gradient"]), abs=1e-6)
    hessian = compute(molecule, "hessian", raise_error=True)
    assert hessian.return_result == pytest.approx(np.array(references["hessian"]), abs=5e-6)
    assert hessian.properties.return_gradient == pytest.approx(np.array(references["gradient"]), abs=1e-6)


def test_schema_of_version_1(references: dict[str, Any]) -> None:
    document = {
        "molecule": {"symbols": ["O", "H", "H"], "geometry": np.ravel(references["geometry_in_bohr"]).tolist(),
                     "fix_com": True, "fix_orientation": True},
        "driver": "energy", "model": {"method": "pbe", "basis": "STO-3G"}, "keywords": {"model": {"grid": "ultrafine"}},
    }
    result = qcengine.compute(document, "esp", raise_error=True, return_dict=True, task_config=TASK)
    assert result["schema_name"] == "qcschema_output"
    assert result["return_result"] == pytest.approx(references["pbe_energy"], abs=2e-6)


def test_failures(molecule: Any) -> None:
    for others, word in [
        ({"model": {"method": "hf", "basis": "none-such"}}, "none-such"), ({"keywords": {"maxiter": 3}}, "keywords/maxiter"),
        ({"keywords": {"convergence": {"maximum_iterations": 1}}}, "not converged"),
    ]:
        result = compute(molecule, "energy", **others)
        assert not result.success and word in result.error.error_message, result.error.error_message


def test_geometric_optimises(
    molecule: Any, references: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It leaves files.
    monkeypatch.chdir(tmp_path)
    document = {
        "initial_molecule": molecule.convert_v(1).dict(),
        "keywords": {"program": "esp", "coordsys": "tric"},
        "input_specification": {"driver": "gradient", "model": {"method": "hf", "basis": "STO-3G"}},
    }
    result = qcengine.compute(document, "geometric", raise_error=True, return_dict=True, task_config=TASK)
    assert result["success"]
    assert result["energies"][-1] == pytest.approx(references["minimum_energy"], abs=1e-6)
    assert len(result["energies"]) < 8
