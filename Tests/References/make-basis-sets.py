#!/usr/bin/env python3
"""Write BasisSets/*.gbs (Gaussian94 form) and the test subsets in Basis Set Exchange JSON form.

Usage:  pip install -r requirements.txt;  python make-basis-sets.py

The data come from the Python package basis_set_exchange. Contractions are the published ones: nothing is
optimised, uncontracted or merged, and SP shells stay SP. Elements past Rn are left out.
BasisSets/lanl2mb.gbs is not made here (make-lanl2mb.py): the Basis Set Exchange does not have that set.
"""
import json
from pathlib import Path

import basis_set_exchange as bse
from basis_set_exchange import lut

HERE = Path(__file__).resolve().parent
BASIS_SETS = HERE.parent.parent / "BasisSets"
LAST_ELEMENT = 86  # Rn

# file, name, aliases, name on the Basis Set Exchange, function type
#
# Function type follows Gaussian: d functions are Cartesian (6D) for 3-21G and the 6-31G family and pure (5D)
# for the others; f and higher functions are pure always.
SETS = [
    ("sto-3g.gbs", "STO-3G", [], "STO-3G", "pure"),
    ("3-21g.gbs", "3-21G", [], "3-21G", "cartesian"),
    ("6-31g.gbs", "6-31G", [], "6-31G", "cartesian"),
    ("6-31g_d.gbs", "6-31G(d)", ["6-31G*"], "6-31G*", "cartesian"),
    ("6-31g_d_p.gbs", "6-31G(d,p)", ["6-31G**"], "6-31G**", "cartesian"),
    ("6-31plusg_d_p.gbs", "6-31+G(d,p)", ["6-31+G**"], "6-31+G**", "cartesian"),
    ("6-31plusg_d.gbs", "6-31+G(d)", ["6-31+G*"], "6-31+G*", "cartesian"),
    ("6-31plusplusg_d_p.gbs", "6-31++G(d,p)", ["6-31++G**"], "6-31++G**", "cartesian"),
    ("6-311g_d_p.gbs", "6-311G(d,p)", ["6-311G**"], "6-311G(d,p)", "pure"),
    ("6-311plusg_d_p.gbs", "6-311+G(d,p)", ["6-311+G**"], "6-311+G**", "pure"),
    ("6-311plusg_2d_p.gbs", "6-311+G(2d,p)", [], "6-311+G(2d,p)", "pure"),
    ("6-311plusplusg_d_p.gbs", "6-311++G(d,p)", ["6-311++G**"], "6-311++G**", "pure"),
    ("cc-pvdz.gbs", "cc-pVDZ", [], "cc-pVDZ", "pure"),
    ("cc-pvtz.gbs", "cc-pVTZ", [], "cc-pVTZ", "pure"),
    ("cc-pvqz.gbs", "cc-pVQZ", [], "cc-pVQZ", "pure"),
    ("aug-cc-pvdz.gbs", "aug-cc-pVDZ", [], "aug-cc-pVDZ", "pure"),
    ("def2-svp.gbs", "def2-SVP", [], "def2-SVP", "pure"),
    ("def2-tzvp.gbs", "def2-TZVP", [], "def2-TZVP", "pure"),
    ("def2-tzvpp.gbs", "def2-TZVPP", [], "def2-TZVPP", "pure"),
    ("def2-qzvp.gbs", "def2-QZVP", [], "def2-QZVP", "pure"),
    ("def2-svpd.gbs", "def2-SVPD", [], "def2-SVPD", "pure"),
    ("def2-tzvpd.gbs", "def2-TZVPD", [], "def2-TZVPD", "pure"),
    ("pcseg-1.gbs", "pcseg-1", [], "pcseg-1", "pure"),
    ("pcseg-2.gbs", "pcseg-2", [], "pcseg-2", "pure"),
    ("cc-pvtz-pp.gbs", "cc-pVTZ-PP", [], "cc-pVTZ-PP", "pure"),
    ("lanl2tz.gbs", "LANL2TZ", [], "LANL2TZ", "pure"),
    ("lanl2dz.gbs", "LANL2DZ", [], "LANL2DZ", "pure"),
]


# Misprints of the Basis Set Exchange that are corrected: file, line as it is there, line as published, what the header says of it.
CORRECTIONS = [
    ("lanl2dz.gbs", "2      0.9512915             16.4655317", "2      0.9812915             16.4655317",
     "Tl, potential, p-g part: the last exponent is 0.9812915 as published (J. Chem. Phys. 82, 284, table III) and in Gaussian;"
     " the Basis Set Exchange and copies of it have 0.9512915."),
]


# For density fitting; a folder of their own, since no calculation takes them as its basis set.
AUXILIARY_SETS = [
    ("Auxiliary/def2-universal-jfit.gbs", "def2-universal-jfit", [], "def2-universal-jfit", "pure"),
    ("Auxiliary/def2-universal-jkfit.gbs", "def2-universal-jkfit", [], "def2-universal-jkfit", "pure"),
]


def corrected(file, text):
    """The text with the corrections of its file; each has to be needed once."""
    for name, wrong, right, _ in CORRECTIONS:
        if name == file:
            assert text.count(wrong) == 1, f"{name}: no longer as it was; is the correction still needed?"
            text = text.replace(wrong, right)
    return text


def symbol(z):
    return lut.element_sym_from_Z(z, normalize=True)


def element_ranges(numbers):
    """[1, 3, 4, 5] -> 'H, Li-B'."""
    numbers, parts = sorted(set(numbers)), []
    start = previous = None
    for z in numbers + [None]:
        if previous is not None and z == previous + 1:
            previous = z
            continue
        if start is not None:
            parts.append(symbol(start) if start == previous else f"{symbol(start)}-{symbol(previous)}")
        start = previous = z
    return ", ".join(parts)


def citation(entry):
    """One line for one entry of the reference table of the Basis Set Exchange."""
    text = "; ".join(entry.get("authors", []))
    for key in ("title", "note", "booktitle", "school", "publisher"):
        if key in entry and key != "publisher":
            text += (". " if text else "") + str(entry[key])
    if "journal" in entry:
        text += f". {entry['journal']}"
    if "volume" in entry:
        text += f" {entry['volume']}"
    if "pages" in entry:
        text += f", {entry['pages']}"
    if "year" in entry:
        text += f" ({entry['year']})"
    if "doi" in entry:
        text += f". doi:{entry['doi']}"
    return " ".join(text.split())


def reference_lines(name, elements):
    """One line per literature reference, with the elements and the part of the set it is for."""
    users = {}
    for group in bse.get_references(name, elements=elements):
        for info in group["reference_info"]:
            for key, entry in info["reference_data"]:
                numbers = users.setdefault((citation(entry), info["reference_description"]), set())
                numbers.update(int(z) for z in group["elements"])
    return [f"! Reference: {element_ranges(z)} [{part}]: {text}" for (text, part), z in users.items()]


def write_set(file, name, aliases, bse_name, function_type):
    (BASIS_SETS / file).parent.mkdir(exist_ok=True)
    data = bse.get_basis(bse_name)
    elements = [z for z in sorted(map(int, data["elements"])) if z <= LAST_ELEMENT]
    ecp = [z for z in elements if "ecp_potentials" in data["elements"][str(z)]]
    lines = [f"! Basis set: {name}"]
    if aliases:
        lines.append(f"! Aliases: {', '.join(aliases)}")
    lines.append(f"! Function type: {function_type}")
    lines.append(
        f"! Source: Basis Set Exchange, version {bse.__version__}, set '{bse_name}', revision {data['version']}"
        f" ({data['revision_description']}), https://www.basissetexchange.org"
    )
    lines.append(f"! Elements: {element_ranges(elements)}")
    if ecp:
        lines.append(f"! Effective core potentials: {element_ranges(ecp)}")
    if function_type == "cartesian":
        lines.append("! Only d functions are Cartesian (6D); f functions, where there are any, are pure (7F), as in Gaussian.")
    lines += [f"! Correction: {note}" for name, _, _, note in CORRECTIONS if name == file]
    lines += reference_lines(bse_name, elements)
    body = bse.get_basis(bse_name, elements=elements, fmt="gaussian94", header=False, optimize_general=False)
    text = "\n".join(lines) + "\n!\n" + corrected(file, body.strip("\n")) + "\n"
    (BASIS_SETS / file).write_text(text)
    highest = max(max(s["angular_momentum"]) for z in elements for s in data["elements"][str(z)]["electron_shells"])
    print(f"| `{file}` | {name} | {', '.join(aliases)} | {function_type} | {'spdfghi'[highest]} | "
          f"{element_ranges(elements)} | {element_ranges(ecp) or '-'} |")


def minimal_shells(z):
    """Shells of s, p, d that hold electrons in the ground state, H to Kr."""
    if z <= 2:
        return [1, 0, 0]
    if z <= 10:
        return [2, 1 if z > 4 else 0, 0]
    if z <= 18:
        return [3, 2 if z > 12 else 1, 0]
    return [4, 3 if z > 30 else 2, 1 if z > 20 else 0]


def write_minimal_reference():
    """BasisSets/minao.gbs: the occupied shells of free atoms, the leading contractions of cc-pVTZ."""
    data = bse.get_basis("cc-pVTZ", optimize_general=False)
    elements = [z for z in sorted(map(int, data["elements"])) if z <= 36]
    lines = ["! Basis set: MINAO", "! Function type: pure",
             f"! Source: Basis Set Exchange, version {bse.__version__}, set 'cc-pVTZ', revision {data['version']}: its leading",
             "! contractions, as many as the ground state of the atom has occupied shells (1s 2s 2p for carbon). They are the",
             "! reference of intrinsic atomic orbitals: G. Knizia, J. Chem. Theory Comput. 9, 4834 (2013), doi:10.1021/ct400687b.",
             "! Not meant for calculations.", f"! Elements: {element_ranges(elements)}"]
    lines += reference_lines("cc-pVTZ", elements) + ["!"]
    for z in elements:
        lines.append(f"{symbol(z)}     0")
        for l, wanted in enumerate(minimal_shells(z)):
            found = []
            for shell in data["elements"][str(z)]["electron_shells"]:
                if shell["angular_momentum"] == [l]:
                    found += [(shell["exponents"], c) for c in shell["coefficients"]]
            for exponents, coefficients in found[:wanted]:
                pairs = [(e, c) for e, c in zip(exponents, coefficients) if float(c) != 0]
                lines.append(f"{'SPD'[l]}   {len(pairs)}   1.00")
                lines += [f"{e:>24}{c:>24}" for e, c in pairs]
        lines.append("****")
    (BASIS_SETS / "minao.gbs").write_text("\n".join(lines) + "\n")


def head(name, source, elements, ecp, references):
    lines = [f"! Basis set: {name}", "! Function type: pure"] + [f"! {line}" for line in source]
    lines.append(f"! Elements: {element_ranges(elements)}")
    if ecp:
        lines.append(f"! Effective core potentials: {element_ranges(ecp)}")
    return "\n".join(lines + references) + "\n!\n"


def write_data(file, name, source, data, references):
    """Writes a set that is put together here, from the Exchange's own form."""
    elements = sorted(map(int, data["elements"]))
    ecp = [z for z in elements if "ecp_potentials" in data["elements"][str(z)]]
    body = bse.writers.write_formatted_basis_str(data, "gaussian94", header=None)
    (BASIS_SETS / file).write_text(head(name, source, elements, ecp, references) + body.strip("\n") + "\n")
    print(f"| `{file}` | {name} | | pure | {element_ranges(elements)} | {element_ranges(ecp) or '-'} |")


def write_minimally_augmented(file, parent):
    """ma-def2-...: one diffuse s and one diffuse p function on every atom but H, a third of the smallest exponent."""
    data = bse.get_basis(parent, elements=f"1-{LAST_ELEMENT}", optimize_general=False)
    for z, element in data["elements"].items():
        if z == "1":
            continue
        for l in (0, 1):
            shells = [s for s in element["electron_shells"] if s["angular_momentum"] == [l]]
            smallest = min(float(e) for s in shells for e in s["exponents"])
            element["electron_shells"].append({
                "function_type": shells[0]["function_type"], "region": "", "angular_momentum": [l],
                "exponents": [f"{smallest / 3:.10f}"], "coefficients": [["1.0000000"]]})
        element["electron_shells"].sort(key=lambda s: s["angular_momentum"])
    write_data(
        file, f"ma-{parent}",
        [f"Source: Basis Set Exchange, version {bse.__version__}, set '{parent}', revision {data['version']}, and on every atom",
         "but H one s and one p function with a third of the smallest s and p exponent (minimal augmentation)."],
        data,
        ["! Reference: He-Rn [diffuse functions]: Zheng, J.; Xu, X.; Truhlar, D. G. Minimally augmented Karlsruhe basis sets. "
         "Theor. Chem. Acc. 128, 295-305 (2011). doi:10.1007/s00214-010-0846-z"]
        + reference_lines(parent, [int(z) for z in data["elements"]]))


def write_sdd():
    """SDD: Dunning's double zeta for H to Cl, and the Stuttgart-Dresden core potentials beyond."""
    light = bse.get_basis("DZ (Dunning-Hay)", optimize_general=False)
    small_core = bse.get_basis("Stuttgart RSC 1997", optimize_general=False)
    large_core = bse.get_basis("Stuttgart RLC", optimize_general=False)
    data, parts = light, {"DZ (Dunning-Hay)": sorted(map(int, light["elements"])), "Stuttgart RSC 1997": [], "Stuttgart RLC": []}
    for z in range(11, LAST_ELEMENT + 1):
        for name, source in (("Stuttgart RSC 1997", small_core), ("Stuttgart RLC", large_core)):
            if str(z) not in data["elements"] and str(z) in source["elements"]:
                data["elements"][str(z)] = source["elements"][str(z)]
                parts[name].append(z)
    write_data(
        "sdd.gbs", "SDD",
        [f"Source: Basis Set Exchange, version {bse.__version__}: " + "; ".join(f"'{n}' for {element_ranges(z)}" for n, z in parts.items()),
         "SDD is a keyword of Gaussian for Dunning's double zeta (D95) for H to Ar and Stuttgart-Dresden core potentials beyond.",
         "Put together here from what the Exchange has; numbers inside Gaussian may differ, and nothing was compared with them."],
        data, [line for name, z in parts.items() for line in reference_lines(name, z)])


def write_json_subset(bse_name, elements, file):
    text = bse.get_basis(bse_name, elements=elements, fmt="json")
    (HERE / "BasisSets").mkdir(exist_ok=True)
    (HERE / "BasisSets" / file).write_text(json.dumps(json.loads(text), indent=1) + "\n")


if __name__ == "__main__":
    for row in SETS + AUXILIARY_SETS:
        write_set(*row)
    write_minimal_reference()
    write_minimally_augmented("ma-def2-svp.gbs", "def2-SVP")
    write_minimally_augmented("ma-def2-tzvp.gbs", "def2-TZVP")
    write_sdd()
    write_json_subset("def2-SVP", ["H", "O", "Cl", "Nb"], "def2-svp-subset.json")
    write_json_subset("STO-3G", ["H", "C", "N", "O", "Cl"], "sto-3g-subset.json")
