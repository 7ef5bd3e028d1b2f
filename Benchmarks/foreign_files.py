#!/usr/bin/env python3
"""Reads wavefunction files of other programs with `esp analyze`, and compares the charges with independent readers.

    python Benchmarks/foreign_files.py FOLDER [FOLDER ...] --esp .build/release/esp --table results.json

Every file below the folders that holds a wavefunction (fchk, Molden, wfn, wfx, mwfn; gzip or not) is analysed, files of the same content once.
The table is written after every file, and a second call goes on from it (--again analyses all once more). --summary prints the
results by program in Markdown.

Electrons by Mulliken in the functions of each atom are compared with these references, iodata's where the others fail:
  program   charges that the program itself printed into the fchk (of the SCF density)
  iodata    its reader and its overlap integrals
  PySCF     its Molden reader and its overlap integrals
  primitives the own reader of .wfn and .wfx files below, with overlaps by recursion
  complete  where there are as many orbitals as functions: S = (C C^T)^-1 follows from the coefficients alone, whatever the convention of the file;
            functions are first reduced to those that the orbitals span on each atom (pure functions that are written as Cartesian ones)
Readers that find the orbitals not orthonormal within 0.002 misread the file and give none. A file agrees if the nearest reference is within
1e-4 electrons an atom; the others are in the table. Needs numpy, qc-iodata and pyscf.
"""
import argparse
import collections
import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

warnings.filterwarnings("ignore")
TOLERANCE = 1e-4

# ---- files -------------------------------------------------------------------------------------------------------

def content(path):
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8", "replace")


def kind(text):
    """The format, by the content; None for what holds no wavefunction."""
    head = text[:20000]
    if re.search(r"^\s*\[molden format\]", head, re.I | re.M):
        return "molden"
    if re.search(r"^\s*<(Title|Number of Nuclei|Keywords)>", head, re.M):
        return "wfx"
    if re.search(r"^Wfntype=", head, re.M):
        return "mwfn"
    if re.search(r"MOL ORBITALS\s+\d+\s+PRIMITIVES", head):
        return "wfn"
    if re.search(r"^(Number of atoms|Atomic numbers|Charge) +I ", head, re.M):
        return "fchk"
    return None


PROGRAMS = [
    ("Gaussian", r"gaussian|\bg0[39]\b|\bg16\b|g03|g09|g16"), ("ORCA", r"orca"), ("Psi4", r"psi4|psi 4"), ("Q-Chem", r"q-?chem"),
    ("PySCF", r"pyscf"), ("NWChem", r"nwchem"), ("Turbomole", r"turbomole|tm2molden"), ("CFOUR", r"cfour|molden_nat|\bc4\b"),
    ("Molpro", r"molpro"), ("OpenMolcas", r"molcas"), ("xtb", r"\bxtb\b"), ("CP2K", r"cp2k"), ("GAMESS", r"gamess|gms"), ("deMon2k", r"demon"),
    ("Dalton", r"dalton"), ("BDF", r"\bbdf\b"), ("MRCC", r"mrcc"), ("Multiwfn", r"multiwfn"), ("Molden2AIM", r"molden2aim"),
    ("TeraChem", r"terachem"), ("ADF", r"\badf\b"), ("Crystal", r"crystal"), ("Gabedit", r"gabedit"), ("Columbus", r"columbus"),
    ("BAGEL", r"bagel"), ("MOPAC", r"mopac"), ("Jaguar", r"jaguar"), ("Firefly", r"firefly|pcgamess"), ("ChronusQ", r"chronus"), ("entos Qcore", r"entos"),
    ("Serenity", r"serenity"), ("HORTON", r"horton"), ("DFTB+", r"dftb\+|waveplot"), ("AIMAll", r"aimall"), ("MOLCAO", r"molcao"),
]


def program(path, text, form):
    """By what the file says of itself, else by its name; fchk files are Gaussian's unless they say otherwise."""
    if form == "molden":
        lines = text[:4000].splitlines()
        title = "\n".join(line for line in lines[:12] if not re.match(r"\s*-?\d", line))
    elif form == "fchk":
        title = "\n".join(text.splitlines()[:2])
    else:
        title = text[:300]
    name = "/".join(Path(path).parts[-2:])
    for source in (title, Path(path).name, name):
        for known, pattern in PROGRAMS:
            if known in ("Multiwfn", "HORTON", "Molden2AIM") and source == name:
                continue
            if re.search(pattern, source, re.I):
                return known
    if form == "molden" and "[MOLPRO" in text.upper():
        return "Molpro"
    return "Gaussian" if form == "fchk" else "unknown"


# ---- references --------------------------------------------------------------------------------------------------

def section(text, name):
    match = re.search(rf"^{re.escape(name)} +[IR] +N= +(\d+)\n((?: [ \d.ED+-]+\n?)+)", text, re.M)
    return np.array([float(x) for x in match.group(2).split()][:int(match.group(1))]) if match else None


def printed(text):
    """Mulliken charges in an fchk. Those of a correlated density are not those of the orbitals."""
    if re.search(r"^Total (MP2|MP3|MP4|CI|CC|CI Rho\(1\)) Density", text, re.M):
        return None
    values = section(text, "Mulliken Charges")
    charges = section(text, "Nuclear charges")
    if values is None or charges is None or len(values) != len(charges) or abs(values.sum() - round(values.sum())) > 1e-3:
        return None
    return [[float(z), float(z - v)] for v, z in zip(values, charges) if z != 0]


def mulliken(overlap, sets, atoms, charges):
    """Nuclear charge and electrons of every atom. sets: [(coefficients, occupations)]; atoms: the atom of every function."""
    electrons = np.zeros(len(charges))
    for coefficients, occupations in sets:
        error = np.abs(coefficients.T @ overlap @ coefficients - np.eye(coefficients.shape[1])).max()
        if error > 2e-3:
            raise ValueError(f"orbitals not orthonormal ({error:.2g})")
        density = (coefficients * occupations) @ coefficients.T
        np.add.at(electrons, atoms, np.einsum("ij,ji->i", density, overlap))
    return [[float(z), float(n)] for z, n in zip(charges, electrons) if z != 0]


def by_iodata(path, form):
    from iodata import load_one
    from iodata.overlap import compute_overlap
    data = load_one(str(path), fmt=form if form != "fchk" else "fchk")
    basis, mo = data.obasis, data.mo
    overlap = compute_overlap(basis, data.atcoords)
    atoms = [shell.icenter for shell in basis.shells for _ in range(shell.nbasis)]
    if mo.kind == "unrestricted":
        sets = [(mo.coeffsa, mo.occsa), (mo.coeffsb, mo.occsb)]
    else:
        sets = [(mo.coeffs, mo.occs)]
    return mulliken(overlap, sets, np.array(atoms), data.atcorenums)


def by_pyscf(path):
    from pyscf.tools import molden
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        mol, _, coefficients, occupations, _, _ = molden.load(str(path))
    if not isinstance(coefficients, (list, tuple)):
        coefficients, occupations = [coefficients], [occupations]
    atoms = np.zeros(mol.nao, int)
    for index, (_, _, first, last) in enumerate(mol.aoslice_by_atom()):
        atoms[first:last] = index
    return mulliken(mol.intor("int1e_ovlp"), list(zip(coefficients, occupations)), atoms, mol.atom_charges())


TYPES = ("0 x y z xx yy zz xy xz yz xxx yyy zzz xxy xxz yyz xyy xzz yzz xyz xxxx yyyy zzzz xxxy xxxz xyyy yyyz xzzz yzzz xxyy xxzz yyzz xxyz"
         " xyyz xyzz").split()


def by_own_wfn(text):
    """A .wfn file, primitive by primitive, with overlaps by one-dimensional recursion."""
    lines = text.splitlines()
    # GAMESS has it behind its input.
    head = next(k for k, line in enumerate(lines) if re.search(r"MOL ORBITALS\s+\d+\s+PRIMITIVES", line))
    counts = [int(x) for x in re.findall(r"\d+", lines[head])][-3:]
    place, charges = [], []
    for line in lines[head + 1:head + 1 + counts[2]]:
        words = line.split(")")[-1].split("CHARGE")[0].split()
        place.append([float(w) for w in words] if len(words) == 3 else [float(line[24 + 12 * k:36 + 12 * k]) for k in range(3)])
        charges.append(float(line.split("=")[1]))
    body = "\n".join(lines[head + 1 + counts[2]:])

    def numbers(title, width, skip):
        rows = [line[skip:] for line in body.splitlines() if line.startswith(title)]
        return [float(row[i:i + width].replace("D", "E")) for row in rows for i in range(0, len(row.rstrip()), width)]

    centres = [int(x) - 1 for x in numbers("CENTRE ASSIGNMENTS", 3, 20)]
    types = [int(x) for x in numbers("TYPE ASSIGNMENTS", 3, 20)]
    exponents = np.array(numbers("EXPONENTS", 14, 10))
    orbitals, occupations = [], []
    for part in re.split(r"^MO +", body, flags=re.M)[1:]:
        head, _, rest = part.partition("\n")
        occupations.append(float(re.search(r"OCC NO *= *([\d.+-]+)", head).group(1)))
        rest = re.split(r"^END", rest, flags=re.M)[0]
        row = [float(line[i:i + 16].replace("D", "E")) for line in rest.splitlines() for i in range(0, len(line.rstrip()), 16)]
        orbitals.append(row[:len(centres)])
    return from_primitives(place, charges, centres, types, exponents, orbitals, occupations)


def by_own_wfx(text):
    def values(name):
        body = re.search(rf"<{re.escape(name)}>(.*?)</{re.escape(name)}>", text, re.S).group(1)
        return np.array([float(w.replace("D", "E")) for w in body.split()])

    centres = values("Primitive Centers").astype(int) - 1
    body = re.search(r"<Molecular Orbital Primitive Coefficients>(.*?)</Molecular Orbital Primitive Coefficients>", text, re.S).group(1)
    flat = [float(w.replace("D", "E")) for w in re.sub(r"<MO Number>.*?</MO Number>", " ", body, flags=re.S).split()]
    return from_primitives(
        values("Nuclear Cartesian Coordinates").reshape(-1, 3), values("Nuclear Charges"), centres, values("Primitive Types").astype(int),
        values("Primitive Exponents"), np.array(flat).reshape(-1, len(centres)), values("Molecular Orbital Occupation Numbers"))


def from_primitives(place, charges, centres, types, exponents, orbitals, occupations):
    powers = np.array([[TYPES[t - 1].count(c) for c in "xyz"] for t in types])
    spot = np.array(place)[centres]
    p = exponents[:, None] + exponents[None, :]
    overlap = np.ones_like(p)
    for axis in range(3):
        a, b = spot[:, axis][:, None], spot[:, axis][None, :]
        middle = (exponents[:, None] * a + exponents[None, :] * b) / p
        prefactor = np.sqrt(np.pi / p) * np.exp(-exponents[:, None] * exponents[None, :] / p * (a - b) ** 2)
        n = int(powers[:, axis].max())
        table = np.zeros((n + 1, n + 1) + p.shape)
        table[0, 0] = prefactor
        for i in range(n + 1):
            if i:
                table[i, 0] = (middle - a) * table[i - 1, 0] + (i - 1) / (2 * p) * (table[i - 2, 0] if i > 1 else 0)
            for j in range(1, n + 1):
                table[i, j] = (middle - b) * table[i, j - 1] + (i / (2 * p) * table[i - 1, j - 1] if i else 0) \
                    + ((j - 1) / (2 * p) * table[i, j - 2] if j > 1 else 0)
        rows, columns = np.indices(p.shape)
        overlap *= table[powers[:, axis][:, None], powers[:, axis][None, :], rows, columns]
    # Correlated wavefunctions list natural orbitals, alpha and beta together: orthonormal within each spin only.
    coefficients = np.array(orbitals).T
    norms = np.einsum("pi,pq,qi->i", coefficients, overlap, coefficients)
    if np.abs(norms - 1).max() > 2e-3:
        raise ValueError(f"orbitals not normalised ({np.abs(norms - 1).max():.2g})")
    electrons = np.zeros(len(charges))
    density = (coefficients * occupations) @ coefficients.T
    np.add.at(electrons, centres, np.einsum("ij,ji->i", density, overlap))
    return [[float(z), float(n)] for z, n in zip(charges, electrons) if z != 0]


def complete_set(coefficients, occupations, atoms, charges):
    """From as many orbitals as functions; coefficients and occupations one a spin."""
    first = coefficients[0]
    if first.shape[0] > first.shape[1]:
        spans, owners = [], []
        for atom in range(len(charges)):
            rows = np.flatnonzero(atoms == atom)
            left, values, _ = np.linalg.svd(np.hstack([c[rows] for c in coefficients]), full_matrices=False)
            kept = left[:, values > 1e-5 * values[0]] if len(rows) else left[:, :0]
            spans.append((rows, kept))
            owners += [atom] * kept.shape[1]
        coefficients = [np.vstack([kept.T @ c[rows] for rows, kept in spans]) for c in coefficients]
        first, atoms = coefficients[0], np.array(owners)
    if first.shape[0] != first.shape[1]:
        raise ValueError(f"{first.shape[1]} orbitals of {first.shape[0]} functions")
    product = first @ first.T
    if np.linalg.cond(product) > 1e8:
        raise ValueError("ill-conditioned")
    overlap = np.linalg.inv(product)
    return mulliken(overlap, list(zip(coefficients, occupations)), atoms, charges)


def by_complete_fchk(text):
    types, places = section(text, "Shell types").astype(int), section(text, "Shell to atom map").astype(int)
    sizes = [4 if t == -1 else 2 * -t + 1 if t < 0 else (t + 1) * (t + 2) // 2 for t in types]
    atoms = np.repeat(places - 1, sizes)
    charges = section(text, "Nuclear charges")
    counts = [int(re.search(rf"^Number of {spin} electrons +I +(\d+)", text, re.M).group(1)) for spin in ("alpha", "beta")]
    coefficients, occupations = [], []
    for spin, count in zip(("Alpha", "Beta"), counts):
        flat = section(text, f"{spin} MO coefficients")
        if flat is None:
            flat = section(text, "Alpha MO coefficients")
        matrix = flat.reshape(-1, len(atoms)).T
        coefficients.append(matrix)
        occupations.append(np.array([1.0] * count + [0.0] * (matrix.shape[1] - count)))
    return complete_set(coefficients, occupations, atoms, charges)


def by_complete_molden(text):
    sections = {}
    for line in text.splitlines():
        match = re.match(r"\s*\[(.*?)\]", line)
        if match:
            name = match.group(1).strip().lower()
            if name in sections and name in ("mo", "atoms", "gto"):
                raise ValueError("several wavefunctions")
            sections.setdefault(name, [])
        elif sections:
            sections[name].append(line)
    labels, serials, charges = [], [], []
    for line in sections["atoms"]:
        words = line.split()
        if len(words) >= 6:
            labels.append(words[0])
            serials.append(int(words[1]))
            charges.append(float(words[2]))
    for line in sections.get("core", []):
        words = line.replace(":", " ").split()
        if len(words) == 2:
            for k in range(len(serials)):
                if words[0] in (str(serials[k]), labels[k]):
                    charges[k] -= float(words[1])
    momenta, owners, atom = [], [], None
    for line in sections["gto"]:
        words = line.split()
        if not words:
            continue
        if words[0].isdigit() and "." not in words[0] and (len(words) == 1 or words[1] == "0"):
            atom = serials.index(int(words[0]))
        elif words[0].lower() in ("s", "p", "sp", "d", "f", "g", "h"):
            for letter in words[0].lower():
                momenta.append("spdfgh".index(letter))
                owners.append(atom)
    orbitals = []
    for line in sections["mo"]:
        if "=" in line:
            key, _, value = line.partition("=")
            key = key.strip().lower()
            if not orbitals or orbitals[-1]["c"]:
                orbitals.append({"c": {}, "spin": "alpha"})
            orbitals[-1][key] = value.strip().lower()
        elif line.split():
            number, value = line.split()
            orbitals[-1]["c"][int(number)] = float(value.replace("D", "E"))
    functions = max(max(o["c"]) for o in orbitals)
    for pattern in range(16):
        sizes = [2 * l + 1 if l < 2 or pattern >> (l - 2) & 1 else (l + 1) * (l + 2) // 2 for l in momenta]
        if sum(sizes) == functions:
            break
    else:
        raise ValueError(f"{functions} coefficients fit no shells")
    coefficients, occupations = [], []
    for spin in ("a", "b"):
        own = [o for o in orbitals if o["spin"].startswith(spin)]
        if own:
            coefficients.append(np.array([[o["c"].get(k + 1, 0.0) for k in range(functions)] for o in own]).T)
            occupations.append(np.array([float(o["occup"].replace("d", "e")) for o in own]))
    electrons = sum(o.sum() for o in occupations)
    if len(occupations) == 1 and set(np.unique(occupations[0])) <= {0.0, 1.0} and abs(2 * electrons - sum(charges)) < 0.01 and electrons > 1:
        occupations[0] = 2 * occupations[0]
    return complete_set(coefficients, occupations, np.repeat(owners, sizes), charges)


class Timeout(Exception):
    pass


def timed(seconds, work, *arguments):
    def stop(*_):
        raise Timeout(f"more than {seconds} s")
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        return work(*arguments), None
    except Exception as error:  # whatever a reader throws is why there is no reference
        return None, f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    finally:
        signal.alarm(0)


def references(path, text, form):
    """All that can be had: {reader: [nuclear charge, electrons] of every atom}, and why the others have none."""
    found, missing = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"file.{form if form != 'molden' else 'molden'}"
        plain.write_text(text)
        if form == "fchk":
            values, _ = timed(60, printed, text)
            if values:
                found["program"] = values
        work = {"molden": [("complete", by_complete_molden, (text,)), ("PySCF", by_pyscf, (plain,))], "wfn": [("primitives", by_own_wfn, (text,))],
                "wfx": [("primitives", by_own_wfx, (text,))],
                "fchk": [("complete", by_complete_fchk, (text,))]}.get(form, [])
        for name, function, arguments in work + [("iodata", by_iodata, (plain, form))]:
            # Its integrals take minutes for large files.
            if found and name == "iodata":
                break
            values, why = timed(120, function, *arguments)
            if values is not None and np.isfinite(values).all():
                found[name] = values
            else:
                missing[name] = why
    return found, missing


# ---- the program -------------------------------------------------------------------------------------------------

def analyze(esp, path, options):
    with tempfile.TemporaryDirectory() as folder:
        command = [esp, "analyze", str(path), "--json", "-q", "--threads", "1", "--cube", "none", "--picture", "none", "-o",
                   folder + "/out", *options]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        except subprocess.TimeoutExpired:
            return {"status": "timeout"}
        if done.returncode != 0:
            # The error and its cure, which stand on lines of their own after notes.
            message = " ".join(done.stderr[max(done.stderr.find("esp: error: "), 0):].split())
            return {"status": done.returncode, "message": message.replace("esp: error: ", "").replace(str(path), "FILE")}
        result = json.loads(done.stdout)
        state = result["states"][0]
        nuclei = result["molecule"]["effective_nuclear_charges"]
        return {"status": 0, "charge": state["charge"], "multiplicity": state["multiplicity"],
                "atoms": [[z, z - q] for z, q in zip(nuclei, state["charges"]["mulliken"])],
                "ghosts": len(result["molecule"].get("ghosts", [])), "error": result["source"]["orthonormality_error"],
                "notes": result["source"]["notes"]}


def difference(reference, own):
    """Largest difference of the electrons of an atom. PySCF lists atoms by their serial numbers, where the file does not."""
    if len(reference) != len(own):
        return 99.0
    plain = np.abs(reference - own)[:, 1].max()
    if plain > TOLERANCE and (reference[:, 0] != own[:, 0]).any():
        plain = np.abs(np.array(sorted(reference.tolist())) - np.array(sorted(own.tolist())))[:, 1].max()
    return float(plain)


def verdict(record):
    if record["esp"]["status"] == 0:
        differences = record.get("differences", {})
        if not differences:
            return "no reference"
        near = [reader for reader, value in differences.items() if value <= TOLERANCE]
        if not near:
            return "DIFFERS"
        # Nuclear charges differ where a reader takes the atomic number although core electrons are left out; a note must say so.
        same = any(np.allclose(sorted(a[0] for a in record["references"][r]), sorted(a[0] for a in record["esp"]["atoms"])) for r in near)
        return "agrees" if same or any("core" in note for note in record["esp"]["notes"]) else "other cores"
    return "refused" if record["esp"]["status"] in (65, 66) else "FAILED"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--esp", default=".build/release/esp")
    parser.add_argument("--table", default="foreign-files.json")
    parser.add_argument("--again", action="store_true", help="analyse all files once more")
    parser.add_argument("--only", help="only files whose path matches this regular expression")
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args()
    table = json.loads(Path(options.table).read_text()) if Path(options.table).exists() else {}
    seen = set()
    # Small ones first.
    paths = sorted((p.stat().st_size, p, f) for f in options.folders for p in Path(f).rglob("*") if p.is_file())
    for _, path, folder in paths:
        name = str(path.relative_to(folder))
        if options.only and not re.search(options.only, name):
            continue
        try:
            text = content(path)
        except OSError:
            continue
        form = kind(text)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        if form is None or digest in seen:
            continue
        seen.add(digest)
        record = table.get(digest)
        if record is None:
            found, missing = references(path, text, form)
            record = {"name": name, "format": form, "program": program(path, text, form), "references": found, "missing": missing}
        elif not options.again:
            continue
        record["program"] = program(path, text, form)
        record["esp"] = analyze(options.esp, path, [])
        if record["esp"]["status"] == 0:
            own = np.array(record["esp"]["atoms"])
            record["differences"] = {reader: difference(np.array(values), own) for reader, values in record["references"].items()}
        else:
            record.pop("differences", None)
        record["verdict"] = verdict(record)
        table[digest] = record
        Path(options.table).write_text(json.dumps(table, indent=1))
        word = record["verdict"]
        detail = record["esp"].get("message", "") if record["esp"]["status"] != 0 else record.get("differences") or record["missing"]
        print(f"{word:13}{record['program']:12}{form:7}{name[-70:]}" + ("" if word == "agrees" else f"  {detail}"), flush=True)
    if options.summary:
        summary([r for d, r in table.items() if d in seen])


def summary(records):
    columns = ["agrees", "no reference", "refused", "other cores", "DIFFERS", "FAILED"]
    print("| program | formats | files | " + " | ".join(columns) + " |")
    print("| --- | --- |" + " ---: |" * (len(columns) + 1))
    groups = collections.defaultdict(list)
    for record in records:
        groups[record["program"]].append(record)
    for name, own in sorted(groups.items(), key=lambda g: (g[0] == "unknown", -len(g[1]), g[0])) + [("all", records)]:
        forms = ", ".join(sorted({r["format"] for r in own}))
        counts = collections.Counter(r["verdict"] for r in own)
        print(f"| {name} | {forms} | {len(own)} | " + " | ".join(str(counts[c]) for c in columns) + " |")


if __name__ == "__main__":
    main()
