"""`esp serve` and its client."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import esp_qm

MODEL = {"method": "hf", "basis": "STO-3G"}


def test_structures_start_from_the_orbitals_before(water: esp_qm.Molecule, references: dict[str, Any]) -> None:
    with esp_qm.Server(threads=1) as server:
        moved = esp_qm.Molecule(water.symbols, water.geometry * 1.01)
        first = server.evaluate(moved, model=MODEL)
        second = server.evaluate(water, model=MODEL)
        third = server.evaluate(water, model=MODEL, properties=["energy", "dipole", "charges"], charge_schemes=["mulliken"])
    assert first.record["start"] == "atoms" and second.record["start"] == "orbitals" and second.iterations < first.iterations
    assert third.iterations == 0 and third.energy == second.energy and third.gradient is None
    assert second.energy == pytest.approx(references["energy"], abs=1e-8)
    assert second.gradient == pytest.approx(np.array(references["gradient"]), abs=1e-6)
    assert third.dipole == pytest.approx(np.array(references["dipole"]), abs=1e-5)
    assert third.charges["mulliken"] == pytest.approx(np.array(references["mulliken"]), abs=1e-5)


def test_the_first_answer_is_the_same_to_the_last_bit(water: esp_qm.Molecule) -> None:
    def answer() -> esp_qm.Evaluation:
        with esp_qm.Server(threads=1, memory="1GB") as server:
            return server.evaluate(water, model=MODEL)

    one, other = answer(), answer()
    assert one.energy == other.energy and (one.gradient == other.gradient).all()  # type: ignore[union-attr]


def test_failures_leave_the_server_ready(water: esp_qm.Molecule, references: dict[str, Any]) -> None:
    with esp_qm.Server(threads=1) as server:
        with pytest.raises(esp_qm.BadInput, match="none-such"):
            server.evaluate(water, model={"method": "hf", "basis": "none-such"})
        with pytest.raises(esp_qm.NotConverged):
            server.evaluate(water, model=MODEL, convergence={"maximum_iterations": 1})
        with pytest.raises(ValueError):
            server.evaluate(esp_qm.Molecule(water.symbols, water.geometry), model={"field": [float("nan"), 0, 0]})
        assert server.evaluate(water, model=MODEL).energy == pytest.approx(references["energy"], abs=1e-8)


def test_mutated_requests_are_answered(water: esp_qm.Molecule) -> None:
    # Whatever the bytes of a line are, there is one answer, and the program goes on.
    base = json.dumps(
        {
            "id": 1, "symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4], "charge": 0, "multiplicity": 1, "stability": "none",
            "model": {**MODEL, "grid": "coarse", "field": [0, 0, 0.01]}, "convergence": {"damping": 0.1, "maximum_iterations": 30},
            "properties": ["energy", "gradient", "dipole", "charges"], "charge_schemes": ["mulliken", "hirshfeld", "chelpg"],
        }).encode()
    values = [b"-1", b"0", b"1e300", b"1e15", b"null", b'"x"', b"[]", b"{}", b"9" * 30, b"true", b"[[[[]]]]", b'"\\u0000"', b"\xff"]
    generator = random.Random(29)
    lines = []
    for _ in range(400):
        places = list(re.finditer(rb'-?\d[\d.e+-]*|"[^"]*"|[\[{]', base))
        place = generator.choice(places)
        line = base[: place.start()] + generator.choice(values) + base[place.end() :]
        if generator.random() < 0.3:
            cut = generator.randrange(len(line))
            line = line[:cut] + line[cut + generator.randrange(1, 30) :]
        lines.append(line)
    process = subprocess.run(
        [str(esp_qm.find_program()), "serve", "--threads", "1", "--memory", "500MB"], input=b"\n".join(lines), capture_output=True,
        timeout=120)
    assert process.returncode == 0 and process.stderr == b""
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert {answer["error"]["code"] for answer in answers if not answer["success"]} <= {2, 64, 65}
    assert any(answer["success"] for answer in answers)


def test_a_killed_program_is_an_error_and_starts_anew(water: esp_qm.Molecule) -> None:
    with esp_qm.Server(threads=1) as server:
        energy = server.evaluate(water, model=MODEL).energy
        assert server._process is not None
        os.kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
        assert server.evaluate(water, model=MODEL).energy == pytest.approx(energy, abs=1e-9)


def test_a_program_that_ends_without_an_answer_is_an_error(tmp_path: Path, water: esp_qm.Molecule) -> None:
    script = tmp_path / "esp"
    script.write_text("#!/bin/sh\nread line\necho 'esp: error: no more' >&2\nexit 71\n")
    script.chmod(0o755)
    with esp_qm.Server(script) as server, pytest.raises(esp_qm.MachineError, match="no more") as caught:
        server.evaluate(water)
    assert caught.value.code == 71


def test_the_program_ends_with_the_server(water: esp_qm.Molecule) -> None:
    server = esp_qm.Server(threads=1)
    server.evaluate(water, model=MODEL, properties=["energy"])
    process = server._process
    assert process is not None and process.poll() is None
    del server
    gc.collect()
    assert process.poll() == 0
