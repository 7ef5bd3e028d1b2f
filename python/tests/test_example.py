"""The example runs, and its picture is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import esp_qm


def test_the_account_is_plotted(water_run: esp_qm.Run, tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / "examples" / "account.py"
    picture = tmp_path / "account.png"
    subprocess.run(
        [sys.executable, str(script), str(water_run.path), str(picture)], check=True, cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "agg"})
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000

