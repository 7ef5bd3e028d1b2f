"""Rows for what comes after the field: charges and the surface, against the field's own time and beside other programs.

All start from the same run of `esp compute`. Others get its density matrix; their time is that of the work alone, esp's that of
the whole process `esp charges`, which reads the run and writes its result anew."""
import dataclasses
import shutil

from fields import esp_states
from rows import Row, compared, median, process

# Elementary charges: the definition is exact, or both programs integrate on grids.
EXACT, ON_GRIDS = 1e-4, 1e-3
LARGEST_SUM = 1e-4  # elementary charges: sums before anything is made to fit


@dataclasses.dataclass
class Scheme:
    """A scheme of charges, and what computes it beside esp."""
    key: str
    title: str
    program: str
    tolerance: float
    # In place of the one asked for.
    molecule: str = None


SCHEMES = [
    Scheme("mulliken", "Mulliken", "PySCF", EXACT), Scheme("lowdin", "Loewdin", "PySCF", EXACT),
    Scheme("npa", "NPA", "PySCF", EXACT), Scheme("iao", "IAO", "PySCF", EXACT),
    Scheme("hirshfeld", "Hirshfeld", "horton-part", ON_GRIDS),
    Scheme("hirshfeld_i", "iterative Hirshfeld", "horton-part", ON_GRIDS),
    # For nb-al-tcbq horton-part had not finished after eight minutes of processor time.
    Scheme("mbis", "MBIS", "horton-part", ON_GRIDS, molecule="tcbq"),
]


def analysed(bench, job, k, run, command, *options):
    """A measured call of `esp command` on a copy of a run folder: the folder itself stays as it is for other rows."""
    copy = run.with_name(f"{run.name}-analysis")

    def action():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(run, copy)
        return bench.esp(command, copy, *options, "--json")

    return bench.take(job, "esp", k, action)


def against_field(bench, repeats, name, job, target, command, *options):
    """A row of the time of a command over the time of the field, and the pairs of measurements."""
    pairs = []
    for k in range(repeats):
        field, run = esp_states(bench, name, [0], "default", k)
        pairs.append((analysed(bench, job, k, run, command, *options) if field else None, field))
    done = [(a, f) for a, f in pairs if a and f]
    if not done:
        return Row(job, target=target, notes=["FAILED"]), []
    row = Row(job, median([process(a) for a, _ in done]), target=target, less_is_better=True,
              ratio=median([process(a) / field_seconds(f) for a, f in done]), esp_memory=median([a["memory"] for a, _ in done]))
    row.notes.append(f"ratio: to the field's {median([field_seconds(f) for _, f in done]):.1f} s, at most {target:.2g}")
    if len(done) < len(pairs):
        row.notes.append(f"{len(pairs) - len(done)} OF {len(pairs)} FAILED")
    if len(done) == 1:
        row.notes.append("one run")
    return row, done


def field_seconds(field):
    """Of the iterations alone, without what the process does before and after them."""
    return sum(state["wall_seconds"] for state in field["states"])


def all_charges(bench, repeats, name="nb-al-tcbq"):
    row, done = against_field(
        bench, repeats, name, f"charges by all schemes, {name}", 1.0, "charges", "--scheme", "all", "--quiet")
    checks = [state["charge_checks"] for a, _ in done for state in a["states"]]
    if checks:
        row.notes.append(f"{len(checks[0])} schemes")
        missing = sorted({key for c in checks for key, check in c.items() if not check["converged"]})
        if missing:
            row.notes.append(f"NO CHARGES: {', '.join(missing)}")
        worst = max(abs(check["raw_sum"]) for c in checks for check in c.values() if check["converged"])
        row.notes.append(f"sums to {worst:.0e} e")
        if worst > LARGEST_SUM:
            row.notes.append("SUMS TOO FAR OFF")
    yield row


def surface(bench, repeats, name="nb-al-tcbq"):
    row, done = against_field(bench, repeats, name, f"surface of the potential, {name}", 1 / 3, "surface")
    if done:
        state = done[0][0]["states"][0]
        row.notes.append(f"{state['triangles']} triangles, {len(state['extrema'])} extrema")
    yield row


def charges(bench, repeats, name="nb-al-tcbq"):
    for scheme in SCHEMES:
        molecule = scheme.molecule or name
        job, pairs = f"{scheme.title} charges, {molecule}", []
        for k in range(repeats):
            field, run = esp_states(bench, molecule, [0], "default", k)
            if not field:
                pairs.append((None, None))
                continue
            pairs.append((
                analysed(bench, job, k, run, "charges", "--scheme", scheme.key, "--quiet"),
                bench.take(job, scheme.program, k, lambda: bench.pyscf_charges(
                    scheme.key, bench.geometry(molecule, k), "default", bench.solved_density(molecule, k, "default", run)))))
        row = compared(job, None, pairs, process, lambda b: b.get("shared", 0) + b["seconds"])
        done = [(a["states"][0], b) for a, b in pairs if a and b]
        if done:
            describe_charges(row, scheme, done)
        yield row


def describe_charges(row, scheme, done):
    state, other = done[0]
    row.notes.append(f"{scheme.program} {other['version']}")
    if "points" in other:
        row.notes.append(f"on PySCF's density: {other['shared']:.1f} s of the time, {other['points']} points")
    if other.get("iterations"):
        row.notes.append(f"{other['iterations']} iterations, esp {state['charge_checks'][scheme.key]['iterations']}")
    if "note" in other:
        row.notes.append(other["note"])
    if not all(s["charge_checks"][scheme.key]["converged"] for s, _ in done):
        row.notes.append("NO CHARGES")
        return
    worst = max(abs(x - y) for s, b in done for x, y in zip(s["charges"][scheme.key], b["charges"]))
    row.notes.append(f"same to {worst:.0e} e, at most {scheme.tolerance:.0e}")
    if worst > scheme.tolerance:
        row.notes.append("DIFFERENT RESULTS")
