"""Puts the program and its basis sets into the wheel when ESP_WHEEL_PROGRAM names the program; else the wheel is pure Python and finds the
program of an installation (see esp_qm.find_program). With bin/esp of an unpacked release the wheel needs no libraries of the system."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "ESP_WHEEL_PROGRAM"


class ProgramHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        named = os.environ.get(VARIABLE)
        if not named or version == "editable":
            return
        program = Path(named).resolve()
        if not os.access(program, os.X_OK) or not program.is_file():
            raise FileNotFoundError(f"{VARIABLE}: {named} is not a program. Build it first: swift build -c release.")
        basis_sets = Path(os.environ.get("ESP_BASIS_SETS") or Path(self.root).parent / "BasisSets")
        files = sorted(path for path in basis_sets.rglob("*") if path.is_file())
        if not files:
            raise FileNotFoundError(f"{basis_sets} has no basis sets. ESP_BASIS_SETS names their folder.")
        included = build_data["force_include"]
        included[str(program)] = "esp_qm/bin/esp"
        for path in files:
            included[str(path)] = f"esp_qm/share/esp/BasisSets/{path.relative_to(basis_sets)}"
        included[str(Path(self.root).parent / "LICENSE")] = "esp_qm/share/esp/LICENSE"
        build_data["pure_python"] = False
        # The program does not depend on the version of Python.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        release = program.parent.parent
        if (release / "libexec/esp").is_dir():
            for folder in ("libexec/esp", "lib/esp", "share/doc/esp/licences"):
                for path in (release / folder).iterdir():
                    included[str(path)] = f"esp_qm/{folder}/{path.name}"
            # The oldest C library that will do, as pip knows it (PEP 600).
            glibc = (release / "share/doc/esp/glibc-version").read_text().strip().replace(".", "_")
            platform = platform.replace("linux", f"manylinux_{glibc}")
        build_data["tag"] = f"py3-none-{platform}"
