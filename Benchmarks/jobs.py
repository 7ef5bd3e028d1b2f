"""The jobs, and what each says about its measurements. A job's function yields lines of the table for a `Bench`.

Rows that need the same run on the same geometry share it: the states of a series are PySCF's runs of the single states,
and gradients start from the solutions of the fields."""
import math
import shutil
import statistics

import analyses
from fields import esp_gradient, esp_scf, esp_states, pyscf_solution, pyscf_solvent, pyscf_states
from rows import Row, compared, median, process, processor

SAME_ENERGY = 1e-5  # Eh: two grids of this size differ by less
SAME_GRADIENT = 2e-4  # Eh/bohr: the same for gradients
SAME_SURFACE = 1e-4  # Eh: the same for surfaces whose points are directed differently
SAME_INTEGRALS = 1e-8  # relative: sums of integrals that both programs cut off at about 1e-12


# -- repulsion integrals

def integrals(bench, repeats, name="nb-al-tcbq"):
    job = f"unique integrals in memory, {name}"
    pairs = []
    for k in range(repeats):
        xyz = bench.geometry(name, k)
        pairs.append((bench.take(job, "esp", k, lambda: bench.engine("integrals", xyz)),
                      bench.take(job, "PySCF", k, lambda: bench.pyscf("integrals", xyz, "default"))))
    row = compared(job, 15, pairs, lambda a: a["preparation"]["wall"] + a["filling"]["wall"], lambda b: b["seconds"])
    row.notes.append("esp: with pair data and one Coulomb matrix")
    done = [a for a, b in pairs if a and b]
    if done:
        share = median([a["filling"]["system"] / a["filling"]["processor"] for a in done])
        row.notes.append(f"{100 * share:.0f} % of esp's processor time in the system: first touch of "
                         f"{done[0]['storedBytes'] / 2 ** 30:.1f} GB")
    check_sums(row, pairs, "check")
    yield row


def fock(bench, repeats, basis, target, name="tcbq"):
    job = f"direct Fock build, {name} {basis}"
    pairs = []
    for k in range(repeats):
        xyz, checkpoint, density = (
            bench.geometry(name, k), bench.checkpoint(name, k, basis), bench.density(name, k, basis))
        pairs.append((
            bench.take(job, "esp", k, lambda: bench.engine("fock", xyz, "--basis", basis, "--checkpoint", checkpoint)),
            bench.take(job, "PySCF", k, lambda: bench.pyscf("fock", xyz, basis, density))))
    row = compared(job, target, pairs, lambda a: a["preparation"]["wall"] + a["builds"][0]["wall"], lambda b: b["seconds"])
    check_sums(row, pairs, "check", "exchange")
    yield row


def check_sums(row, pairs, *keys):
    worst = max((abs(a[key] / b[key] - 1) for a, b in pairs if a and b for key in keys), default=0)
    row.notes.append(f"same to {worst:.0e}")
    if worst > SAME_INTEGRALS:
        row.notes.append("DIFFERENT RESULTS")


# -- self-consistent fields

def field(bench, repeats, charges, target, name="nb-al-tcbq", basis="default", fitted=False, memory="8GB"):
    what = ", ".join(str(q) for q in charges)
    job = f"SCF B3LYP {name}{'' if basis == 'default' else ' ' + basis}, charge {what}"
    pairs = [(esp_states(bench, name, charges, basis, k, memory)[0], pyscf_states(bench, name, charges, basis, k))
             for k in range(repeats)]
    row = compared(job, target, pairs, process, process)
    row.notes.append(f"{memory} allowed")
    describe_states(row, pairs)
    yield row
    if not fitted:
        return
    # For comparison only: one run will do.
    fit = pyscf_states(bench, name, charges, basis, 0, fit=True)
    if fit and row.esp:
        yield Row("  beside: density fitting in PySCF", row.esp, process(fit), process(fit) / row.esp, None,
                  row.esp_memory, fit["memory"], ["approximate integrals, one run"], compares_memory=False)


def solvent(bench, repeats, name="nb-al-tcbq", basis="default", targets=(10, 1.3), medium="acetonitrile", epsilon=35.688):
    """C-PCM: processor times of esp against those of PySCF, and of esp in the solvent against those of esp in vacuum.

    Processor times, because the ratio to vacuum is close to one. Those of esp are of the whole process with its charges, those of PySCF
    of the SCF and the gradient alone."""
    for what, own, share in (
            ("SCF", lambda k, medium: esp_states(bench, name, [0], basis, k, solvent=medium)[0], lambda b: b["scf"]),
            ("SCF and gradient", lambda k, medium: esp_gradient(bench, name, basis, k, medium), lambda b: b["scf"] + b["gradient"])):
        job = f"{what} in C-PCM({medium}), {name}"
        runs = [(own(k, medium), own(k, None), pyscf_solvent(bench, name, basis, k, medium, epsilon)) for k in range(repeats)]
        row = compared(job, targets and targets[0], [(a, b) for a, _, b in runs], processor, share, ["processor times"])
        done = [run for run in runs if all(run)]
        differences = [a["states"][0]["energy"] - b["energy"] for a, _, b in done]
        if differences:
            row.notes.append(f"dE {max(differences, key=abs):+.0e} Eh, points of the surface directed differently")
        if any(abs(d) > SAME_SURFACE for d in differences):
            row.notes.append("DIFFERENT SOLUTIONS")
        if what != "SCF" and done:
            worst = max(abs(x - y) for a, _, b in done for p, q in zip(a["states"][0]["gradient"], b["values"]) for x, y in zip(p, q))
            row.notes.append(f"same to {worst:.0e} Eh/bohr")
            if worst > SAME_GRADIENT:
                row.notes.append("DIFFERENT RESULTS")
        yield row
        pairs = [(a, b) for a, b, _ in runs if a and b]
        ratio = median([processor(a) / processor(b) for a, b in pairs]) if pairs else None
        yield Row("  beside: the same in vacuum", median([processor(b) for _, b in pairs]) if pairs else None, ratio=ratio,
                  target=targets and targets[1], less_is_better=True, compares_memory=False,
                  notes=["ratio: solvent to vacuum, processor times" if pairs else "FAILED"])


def describe_states(row, pairs):
    done = [(a["states"], b["states"]) for a, b in pairs if a and b]
    if not done:
        return
    builds = ["/".join(str(s["iterations"]) for s in done[0][side]) for side in (0, 1)]
    row.notes.append(f"{builds[0]} Fock builds, PySCF {builds[1]}")
    differences = [x["energy"] - y["energy"] for a, b in done for x, y in zip(a, b)]
    row.notes.append(f"dE {max(differences, key=abs):+.0e} Eh")
    if any(abs(d) > SAME_ENERGY for d in differences):
        row.notes.append("DIFFERENT SOLUTIONS")
    if not all(s["converged"] for pair in done for side in pair for s in side):
        row.notes.append("NOT CONVERGED")
    if any(x["grid_points"] < 0.9 * y["points"] for a, b in done for x, y in zip(a, b)):
        row.notes.append("FEWER POINTS")


def gradient(bench, repeats, charge, name="nb-al-tcbq", basis="default"):
    job = f"gradient B3LYP {name}, charge {charge}"
    pairs, shares = [], []
    for k in range(repeats):
        xyz = bench.geometry(name, k)
        own, folder = esp_states(bench, name, [charge], basis, k)
        other = pyscf_states(bench, name, [charge], basis, k)
        if not own or not other:
            pairs.append((None, None))
            continue
        checkpoint = folder / f"q{charge}_m{1 if charge % 2 == 0 else 2}.checkpoint"
        options = ("--basis", "paper" if basis == "default" else basis)
        pairs.append((
            bench.take(job, "esp", k, lambda: bench.engine("gradient", xyz, *options, "--checkpoint", checkpoint)),
            bench.take(job, "PySCF", k, lambda: bench.pyscf(
                "gradient", xyz, charge, basis, pyscf_solution(bench, name, charge, basis, k)))))
        if pairs[-1][0]:
            shares.append(pairs[-1][0]["gradient"]["wall"] / process(own))
    row = compared(job, 10, pairs, lambda a: a["gradient"]["wall"], lambda b: b["seconds"])
    worst = max((abs(x - y) for a, b in pairs if a and b for p, q in zip(a["values"], b["values"]) for x, y in zip(p, q)),
                default=0)
    row.notes.append(f"same to {worst:.0e} Eh/bohr")
    if worst > SAME_GRADIENT:
        row.notes.append("DIFFERENT RESULTS")
    if shares:
        row.notes.append(f"{median(shares):.2f} of esp's SCF (at most 1.5)")
    yield row


# -- second derivatives

def esp_hessian(bench, name, charge, k):
    """Measured calls of esp for a field, and for the second derivatives of its run."""
    own, folder = esp_states(bench, name, [charge], "default", k)
    if not own:
        return None, None
    second = bench.folder / f"frequencies-{name}-{k}-q{charge}"

    def action():
        # The frequencies go into the folder of the run.
        shutil.rmtree(second, ignore_errors=True)
        shutil.copytree(folder, second)
        # A displaced structure is not stationary, which is exit code 2.
        return bench.esp("frequencies", second, f"--charge={charge}", "--json", "--quiet", allowed=(0, 2))

    return own, bench.take(f"second derivatives B3LYP {name}, charge {charge}", "esp", k, action)


def hessian(bench, repeats, name, target=15):
    """The whole process of `esp frequencies` beside PySCF's Hessian alone."""
    job = f"second derivatives B3LYP {name}"
    pairs = []
    for k in range(repeats):
        own = esp_hessian(bench, name, 0, k)[1]
        pyscf_states(bench, name, [0], "default", k)
        pairs.append((own, bench.take(job, "PySCF", k, lambda: bench.pyscf(
            "hessian", bench.geometry(name, k), 0, "default", pyscf_solution(bench, name, 0, "default", k)))))
    row = compared(job, target, pairs, process, lambda b: b["seconds"], ["esp: whole process"])
    done = [(a, b) for a, b in pairs if a and b]
    if done:
        own, other = median([processor(a) for a, _ in done]), median([b["hessian_processor"] for _, b in done])
        row.notes.append(f"processor time {own:.1f} and {other:.1f} s, ratio {other / own:.1f}")
    yield row


def hessian_share(bench, repeats, charge, name="nb-al-tcbq"):
    """The time of second derivatives relative to that of the field."""
    runs = [esp_hessian(bench, name, charge, k) for k in range(repeats)]
    done = [(a, b) for a, b in runs if a and b]
    if not done:
        yield Row(f"second derivatives {name}, charge {charge}", notes=["FAILED"])
        return
    yield Row(f"second derivatives {name}, charge {charge}", median([process(b) for _, b in done]), target=15, less_is_better=True,
              ratio=median([process(b) / process(a) for a, b in done]), esp_memory=median([b["memory"] for _, b in done]),
              notes=["ratio: to esp's SCF, at most 15",
                     f"processor time {median([processor(b) / processor(a) for a, b in done]):.1f} times as much"])


def hessian_growth(bench, repeats, sizes=(1, 2, 3)):
    seconds = {}
    for size in sizes:
        runs = [esp_hessian(bench, f"tcbq-stack-{size}", 0, k)[1] for k in range(repeats)]
        runs = [r for r in runs if r]
        if runs:
            seconds[size] = median([process(r) for r in runs])
            yield Row(f"second derivatives, {size} o-TCBQ 6-31G", esp=seconds[size], esp_memory=median([r["memory"] for r in runs]))
    if len(seconds) > 1:
        yield Row(f"growth, {min(seconds)} to {max(seconds)} o-TCBQ: exponent", ratio=slope(seconds))


def direct(bench, repeats, name="nb-al-tcbq"):
    """Peak memory when hardly any is allowed."""
    job = f"direct mode, SCF {name}, 400 MB allowed"
    runs = [bench.take(job, "esp", k, lambda: esp_scf(
        bench, bench.geometry(name, k), [0], "default", "direct", "--memory", "400MB")) for k in range(repeats)]
    runs = [r for r in runs if r]
    if not runs:
        yield Row(job, notes=["FAILED"])
        return
    memory = median([r["memory"] for r in runs])
    yield Row(job, esp=median([process(r) for r in runs]), esp_memory=memory, ratio=memory / 1024, target=1.0,
              less_is_better=True, notes=["ratio: peak memory in GB, at most 1"])


# -- electrostatic potential

def potential(bench, repeats, name="nb-al-tcbq", side=80, subset=20):
    job = f"ESP on {side}^3 points, {name}"
    points, mep, grids = side ** 3, [], []
    for k in range(repeats):
        xyz, checkpoint, density = (
            bench.geometry(name, k), bench.checkpoint(name, k, "default"), bench.density(name, k, "default"))
        values = bench.folder / f"{name}-{k}.points"
        esp = bench.take(job, "esp", k, lambda: bench.engine(
            "potential", xyz, "--checkpoint", checkpoint, "--side", side, "--every", 64, "--output", values))
        mep.append((esp, bench.take(job, "cubegen.mep", k, lambda: bench.pyscf("mep", xyz, "default", density, subset))))
        grids.append((esp, bench.take(job, "int1e_grids", k, lambda: bench.pyscf("grids", xyz, "default", density, values))))

    def own(a):
        return a["preparation"]["wall"] + a["evaluation"]["wall"]

    def scaled(b):
        return b["seconds"] * points / b["points"]

    yield compared(job, 100, mep, own, scaled, [f"cubegen.mep timed on {subset}^3 points, scaled"])
    row = compared("  beside: int1e_grids in blocks", None, grids, own, scaled, ["timed on every 64th point, scaled"])
    largest = [b["largestDifference"] for _, b in grids if b]
    if largest:
        row.notes.append(f"largest difference {max(largest):.0e} Eh/e")
        if max(largest) > 1e-6:
            row.notes.append("DIFFERENT RESULTS")
    yield row


# -- how times grow and shrink

def threads(bench, repeats, name="nb-al-tcbq"):
    """Two threads against one, beside what a large product of matrices gains."""
    rows = {}
    for what, action in {
        "dgemm": lambda n, k: bench.engine("dgemm", threads=n),
        "SCF": lambda n, k: esp_scf(bench, bench.geometry(name, k), [0], "default", f"threads{n}", "--memory", "8GB", threads=n),
        "ESP": lambda n, k: bench.engine("potential", bench.geometry(name, k), "--checkpoint",
                                         bench.checkpoint(name, k, "default"), threads=n),
    }.items():
        seconds = {1: [], 2: []}
        for k in range(repeats):
            both = {n: bench.take(f"threads, {what}", f"esp {n}", k, lambda: action(n, k)) for n in (1, 2)}
            for n in (1, 2):
                if all(both.values()):
                    seconds[n].append(both[n]["wall"] if what == "dgemm" else both[n]["process"])
        rows[what] = median([a / b for a, b in zip(seconds[1], seconds[2])]) if seconds[1] else None
    gain = rows["dgemm"]
    yield Row("2 threads against 1: dgemm", ratio=gain)
    for what in ("SCF", "ESP"):
        yield Row(f"2 threads against 1: {what} {name}", ratio=rows[what], target=gain and 0.95 * gain)


def growth(bench, repeats, sizes=(4, 5, 6, 8)):
    """Exponent of the time of a direct Fock build by the number of molecules in a stack."""
    seconds = {}
    for size in sizes:
        name = f"tcbq-stack-{size}"
        runs = [bench.take(f"direct Fock build, {name} 6-31G", "esp", k, lambda: bench.engine(
            "fock", bench.geometry(name, k), "--checkpoint", bench.checkpoint(name, k, "default"))) for k in range(repeats)]
        runs = [r for r in runs if r]
        if runs:
            seconds[size] = median([r["builds"][0]["wall"] for r in runs])
            yield Row(f"direct Fock build, {size} o-TCBQ 6-31G", esp=seconds[size], esp_memory=median([r["memory"] for r in runs]),
                      notes=[f"{runs[0]['functions']} functions"])
    if len(seconds) > 1:
        yield Row(f"growth, {min(seconds)} to {max(seconds)} o-TCBQ: exponent", ratio=slope(seconds), target=2.3, less_is_better=True)


def slope(seconds):
    """Least-squares line through the logarithms."""
    x = [math.log(n) for n in seconds]
    y = [math.log(t) for t in seconds.values()]
    mx, my = statistics.mean(x), statistics.mean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def peak(bench, repeats):
    """Operations of hot kernels by their whole processor time, against dgemm's, all on one thread."""
    repulsion = "counted: Boys recursion and transformations; interpolation, screening and copies count as time only"
    quadrature = "counted: products of matrices; functional and orbital values count as time only"
    for label, name, basis, command, note in [
        ("repulsion kernels, nb-al-tcbq", "nb-al-tcbq", "default", "kernels", repulsion),
        ("repulsion kernels, o-TCBQ def2-TZVP", "tcbq", "def2-TZVP", "kernels", repulsion),
        ("quadrature, nb-al-tcbq", "nb-al-tcbq", "default", "quadrature", quadrature),
    ]:
        shares, rates = [], []
        for k in range(repeats):
            # The machine's speed varies: dgemm and kernel in turn.
            dgemm = bench.take(f"peak, dgemm before {label}", "esp", k, lambda: bench.engine("dgemm", threads=1))
            options = ("--basis", "paper" if basis == "default" else basis)
            if command == "quadrature":
                options += ("--checkpoint", bench.checkpoint(name, k, basis))
            run = bench.take(f"peak, {label}", "esp", k, lambda: bench.engine(
                command, bench.geometry(name, k), *options, threads=1))
            if dgemm and run:
                operations, seconds = (
                    (run["operations"], run["seconds"]) if command == "kernels"
                    else (run["operations"][0], run["alone"][0]["processor"]))
                rates.append(1e-9 * operations / seconds)
                shares.append(rates[-1] / dgemm["processorRate"])
        notes = [f"{median(rates):.1f} of {median(rates) / median(shares):.1f} GFLOP/s", note] if shares else ["FAILED"]
        yield Row(f"share of dgemm's rate: {label}", ratio=median(shares) if shares else None, notes=notes)


# In the order of their weight: a run that is cut off has the first ones.
JOBS = {
    "integrals": integrals,
    "fock-svp": lambda b, n: fock(b, n, "def2-SVP", 6),
    "fock-tzvp": lambda b, n: fock(b, n, "def2-TZVP", 4),
    "scf-neutral": lambda b, n: field(b, n, [0], 10, fitted=True),
    "esp": potential,
    "threads": threads,
    "growth": growth,
    "direct": direct,
    "peak": peak,
    "scf-anion": lambda b, n: field(b, n, [-1], 10),
    "states": lambda b, n: field(b, n, [0, -1, -2], 15),
    # PySCF takes ten minutes for this one; what it keeps in memory is what esp may, too.
    "scf-tzvp": lambda b, n: field(b, 1, [0], 5, "tcbq", "def2-TZVP", fitted=True, memory="1200MB"),
    "solvent": solvent,
    "gradient": lambda b, n: gradient(b, n, 0),
    "gradient-anion": lambda b, n: gradient(b, n, -1),
    "hessian": lambda b, n: hessian(b, n, "tcbq"),
    "hessian-alcl3-nh3": lambda b, n: hessian(b, n, "alcl3-nh3.0"),
    "hessian-nbcl5": lambda b, n: hessian(b, n, "nbcl5.0"),
    "hessian-neutral": lambda b, n: hessian_share(b, n, 0),
    "hessian-anion": lambda b, n: hessian_share(b, n, -1),
    "hessian-growth": hessian_growth,
    "all-charges": analyses.all_charges,
    "surface": analyses.surface,
    "charges": analyses.charges,
    # On request only.
    "scf-nb-tcbq": lambda b, n: field(b, n, [0], None, "nb-tcbq"),
    # Small ones, to try the script.
    "try-scf": lambda b, n: field(b, n, [0], None, "tcbq", "STO-3G", fitted=True),
    "try-states": lambda b, n: field(b, n, [0, -1], None, "tcbq", "STO-3G"),
    "try-fock": lambda b, n: fock(b, n, "STO-3G", None),
    "try-integrals": lambda b, n: integrals(b, n, "tcbq"),
    "try-solvent": lambda b, n: solvent(b, n, "tcbq", "STO-3G", None),
    "try-gradient": lambda b, n: gradient(b, n, 0, "tcbq", "STO-3G"),
    "try-esp": lambda b, n: potential(b, n, "tcbq", 20, 8),
    "try-all-charges": lambda b, n: analyses.all_charges(b, n, "tcbq"),
    "try-surface": lambda b, n: analyses.surface(b, n, "tcbq"),
    "try-charges": lambda b, n: analyses.charges(b, n, "tcbq"),
}
EXTRA = {"scf-nb-tcbq", *(name for name in JOBS if name.startswith("try-"))}
