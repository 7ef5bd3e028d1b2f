"""Fixtures. The program is found as users find it (`esp_qm.find_program`): `make test-python` names it in the variable ESP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import esp_qm

QUICK: dict[str, Any] = {"method": "hf", "basis": "STO-3G", "threads": 1}


@pytest.fixture(scope="session")
def references() -> dict[str, Any]:
    """Of water from PySCF (reference_water.py)."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "references.json").read_text())
    return found


@pytest.fixture(scope="session")
def water(references: dict[str, Any]) -> esp_qm.Molecule:
    return esp_qm.Molecule(["O", "H", "H"], np.array(references["geometry_in_bohr"]), name="water.xyz")


@pytest.fixture(scope="session")
def water_run(water: esp_qm.Molecule, tmp_path_factory: pytest.TempPathFactory) -> esp_qm.Run:
    """Two charges with cubes and a gradient."""
    folder = tmp_path_factory.mktemp("water") / "water.esp"
    return esp_qm.run(
        water, folder, charges=[0, -1], search="none", gradient=True, cubes=["density", "esp"],
        charge_schemes=["hirshfeld"], **QUICK)
