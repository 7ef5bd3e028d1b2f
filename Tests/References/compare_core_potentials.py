#!/usr/bin/env python3
"""Compare the effective core potentials in BasisSets/*.gbs with the copies that other programs have.

Usage:  pip install -r requirements.txt;  python compare_core_potentials.py LIBRARIES

LIBRARIES is a folder with the files that Debian 12's packages nwchem-data (7.0.2), psi4-data (1.3.2) and openmolcas-data (22.10)
install below /usr/share; `apt-get download` and `dpkg -x PACKAGE LIBRARIES` put them there. PySCF and basis_set_exchange are read from
the installed Python packages.

A potential is U_L + sum over l < L of (U_l - U_L) P_l. Programs divide it differently among the parts (U_L may be part of every
projected part or a part of its own), so the functions U_0 ... U_L of our file are compared, each a sum of terms c r^(n-2) exp(-a r^2): every
term has to be there with its power, exponent and coefficient, to half a unit of the sixth decimal, and the same number of electrons has to
be replaced. Elements for which the other file has another function at a higher l, where ours uses U_L,
are listed under `beyond`.

Writes core-potentials.json: for every set and source the number of elements compared and every difference. All copies of the LANL2 potentials
go back to one electronic copy (the EMSL library): their agreement shows that our copy is faithful, and nothing about misprints of that
one. OpenMolcas's library STUTTGART was generated from the data of the potentials' authors, and is a second source.
"""
import json
import re
import sys
from pathlib import Path

import basis_set_exchange as bse
import pyscf
from basis_set_exchange import lut
from pyscf import gto

HERE = Path(__file__).resolve().parent
BASIS_SETS = HERE.parent.parent / "BasisSets"
LAST_ELEMENT = 86
# Numbers with six decimals are off by up to half of the last one; sums of two by one.
ROUNDING = 1.01e-6


def number(text):
    return float(text.upper().replace("D", "E"))


def potential(core, parts):
    """Electrons replaced, and the terms of U_0 ... U_L; parts: [local, s, p, ...], each a list of (power, exponent, coefficient)."""
    local, projected = parts[0], parts[1:]
    return {"core": core, "levels": [merged(local + part) for part in projected] + [merged(local)]}


def merged(terms):
    """Terms of equal power and exponent as one; those that vanish are left out."""
    sums = {}
    for n, a, c in terms:
        sums[int(n), float(a)] = sums.get((int(n), float(a)), 0.0) + float(c)
    return sorted((n, a, c) for (n, a), c in sums.items() if abs(c) > 1e-9)


def equal(first, second):
    """Whether two lists of terms are the same but for rounding to six decimals."""
    rest = list(second)
    for n, a, c in first:
        found = [t for t in rest if t[0] == n and abs(t[1] - a) < ROUNDING and abs(t[2] - c) < ROUNDING]
        if not found:
            return False
        rest.remove(found[0])
    return not rest


def read_gaussian94(path):
    result = {}
    lines = [line.split("!")[0].split() for line in path.read_text().splitlines()]
    lines = [line for line in lines if line]
    for k, line in enumerate(lines):
        if len(line) != 3 or not re.fullmatch(r"[A-Za-z]{1,2}-ECP", line[0]):
            continue
        element = line[0].split("-")[0].capitalize()
        highest, core, at, parts = int(line[1]), int(line[2]), k + 1, []
        for _ in range(highest + 1):
            count = int(lines[at + 1][0])
            parts.append([(int(n), number(a), number(c)) for n, a, c in lines[at + 2:at + 2 + count]])
            at += 2 + count
        result[element] = potential(core, parts)
    return result


def read_nwchem(path):
    cores, parts = {}, {}
    current = None
    for line in path.read_text().splitlines():
        fields = line.split("#")[0].split()
        if len(fields) == 3 and fields[1].lower() == "nelec":
            cores[fields[0].capitalize()] = int(fields[2])
            current = None
        elif len(fields) == 2 and fields[0].capitalize() in cores:
            place = 0 if fields[1].lower() == "ul" else 1 + "spdfghi".index(fields[1].lower())
            current = parts.setdefault(fields[0].capitalize(), {}).setdefault(place, [])
        elif current is not None and len(fields) == 3 and fields[0].isdigit():
            current.append((int(fields[0]), number(fields[1]), number(fields[2])))
        else:
            current = None
    return {e: potential(cores[e], [p[k] for k in sorted(p)]) for e, p in parts.items()}


def read_openmolcas(path):
    result = {}
    text = path.read_text(errors="replace")
    for match in re.finditer(r"^PP,\s*(\w+),\s*(\d+),\s*(\d+)\s*;(.*?)(?=^/|\Z)", text, re.M | re.S):
        element, core, highest, body = match[1].capitalize(), int(match[2]), int(match[3]), match[4]
        lines = [line.split("!")[0].strip().rstrip(";").strip() for line in body.splitlines()]
        lines = [line for line in lines if line and not line.startswith("*")]
        at, parts = 0, []
        try:
            for _ in range(highest + 1):
                count = int(lines[at])
                parts.append([tuple(number(x) for x in line.split(",")[:3]) for line in lines[at + 1:at + 1 + count]])
                at += 1 + count
        except (ValueError, IndexError):
            continue
        result[element] = potential(core, parts)
    return result


def read_exchange(name):
    result = {}
    for z, entry in bse.get_basis(name)["elements"].items():
        if int(z) > LAST_ELEMENT or "ecp_potentials" not in entry:
            continue
        terms = {p["angular_momentum"][0]: list(zip(p["r_exponents"], map(number, p["gaussian_exponents"]),
                 map(number, p["coefficients"][0]))) for p in entry["ecp_potentials"]}
        highest = max(terms)
        order = [highest] + list(range(highest))
        result[lut.element_sym_from_Z(int(z), normalize=True)] = potential(
            entry["ecp_electrons"], [terms.get(l, []) for l in order])
    return result


def read_pyscf(name):
    result = {}
    for z in range(1, LAST_ELEMENT + 1):
        element = lut.element_sym_from_Z(z, normalize=True)
        try:
            core, parts = gto.basis.load_ecp(name, element)
        except Exception:
            continue
        parts = sorted(parts, key=lambda part: part[0])  # -1 is the local part
        result[element] = potential(
            core, [[(n, a, c) for n, terms in enumerate(part[1]) for a, c, *_ in terms] for part in parts])
    return result


def differences(own, other):
    """What differs in U_0 ... U_L, and what the other has beyond."""
    result, beyond = [], []
    if own["core"] != other["core"]:
        return [f"{own['core']} core electrons here, {other['core']} there"], []
    a, b = own["levels"], other["levels"]
    for l in range(max(len(a), len(b))):
        mine, theirs = a[min(l, len(a) - 1)], b[min(l, len(b) - 1)]
        if not equal(mine, theirs):
            only = [t for t in mine if not equal([t], [u for u in theirs if equal([t], [u])])]
            missing = [t for t in theirs if not equal([t], [u for u in mine if equal([t], [u])])]
            (result if l < len(a) else beyond).append(f"{'spdfgh'[l]}: only here {only}, only there {missing}")
    return result, beyond


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    share = Path(sys.argv[1])
    share = share / "usr/share" if (share / "usr/share").is_dir() else share
    exchange = f"basis_set_exchange {bse.__version__}"
    python = f"PySCF {pyscf.__version__}"
    lanl = {
        exchange: read_exchange("LANL2DZ"), python: read_pyscf("lanl2dz"),
        "NWChem 7.0.2": read_nwchem(share / "nwchem/libraries/lanl2dz_ecp"),
        "Psi4 1.3.2": read_gaussian94(share / "psi4/basis/lanl2dz.gbs"),
        "OpenMolcas 22.10": read_openmolcas(share / "openmolcas/basis_library/LANL2DZ"),
    }
    authors = {
        "OpenMolcas 22.10 (STUTTGART)": read_openmolcas(share / "openmolcas/basis_library/STUTTGART"),
        "NWChem 7.0.2 (Stuttgart RSC 1997)": read_nwchem(share / "nwchem/libraries/stuttgart_rsc_1997_ecp"),
        "NWChem 7.0.2 (Stuttgart-Koeln MCDHF RSC)": read_nwchem(share / "nwchem/libraries/stuttgart-koeln_mcdhf_rsc_ecp"),
    }
    nwchem_def2 = read_nwchem(share / "nwchem/libraries/def2-ecp")
    sources = {
        "lanl2dz.gbs": lanl, "lanl2mb.gbs": lanl,
        "def2-svp.gbs": {
            **authors, exchange: read_exchange("def2-SVP"), python: read_pyscf("def2-svp"), "NWChem 7.0.2": nwchem_def2,
            "Psi4 1.3.2": read_gaussian94(share / "psi4/basis/def2-svp.gbs")},
        "def2-tzvp.gbs": {
            **authors, exchange: read_exchange("def2-TZVP"), python: read_pyscf("def2-tzvp"), "NWChem 7.0.2": nwchem_def2,
            "Psi4 1.3.2": read_gaussian94(share / "psi4/basis/def2-tzvp.gbs")},
    }
    record = {"provenance": "compare_core_potentials.py", "sets": {}}
    for file, others in sources.items():
        own = read_gaussian94(BASIS_SETS / file)
        entry = {"elements": len(own), "sources": {}}
        confirmed = set()
        for source, theirs in others.items():
            common = [e for e in own if e in theirs and theirs[e]["core"] == own[e]["core"]]
            found = {e: differences(own[e], theirs[e]) for e in common}
            same = [e for e in common if not found[e][0]]
            if source not in authors:
                differ = {e: found[e][0] for e in common if found[e][0]}
            else:
                # The authors have several potentials of one size of core (MWB, MDF): another one is no difference.
                differ = {e: found[e][0] for e in common if 0 < len(found[e][0]) < len(own[e]["levels"]) - 1}
                confirmed |= set(same)
            beyond = {e: found[e][1] for e in same if found[e][1]}
            entry["sources"][source] = {"agree": " ".join(same), "differ": differ, "beyond": " ".join(beyond)}
            print(f"{file:14} {source:42} {len(own):3} here, {len(common):3} compared, {len(same):3} agree, {len(differ):2} differ")
            for e, text in differ.items():
                print(f"    {e}: {'; '.join(text)}")
            if beyond:
                print(f"    beyond: {', '.join(beyond)}")
        missing = [e for e in own if e not in confirmed]
        entry["not_in_the_authors_data"] = " ".join(missing)
        print(f"{file:14} not found in the authors' data: {', '.join(missing) or 'none'}")
        record["sets"][file] = entry
    (HERE / "core-potentials.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
