#!/usr/bin/env python3
"""How far the functions of all-electron sets and of sets with core potentials reach into the core.

Usage:  pip install -r requirements.txt;  python scan_core_functions.py

For every orbital set of the Basis Set Exchange and every element from Li to Rn: the largest s exponent over Z^2, and the lowest energies of the
contracted s and p functions about the bare nucleus over -Z^2/2 and -Z^2/8. Writes core-functions.json: how many elements were looked
at, what the rule of Sources/FileFormats/CoreFunctions.swift (repeated here) makes of them, and for every range of atomic numbers the extremes on
both sides, which show how much room the limits have. The functions of these extremes are written out for the tests, too.
"""
import json
from math import gamma
from pathlib import Path

import basis_set_exchange as bse
import numpy as np

HERE = Path(__file__).resolve().parent
# Not all-electron sets, though the Exchange has no potential for them: made for pseudopotentials or projector-augmented waves, or their
# potentials are missing there.
MADE_FOR_POTENTIALS = ("PAW-", "DFO-1-BHS", "def2-mTZVP")


def blocks(entry):
    """Contracted functions by angular momentum: (exponents, coefficients)."""
    result = {}
    for shell in entry["electron_shells"]:
        momenta, exponents = shell["angular_momentum"], [float(x) for x in shell["exponents"]]
        for k, row in enumerate(shell["coefficients"]):
            l = momenta[k] if len(momenta) > 1 else momenta[0]
            result.setdefault(l, []).append((exponents, [float(x) for x in row]))
    return result


def lowest(l, functions, z):
    if not functions:
        return 0.0
    exponents = np.concatenate([e for e, _ in functions])
    contraction, at = np.zeros((len(exponents), len(functions))), 0
    for k, (e, c) in enumerate(functions):
        contraction[at:at + len(e), k] = np.array(c) * np.array(e) ** (l / 2 + 0.75)
        at += len(e)
    a, b = exponents[:, None], exponents[None, :]
    p = a + b
    s = gamma(l + 1.5) / 2 / p ** (l + 1.5)
    h = a * b / p * (2 * l + 3) * s - z * gamma(l + 1) / 2 / p ** (l + 1)
    s, h = contraction.T @ s @ contraction, contraction.T @ h @ contraction
    d = 1 / np.sqrt(np.diag(s))
    values, vectors = np.linalg.eigh(s * d[:, None] * d)
    x = vectors[:, values > 1e-8] / np.sqrt(values[values > 1e-8])
    return float(np.linalg.eigvalsh(x.T @ (h * d[:, None] * d) @ x)[0]) / (-z * z / 2 / (l + 1) ** 2)


def lacks_core(z, steepness, share1s, share2p):
    if z <= 2:
        return False
    if z <= 10:
        return steepness < 0.55 or share1s < 0.88
    if z <= 18:
        return share1s < 0.88 or share2p < 0.8
    if z <= 36:
        return share1s < 0.88 or share2p < 0.9 or (z > 30 and steepness > 20 and share2p < 0.97)
    return share1s < 0.55 or share2p < 0.9


def main():
    rows, metadata = [], bse.get_metadata()
    for name in bse.get_all_basis_names():
        entry = metadata.get(bse.misc.transform_basis_name(name))
        if entry and entry["role"] != "orbital":
            continue
        for key, element in bse.get_basis(name)["elements"].items():
            z = int(key)
            if not 3 <= z <= 86 or "electron_shells" not in element:
                continue
            core = element.get("ecp_electrons", 0) if "ecp_potentials" in element else 0
            found = blocks(element)
            steepest = max((max(e) for e, _ in found.get(0, [])), default=0) / z ** 2
            values = (steepest, lowest(0, found.get(0), z), lowest(1, found.get(1), z))
            kind = "potential" if core else "made_for_potentials" if name.startswith(MADE_FOR_POTENTIALS) else "all_electron"
            rows.append((kind, name, z, values, lacks_core(z, *values)))
    record = {"provenance": f"scan_core_functions.py, basis_set_exchange {bse.__version__}",
              "sets": len({name for _, name, *_ in rows}), "elements": {}, "extremes": {}}
    for kind in ("all_electron", "potential", "made_for_potentials"):
        mine = [r for r in rows if r[0] == kind]
        record["elements"][kind] = {"looked_at": len(mine), "refused": sum(r[4] for r in mine)}
        wrong = [f"{r[1]} {r[2]}" for r in mine if r[4] != (kind != "all_electron")]
        print(kind, record["elements"][kind], "wrong:", wrong[:20])
    examples = []
    for first, last in ((3, 10), (11, 18), (19, 30), (31, 36), (37, 54), (55, 86)):
        entry = {}
        for place, what in enumerate(("steepness", "share1s", "share2p")):
            def extreme(kind, choose):
                r = choose((r for r in rows if r[0] == kind and first <= r[2] <= last), key=lambda r: r[3][place])
                examples.append((r[1], r[2], kind))
                return {"set": r[1], "z": r[2], "value": round(r[3][place], 4)}
            entry[what] = {"lowest_all_electron": extreme("all_electron", min), "highest_with_potential": extreme("potential", max)}
        record["extremes"][f"{first}-{last}"] = entry
    record["examples"] = [example(*e) for e in sorted(set(examples), key=lambda e: (e[1], e[0]))]
    (HERE / "core-functions.json").write_text(json.dumps(record, indent=1) + "\n")


def example(name, z, kind):
    """The s and p functions of one element, and what was found."""
    element = bse.get_basis(name, elements=[z])["elements"][str(z)]
    found = blocks(element)
    steepest = max((max(e) for e, _ in found.get(0, [])), default=0) / z ** 2
    return {"set": name, "z": z, "kind": kind, "steepness": steepest, "share1s": lowest(0, found.get(0), z),
            "share2p": lowest(1, found.get(1), z),
            "functions": " | ".join(
                f"{l} " + " ".join(f"{e!r} {c!r}" for e, c in zip(exponents, row) if c != 0)
                for l in (0, 1) for exponents, row in found.get(l, []))}


if __name__ == "__main__":
    main()
